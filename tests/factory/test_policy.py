"""A policy is kept as JSON and comes back the same; what it costs is counted twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.factory.impossible import Impossible
from firsthand.factory.policy import RULES, USUAL, Parameters, Policy


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
