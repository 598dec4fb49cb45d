"""Where forecasting begins: statsforecast is loaded when somebody forecasts, and not before."""

from importlib import import_module, util
from typing import Protocol, cast

from django.utils.translation import gettext_lazy as _

from firsthand.factory.forecast.backtest import Model
from firsthand.kit.errors import Refusal

BASELINE = "seasonal_naive"
_LIBRARY = "statsforecast"
_MODELS = "firsthand.factory.forecast.models"


class Models(Protocol):
    """What stands behind the seam."""

    def for_pieces(self, pieces: tuple[float, ...]) -> dict[str, Model]:
        """The models that suit a history."""


def is_installed() -> bool:
    """Whether there is anything to forecast with."""
    return util.find_spec(_LIBRARY) is not None


def find() -> Models:
    """The models, loaded."""
    if not is_installed():
        raise Refusal(
            "no_forecasting",
            _("Forecasting is not installed here: it needs the packages of firsthand[forecast]."),
        )
    return cast("Models", import_module(_MODELS))
