"""What happens to the media process, and what is left of the show afterwards."""

import json
import re
import signal
import time
from itertools import pairwise

from firsthand.media.models import Recording, Session
from tests.media.conftest import Station, on_our_tables, until
from tests.media.gate import Gate

pytestmark = on_our_tables


def _index(station: Station, name: str) -> list[dict[str, int]]:
    path = station.home / "recordings" / name / "tape.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_killed_process_loses_the_unfinished_segment_and_nothing_else(
    mortal_station: Station,
) -> None:
    station = mortal_station
    channel = station.channel()
    publisher = station.publish(channel.key)
    until(lambda: len(_index(station, channel.name)) >= 2)
    live = station.playlist(channel)
    had = re.findall(r"^\w+/\d+\.m4s$", live, re.M)
    first = station.get(f"{channel.name}/{had[0]}").content
    station.role.kill()
    kept = _index(station, channel.name)
    # What viewers could see as finished is kept; the one in the making is not.
    finished = [int(one.split("/")[1].split(".")[0]) for one in had]
    assert [line["msn"] for line in kept][: len(finished)] == finished
    assert publisher.wait()[0] != 0

    station.role.start()
    assert station.status(channel)["on_air"] is False
    replay = station.get(f"{channel.name}/replay.m3u8").text
    assert replay.count("#EXTINF") == len(kept) and replay.endswith("#EXT-X-ENDLIST\n")
    assert station.decode(f"{channel.name}/replay.m3u8") == (30 * len(kept), "")
    lost = until(lambda: Session.objects.filter(channel=channel, ended_at__isnull=False).first())
    assert lost.ended_why == "process_lost"

    # The show goes on: the numbers go on after a gap, and both sessions are one replay.
    station.publish(channel.key, "-frames:v", "45").wait()
    until(lambda: len(_index(station, channel.name)) >= len(kept) + 2)
    lines = _index(station, channel.name)
    assert all(later["msn"] > earlier["msn"] for earlier, later in pairwise(lines))
    assert all(later["pdt"] > earlier["pdt"] for earlier, later in pairwise(lines))
    assert [line["discontinuity"] for line in lines].index(True) == len(kept)
    # Whoever was watching finds the segments that he had, and a gap where numbers were lost.
    again = station.playlist(channel)
    assert set(had) <= set(again.splitlines())
    assert again.count("#EXT-X-GAP") == 3
    assert station.get(f"{channel.name}/{had[0]}").content == first
    assert station.decode(f"{channel.name}/replay.m3u8") == (30 * len(kept) + 45, "")


def test_who_is_on_air_stays_on_air_while_the_database_is_away(
    mortal_station: Station, gate: Gate
) -> None:
    station = mortal_station
    channel, other = station.channel(), station.channel()
    publisher = station.publish(channel.key)
    station.on_air(channel, frames=30)
    until(lambda: Session.objects.filter(channel=channel).first())
    gate.shut()
    before = station.status(channel)["frames"]
    station.on_air(channel, frames=before + 60)  # longer than the watch looks away

    # His encoder comes back while nobody can be asked: his key is still known. One that was
    # never seen cannot be checked, and its publisher is told so.
    publisher.kill()
    until(lambda: not station.status(channel)["on_air"])
    stranger = station.publish(other.key)
    station.publish(channel.key)
    until(lambda: station.status(channel)["runs"] == 2)
    assert "cannot be checked" in stranger.wait()[1]
    assert Session.objects.get(channel=channel).ended_at is None, "nothing could be noted yet"

    gate.open()
    ended = until(lambda: Session.objects.filter(channel=channel, ended_at__isnull=False).first())
    assert ended.ended_why == "connection_lost" and ended.frames > before
    until(lambda: Session.objects.filter(channel=channel, ended_at__isnull=True).first())


def test_a_process_that_is_told_to_stop_finishes_the_recording(mortal_station: Station) -> None:
    station = mortal_station
    channel = station.channel()
    publisher = station.publish(channel.key)
    frames = station.on_air(channel, frames=45)["frames"]
    begun = time.monotonic()
    station.role.process.send_signal(signal.SIGTERM)
    assert station.role.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    publisher.wait()
    session = Session.objects.get(channel=channel)
    assert session.ended_why == "process_stopped" and session.frames >= frames
    recording = Recording.objects.get(channel=channel)
    lines = _index(station, channel.name)
    assert recording.ended_at is not None
    assert recording.duration_ms == sum(line["duration"] for line in lines) > frames * 30
    station.role.start()
    assert station.decode(f"{channel.name}/replay.m3u8") == (session.frames, "")
