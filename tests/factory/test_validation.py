"""What is impossible in the tables is said, with its place; a sound factory has no fault."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from firsthand.factory import actions
from firsthand.factory import tables as rows
from firsthand.factory.bom import Line
from firsthand.factory.models import BomLine, Machine, Operation, Part, WorkCentre
from firsthand.factory.validation import Fault, PartRow, faults
from tests.factory.test_workload import (
    BODY,
    BODY_10,
    CASE,
    FAR,
    FLOOR,
    LID,
    PAINT,
    PRESS,
)
from tests.factory.works import DAY, MONDAY, ask_for, new_kettle, plan_at

STEEL = 8
PARTS = [
    PartRow(CASE, "case", is_made=True, is_stocked=False, is_sold=True, lot_size=100),
    PartRow(BODY, "body", is_made=True, is_stocked=False, is_sold=False, lot_size=100),
    PartRow(LID, "lid", is_made=True, is_stocked=True, is_sold=False, lot_size=100),
    PartRow(STEEL, "steel", is_made=False, is_stocked=False, is_sold=False, lot_size=100),
]
LINES = [Line(CASE, BODY, 1), Line(CASE, LID, 1), Line(BODY, STEEL, 2)]
SOUND = replace(FLOOR, ways=[rows.Way(1, 2, 90)])


def found(parts: list[PartRow] = PARTS, lines: list[Line] = LINES, **changed: Any) -> list[Fault]:
    """The faults of a sound floor with other rows."""
    return faults(replace(SOUND, **changed), parts, lines, MONDAY)


def test_a_sound_factory_has_no_fault() -> None:
    assert found() == []


def test_an_operation_that_no_machine_can_do_is_named_with_its_part_and_its_centre() -> None:
    wood = [rows.MachineRow(PRESS, number, None, 100, ("wood",)) for number in (1, 2)]
    body, lid = found(machines=wood)
    assert (body.kind, body.part, body.operation, body.work_centre, body.stops) == (
        "no_machine",
        "body",
        10,
        "press",
        True,
    )
    assert str(body) == (
        "no machine can do operation 10 of body: none that works in press makes family steel"
    )
    assert lid.part == "lid"


@pytest.mark.parametrize(
    ("kind", "stops", "saying", "changed"),
    [
        (
            "circle",
            True,
            "a bill of material leads back to itself: case → body → case",
            {"lines": [*LINES, Line(BODY, CASE, 1)]},
        ),
        (
            "no_routing",
            True,
            "part lid is made, but has no routing",
            {"routed": [one for one in FLOOR.routed if one.part_id != LID]},
        ),
        (
            "nobody_makes_it",
            False,
            "part body goes into others, but nobody makes it or buys it",
            {
                "routed": [one for one in FLOOR.routed if one.part_id != BODY],
                "lines": LINES[:2],
            },
        ),
        (
            "bought_and_made",
            False,
            "part steel is bought, but has a routing",
            {"lines": [*LINES, Line(STEEL, 99, 1)]},
        ),
        (
            "no_time",
            True,
            "work centre paint has no working time in the horizon",
            {
                "centres": [
                    FLOOR.centres[0],
                    FLOOR.centres[1]._replace(calendar_id=1),
                    FLOOR.centres[2],
                ]
            },
        ),
        (
            "no_time",
            False,
            "machine 2 of press has no working time in the horizon",
            {"machines": [rows.MachineRow(PRESS, 2, 1, 100, ())]},
        ),
        (
            "no_such_machine",
            False,
            "work centre press has 2 machines, and so no machine 3",
            {"machines": [rows.MachineRow(PRESS, 3, None, 100, ())]},
        ),
        (
            "too_long",
            True,
            "operation 10 of case takes 50000 hours for 10000000 pieces",
            {"parts": [PARTS[0]._replace(lot_size=10_000_000), *PARTS[1:]]},
        ),
        (
            "tool_elsewhere",
            True,
            "operation 10 of body takes mould, which is in another plant",
            {
                "resources": [rows.Resource(7, "mould", 2, 1)],
                "takings": [rows.Taking(BODY_10, 7)],
            },
        ),
        (
            "alternative_elsewhere",
            False,
            "operation 10 of body cannot be done in far instead",
            {"alternatives": [rows.Alternative(BODY_10, FAR, 9)]},
        ),
        (
            "no_way",
            False,
            "nobody said how long things travel from plant p1 to plant p2",
            {"ways": []},
        ),
    ],
)
def test_every_kind_of_fault_is_found(
    kind: str, stops: bool, saying: str, changed: dict[str, Any]
) -> None:
    said = [one for one in found(**changed) if saying in str(one)]
    assert said and (said[0].kind, said[0].stops) == (kind, stops)


def test_what_stops_comes_first() -> None:
    all_of_them = found(ways=[], routed=[one for one in FLOOR.routed if one.part_id != LID])
    assert [one.stops for one in all_of_them] == [True, False]
    assert all_of_them[0].part == "lid"


def test_an_alternative_centre_makes_what_its_own_can_no_longer_do() -> None:
    shut = [rows.Standstill(PRESS, None, MONDAY - DAY, MONDAY + timedelta(999), False)]
    there = [rows.Alternative(BODY_10, PAINT, 40), rows.Alternative(31, PAINT, 40)]
    assert [one.kind for one in found(standstills=shut)] == ["no_time", *["no_machine"] * 2]
    assert [one.kind for one in found(standstills=shut, alternatives=there)] == ["no_time"]


@pytest.mark.django_db
def test_one_wrong_product_stops_no_other_and_the_plan_says_so() -> None:
    good, bad = new_kettle(), new_kettle(family="odd")
    assert actions.faults(MONDAY) == []
    kept, lost = ask_for(good, 100), ask_for(bad, 100)
    smt = WorkCentre.objects.get(code="smt")
    Machine.objects.create(
        work_centre=smt, number=1, name_zh="一号", name_en="one", families=["kettle"]
    )
    [fault] = actions.faults(MONDAY)
    assert fault.stops and "none that works in smt makes family odd" in str(fault)
    plan = plan_at(MONDAY)
    assert {one.work_order_id for one in plan.operations.all()} == {kept.pk}
    [left_out] = plan.figures["left_out"]
    assert left_out["number"] == lost.number and left_out["fields"]["family"] == "odd"


@pytest.mark.django_db
def test_a_circle_is_found_in_the_tables_with_its_path() -> None:
    kettle = Part.objects.get(sku=new_kettle())
    board = Part.objects.get(code__startswith="board")
    BomLine.objects.create(parent=board, component=kettle, quantity=1)
    [fault] = actions.faults(MONDAY)
    assert fault.kind == "circle" and str(fault).count("→") == 2
    Operation.objects.filter(part=kettle).delete()
    assert {one.kind for one in actions.faults(MONDAY)} == {"circle", "no_routing"}
