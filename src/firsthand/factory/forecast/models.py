"""The models, as statsforecast has them. Loaded by ``seam`` alone: it takes seconds and memory."""

from collections.abc import Sequence

import numpy as np
from statsforecast.models import AutoETS, CrostonOptimized, SeasonalWindowAverage

from firsthand.factory.forecast import backtest
from firsthand.factory.forecast.backtest import Model
from firsthand.factory.forecast.history import WEEK, is_intermittent

NAIVE = "seasonal_naive"
WINDOW_WEEKS = 8


def for_pieces(pieces: Sequence[float]) -> dict[str, Model]:
    """The models that suit a history: of levels and seasons, or of what is asked for now and then.

    Of the family of AutoETS it is the one with additive errors and weekdays and without a trend:
    a trend of a few weeks is a guess, and the search over all of them takes twenty times as long.
    """
    found: dict[str, Model] = {NAIVE: backtest.naive, "weekday_mean": _weekday_mean}
    if is_intermittent(pieces):
        found["croston"] = _croston
    else:
        found["ets"] = _ets
    return found


def _ets(pieces: Sequence[float], days: int) -> Sequence[float]:
    return _mean(AutoETS(season_length=WEEK, model="ANA"), pieces, days)


def _croston(pieces: Sequence[float], days: int) -> Sequence[float]:
    if not any(pieces):
        return [0.0] * days
    return _mean(CrostonOptimized(), pieces, days)


def _weekday_mean(pieces: Sequence[float], days: int) -> Sequence[float]:
    weeks = min(WINDOW_WEEKS, len(pieces) // WEEK)
    return _mean(SeasonalWindowAverage(season_length=WEEK, window_size=weeks), pieces, days)


def _mean(
    model: AutoETS | CrostonOptimized | SeasonalWindowAverage, pieces: Sequence[float], days: int
) -> list[float]:
    said = model.forecast(np.asarray(pieces, dtype=np.float64), days)["mean"]
    return [float(one) for one in np.nan_to_num(said, nan=0.0, posinf=0.0, neginf=0.0)]
