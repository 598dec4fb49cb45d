"""What can be done with forecasts: make them anew, and see how right they would have been."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from firsthand.factory.events import FEED, ForecastMade
from firsthand.factory.forecast import backtest, seam, store
from firsthand.factory.forecast.backtest import DAYS_MIN, HORIZON_DAYS, Judged, interval
from firsthand.factory.forecast.history import History, from_takings, without_events
from firsthand.factory.forecast.seam import Models
from firsthand.factory.forecast.store import Expected
from firsthand.kit import outbox
from firsthand.kit.log import get_logger

HISTORY_DAYS = 180
Events = Mapping[int, Collection[date]]  # by SKU: days on which it was, or will be, shown

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """How good the forecasts would have been, beside those of the naive model."""

    skus: int
    too_young: int  # SKUs of which too little is known: they follow their base stock
    wape_percent: float
    naive_wape_percent: float
    mase: float
    naive_mase: float
    by_model: Mapping[str, int]  # SKUs that each model was chosen for


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected of a SKU, and how its model was chosen."""

    rows: tuple[Expected, ...]
    judged: Judged


def make(history: History, models: Models, events: Collection[date] = ()) -> Forecast:
    """Forecast a SKU from its history; the model that did best on the past says it."""
    cleaned = without_events(history, events)
    suited = models.for_pieces(cleaned.pieces)
    judged = backtest.judge(cleaned.pieces, suited, baseline=seam.BASELINE)
    said = [max(0.0, one) for one in suited[judged.model](cleaned.pieces, HORIZON_DAYS)]
    rows = []
    bounds = interval(said, judged.trial.errors)
    for ahead, (pieces, (low, high)) in enumerate(zip(said, bounds, strict=True)):
        day = history.next_day + timedelta(days=ahead)
        more = cleaned.lift if day in events else 0.0
        rows.append(
            Expected(history.sku_id, day, pieces + more, low + more, high + more, judged.model)
        )
    return Forecast(tuple(rows), judged)


def report(forecasts: Iterable[Forecast], too_young: int = 0) -> Report:
    """How good they would have been, all SKUs together."""
    judged = [one.judged for one in forecasts]
    taken = sum(one.taken for one in judged) or 1.0
    count = len(judged) or 1
    return Report(
        skus=len(judged),
        too_young=too_young,
        wape_percent=100 * sum(one.trial.off for one in judged) / taken,
        naive_wape_percent=100 * sum(one.naive.off for one in judged) / taken,
        mase=sum(one.trial.scaled for one in judged) / count,
        naive_mase=sum(one.naive.scaled for one in judged) / count,
        by_model=dict(Counter(one.model for one in judged)),
    )


def histories(now: datetime) -> list[History]:
    """What buyers took in the last half year, of each SKU that anybody took."""
    today = timezone.localdate(now)
    takings = store.takings(now - timedelta(days=HISTORY_DAYS + 1))
    found = (
        from_takings(sku_id, taken, today, days=HISTORY_DAYS) for sku_id, taken in takings.items()
    )
    return [one for one in found if one is not None]


def forecast(
    known: Iterable[History],
    *,
    events: Events | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> list[Forecast]:
    """Forecast each SKU of which enough is known. It takes a minute and asks nothing of the tables.

    EVENTS come from above: the factory knows no shows. PROGRESS is told how many are done.
    """
    models = seam.find()
    old = [one for one in known if len(one.pieces) >= DAYS_MIN]
    made = []
    for number, history in enumerate(old):
        made.append(make(history, models, (events or {}).get(history.sku_id, ())))
        if progress:
            progress(number + 1, len(old))
    return made


def put_down(made: Sequence[Forecast], *, too_young: int = 0) -> Report:
    """Let these be the forecasts, and tell how good they would have been."""
    store.write([row for one in made for row in one.rows])
    found = report(made, too_young)
    log.info("forecast_made", skus=found.skus, wape_percent=round(found.wape_percent, 1))
    outbox.tell(
        FEED,
        [
            ForecastMade(
                skus=found.skus,
                wape_percent=round(found.wape_percent, 1),
                naive_wape_percent=round(found.naive_wape_percent, 1),
                by_model=dict(found.by_model),
            )
        ],
    )
    return found
