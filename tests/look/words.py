"""What an app says: every sentence of its templates and its code that is to be translated."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def said_by(app: Path) -> set[tuple[str | None, str]]:
    """The sentences of an app, each with its context; of a plural the singular."""
    found: set[tuple[str | None, str]] = set()
    for path in sorted(app.rglob("*.html")):
        source = templatize(path.read_text(encoding="utf-8"))
        found.update(_sentences(source.encode()))
    for path in sorted(app.rglob("*.py")):
        found.update(_sentences(path.read_bytes()))
    return found


def _sentences(source: bytes) -> Iterator[tuple[str | None, str]]:
    for _line, message, _comments, context in extract("python", BytesIO(source), _KEYWORDS):
        sentence = message if isinstance(message, str) else message[0]
        if sentence:
            yield context, sentence
