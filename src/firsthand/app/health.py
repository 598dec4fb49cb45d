"""Whether the house is well, in a sentence for each of its parts.

Anybody may ask, so it is found out once a second and not for everyone who asks; and strangers
are told whether, but not what is wrong. That is for the machine itself and for the crew.
"""

import ipaddress
import threading
import time

import httpx
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from firsthand.kit import metrics as figures
from firsthand.kit.pace import caller_of

PATIENCE_SECONDS = 1.0
HEARTBEAT_SECONDS_MAX = 60  # workers say every ten seconds that they live
KEPT_SECONDS = 1.0
PARTS = {"live": ("live_port", "/live/healthz"), "media": ("media_port", "/media/healthz")}


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while every part answers; 503 with the names of those that do not."""
    parts = _kept.parts()
    well = all(word == "ok" for word in parts.values())
    words: dict[str, object] = {"status": "ok" if well else "ill"}
    if _is_ours(request):
        words["parts"] = parts
    return JsonResponse(words, status=200 if well else 503, headers={"Cache-Control": "no-store"})


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this process; /live/metrics and /media/metrics show the others'."""
    content_type, text = figures.exposition()
    return HttpResponse(text, content_type=content_type)


class _Kept:
    """What was found out last, for a second; whoever asks meanwhile waits for nobody twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: dict[str, str] = {}
        self._until = float("-inf")

    def parts(self) -> dict[str, str]:
        """A word for each part."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._parts = _examine()
                self._until = time.monotonic() + KEPT_SECONDS
            return self._parts

    def forget(self) -> None:
        """Find it out anew when somebody asks."""
        self._until = float("-inf")


_kept = _Kept()


def _examine() -> dict[str, str]:
    parts = {"database": _database(), "web": "ok", "worker": _worker()}
    for name, (port, path) in PARTS.items():
        parts[name] = _asked(f"http://127.0.0.1:{getattr(settings.CONFIG, port)}{path}")
    return parts


def _is_ours(request: HttpRequest) -> bool:
    try:
        if ipaddress.ip_address(caller_of(request.META)).is_loopback:
            return True
        return bool(request.user.is_authenticated and request.user.is_staff)
    except (ValueError, Error):  # no address at all, or no database to know him by
        return False


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
