"""Both languages say everything: each sentence of our templates and code has its Chinese."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import firsthand
from tests.look.words import said_by

HOUSE = Path(firsthand.__file__).parent
OURS = ["look", "faces/shop"]


@pytest.mark.parametrize("app", OURS)
def test_every_sentence_has_its_chinese(app: str) -> None:
    with (HOUSE / app / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    said = said_by(HOUSE / app)
    assert len(said) > 50, "the sentences of an app are found"
    unsaid = []
    for context, sentence in sorted(said, key=lambda each: each[1]):
        message = catalogue.get(sentence, context)
        if message is None or not message.string:
            unsaid.append(sentence)
    assert not unsaid


@pytest.mark.parametrize("app", OURS)
def test_no_sentence_is_kept_that_nobody_says(app: str) -> None:
    with (HOUSE / app / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    said = said_by(HOUSE / app)
    kept = []
    for message in catalogue:
        sentence = message.id if isinstance(message.id, str) else message.id[0]
        if sentence and (message.context, sentence) not in said:
            kept.append(sentence)
    assert not kept


def test_no_page_carries_a_script_or_a_style_of_its_own() -> None:
    """The content security policy would stop it in the browser; we want to know before."""
    found = []
    for app in OURS:
        for path in (HOUSE / app).rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            for tag in text.split("<script")[1:]:
                if "src=" not in tag.split(">")[0] and "application/json" not in tag.split(">")[0]:
                    found.append(path.name)
            if (
                "<style" in text
                or " onclick=" in text
                or " onload=" in text
                or "javascript:" in text
            ):
                found.append(path.name)
    assert not found
