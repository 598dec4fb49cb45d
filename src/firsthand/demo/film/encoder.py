"""ffmpeg as a separate process: pictures go in by one pipe, sound by another.

It is under the GPL and stays outside: we start the binary that comes with imageio-ffmpeg
and speak to it through pipes only.
"""

import os
import select
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from fcntl import F_SETPIPE_SZ, fcntl

import imageio_ffmpeg

from firsthand.demo.film.canvas import Bytes
from firsthand.demo.film.sound import CHANNELS, RATE_HZ

PIPE_BYTES = 1 << 20
VIDEO_KBPS, AUDIO_KBPS = 1800, 96
LETHARGY_S = 8  # a door that takes nothing for so long is gone
STALL_MS = 200
LINES_MAX = 20
FAILURES = ("error", "broken pipe", "connection reset", "timed out")


class Gone(Exception):
    """The other side of the pipe is not there any more."""


class Encoder:
    """One run of ffmpeg, from the first frame until it ends or is ended."""

    def __init__(self, target: str, width: int, height: int, fps: int) -> None:
        reads, self._sound = os.pipe()
        try:
            self.process = subprocess.Popen(
                command(target, width, height, fps, reads),
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=(reads,),
                bufsize=0,
                start_new_session=True,  # a signal to the show's terminal is ours to pass on
            )
        finally:
            os.close(reads)
        assert self.process.stdin and self.process.stderr
        for pipe in (self.process.stdin.fileno(), self._sound):
            os.set_blocking(pipe, False)
            with suppress(OSError):  # a smaller pipe will do
                fcntl(pipe, F_SETPIPE_SZ, PIPE_BYTES)
        self._said: deque[str] = deque(maxlen=LINES_MAX)
        self._failed = threading.Event()
        self._listener = threading.Thread(target=self._listen, daemon=True, name="ffmpeg-says")
        self._listener.start()

    def put(self, frame: Bytes, sound: bytes, given_up: Callable[[], bool]) -> None:
        """Hand over one frame with its sound. Raises Gone, also when it was given up meanwhile."""
        assert self.process.stdin
        self._write(self._sound, memoryview(sound), given_up)
        self._write(self.process.stdin.fileno(), frame.data.cast("B"), given_up)

    def _write(self, pipe: int, data: memoryview, given_up: Callable[[], bool]) -> None:
        # When its door goes away ffmpeg waits for its other pipe to end, and reads from neither:
        # a plain write would wait for ever.
        until = time.monotonic() + LETHARGY_S
        while data:
            try:
                data = data[os.write(pipe, data) :]
            except BlockingIOError:
                room = select.poll()
                room.register(pipe, select.POLLOUT)
                if not room.poll(STALL_MS) and (
                    self._failed.is_set() or given_up() or time.monotonic() > until
                ):
                    raise Gone(self.last_words()) from None
            except OSError as fault:
                raise Gone(self.last_words()) from fault

    def end(self, wait_s: float = 5.0) -> int:
        """Close both pipes, so that what was handed over is finished; then make sure of the end."""
        assert self.process.stdin
        with suppress(OSError):
            self.process.stdin.close()
        if self._sound >= 0:
            os.close(self._sound)
            self._sound = -1
        try:
            return self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self._listener.join(1)
            if self.process.stderr:
                self.process.stderr.close()

    def last_words(self) -> str:
        """What ffmpeg said last, without the address, which holds the key."""
        return self._said[-1] if self._said else "ffmpeg ended"

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            text = line.decode(errors="replace").strip()
            if any(word in text.lower() for word in FAILURES):
                self._failed.set()
            if text and "://" not in text:
                self._said.append(text)


def command(target: str, width: int, height: int, fps: int, sound_pipe: int) -> list[str]:
    """How ffmpeg is started: no look-ahead, no B-frames, a key frame each second."""
    form = ["-f", "flv", "-flvflags", "no_duration_filesize"]
    if "://" not in target:
        form = ["-movflags", "+faststart", "-y"]
    elif target.startswith("rtmp"):
        form = ["-rw_timeout", str(LETHARGY_S * 1_000_000), *form]
    return [
        str(imageio_ffmpeg.get_ffmpeg_exe()), "-hide_banner", "-loglevel", "warning", "-nostats",
        "-probesize", "32", "-analyzeduration", "0", "-thread_queue_size", "8",
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", str(fps),
        "-i", "pipe:0",
        "-probesize", "32", "-analyzeduration", "0", "-thread_queue_size", "64",
        "-f", "s16le", "-ar", str(RATE_HZ), "-ac", str(CHANNELS), "-i", f"pipe:{sound_pipe}",
        "-map", "0:v", "-map", "1:a",
        "-c:v", "libx264", "-preset", "superfast", "-tune", "zerolatency", "-profile:v", "main",
        "-threads", "1", "-g", str(fps), "-keyint_min", str(fps), "-sc_threshold", "0", "-bf", "0",
        "-b:v", f"{VIDEO_KBPS}k", "-maxrate", f"{VIDEO_KBPS * 11 // 10}k",
        # The colours are named in the stream only: ffmpeg's own options would convert them.
        "-bufsize", f"{VIDEO_KBPS}k", "-x264-params",
        "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv",
        "-c:a", "aac", "-aac_coder", "fast", "-b:a", f"{AUDIO_KBPS}k", "-flush_packets", "1",
        *form, target,
    ]  # fmt: skip
