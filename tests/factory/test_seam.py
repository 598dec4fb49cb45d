"""The seam between what is to be made and how it is planned stays clean."""

import subprocess
import sys

PURE = [
    "impossible",
    "calendars",
    "problem",
    "shifts",
    "plan",
    "checker",
    "solver",
    "solvers.dispatch",
    "bom",
    "workload",
    "mrp.rules",
    "policy",
    "noise",
    "futures",
    "solvers.searching",
    "events",
]


def test_solvers_and_their_judge_know_no_database_no_web_and_no_clock() -> None:
    # Whoever brings another solver gets a problem and gives a plan: in a process of its own,
    # on another machine, in another language if he likes.
    imports = "; ".join(f"import firsthand.factory.{name}" for name in PURE)
    program = f"{imports}; import sys; print(sorted({{'django', 'psycopg'}} & set(sys.modules)))"
    asked = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert asked.stdout.strip() == "[]"


def test_the_judge_shares_nothing_with_any_solver() -> None:
    program = (
        "import firsthand.factory.checker, sys;"
        "print([name for name in sys.modules if name.startswith('firsthand.factory.solver')])"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert asked.stdout.strip() == "[]"
