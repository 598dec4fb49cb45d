"""How one operation is placed on a machine: setups, tools, calendars. The only place that does.

See ``compiled/shop.py`` for the rule. ``setup_seconds`` and ``placed`` take the shop;
``changed_over`` and ``worked_in`` say the same of numbers, for who walks through thousands of
operations and cannot hand over all of the shop for each.
"""

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.jit import inner
from firsthand.factory.compiled.shop import NONE, Arrays
from firsthand.factory.compiled.windows import Windows, begins, ends, next_open


@inner
def setup_seconds(shop: Arrays, machine: int, family: int, part: int, operation: int) -> int:
    """How long a machine that made PART of FAMILY before is set up for an operation.

    As ``problem.WorkCentre.setup_seconds``.
    """
    centre = shop.centre[machine]
    return changed_over(
        shop.changeovers,
        shop.changeover[centre],
        shop.minor_setup[centre],
        shop.own_setup[operation],
        family,
        part,
        shop.family[operation],
        shop.part[operation],
    )


@inner
def changed_over(
    changeovers: NDArray[np.int64],
    table: int,
    minor: int,
    own: int,
    family: int,
    part: int,
    wanted: int,
    wanted_part: int,
) -> int:
    """How long it takes from PART of FAMILY to another, by a TABLE of changeovers or else OWN."""
    if wanted == NONE or wanted != family:
        if table != NONE and wanted != NONE and family != NONE:
            found = changeovers[table, family, wanted]
            if found != NONE:
                return found
        return own
    if NONE in (part, wanted_part) or part == wanted_part:
        return 0
    return minor


@inner
def placed(
    shop: Arrays, machine: int, base: int, setup: int, ready: int, work: int
) -> tuple[int, int]:
    """The start (of the setup) and the end of an operation of WORK seconds on a machine.

    BASE: when the machine and the tools are free. READY: when its run may begin.
    """
    return worked_in(shop.windows, shop.calendar[machine], base, setup, ready, work)


@inner
def worked_in(
    windows: Windows, calendar: int, base: int, setup: int, ready: int, work: int
) -> tuple[int, int]:
    """The same on a machine with this calendar."""
    set_up = ends(windows, calendar, next_open(windows, calendar, base), setup)
    run = next_open(windows, calendar, max(set_up, ready))
    return begins(windows, calendar, run, setup), ends(windows, calendar, run, work)
