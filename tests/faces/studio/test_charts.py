"""Charts stay within their frame, and bars are to scale."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firsthand.faces.studio.charts import HALF, PANEL, WIDTH, days, minutes, scale

BEGAN = datetime(2026, 12, 1, 12, tzinfo=UTC)


def rows(*counts: tuple[int, int, int]) -> list[dict[str, Any]]:
    return [
        {
            "at": (BEGAN + timedelta(minutes=n)).isoformat(),
            "viewers": viewers,
            "held": held,
            "paid": paid,
        }
        for n, (viewers, held, paid) in enumerate(counts)
    ]


@given(st.integers(0, 10**9))
def test_a_scale_holds_the_most_and_has_few_round_marks(most: int) -> None:
    top, marks = scale(most)
    assert top >= most
    assert marks[0] == 0
    assert marks[-1] == top
    assert 2 <= len(marks) <= 6


@given(st.lists(st.tuples(*[st.integers(0, 10**6)] * 3), max_size=80))
def test_nothing_is_drawn_outside_the_frame(counts: list[tuple[int, int, int]]) -> None:
    chart = minutes(rows(*[(v, h, min(h, p)) for v, h, p in counts]), [])
    for panel in chart.panels:
        for bar in panel.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 1
            assert panel.top - 0.01 <= bar.y <= bar.y + bar.height <= panel.bottom + 0.01


def test_twice_as_many_orders_stand_twice_as_high() -> None:
    _viewers, orders = minutes(rows((0, 4, 2), (0, 2, 0)), []).panels
    heights = [round(bar.height / PANEL, 3) for bar in orders.bars]
    assert heights == [1.0, 0.5, 0.5]


def test_segments_are_bands_where_they_were_on() -> None:
    began = BEGAN.isoformat()
    middle = (BEGAN + timedelta(minutes=1)).isoformat()
    segments: list[dict[str, Any]] = [
        {"began_at": began, "ended_at": middle},
        {"began_at": middle, "ended_at": None},
    ]
    first, second = minutes(rows((1, 0, 0), (1, 0, 0)), segments).segments
    assert first.x + first.width == second.x
    assert round(first.width, 3) == round(second.width, 3)


def test_days_stack_what_lies_on_the_shelf_under_what_is_planned() -> None:
    given_ = [
        {"ship_by": "2026-12-03", "source": "plan", "pieces": 1},
        {"ship_by": "2026-12-03", "source": "stock", "pieces": 3},
        {"ship_by": "2026-12-09", "source": "plan", "pieces": 2},
    ]
    chart = days(given_)
    stock, plan, other = chart.bars
    assert (stock.manner, plan.manner) == ("stock", "plan")
    assert plan.y + plan.height == stock.y
    assert other.x + other.width <= HALF
    assert [name.text for name in chart.names] == ["2026-12-03", "2026-12-09"]


def test_nothing_to_draw_is_no_accident() -> None:
    assert days([]).bars == ()
    assert minutes([], []).panels[0].line == ""
