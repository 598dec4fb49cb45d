"""How one operation is placed on a machine: setups, tools, calendars. The only place that does.

See ``compiled/shop.py`` for the rule.
"""

from firsthand.factory.compiled.jit import inner
from firsthand.factory.compiled.shop import NONE, Arrays
from firsthand.factory.compiled.windows import begins, ends, next_open


@inner
def setup_seconds(shop: Arrays, machine: int, family: int, part: int, operation: int) -> int:
    """How long a machine that made PART of FAMILY before is set up for an operation.

    As ``problem.WorkCentre.setup_seconds``.
    """
    wanted = shop.family[operation]
    if wanted == NONE or wanted != family:
        table = shop.changeover[shop.centre[machine]]
        if table != NONE and wanted != NONE and family != NONE:
            found = shop.changeovers[table, family, wanted]
            if found != NONE:
                return found
        return shop.own_setup[operation]
    if part == NONE or shop.part[operation] == NONE or part == shop.part[operation]:
        return 0
    return shop.minor_setup[shop.centre[machine]]


@inner
def placed(
    shop: Arrays, machine: int, base: int, setup: int, ready: int, work: int
) -> tuple[int, int]:
    """The start (of the setup) and the end of an operation of WORK seconds on a machine.

    BASE: when the machine and the tools are free. READY: when its run may begin.
    """
    calendar = shop.calendar[machine]
    set_up = ends(shop.windows, calendar, next_open(shop.windows, calendar, base), setup)
    run = next_open(shop.windows, calendar, max(set_up, ready))
    return begins(shop.windows, calendar, run, setup), ends(shop.windows, calendar, run, work)
