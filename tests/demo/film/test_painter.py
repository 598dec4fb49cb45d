"""Frames: their shape, their clock, and that they change when they should."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from firsthand.demo.drawings import ARCHETYPES
from firsthand.demo.film import framecode, layout, lettering
from firsthand.demo.film.canvas import Bytes
from firsthand.demo.film.exhibit import Exhibit, cut_out
from firsthand.demo.film.layout import LAYOUTS, UPRIGHT, Layout
from firsthand.demo.film.painter import Painter
from firsthand.demo.film.runsheet import Point, RunSheet, Segment
from firsthand.demo.film.scene import Film
from firsthand.demo.film.workshop import Workshop, build

EPOCH_S = 1_800_000_000.0


def box_of(luma: Bytes, box: layout.Box) -> Bytes:
    x, y, w, h = box
    return luma[y : y + h, x : x + w].copy()


def test_a_frame_is_one_whole_picture_with_its_moment(painter: Painter, sheet: RunSheet) -> None:
    canvas = painter.paint(Film(sheet).scene(2.0), EPOCH_S + 2.0)
    assert canvas.data.shape == (720 * 1280 * 3 // 2,)
    assert canvas.data.flags["C_CONTIGUOUS"]
    number = framecode.read(canvas.y)
    assert number is not None
    assert framecode.epoch_s_of(number, EPOCH_S) == EPOCH_S + 2.0
    assert canvas.y.std() > 30


def test_the_same_moment_is_painted_the_same(painter: Painter, sheet: RunSheet) -> None:
    first = painter.paint(Film(sheet).scene(2.0), EPOCH_S).data.copy()
    painter.paint(Film(sheet).scene(3.4), EPOCH_S)
    assert (painter.paint(Film(sheet).scene(2.0), EPOCH_S).data == first).all()


def test_the_picture_lives(painter: Painter, sheet: RunSheet) -> None:
    film = Film(sheet)
    luma = [painter.paint(film.scene(2 + i / 25), EPOCH_S).y.copy() for i in range(30)]
    head = (UPRIGHT.head[0] - 80, UPRIGHT.head[1] - 20, 160, 140)
    plinth = (UPRIGHT.plinth[0] - 120, UPRIGHT.plinth[1] - 300, 240, 240)
    for place in (head, plinth):
        changed = [(box_of(a, place) != box_of(b, place)).any() for a, b in pairwise(luma)]
        assert sum(changed) > 20


def test_a_director_s_word_changes_the_caption_and_the_product(
    painter: Painter, sheet: RunSheet
) -> None:
    film = Film(sheet)
    before = painter.paint(film.scene(5.0), EPOCH_S).y.copy()
    film.direct({"point": 1}, 5.0)
    point = painter.paint(film.scene(6.0), EPOCH_S).y.copy()
    assert (box_of(before, UPRIGHT.caption) != box_of(point, UPRIGHT.caption)).mean() > 0.02
    assert (box_of(before, UPRIGHT.title) == box_of(point, UPRIGHT.title)).mean() > 0.9
    film.direct({"segment": 12}, 6.0)
    painter.paint(film.scene(6.04), EPOCH_S)
    other = painter.paint(film.scene(7.0), EPOCH_S).y.copy()
    assert (box_of(point, UPRIGHT.title) != box_of(other, UPRIGHT.title)).mean() > 0.5
    assert painter.position == 1


def test_a_new_price_needs_no_new_set(painter: Painter, sheet: RunSheet) -> None:
    film = Film(sheet)
    x, y = UPRIGHT.price
    tag = (x - 100, y - 40, 200, 80)
    before = box_of(painter.paint(film.scene(2.0), EPOCH_S).y, tag)
    film.direct({"price_text": "¥1"}, 2.0)
    assert (box_of(painter.paint(film.scene(2.0), EPOCH_S).y, tag) != before).mean() > 0.05


def test_while_a_set_is_not_built_the_old_one_stays(
    sheet: RunSheet, built: Path, tmp_path: Path
) -> None:
    (tmp_path / "set-0.npz").write_bytes((built / "set-0.npz").read_bytes())
    painter = Painter(sheet.host, UPRIGHT, Workshop(tmp_path, UPRIGHT))
    film = Film(sheet)
    painter.paint(film.scene(1.0), EPOCH_S)
    film.direct({"segment": 12}, 1.0)
    painter.paint(film.scene(1.2), EPOCH_S)
    assert painter.position == 0
    (tmp_path / "set-1.npz").write_bytes((built / "set-1.npz").read_bytes())
    painter.paint(film.scene(1.4), EPOCH_S)
    assert painter.position == 1


def test_a_set_that_will_never_come_is_an_error_and_no_endless_wait(
    sheet: RunSheet, tmp_path: Path
) -> None:
    painter = Painter(sheet.host, UPRIGHT, Workshop(tmp_path, UPRIGHT))
    with pytest.raises(RuntimeError, match="could not be built"):
        painter.paint(Film(sheet).scene(0.0), EPOCH_S)


def test_a_wide_picture_is_wide(sheet: RunSheet, tmp_path: Path) -> None:
    one = RunSheet(sheet.segments[:1], sheet.host)
    build(one, layout.WIDE, tmp_path)
    canvas = Painter(one.host, layout.WIDE, Workshop(tmp_path, layout.WIDE)).paint(
        Film(one).scene(1.0), EPOCH_S
    )
    assert canvas.y.shape == (720, 1280)
    assert framecode.read(canvas.y) is not None


@pytest.mark.parametrize("shape", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("archetype", ["phone", "television", "pen", "umbrella", "car"])
def test_every_kind_of_product_has_room_on_the_stage(archetype: str, shape: Layout) -> None:
    point = Point("好", "good")
    segment = Segment("1", "好", "good", (point,), archetype, "#8d99ae", 10)
    exhibit = Exhibit(cut_out(segment, shape.plinth[0], shape.plinth[1], shape.product_size))
    assert exhibit.x >= 0 and exhibit.x + exhibit.width <= shape.width
    assert exhibit.y >= shape.caption[1] + shape.caption[3] - 30 or shape is layout.WIDE
    assert max(exhibit.width, exhibit.height) > 200
    assert archetype in ARCHETYPES


def test_long_words_are_made_smaller_and_then_shorter() -> None:
    text, size = lettering.fitting("一手手机 15 Pro 典藏版", 50, 800, 300, 30)
    assert size < 50 and lettering.width_of(text, size, 800) <= 300
    text, size = lettering.fitting("很长" * 40, 50, 800, 300, 30)
    assert size == 30 and text.endswith("…") and lettering.width_of(text, 30, 800) <= 300


def test_a_long_caption_stands_in_two_lines_that_break_well() -> None:
    text = "自研影像芯片在夜里也看得清，每一颗都在我们自己的工厂里测过三遍，差一点就不出厂"
    first, second = lettering.two_lines(text, 23, 600, 522)
    assert first + second == text
    assert second[0] not in lettering.CLOSING
    assert all(lettering.width_of(line, 23, 600) <= 522 for line in (first, second))
    assert lettering.two_lines("短", 23, 600, 522) == ["短"]
    assert lettering.two_lines("很长" * 60, 23, 600, 522)[1].endswith("…")
    for line in lettering.two_lines("电池 5500 毫安时 Firsthand Phone " * 3, 23, 600, 330):
        assert not line.startswith(("hand", "irst", "500", "hone"))


def test_chinese_is_lettered_with_real_letters() -> None:
    glyphs = [np.asarray(lettering.font(40).getmask(sign)) for sign in "一手直播"]
    assert len({glyph.tobytes() for glyph in glyphs}) == 4
