"""A season in memory: nothing is lost, and promises are kept when nothing goes wrong."""

from collections import Counter
from dataclasses import replace

import pytest

from firsthand.factory.noise import CALM
from firsthand.factory.policy import Policy
from firsthand.rehearse.season.comparing import MEASURES, Task, compare, figures
from firsthand.rehearse.season.floor import Floor
from firsthand.rehearse.season.ledger import Books
from firsthand.rehearse.season.playing import Outcome, play
from firsthand.rehearse.season.ways import USUAL, WAYS, Cadence, Way
from firsthand.rehearse.season.world import Breakdown, Setting, World
from firsthand.rehearse.works import BEGINS_AT, DAY

SHORT = Setting(months=0.4)
QUIET = replace(
    SHORT, load=0.6, chances=CALM, breakdowns_a_month=0.0, late_material_share=0.0,
    cover_days=1.0,
)  # fmt: skip
BY_DUE = USUAL._replace(rule="edd")  # no search: it is quick


def played(setting: Setting, way: Way, seed: int = 1) -> Outcome:
    """A season that is played."""
    return play(World(setting, seed), way)


@pytest.mark.parametrize("name", ["ladder", "fixed-7", "weekly", "live", "fifo"])
def test_nothing_is_lost_and_nothing_comes_from_nowhere(name: str) -> None:
    found = played(SHORT, WAYS[name])
    tally = found.tally
    assert tally.wanted == tally.taken + tally.lost
    assert tally.taken == tally.shipped + found.waiting
    assert found.stock_before + found.made == found.stock_after + tally.shipped
    assert tally.kept + tally.missed == tally.taken
    assert found.made > 0 and tally.shipped > 0


def test_nothing_ships_before_it_is_made() -> None:
    world = World(SHORT, 2)
    found = play(world, BY_DUE)
    moved = [one.quantity for one in found.movements]
    assert sum(moved) == found.made - found.tally.shipped
    assert [one.at for one in found.movements] == sorted(one.at for one in found.movements)
    # Product by product: what has left is never more than what was there and was made by then.
    made: Counter[int] = Counter()
    least: Counter[int] = Counter()
    for one in found.movements:
        made[one.product] += one.quantity
        least[one.product] = min(least[one.product], made[one.product])
    assert -sum(least.values()) <= found.stock_before


def test_the_same_seed_is_the_same_season() -> None:
    brief = replace(SHORT, months=0.2)
    once, again, other = (played(brief, WAYS["ladder"], seed) for seed in (3, 3, 4))
    assert once == again
    assert once != other


def test_all_ways_meet_the_same_buyers_and_the_same_mishaps() -> None:
    wanted = {played(SHORT, way).tally.wanted for way in (BY_DUE, WAYS["fixed-7"])}
    assert len(wanted) == 1
    one, other = World(SHORT, 1), World(SHORT, 1)
    assert one.demand == other.demand and one.shows == other.shows
    assert one.breakdowns == other.breakdowns and one.breakdowns
    assert one.patience(5, 2, 9) == other.patience(5, 2, 9)


def test_where_nothing_goes_wrong_every_promise_is_kept() -> None:
    """The control: the plan's own dates, a floor that keeps to them, and time enough."""
    found = played(QUIET, BY_DUE._replace(quantile=None))
    assert found.tally.missed == 0
    assert found.tally.promised_days > found.tally.taken  # some of them were promised from lots
    noisy = replace(QUIET, chances=SHORT.chances, load=0.95, breakdowns_a_month=4.0)
    assert played(noisy, BY_DUE._replace(quantile=None)).tally.missed > 0


def test_one_day_for_everybody_is_a_promise_that_breaks() -> None:
    one_day = played(SHORT, BY_DUE._replace(fixed_days=1))
    ladder = played(SHORT, BY_DUE)
    assert one_day.tally.missed > 5 * max(1, ladder.tally.missed)
    assert one_day.tally.lost < ladder.tally.lost  # but it sells


def test_who_plans_once_a_week_makes_fewer_plans() -> None:
    brief = replace(SHORT, months=0.25)
    weekly, nightly, live = (
        played(brief, BY_DUE._replace(cadence=cadence)).plans for cadence in Cadence
    )
    assert weekly < nightly < live


def test_a_machine_that_breaks_down_ends_later_what_it_runs() -> None:
    world = World(QUIET, 1)
    ends = []
    for broken in (False, True):
        floor, product = Floor(world), world.products[0]
        floor.open(world.lot(1, product, product.lot_size, 0, 9 * DAY))
        floor.go_on(600, Policy("edd"))
        [running] = [one.fixed for one in floor.problem.lots[0].operations if one.fixed][:1]
        if broken:
            place = (running.work_centre_id, running.machine)
            floor.break_down(Breakdown(600, *place, 5 * 3600))
        ends.append(floor.go_on(20 * DAY, Policy("edd"))[1])
    assert ends[1] >= ends[0] + 5 * 3600


def test_pieces_serve_the_earliest_day_first() -> None:
    books = Books([0])
    for days in (9, 3):
        books.sell_in(days, 0, 0, [30.0] * 5, BEGINS_AT)
    assert books.owed(0) == 10
    books.finish(DAY, 0, 7, BEGINS_AT)
    assert [(one.quantity, (one.ship_by - one.promised_on).days) for one in books.waiting[0]] == [
        (3, 9)
    ]
    books.finish(2 * DAY, 0, 7, BEGINS_AT)
    assert (books.owed(0), books.stock, books.tally.kept) == (0, [4], 10)


def test_a_comparison_has_every_figure_with_its_spread() -> None:
    setting = Setting(months=0.2)
    shares: list[float] = []
    found = compare(
        setting, ways=["fifo", "edd"], seeds=2, jobs=1,
        progress=lambda share, _says: shares.append(share),
    )  # fmt: skip
    assert shares == [0.25, 0.5, 0.75, 1.0]
    assert list(found) == ["fifo", "edd"]
    for row in found.values():
        assert list(row) == list(MEASURES)
        assert len(row["kept_percent"].values) == 2
    one = figures(Task(setting, 2, "edd"))
    assert found["edd"]["flow_hours"].values[1] == one["flow_hours"]
    assert one["taken_percent"] + one["lost_percent"] == pytest.approx(100)
