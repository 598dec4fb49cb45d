"""How much one viewer may send: a bucket of words that fills again with time. Pure."""

from dataclasses import dataclass, field

WORDS_A_SECOND = 5.0
WORDS_AT_ONCE = 40  # a finger on the heart sends two a second; the rest is room for chat


@dataclass(slots=True)
class Pace:
    """Counts what one viewer sends; NOW is the loop's clock, in seconds."""

    filled_at: float
    words: float = field(default=WORDS_AT_ONCE)

    def allows(self, now: float) -> bool:
        """Whether one more word may be sent now.

        >>> pace = Pace(filled_at=0.0)
        >>> sum(pace.allows(1.0) for _ in range(100))
        40
        >>> pace.allows(1.1), pace.allows(1.3)
        (False, True)
        """
        self.words = min(WORDS_AT_ONCE, self.words + (now - self.filled_at) * WORDS_A_SECOND)
        self.filled_at = now
        if self.words < 1:
            return False
        self.words -= 1
        return True
