"""Counts that are gathered at the edge and told as sums: likes, and who is watching."""

from firsthand.kit import outbox
from firsthand.show import store
from firsthand.show.events import LikesCounted, ViewersCounted


def add_likes(show_id: int, likes: int) -> int | None:
    """Count likes that were gathered; how many there are now (None where the show is over)."""
    assert likes > 0, "likes are only added"
    total = store.add_likes(show_id, likes)
    if total is not None:
        outbox.tell(f"show:{show_id}", [LikesCounted(total)])
    return total


def say_presence(show_id: int, process: str, viewers: int) -> int | None:
    """A process says how many viewers it has in a room; the new sum, if it is another.

    A process that was killed says nothing any more, and after a few seconds the others
    count without it.
    """
    total = store.say_presence(show_id, process, viewers)
    if total is not None:
        outbox.tell(f"show:{show_id}", [ViewersCounted(total)])
    return total
