"""Whether the house is well, in a sentence for each of its parts."""

import httpx
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from firsthand.kit import metrics as figures

PATIENCE_SECONDS = 1.0
HEARTBEAT_SECONDS_MAX = 60  # workers say every ten seconds that they live
PARTS = {"live": ("live_port", "/live/healthz"), "media": ("media_port", "/media/healthz")}


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while every part answers; 503 with the names of those that do not."""
    parts = {"database": _database(), "web": "ok", "worker": _worker()}
    for name, (port, path) in PARTS.items():
        parts[name] = _asked(f"http://127.0.0.1:{getattr(settings.CONFIG, port)}{path}")
    well = all(word == "ok" for word in parts.values())
    return JsonResponse(
        {"status": "ok" if well else "ill", "parts": parts},
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this process; /live/metrics and /media/metrics show the others'."""
    content_type, text = figures.exposition()
    return HttpResponse(text, content_type=content_type)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Error:
        return "does not answer"
    return "ok"


def _worker() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "select max(last_heartbeat) > now() - %s * interval '1 second'"
                " from procrastinate_workers",
                [HEARTBEAT_SECONDS_MAX],
            )
            row = cursor.fetchone()
    except Error:
        return "cannot be asked for"
    return "ok" if row and row[0] else "does not work"


def _asked(url: str) -> str:
    try:
        answer = httpx.get(url, timeout=PATIENCE_SECONDS)
    except httpx.HTTPError:
        return "does not answer"
    return "ok" if answer.status_code == 200 else f"answers {answer.status_code}"
