"""From which shelves pieces are drawn, and where what comes from the factory goes. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Shelf(NamedTuple):
    """What lies at one place."""

    account: str
    quantity: int


class Drawn(NamedTuple):
    """What each shelf gives, and how many pieces were on none."""

    given: dict[str, int]
    missing: int


def draw(shelves: Iterable[Shelf], wanted: int) -> Drawn:
    """Take WANTED pieces from the shelves, in their order, each to the last piece.

    >>> draw([Shelf("on_hand@north", 3), Shelf("on_hand@south", 9)], 5)
    Drawn(given={'on_hand@north': 3, 'on_hand@south': 2}, missing=0)
    >>> draw([Shelf("on_hand@north", 3)], 5)
    Drawn(given={'on_hand@north': 3}, missing=2)
    """
    given: dict[str, int] = {}
    for shelf in shelves:
        taken = min(shelf.quantity, wanted)
        if taken > 0:
            given[shelf.account] = given.get(shelf.account, 0) + taken
            wanted -= taken
    return Drawn(given, wanted)


class Finished(NamedTuple):
    """Where pieces that the factory finished go."""

    pays_back: int  # they were sold before they were made
    stays: int  # they are put on the shelf


def finished(quantity: int, owed: int) -> Finished:
    """What was put on offer before it was made is paid back first.

    >>> finished(10, owed=3)
    Finished(pays_back=3, stays=7)
    >>> finished(2, owed=3)
    Finished(pays_back=2, stays=0)
    """
    pays_back = min(quantity, owed)
    return Finished(pays_back, quantity - pays_back)


def there_are(balances: Mapping[str, int], *, planned: str, drawn: Iterable[str]) -> int:
    """How many pieces that left the shelves exist, and are not only undertaken to be made.

    Of eight on offer or sold, three of which the factory still owes, five can be touched.

    >>> there_are({"on_offer": 2, "sold": 6, "planned": -3}, planned="planned",
    ...           drawn=["on_offer", "held", "sold"])
    5
    """
    return sum(balances.get(account, 0) for account in drawn) + balances.get(planned, 0)
