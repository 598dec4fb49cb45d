"""What happens next: a heap of instants, in two arrays."""

from firsthand.factory.compiled.jit import inner
from firsthand.factory.compiled.windows import Ints


@inner
def put(instants: Ints, events: Ints, size: int, instant: int, event: int) -> int:
    """One more event; how many there are now."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if instants[above] <= instant:
            break
        instants[place], events[place] = instants[above], events[above]
        place = above
    instants[place], events[place] = instant, event
    return size + 1


@inner
def drop(instants: Ints, events: Ints, size: int) -> int:
    """The first event is over; how many are left."""
    size -= 1
    instant, event = instants[size], events[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and instants[below + 1] < instants[below]:
            below += 1
        if instants[below] >= instant:
            break
        instants[place], events[place] = instants[below], events[below]
        place = below
    instants[place], events[place] = instant, event
    return size
