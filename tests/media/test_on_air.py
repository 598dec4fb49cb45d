"""A real ffmpeg publishes over RTMP to the real process, and players read what comes out."""

import os
import re
import socket
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import httpx
from django.db import transaction

from firsthand.media import actions
from firsthand.media.models import Recording, Session
from tests.media.conftest import Station, on_our_tables, until
from tests.media.streams import boxes, find, runs

pytestmark = on_our_tables


def _times(playlist: str) -> list[tuple[int, int]]:
    """Media time and length of each finished segment, in milliseconds."""
    found = re.findall(
        r"#EXT-X-PROGRAM-DATE-TIME:(\S+)\n(?:#EXT-X-PART\S*\n)*#EXTINF:([\d.]+),", playlist
    )
    return [
        (round(datetime.fromisoformat(time).timestamp() * 1000), round(float(length) * 1000))
        for time, length in found
    ]


def test_a_wrong_key_is_refused_at_once_and_ffmpeg_says_why(station: Station) -> None:
    begun = time.monotonic()
    code, complaint = station.publish("a-key-that-nobody-was-given-000000000").wait()
    assert code != 0 and "unknown stream key" in complaint
    assert time.monotonic() - begun < 2, "ffmpeg's own start and end included"


def test_two_shows_go_out_by_one_door(station: Station) -> None:
    first, second = station.channel(), station.channel()
    station.publish(first.key)
    station.publish(second.key)
    for channel in (first, second):
        status = station.on_air(channel, frames=45)
        assert (status["width"], status["height"], status["sound"]) == (640, 360, True)
        assert abs(status["pdt_ms"] - status["now_ms"]) < 1000
    playlist = station.segments(first, 2)
    epoch = re.search(r'URI="([0-9a-f]+)/init-\w+\.mp4"', playlist)
    assert epoch is not None and epoch[1] not in station.playlist(second)
    for (begin_ms, length_ms), (following_ms, _) in pairwise(_times(playlist)):
        assert following_ms == begin_ms + length_ms, "media time goes on without a step"


def test_what_players_get_is_fragments_that_may_be_kept_for_ever(station: Station) -> None:
    channel = station.channel()
    station.publish(channel.key)
    playlist = station.segments(channel, 1)
    for name in (
        re.findall(r'MAP:URI="(\S+?)"', playlist)[0],
        re.findall(r'PART:\S*URI="(\S+?)"', playlist)[0],
        re.findall(r"^\w+/\d+\.m4s$", playlist, re.M)[0],
    ):
        answer = station.get(f"{channel.name}/{name}")
        assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
        kinds = [kind for kind, _ in boxes(answer.content)]
        assert kinds[0] in ("ftyp", "moof")
        if kinds[0] == "ftyp":
            assert find(answer.content, "moov/mvex")
        else:
            assert {run.track for run in runs(answer.content)} == {1, 2}


def test_a_blocking_reload_is_answered_when_the_part_is_there(station: Station) -> None:
    channel = station.channel()
    station.publish(channel.key)
    playlist = station.segments(channel, 1)
    waits_ms = []
    for _ in range(4):
        hint = re.search(r'PRELOAD-HINT:TYPE=PART,URI="\w+/(\d+)\.(\d+)\.m4s"', playlist)
        assert hint is not None
        begun = time.monotonic()
        playlist = station.playlist(channel, f"?_HLS_msn={hint[1]}&_HLS_part={hint[2]}")
        waits_ms.append((time.monotonic() - begun) * 1000)
        assert re.search(rf'PART:\S*URI="\w+/{hint[1]}\.{hint[2]}\.m4s"', playlist)
    assert 500 < sum(waits_ms) < 2500, "four parts of a third of a second"
    hint = re.search(r'PRELOAD-HINT:TYPE=PART,URI="(\S+)"', playlist)
    assert hint is not None
    part = station.get(f"{channel.name}/{hint[1]}")  # announced, and not there yet
    assert part.status_code == 200 and next(iter(boxes(part.content)))[0] == "moof"


def test_when_the_publisher_is_killed_viewers_find_him_again_after_a_break(
    station: Station,
) -> None:
    channel = station.channel()
    publisher = station.publish(channel.key)
    before = station.segments(channel, 2)
    publisher.kill()
    until(lambda: not station.status(channel)["on_air"])
    during = station.playlist(channel)
    assert "PRELOAD-HINT" not in during and "ENDLIST" not in during
    station.publish(channel.key)
    after = until(lambda: _with_break(station.playlist(channel)))
    epoch = re.findall(r'MAP:URI="(\w+)/', after)
    assert set(epoch) == set(re.findall(r'MAP:URI="(\w+)/', before)), "the epoch is kept"
    times = [begin_ms for begin_ms, _ in _times(after)]
    assert times == sorted(times)
    assert station.status(channel)["runs"] == 2
    ended = until(lambda: Session.objects.filter(channel=channel, ended_at__isnull=False).first())
    assert ended.ended_why == "connection_lost" and ended.frames > 30


def _with_break(playlist: str) -> str | None:
    found = re.search(r"#EXT-X-DISCONTINUITY\n.*#EXTINF", playlist, re.S)
    return playlist if found else None


def test_the_newest_publisher_wins_over_one_in_a_tunnel(station: Station) -> None:
    channel = station.channel()
    old = station.publish(channel.key)
    station.on_air(channel, frames=30)
    old.freeze()
    begun = time.monotonic()
    station.publish(channel.key)
    until(lambda: station.status(channel)["runs"] == 2)
    station.on_air(channel, frames=10)
    assert time.monotonic() - begun < 5, "not the fifteen seconds after which he counts as gone"
    old.thaw()
    code, _ = old.wait()
    assert code != 0, "the old one is turned away and does not disturb the new one"
    assert station.status(channel)["on_air"]
    assert station.status(channel)["runs"] == 2
    whys = Session.objects.filter(channel=channel).order_by("started_at")
    assert [session.ended_why for session in whys] == ["superseded", ""]


def test_nonsense_on_the_port_disturbs_nobody(station: Station) -> None:
    channel = station.channel()
    station.publish(channel.key)
    before = station.on_air(channel, frames=30)
    hello = b"\x03" + bytes(1536) + bytes(1536)
    oversize = hello + b"\x04\0\0\0\xff\xff\xff\x09\x01\0\0\0"
    for noise in (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00" + os.urandom(500),
        os.urandom(5000),
        hello + os.urandom(9000),
        oversize,
    ):
        _until_dropped(station.rtmp_port, noise)
    after = station.on_air(channel, frames=before["frames"] + 10)
    assert after["runs"] == 1 and after["decode_gaps"] == 0


def _until_dropped(port: int, noise: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=3) as guest:
        guest.sendall(noise)
        try:
            while guest.recv(65536):
                pass
        except ConnectionError:
            pass


def test_hevc_is_refused_with_words_that_help(station: Station) -> None:
    channel = station.channel()
    body = b"\x90hvc1" + bytes(20)
    reply = _raw_publish(station.rtmp_port, channel.key, body)
    assert b"set H.264" in reply and b"hvc1" in reply
    assert not station.status(channel)["on_air"]


def _raw_publish(port: int, key: str, video: bytes) -> bytes:
    """Publish one video message by hand; all that the server says."""
    from firsthand.media import amf, chunks

    def say(*words: amf.Value) -> bytes:
        return chunks.write_message(chunks.COMMAND, amf.encode(*words), chunk_stream=3)

    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as guest:
        guest.sendall(b"\x03" + bytes(2 * 1536))
        while len(heard) < 1 + 2 * 1536:
            heard += guest.recv(65536)
        guest.sendall(say("connect", 1, {"app": "live"}) + say("createStream", 2, None))
        guest.sendall(say("publish", 3, None, key, "live"))
        while b"Publish.Start" not in heard:
            heard += guest.recv(65536)
        guest.sendall(chunks.write_message(chunks.VIDEO, video, chunk_stream=4, stream_id=1))
        while more := guest.recv(65536):
            heard += more
    return heard


def test_b_frames_cost_no_time_on_the_players_line_and_are_seen(
    station: Station, reordered_clip: Path
) -> None:
    channel = station.channel()
    station.publish(channel.key, clip=reordered_clip)
    station.segments(channel, 2)
    status = station.status(channel)
    assert status["b_frames"] and "b_frames" in [one["code"] for one in status["advice"]]
    segment = re.findall(r"^\w+/\d+\.m4s$", station.playlist(channel), re.M)[0]
    first = runs(station.get(f"{channel.name}/{segment}").content)[0]
    assert first.rows[0][3] == 0, "a key frame is shown when it is decoded"


def test_a_channel_that_is_closed_goes_dark_and_says_so(station: Station) -> None:
    channel = station.channel()
    publisher = station.publish(channel.key)
    station.segments(channel, 1)
    with transaction.atomic():
        actions.close_channel(channel.pk)
    code, _ = publisher.wait()
    assert code != 0
    assert until(lambda: "#EXT-X-ENDLIST" in station.playlist(channel))
    code, complaint = station.publish(channel.key).wait()
    assert "unknown stream key" in complaint


def test_a_show_that_ended_after_its_host_had_gone_is_over_for_players(station: Station) -> None:
    channel = station.channel()
    station.publish(channel.key, "-frames:v", "45").wait()
    until(lambda: not station.status(channel)["on_air"])
    assert "#EXT-X-ENDLIST" not in station.playlist(channel)
    with transaction.atomic():
        actions.close_channel(channel.pk)
    assert until(lambda: "#EXT-X-ENDLIST" in station.playlist(channel))


def test_who_asks_for_what_is_not_there_is_told_so(station: Station) -> None:
    dark = station.get("nobody-1/index.m3u8")
    assert dark.status_code == 404 and dark.headers["cache-control"] == "public, max-age=1"
    assert station.get("nobody-1/status.json").json()["on_air"] is False
    assert station.get("nobody-1/replay.m3u8").status_code == 404
    assert station.get("nobody-1/tape.mp4").status_code == 404
    for path in ("..%2fsecret/replay.m3u8", "../secret", "a/b/c", "", "x/1/init-0.mp4/.."):
        assert station.get(path).status_code == 404


def test_a_reload_that_no_player_can_mean_is_refused(station: Station) -> None:
    channel = station.channel()
    station.publish(channel.key)
    station.segments(channel, 1)
    for query in ("?_HLS_msn=999", "?_HLS_msn=x", "?_HLS_msn=-1", "?_HLS_part=1", "?_HLS_msn=²"):
        answer = station.get(f"{channel.name}/index.m3u8{query}")
        assert answer.status_code == 400 and "code" in answer.json()
    assert station.get(f"{channel.name}/index.m3u8?{'x' * 4000}").status_code == 414


def test_players_may_only_read(station: Station) -> None:
    address = f"{station.role.url}/media/healthz"
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = httpx.request(method, address)
        assert answer.status_code == 405 and answer.headers["allow"] == "GET, HEAD"
    answer = httpx.head(address)
    assert answer.status_code == 200 and answer.content == b""
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in answer.headers


def test_machines_see_how_it_goes(station: Station) -> None:
    assert station.get("healthz").json()["ok"] is True
    assert "firsthand_ingest_bytes_total" in station.get("metrics").text


def test_the_recording_is_whole_and_plays(station: Station) -> None:
    channel = station.channel()
    code, complaint = station.publish(channel.key, "-frames:v", "75").wait()
    assert (code, complaint) == (0, "")
    kept = until(lambda: Recording.objects.filter(channel=channel, ended_at__isnull=False).first())
    assert (
        kept.duration_ms in (2500, 2501) and kept.bytes == (station.home / kept.path).stat().st_size
    )
    replay = station.get(f"{channel.name}/replay.m3u8").text
    assert replay.endswith("#EXT-X-ENDLIST\n") and replay.count("PROGRAM-DATE-TIME") == 3
    assert station.decode(f"{channel.name}/replay.m3u8") == (75, "")
    session = Session.objects.get(channel=channel)
    assert (session.frames, session.ended_why) == (75, "unpublished")


def test_a_piece_of_the_recording_is_the_piece(station: Station) -> None:
    channel = station.channel()
    station.publish(channel.key, "-frames:v", "45").wait()
    kept = until(lambda: Recording.objects.filter(channel=channel, ended_at__isnull=False).first())
    whole = (station.home / kept.path).read_bytes()
    tape = f"{channel.name}/tape.mp4"
    assert station.get(tape).content == whole
    piece = station.get(tape, headers={"range": "bytes=100-299"})
    assert (piece.status_code, piece.content) == (206, whole[100:300])
    assert piece.headers["content-range"] == f"bytes 100-299/{len(whole)}"
    outside = station.get(tape, headers={"range": f"bytes={len(whole)}-"})
    assert outside.status_code == 416
    head = httpx.head(f"{station.role.url}/media/{tape}")
    assert head.headers["content-length"] == str(len(whole)) and head.content == b""
