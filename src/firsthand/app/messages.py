"""Translations: every ``.po`` of the house becomes the ``.mo`` that gettext reads.

Done by Babel, so that no program of the system is needed. A file that does not parse, or
whose translations lack a placeholder of the original, is an error: ``python -m
firsthand.app.messages``.
"""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HOUSE = Path(__file__).parents[1]
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|\{(\w*)\}")


def catalogues() -> list[Path]:
    """Every .po file of the house."""
    return sorted(HOUSE.rglob("locale/*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    """A catalogue, as it was written."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def complaints(path: Path) -> list[str]:
    """What is wrong with a catalogue, a line each."""
    wrong = []
    for message in read(path):
        said = message.id if isinstance(message.id, str) else message.id[0]
        if not message.id or not message.string:
            if message.id:
                wrong.append(f"{path}: {said!r} is not translated")
            continue
        words = [message.string] if isinstance(message.string, str) else message.string
        for word in words:
            if isinstance(message.id, str) and _names(said) != _names(word):
                wrong.append(f"{path}: {said!r} and {word!r} have other placeholders")
    return wrong


def _names(text: str) -> set[str]:
    return {match.group(0) for match in _PLACEHOLDER.finditer(text) if match.group(0) != "%%"}


def compile_all() -> int:
    """Compile what changed; how many there are."""
    paths = catalogues()
    for path in paths:
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            with target.open("wb") as file:
                write_mo(file, read(path))
    return len(paths)


if __name__ == "__main__":
    wrong = [line for path in catalogues() for line in complaints(path)]
    if wrong:
        sys.exit("\n".join(wrong))
    compile_all()
