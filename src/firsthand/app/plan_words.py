"""How a planner says on the command line what he means: days, machines, pieces. Pure.

    --shift smt:2026-11-28:08:00-16:00      --machine-down smt:2:2026-11-24T08:00..2026-11-24T20:00
    --more-machines assembly:1              --pieces K-100:5000:2026-12-12

Days and hours are those of the house's own clock.
"""

import re
from datetime import date, datetime, time, tzinfo

from firsthand.factory.replanning.questions import ExtraShift, MoreMachines, MorePieces, Standing

_CENTRE = r"(?P<centre>[^:]+)"
_SHIFT = re.compile(
    rf"{_CENTRE}:(?P<day>\d{{4}}-\d\d-\d\d)"
    r"(?::(?P<from>\d{1,2}:\d\d)-(?P<to>\d{1,2}:\d\d))?"
)
_DOWN = re.compile(
    rf"{_CENTRE}(?::(?P<machine>\d{{1,5}}))?:(?P<from>\d{{4}}-.+)\.\.(?P<to>\d{{4}}-.+)"
)
_MORE = re.compile(rf"{_CENTRE}:(?P<count>\d{{1,5}})")
_PIECES = re.compile(r"(?P<sku>[^:]+):(?P<quantity>\d{1,9}):(?P<by>\d{4}-.+)")


class Unclear(ValueError):
    """The words do not say what is meant."""


def _read(pattern: re.Pattern[str], words: str, form: str) -> re.Match[str]:
    found = pattern.fullmatch(words.strip())
    if found is None:
        raise Unclear(f"“{words}” is not of the form {form}")
    return found


def moment(words: str, zone: tzinfo, *, at: time = time()) -> datetime:
    """An instant; of a day alone, that time of it.

    >>> from datetime import UTC
    >>> moment("2026-11-24T08:30", UTC).isoformat()
    '2026-11-24T08:30:00+00:00'
    """
    try:
        if len(words) == len("2026-11-24"):
            return datetime.combine(date.fromisoformat(words), at, zone)
        found = datetime.fromisoformat(words)
    except ValueError:
        raise Unclear(
            f"“{words}” is no day and no time; say 2026-11-24 or 2026-11-24T08:30"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _minute(words: str) -> int:
    hours, minutes = (int(word) for word in words.split(":"))
    if hours > 24 or minutes > 59:
        raise Unclear(f"“{words}” is no time of day")
    return 60 * hours + minutes


def shift(words: str) -> ExtraShift:
    """A shift more; without times it is from eight to four.

    >>> shift("smt:2026-11-28:22:00-06:00")
    ExtraShift(work_centre='smt', day=datetime.date(2026, 11, 28), start_minute=1320, minutes=480)
    """
    found = _read(_SHIFT, words, "CENTRE:DAY or CENTRE:DAY:HH:MM-HH:MM")
    day = moment(found["day"], None).date()  # type: ignore[arg-type]  # a day has no zone
    if not found["from"]:
        return ExtraShift(found["centre"], day)
    start, end = _minute(found["from"]), _minute(found["to"])
    return ExtraShift(found["centre"], day, start, (end - start) % 1440 or 1440)


def machine_down(words: str, zone: tzinfo) -> Standing:
    """A machine, or all of a work centre, stands still."""
    found = _read(_DOWN, words, "CENTRE:FROM..TO or CENTRE:MACHINE:FROM..TO")
    return Standing(
        found["centre"],
        moment(found["from"], zone),
        moment(found["to"], zone, at=time(23, 59, 59)),
        int(found["machine"]) if found["machine"] else None,
    )


def more_machines(words: str) -> MoreMachines:
    """A work centre has more machines.

    >>> more_machines("smt:2")
    MoreMachines(work_centre='smt', machines=2)
    """
    found = _read(_MORE, words, "CENTRE:NUMBER")
    return MoreMachines(found["centre"], int(found["count"]))


def pieces(words: str, zone: tzinfo) -> MorePieces:
    """More pieces are wanted by a day, or by an hour of it."""
    found = _read(_PIECES, words, "SKU:QUANTITY:BY")
    by = moment(found["by"], zone, at=time(23, 59, 59))
    return MorePieces(found["sku"], int(found["quantity"]), by)
