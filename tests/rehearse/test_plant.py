"""A plant that was drawn can be planned, and is the same for the same seed."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from firsthand.factory import actions
from firsthand.factory.models import PlannedOperation, WorkOrder
from firsthand.factory.solver import find
from firsthand.rehearse.plant import fill
from tests.factory import floor

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """The dispatcher is compiled before a transaction is open, which may not idle so long."""
    find("edd").solve(floor.problem(floor.lot(1, floor.step(1, 10))), seed=0)


def drawn(seed: int) -> list[tuple[int, int, datetime]]:
    """The work orders of a small plant; nothing of it stays."""
    with transaction.atomic():
        fill(120, seed=seed, now=MONDAY, skus=12, days=3)
        found = list(WorkOrder.objects.order_by("pk").values_list("quantity", "weight", "due_at"))
        transaction.set_rollback(True)
    return found


def test_a_plant_that_was_drawn_can_be_planned() -> None:
    with transaction.atomic():
        filled = fill(200, seed=1, now=MONDAY, skus=15, days=3)
        plan = actions.replan(MONDAY)
    assert len(filled.sku_ids) == 15
    assert PlannedOperation.objects.filter(plan=plan).count() == filled.operations
    assert 200 <= filled.operations < 210
    busy = plan.figures["utilisation_percent"].values()
    assert max(busy) > 40, "it has something to do"


def test_everything_follows_from_the_seed() -> None:
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
