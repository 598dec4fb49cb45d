"""The crew's pages and the API speak both languages: no sentence lacks its Chinese."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import firsthand
from firsthand.app.messages import complaints
from tests.look.words import said_by

HOUSE = Path(firsthand.__file__).parent


@pytest.mark.parametrize("app", ["insight", "faces/studio", "faces/works", "faces/api"])
def test_every_sentence_has_its_chinese_and_none_is_kept_that_nobody_says(app: str) -> None:
    path = HOUSE / app / "locale/zh_Hans/LC_MESSAGES/django.po"
    assert complaints(path) == []
    with path.open("rb") as file:
        catalogue = read_po(file)
    kept = {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue if one.id}
    said = {sentence for _context, sentence in said_by(HOUSE / app)}
    assert len(said) > 3, "the sentences of an app are found"
    assert kept == said
