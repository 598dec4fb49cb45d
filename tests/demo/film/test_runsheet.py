"""A run sheet is read whole or refused with a sentence."""

import copy
import json
from typing import Any

import pytest

from firsthand.demo.film import runsheet
from firsthand.demo.film.runsheet import Point
from tests.demo.film.conftest import SHEET


def changed(**fields: Any) -> str:
    document: dict[str, Any] = copy.deepcopy(SHEET)
    for name, value in fields.items():
        if value is None:
            del document["segments"][0][name]
        else:
            document["segments"][0][name] = value
    return json.dumps(document)


def test_a_list_of_segments_is_a_run_sheet_with_the_house_host() -> None:
    sheet = runsheet.read(json.dumps(SHEET["segments"]))
    assert [segment.segment_id for segment in sheet.segments] == ["11", "12"]
    assert sheet.host.name_zh == "林一"
    assert sheet.segments[0].points[1] == Point("电池更大", "A larger battery")


def test_a_segment_without_points_says_its_title() -> None:
    assert runsheet.read(changed(points=[])).segments[0].points == (Point("一手手机", "Firsthand Phone"),)  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "Expecting"),
        ("[]", "1 to 200 segments"),
        ('{"segments": 7}', "1 to 200 segments"),
        ("[3]", "segment 1 is not an object"),
        (changed(archetype="time-machine"), "no drawing of 'time-machine'"),
        (changed(archetype=None), "segment 1: archetype is a text"),
        (changed(colour="red"), "not a colour"),
        (changed(title_zh=" "), "title_zh is a text of 1 to 400 signs"),
        (changed(title_en="x" * 401), "title_en is a text of 1 to 400 signs"),
        (changed(seconds=0), "seconds is 2 to 36000"),
        (changed(seconds="ten"), "seconds is 2 to 36000"),
        (changed(points=[{"zh": "只有中文"}]), "en is a text"),
        (changed(points=[{"zh": "好", "en": "good"}] * 51), "up to 50"),
        (changed(segment_id=12), "the same segment_id"),
        (changed(segment_id=None), "segment_id is a text"),
    ],
)
def test_a_bad_run_sheet_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        runsheet.read(text)
