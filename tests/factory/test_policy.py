"""A policy is kept as JSON and comes back the same; what it costs is counted twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firsthand.factory.compiled.costing import cost
from firsthand.factory.compiled.shop import shop
from firsthand.factory.compiled.simulation import followed
from firsthand.factory.impossible import Impossible
from firsthand.factory.objective import Objective
from firsthand.factory.plan import Plan, PlannedOperation, figures
from firsthand.factory.plan import cost as counted_again
from firsthand.factory.policy import RULES, USUAL, Parameters, Policy
from firsthand.factory.problem import Fixed, Lot, Place, Problem
from tests.factory.floor import MONDAY, centre, problems, step


@given(
    st.sampled_from(RULES),
    st.dictionaries(st.text(), st.builds(Parameters, *[st.floats(0.01, 100)] * 3), max_size=3),
)
def test_a_policy_comes_back_as_it_was_kept(rule: str, parameters: dict[str, Parameters]) -> None:
    policy = Policy(rule, parameters)
    assert Policy.from_json(policy.as_json()) == policy


def test_a_group_that_came_later_has_the_usual_parameters() -> None:
    policy = Policy("atcs", {"smt": Parameters(1.0, 2.0, 3.0)})
    assert policy.of("smt") == (1.0, 2.0, 3.0)
    assert policy.of("packing") == USUAL


def test_a_policy_of_nonsense_is_refused() -> None:
    with pytest.raises(Impossible, match="nobody knows the rule alphabetical"):
        Policy("alphabetical")
    with pytest.raises(Impossible, match="above nought"):
        Policy("atc", {"smt": Parameters(0.0, 1.0, 1.0)})


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from(RULES))
def test_what_machine_code_counts_is_the_cost_that_the_figures_say(
    asked: Problem, rule: str
) -> None:
    floor = shop(asked)
    _order, *times = followed(floor, Policy(rule))
    plan = floor.plan(*times, solver=rule, seed=0)
    stands = [lot for lot in asked.lots if all(one.fixed for one in lot.operations)]
    done, weights = plan.completions(), asked.objective
    apart = sum(
        lot.weight
        * (
            weights.tardiness * max(0, done[lot.id] - lot.due)
            + weights.flow * (done[lot.id] - lot.release)
        )
        for lot in stands
    )
    apart += sum(weights.changeover * one.setup_seconds for one in floor.fixed)
    assert cost(floor.arrays, *times) + apart / 3600 == pytest.approx(counted_again(asked, plan))


def test_the_cost_is_reckoned_by_hand() -> None:
    hour = 3600
    asked = Problem(
        MONDAY,
        (centre(machines=2),),
        (
            Lot(1, "L1", 0, 2 * hour, (step(1, hour, setup=hour),), weight=4),
            Lot(2, "L2", -hour, hour, (step(1, hour),), weight=2),
            Lot(3, "L3", -hour, 9 * hour, (step(1, hour, fixed=Fixed(1, 2, -hour, hour)),)),
        ),
        objective=Objective(1.0, 0.1, changeover=0.5, instability=2.0, near_hours=4),
        previous={
            (1, 1): Place(1, 2, hour),  # moved by one hour, to another machine
            (2, 1): Place(1, 1, 5 * hour),  # not near: it may move as it likes
        },
    )
    plan = Plan(
        "by hand",
        0,
        (
            PlannedOperation(1, 1, 1, 1, 0, 2 * hour, hour),
            PlannedOperation(2, 1, 1, 1, 2 * hour, 3 * hour),
            PlannedOperation(3, 1, 1, 2, -hour, hour),
        ),
    )
    # Lateness 2·2, hours inside 4·2 + 2·4 + 1·2, one hour of setup, two hours of movement.
    assert figures(asked, plan).cost == 4 + 0.1 * 18 + 0.5 + 2.0 * 2
    assert figures(asked, plan).weighted_tardiness_hours == 4
