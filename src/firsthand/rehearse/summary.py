"""What a rehearsal found: how many came, what they did, how the doors answered. Pure."""

from collections import Counter
from dataclasses import dataclass, field


def percentile(values: list[float], share: float) -> float | None:
    """The nearest-rank percentile; None of nothing.

    >>> percentile([1, 2, 3, 4], 0.5)
    2
    """
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, round(share * len(ordered)) - 1))]


@dataclass(slots=True)
class Summary:
    """Counts and times of one rehearsal."""

    viewers: int = 0
    entered: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)  # of the order door
    faults: Counter[str] = field(default_factory=Counter)
    press_ms: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def went_well(self) -> bool:
        """Whether everyone got in, and no door failed (a refusal is no failure)."""
        return not self.faults and self.entered == self.viewers > 0

    def as_text(self) -> str:
        """The summary, to be read."""
        p50, p99 = percentile(self.press_ms, 0.5), percentile(self.press_ms, 0.99)
        lines = [
            f"{self.entered} of {self.viewers} viewers came in, for {self.seconds:.0f} s",
            "  " + ", ".join(f"{word} {self.counts[word]}" for word in sorted(self.counts)),
        ]
        if self.answers:
            lines.append(
                "  presses: "
                + ", ".join(f"{word} {count}" for word, count in self.answers.most_common())
            )
        if p50 is not None and p99 is not None:
            lines.append(f"  from press to answer: p50 {p50:.0f} ms, p99 {p99:.0f} ms")
        if self.faults:
            lines.append("  FAULTS: " + ", ".join(f"{w} ×{n}" for w, n in self.faults.items()))
        return "\n".join(lines)
