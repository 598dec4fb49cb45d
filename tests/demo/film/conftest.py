"""A short show, with its sets built once for all tests that look at pictures."""

import json
from pathlib import Path

import pytest

from firsthand.demo.film import layout, runsheet
from firsthand.demo.film.painter import Painter
from firsthand.demo.film.runsheet import RunSheet
from firsthand.demo.film.workshop import Workshop, build

SHEET = {
    "host": {"name_zh": "林一", "name_en": "Lin Yi"},
    "segments": [
        {
            "segment_id": 11,
            "title_zh": "一手手机",
            "title_en": "Firsthand Phone",
            "points": [
                {"zh": "自研影像芯片，夜里也看得清", "en": "Our own chip sees in the dark"},
                {"zh": "电池更大", "en": "A larger battery"},
            ],
            "archetype": "phone",
            "colour": "#3d5a80",
            "seconds": 20,
            "price_text": "¥3,999",
        },
        {
            "segment_id": 12,
            "title_zh": "电饭煲",
            "title_en": "Rice cooker",
            "points": [{"zh": "内胆三毫米", "en": "A pot of 3 mm"}],
            "archetype": "rice-cooker",
            "colour": "#e8622c",
            "seconds": 10,
            "price_text": "¥599",
        },
    ],
}


@pytest.fixture(scope="session")
def sheet() -> RunSheet:
    return runsheet.read(json.dumps(SHEET))


@pytest.fixture(scope="session")
def sheet_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("film") / "sheet.json"
    file.write_text(json.dumps(SHEET, ensure_ascii=False), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, sheet: RunSheet) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    build(sheet, layout.UPRIGHT, folder)
    return folder


@pytest.fixture
def painter(sheet: RunSheet, built: Path) -> Painter:
    return Painter(sheet.host, layout.UPRIGHT, Workshop(built, layout.UPRIGHT))
