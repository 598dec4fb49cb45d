"""Playlists: what a player reads to know what there is, and when it was.

Live: the low-latency extensions of HLS (draft-pantos-hls-rfc8216bis). Addresses are relative
to the playlist, parts of an epoch never change, so a cache may keep them for as long as
it likes. The figures are those that were measured to play without a stall at 1.6 s.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from firsthand.media.recording import Entry
from firsthand.media.window import PART_MAX_MS, Segment, Window

HOLD_BACK_SECONDS = 1.5
# hls.js 1.7 takes the last segment for a part of the next one when no line follows it, and
# gives up ("media sequence mismatch") when that next one comes. Any line will do.
PAUSE = "# nobody publishes at this moment; it goes on from here"
SEGMENTS_IN_PARTS = 3  # older ones are offered whole; nobody is that far behind and in a hurry


def live_playlist(window: Window, epoch: str, *, on_air: bool, ended: bool = False) -> str:
    """The playlist of what is on air, or was until a moment ago."""
    segments = window.segments
    first = segments[0].number if segments else window.next[0]
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        f"#EXT-X-TARGETDURATION:{window.target_ms // 1000}",
        f"#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK={HOLD_BACK_SECONDS:.3f}",
        f"#EXT-X-PART-INF:PART-TARGET={PART_MAX_MS / 1000:.3f}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
    ]
    if window.discontinuities:
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{window.discontinuities}")
    init = ""
    for place, segment in enumerate(segments, start=SEGMENTS_IN_PARTS - len(segments)):
        lines += _segment_lines(segment, epoch, init, in_parts=place >= 0)
        init = segment.init
    if ended:
        lines.append("#EXT-X-ENDLIST")
    elif on_air:
        number, part = window.next
        lines.append(f'#EXT-X-PRELOAD-HINT:TYPE=PART,URI="{epoch}/{number}.{part}.m4s"')
    else:
        lines.append(PAUSE)
    return "\n".join(lines) + "\n"


def _segment_lines(segment: Segment, epoch: str, init: str, *, in_parts: bool) -> Iterable[str]:
    if segment.discontinuity:
        yield "#EXT-X-DISCONTINUITY"
    if segment.init != init:
        yield f'#EXT-X-MAP:URI="{epoch}/init-{segment.init}.mp4"'
    yield f"#EXT-X-PROGRAM-DATE-TIME:{date_time(segment.media_ms)}"
    if segment.gap:
        yield "#EXT-X-GAP"
    if in_parts:
        for number, part in enumerate(segment.parts):
            line = f"#EXT-X-PART:DURATION={part.duration_ms / 1000:.3f}"
            line += f',URI="{epoch}/{segment.number}.{number}.m4s"'
            yield line + ",INDEPENDENT=YES" if part.independent else line
    if segment.done:
        yield f"#EXTINF:{segment.duration_ms / 1000:.3f},"
        yield f"{epoch}/{segment.number}.m4s"


def recorded_playlist(entries: Sequence[Entry], *, goes_on: bool = False) -> str:
    """The playlist of a recording; each segment has an address of its own.

    Ranges of the one file would say the same, and are what the standard has them for, but
    ffmpeg 9 stops after the first of them (and a cache likes whole things better). While the
    recording GOES ON the list may still grow: players go on asking.
    """
    longest_ms = max((entry.duration_ms for entry in entries), default=1000)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{-(-longest_ms // 1000)}",
        f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if goes_on else 'VOD'}",
    ]
    init: tuple[int, int] | None = None
    for place, entry in enumerate(entries):
        if entry.discontinuity and place:
            lines.append("#EXT-X-DISCONTINUITY")
        if entry.init != init:
            init = entry.init
            lines.append(f'#EXT-X-MAP:URI="replay/init{init[0]}.mp4"')
        lines += (
            f"#EXT-X-PROGRAM-DATE-TIME:{date_time(entry.media_ms)}",
            f"#EXTINF:{entry.duration_ms / 1000:.3f},",
            f"replay/{entry.number}.m4s",
        )
    if not goes_on:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def date_time(media_ms: int) -> str:
    """Media time as playlists write it.

    >>> date_time(1796083200123)
    '2026-12-01T00:00:00.123Z'
    """
    second = datetime.fromtimestamp(media_ms // 1000, UTC)
    return f"{second:%Y-%m-%dT%H:%M:%S}.{media_ms % 1000:03d}Z"
