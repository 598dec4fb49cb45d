"""Media time: which instant of the world a picture belongs to (EXT-X-PROGRAM-DATE-TIME).

Everything that must happen on the right picture – a card, a price, a chapter of the replay
– is stamped with media time, so one rule stands above all: **within a run, media time is a
straight line of the presentation time**, ``media = anchor + presentation``. Players line up
playlists by it; when the anchor crept by two milliseconds a frame to follow the best
arrival, they misplaced the playhead by up to 178 ms.

The anchor is what the first second of pictures allows at the least, since no picture can be
older than the moment it was taken: the smallest (arrival − presentation). Then it is frozen.
What drifts later is the cue's business, not the playlist's.
"""

ESTIMATE_MS = 1000  # of presentation time, before the anchor is frozen
AHEAD_MAX_MS = 500  # an encoder's clock this far in the future has jumped


class Timeline:
    """The straight line of one run: sees the first pictures arrive, then stands."""

    def __init__(self, *, not_before_ms: int = 0) -> None:
        """NOT_BEFORE_MS is where the run before this one ended: time never goes back."""
        self._not_before_ms = not_before_ms
        self._first_ms: int | None = None
        self._least_ms = 0
        self.anchor_ms: int | None = None

    def see(self, presentation_ms: int, arrival_ms: int) -> None:
        """A picture has arrived; once the anchor is frozen this changes nothing."""
        if self.anchor_ms is not None:
            return
        offset_ms = arrival_ms - presentation_ms
        if self._first_ms is None:
            self._first_ms, self._least_ms = presentation_ms, offset_ms
        self._least_ms = min(self._least_ms, offset_ms)
        if presentation_ms - self._first_ms >= ESTIMATE_MS:
            self.freeze()

    def freeze(self) -> None:
        """Let the anchor be what has been seen so far."""
        if self.anchor_ms is None and self._first_ms is not None:
            self.anchor_ms = max(self._least_ms, self._not_before_ms - self._first_ms)

    def media_ms(self, presentation_ms: int) -> int:
        """The instant of a picture, in milliseconds since 1970."""
        assert self.anchor_ms is not None, "no time before the anchor"
        return self.anchor_ms + presentation_ms

    def runs_ahead(self, presentation_ms: int, arrival_ms: int) -> bool:
        """Whether a picture claims to come from the future: the encoder's clock has jumped."""
        return (
            self.anchor_ms is not None
            and self.media_ms(presentation_ms) - arrival_ms > AHEAD_MAX_MS
        )
