"""Pricing arithmetic: one price reckoned by hand, and what holds for every price."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.factory.bom import Making
from firsthand.price.rules import (
    Breach,
    CostSheet,
    Policy,
    assumptions,
    breach,
    cost_sheet,
    highest_fen,
    lowest_fen,
    priced_at,
    reckon,
    through_middlemen,
)

POLICY = Policy()
# The example of docs/pricing.md: 86.40 yuan of material, 13.20 of labour, 900 Wh, 620 g.
MAKING = Making(material_fen=86_40, labour_fen=13_20, energy_wh=900, labour_seconds=1500)
SHEET = cost_sheet(MAKING, 620, POLICY)

fen = st.integers(0, 10**7)
sheets = st.builds(CostSheet, fen, fen, fen, fen, fen, fen)
policies = st.builds(
    Policy,
    margin_bp=st.integers(0, 2000),
    tax_bp=st.integers(0, 2500),
    distributor_bp=st.integers(0, 5000),
    retailer_bp=st.integers(0, 5000),
    ending_fen=st.sampled_from([1, 10, 50, 100, 1000]),
    pledge_bp=st.integers(0, 2000),
)


def test_the_cost_sheet_is_what_one_reckons_by_hand() -> None:
    assert (
        CostSheet(
            material_fen=8640,
            labour_fen=1320,
            energy_fen=68,  # 0.9 kWh at 75 fen are 67.5
            overhead_fen=598,  # 6 % of 99.60 are 597.6
            freight_fen=479,  # 280, and 0.62 kg at 320 fen are 198.4
            service_fen=160,  # 1.5 % of 106.26 to make are 159.39
        )
        == SHEET
    )
    assert SHEET.total_fen == 11265


def test_the_price_is_what_one_reckons_by_hand() -> None:
    # 4 % of 112.65 are 4.506, of which 450 fen are taken: net 117.15. With 13 % tax that is
    # 132.3795, so 132.38; up to 133 yuan. 133 / 1.13 = 117.699, net 117.69: a margin of 504.
    price = reckon(SHEET, POLICY, margin_bp=400)
    assert (price.price_fen, price.margin_fen, price.tax_fen) == (13300, 504, 1531)


def test_at_the_pledge_there_is_no_way_up_and_the_price_goes_down_to_a_round_one() -> None:
    # The roof: 5 % are 563.25, net at most 118.28, and 133.66 is the last price with that.
    assert highest_fen(SHEET, POLICY) == 13366
    assert reckon(SHEET, POLICY, margin_bp=500).price_fen == 13300
    # The floor: 112.65 with tax is 127.2945.
    assert lowest_fen(SHEET, POLICY) == 12730
    assert reckon(SHEET, POLICY, margin_bp=0).price_fen == 12800


def test_where_neither_way_is_open_the_price_stays_as_it_is() -> None:
    # A pledge of 0.1 %: between 127.30 and 127.43 there is no whole yuan.
    strict = replace(POLICY, pledge_bp=10)
    assert (lowest_fen(SHEET, strict), highest_fen(SHEET, strict)) == (12730, 12743)
    assert reckon(SHEET, strict, margin_bp=10).price_fen == 12742


def test_without_round_endings_the_margin_is_the_one_that_was_asked_for() -> None:
    assert reckon(SHEET, replace(POLICY, ending_fen=1), margin_bp=400).margin_fen == 450


def test_a_fen_above_the_roof_breaks_the_pledge_and_one_below_the_floor_costs_the_maker() -> None:
    assert breach(priced_at(SHEET, 13366, POLICY), POLICY) is None
    assert breach(priced_at(SHEET, 13367, POLICY), POLICY) is Breach.PLEDGE
    assert breach(priced_at(SHEET, 12730, POLICY), POLICY) is None
    assert breach(priced_at(SHEET, 12729, POLICY), POLICY) is Breach.FLOOR


def test_through_middlemen_is_what_one_reckons_by_hand() -> None:
    # Net 117.69, 15 % for the distributor, 25 % for the retailer, 13 % tax: 191.1726… yuan.
    price = reckon(SHEET, POLICY, margin_bp=400)
    assert through_middlemen(price, POLICY) == 19117
    assert assumptions(POLICY) == {"distributor_bp": 1500, "retailer_bp": 2500, "tax_bp": 1300}


@pytest.mark.parametrize("part", ["material_fen", "service_fen"])
def test_no_cost_is_below_nought(part: str) -> None:
    with pytest.raises(ValueError, match=part):
        replace(SHEET, **{part: -1})


def test_a_policy_makes_sense_or_says_why_not() -> None:
    with pytest.raises(ValueError, match="tax_bp"):
        Policy(tax_bp=-1)
    with pytest.raises(ValueError, match="at least one fen"):
        Policy(ending_fen=0)


@given(sheets, policies, st.integers(1, 10**9))
def test_the_parts_of_every_price_add_up_to_it(
    cost: CostSheet, policy: Policy, price_fen: int
) -> None:
    price = priced_at(cost, price_fen, policy)
    assert sum(price.parts.values()) == price.price_fen == price_fen


@given(sheets, policies, st.data())
def test_a_price_from_a_margin_keeps_the_pledge_and_covers_the_cost(
    cost: CostSheet, policy: Policy, data: st.DataObject
) -> None:
    margin_bp = data.draw(st.integers(0, policy.pledge_bp))
    price = reckon(cost, policy, margin_bp=margin_bp)
    assert breach(price, policy) is None
    assert price.margin_fen * 10_000 <= cost.total_fen * policy.pledge_bp
    assert price.price_fen >= cost.total_fen + price.tax_fen
    assert sum(price.parts.values()) == price.price_fen


@given(sheets, policies, st.data())
def test_a_round_ending_is_a_whole_step_or_there_was_none(
    cost: CostSheet, policy: Policy, data: st.DataObject
) -> None:
    margin_bp = data.draw(st.integers(0, policy.pledge_bp))
    price_fen = reckon(cost, policy, margin_bp=margin_bp).price_fen
    exact_fen = reckon(cost, replace(policy, ending_fen=1), margin_bp=margin_bp).price_fen
    low, high = lowest_fen(cost, policy), highest_fen(cost, policy)
    assert abs(price_fen - exact_fen) < policy.ending_fen
    if price_fen % policy.ending_fen:
        above = -(-exact_fen // policy.ending_fen) * policy.ending_fen
        assert above > high and above - policy.ending_fen < low


@given(sheets, policies)
def test_floor_and_roof_are_the_first_and_the_last_price_that_may_be(
    cost: CostSheet, policy: Policy
) -> None:
    low, high = lowest_fen(cost, policy), highest_fen(cost, policy)
    assert low <= high
    assert breach(priced_at(cost, low, policy), policy) is None
    assert breach(priced_at(cost, high, policy), policy) is None
    assert breach(priced_at(cost, high + 1, policy), policy) is Breach.PLEDGE
    if low:
        assert breach(priced_at(cost, low - 1, policy), policy) is Breach.FLOOR


@given(sheets, policies)
def test_middlemen_never_make_it_cheaper(cost: CostSheet, policy: Policy) -> None:
    price = reckon(cost, replace(policy, ending_fen=1), margin_bp=0)
    assert through_middlemen(price, policy) >= price.price_fen - 1  # rounded down, to our loss
