"""Builds the sets, in a process of its own, each into one file that the painter takes up.

Drawing a set takes half a second in which Python can do nothing else, and a show must hand
over a frame every 40 milliseconds. So this process goes through the run sheet once, ahead
of the show, and ends; ``python -m firsthand.demo.film.workshop RUN_SHEET upright FOLDER``.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from firsthand.demo.film import lettering, runsheet, stageset
from firsthand.demo.film.canvas import Canvas
from firsthand.demo.film.exhibit import Exhibit, cut_out
from firsthand.demo.film.layout import LAYOUTS, Layout
from firsthand.demo.film.raster import picture
from firsthand.demo.film.runsheet import Host, RunSheet

BRAND_ZH, BRAND_EN = "一手", "Firsthand"
FIRST_WAIT_S = 60.0
KEPT_MAX = 4


@dataclass(slots=True)
class StageSet:
    """What stands still in a segment, and the product that is shown in it."""

    position: int
    ground: Canvas
    exhibit: Exhibit


class Workshop:
    """The sets of one run sheet, as far as they are built."""

    def __init__(self, folder: Path, layout: Layout) -> None:
        self._folder, self._layout = folder, layout
        self._kept: dict[int, StageSet] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, sheet_file: Path) -> None:
        """Start the process that builds."""
        words = [
            sys.executable,
            "-m",
            __name__,
            str(sheet_file),
            self._layout.name,
            str(self._folder),
        ]
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True)

    def end(self) -> None:
        """Stop building, if it is not done."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def take(self, position: int) -> StageSet | None:
        """The set of a segment, or None while it is not built."""
        if position not in self._kept:
            file = _file(self._folder, position)
            if not file.exists():
                return None
            with np.load(file) as made:
                ground = Canvas(self._layout.width, self._layout.height)
                ground.data[:] = made["ground"]
                stage_set = StageSet(position, ground, Exhibit(made))
            if len(self._kept) >= KEPT_MAX:
                del self._kept[next(iter(self._kept))]
            self._kept[position] = stage_set
        return self._kept[position]

    def wait(self, position: int) -> StageSet:
        """The set of a segment, waited for. Raises RuntimeError if it will not come."""
        until = time.monotonic() + FIRST_WAIT_S
        while time.monotonic() < until:
            over = self._process is None or self._process.poll() is not None
            stage_set = self.take(position)
            if stage_set is not None:
                return stage_set
            if over:
                break
            time.sleep(0.05)
        raise RuntimeError("the set could not be built")


def build(
    sheet: RunSheet, layout: Layout, folder: Path, after_first: Callable[[], object] = bool
) -> None:
    """Build every set of a run sheet into a folder, in the order of the show."""
    back = picture(stageset.room(layout), layout.width, layout.height)
    desk = picture(stageset.desk(layout), layout.width, layout.height)
    for position, segment in enumerate(sheet.segments):
        ground = back.copy()
        ground.alpha_composite(picture(stageset.screen(layout, segment), *back.size))
        ground.alpha_composite(desk)
        after = sheet.segments[position + 1 :] + sheet.segments[:position]
        guests = list(after[: len(layout.guests)])
        ground.alpha_composite(picture(stageset.plinth(layout, segment, guests), *back.size))
        picture_of = ground.convert("RGB")
        _letter(picture_of, layout, sheet, position)
        made = cut_out(segment, layout.plinth[0], layout.plinth[1] - 6, layout.product_size)
        file = _file(folder, position)
        half_done = file.with_suffix(".part.npz")
        made["ground"] = Canvas.of(np.asarray(picture_of)).data
        np.savez(half_done, allow_pickle=False, **made)
        half_done.replace(file)  # whoever sees the file sees all of it
        if position == 0:
            after_first()


def _file(folder: Path, position: int) -> Path:
    return folder / f"set-{position}.npz"


def _letter(ground: Image.Image, layout: Layout, sheet: RunSheet, position: int) -> None:
    write, segment = lettering.write, sheet.segments[position]
    x, y = layout.sign
    zh = lettering.width_of(BRAND_ZH, 40, 800)
    whole = zh + 14 + lettering.width_of(BRAND_EN, 30, 600)
    write(ground, (x - whole / 2, y), BRAND_ZH, 40, 800, stageset.BRAND)
    write(ground, (x - whole / 2 + zh + 14, y - 2), BRAND_EN, 30, 600, "#5a4636")
    left, top, width, _ = layout.title
    number = f"{position + 1:02d} / {len(sheet.segments):02d}"
    write(ground, (left, top + 16), number, 20, 600, "#ffd9c8")
    title, size = lettering.fitting(segment.title_zh, 50, 800, width, 30)
    write(ground, (left, top + 76), title, size, 800, "#ffffff")
    title, size = lettering.fitting(segment.title_en, 25, 500, width, 17)
    write(ground, (left, top + 114), title, size, 500, "#e8edf5")
    if layout.brand:
        write(ground, layout.brand, f"{BRAND_ZH}  {BRAND_EN}", 54, 700, "#4d3b2b", anchor="ms")
    _letter_plate(ground, sheet.host, *layout.plate)


def _letter_plate(ground: Image.Image, host: Host, x: int, y: int) -> None:
    plate = Image.new("RGBA", (292, 88), (0, 0, 0, 0))
    lettering.rounded(plate, (0, 0, 291, 87), 14, (20, 13, 9, 190))
    lettering.rounded(plate, (0, 0, 8, 87), 4, stageset.BRAND)
    ground.paste(plate, (x, y - 44), plate)
    both = dict.fromkeys((host.name_zh, host.name_en))  # once, if they are the same
    name, size = lettering.fitting(" ".join(both), 32, 700, 192, 18)
    lettering.write(ground, (x + 26, y - 4), name, size, 700, "#ffffff")
    both = dict.fromkeys((host.title_zh, host.title_en))
    title, size = lettering.fitting(" · ".join(both), 20, 400, 244, 13)
    lettering.write(ground, (x + 26, y + 28), title, size, 400, "#e6d6c6")


if __name__ == "__main__":
    build(
        runsheet.read(Path(sys.argv[1]).read_text("utf-8")),
        LAYOUTS[sys.argv[2]],
        Path(sys.argv[3]),
        after_first=lambda: os.nice(5),  # the show waits for the first, and goes before the others
    )
