"""The show through the real door: RTMP into the media process, and read back as players do."""

import re
import subprocess
from datetime import datetime
from pathlib import Path

import numpy as np

from firsthand.demo.film import framecode
from firsthand.demo.film.layout import UPRIGHT
from tests.demo.film.test_process import FFMPEG, Show, steps
from tests.media.conftest import (  # noqa: F401 - its fixtures
    Station,
    _station,
    clip,
    on_our_tables,
    station,
)

pytestmark = on_our_tables


def test_a_player_reads_from_the_picture_when_it_was_made(
    station: Station,  # noqa: F811
    sheet_file: Path,
    tmp_path: Path,
) -> None:
    channel = station.channel()
    show = Show(sheet_file, "--rtmp", f"rtmp://127.0.0.1:{station.rtmp_port}/live/{channel.key}")
    try:
        show.heard(event="on_air")
        status = station.on_air(channel, frames=60)
        playlist = station.segments(channel, 2)
    finally:
        show.close()
    assert (status["width"], status["height"], status["sound"]) == (720, 1280, True)
    began, name = re.findall(
        r"#EXT-X-PROGRAM-DATE-TIME:(\S+)\n(?:#EXT-X-PART\S*\n)*#EXTINF:[\d.]+,\S*\n(\S+)", playlist
    )[-1]
    init = re.findall(r'MAP:URI="(\S+?)"', playlist)[-1]
    file = tmp_path / "segment.mp4"
    file.write_bytes(b"".join(station.get(f"{channel.name}/{one}").content for one in (init, name)))
    crop = f"crop=200:32:{UPRIGHT.width - 200}:{UPRIGHT.height - 32}"
    words = [FFMPEG, "-v", "error", "-i", str(file), "-vf", crop, "-f", "rawvideo", "-pix_fmt"]
    corner = subprocess.run([*words, "gray", "-"], capture_output=True, check=True).stdout
    numbers = [framecode.read(one) for one in np.frombuffer(corner, np.uint8).reshape(-1, 32, 200)]
    assert len(numbers) == 25, "a segment is a second, and begins with a key frame"
    assert steps(numbers).count(1) > 20, "frame by frame, but for a machine that was busy"
    media_s = datetime.fromisoformat(began).timestamp()
    number = numbers[0]
    assert number is not None
    assert -0.05 <= media_s - framecode.epoch_s_of(number, media_s) < 4.0
