"""Recordings: what was kept stays, whatever happens to the process that kept it."""

import json
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firsthand.media import recording
from firsthand.media.past import past_of
from firsthand.media.recording import FILE, INDEX, Entry, Tape, TapeFull, read_index
from firsthand.media.window import WINDOW, Past
from tests.media.streams import Shelf, interleaved, pictures, sound

INIT = b"head" * 100


def _append(tape: Tape, number: int, *, init: bytes = INIT, broken: bool = False) -> Entry:
    return tape.append(
        number=number,
        media_ms=1_000_000 + number * 1000,
        duration_ms=1000,
        broken=broken,
        init=init,
        data=b"%08d" % number * 500,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "show-1"


def test_what_is_appended_is_read_again_with_its_head(folder: Path) -> None:
    tape = Tape(folder)
    written = [_append(tape, number) for number in range(3)]
    tape.close()
    assert read_index(folder) == written
    data = (folder / FILE).read_bytes()
    for entry in written:
        assert data[entry.offset :][: entry.length] == b"%08d" % entry.number * 500
        assert data[entry.init[0] :][: entry.init[1]] == INIT
    assert tape.duration_ms == 3000 and tape.size == len(data)


def test_the_head_is_kept_once_until_it_changes(folder: Path) -> None:
    with closing(Tape(folder)) as tape:
        entries = [_append(tape, 0), _append(tape, 1), _append(tape, 2, init=b"other head")]
    assert entries[0].init == entries[1].init != entries[2].init
    assert (folder / FILE).stat().st_size == 400 + 3 * 4000 + 10


def test_a_line_says_what_the_index_promises(folder: Path) -> None:
    with closing(Tape(folder)) as tape:
        _append(tape, 7, broken=True)
    assert json.loads((folder / INDEX).read_text()) == {
        "msn": 7,
        "pdt": 1_007_000,
        "duration": 1000,
        "offset": 400,
        "length": 4000,
        "init": [0, 400],
        "discontinuity": True,
    }


def test_sessions_of_a_channel_join_into_one_recording(folder: Path) -> None:
    for first in (0, 20):
        tape = Tape(folder)
        for number in range(first, first + 3):
            _append(tape, number, broken=number == 20)
        tape.close()
    assert [entry.number for entry in read_index(folder)] == [0, 1, 2, 20, 21, 22]
    assert [entry.discontinuity for entry in read_index(folder)].index(True) == 3


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2000), st.integers(0, 16_000))
def test_wherever_the_writer_dies_whole_segments_stay_and_the_next_one_fits(
    folder: Path, index_cut: int, file_cut: int
) -> None:
    for one in (FILE, INDEX):
        (folder / one).unlink(missing_ok=True)
    tape = Tape(folder)
    written = [_append(tape, number) for number in range(4)]
    tape.close()
    for one, cut in ((INDEX, index_cut), (FILE, file_cut)):
        data = (folder / one).read_bytes()
        (folder / one).write_bytes(data[: max(0, len(data) - cut)])
    whole = read_index(folder)
    assert whole == written[: len(whole)]
    size = (folder / FILE).stat().st_size
    index = (folder / INDEX).read_bytes()
    lines = index[: index.rfind(b"\n") + 1].count(b"\n")
    fits = sum(entry.offset + entry.length <= size for entry in written)
    assert len(whole) == min(lines, fits), "nothing that is whole is thrown away"
    again = Tape(folder)
    fresh = _append(again, 30)
    again.close()
    assert read_index(folder) == [*whole, fresh]
    data = (folder / FILE).read_bytes()
    assert data[fresh.offset :] == b"%08d" % 30 * 500


def test_a_new_process_finds_the_end_of_what_was_sent_as_it_was_sent(folder: Path) -> None:
    before = Shelf()
    with closing(Tape(folder)) as tape:
        assert past_of(tape) == Past()
        before.publish(interleaved(pictures(330), sound(11_000)))
        before.publish(interleaved(pictures(90), sound(3000)), begin_ms=1_020_000)
        before.publish(interleaved(pictures(60), sound(2000)), begin_ms=1_030_000)
        for segment, init in zip(before.segments, before.inits, strict=True):
            tape.append(
                number=segment.number,
                media_ms=segment.media_ms,
                duration_ms=segment.duration_ms,
                broken=segment.discontinuity,
                init=init,
                data=segment.data or b"",
            )
        epoch = tape.epoch
    with closing(Tape(folder)) as again:
        past = past_of(again)
        assert again.epoch == epoch
    whole = [replace(segment, parts=[]) for segment in before.segments[-WINDOW:]]
    assert past == Past(whole, before.packager.window.inits, 0, before.packager.window.origin_ms)


def test_breaks_long_ago_are_counted(folder: Path) -> None:
    with closing(Tape(folder)) as tape:
        for number in range(20):
            _append(tape, number, broken=number in (3, 5, 18))
        assert past_of(tape).discontinuities == 2


def test_an_empty_tape_is_another_tape(folder: Path) -> None:
    # Its first segment was never kept, but players may have it under the old address.
    with closing(Tape(folder)) as tape:
        first = tape.epoch
    time.sleep(0.002)
    with closing(Tape(folder)) as tape:
        assert tape.epoch != first


def test_nonsense_in_the_index_ends_it_and_is_overwritten(folder: Path) -> None:
    tape = Tape(folder)
    _append(tape, 0)
    tape.close()
    with (folder / INDEX).open("ab") as index:
        index.write(b'{"msn": 1, "pdt": "soon"}\n{"half')
    assert [entry.number for entry in read_index(folder)] == [0]
    again = Tape(folder)
    _append(again, 9)
    again.close()
    assert [entry.number for entry in read_index(folder)] == [0, 9]


def test_a_full_disk_loses_the_segment_and_breaks_before_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = Tape(folder)
    _append(tape, 0)

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fdatasync", full)
        with pytest.raises(OSError, match="space"):
            _append(tape, 1)
    assert _append(tape, 2).discontinuity
    tape.close()
    assert [entry.number for entry in read_index(folder)] == [0, 2]
    assert (folder / FILE).stat().st_size == 2 * 4400


def test_a_recording_has_an_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "RECORDING_BYTES_MAX", 5000)
    with closing(Tape(folder)) as tape:
        _append(tape, 0)
        with pytest.raises(TapeFull):
            _append(tape, 1)
    assert len(read_index(folder)) == 1


def test_where_nothing_was_recorded_nothing_is_read(folder: Path) -> None:
    assert read_index(folder) == []
