"""Does the walk of the order floor miss a guard that is not there?

    firsthand bench mutants                    every guard, one after the other
    firsthand bench mutants --only limit       those with this word in their name
    firsthand bench mutants --examples 20      how often each walk begins anew (as in the suite)

Each guard of ``tests/order/mutants.py`` is taken out of a copy of the source, and the walk of
``tests/order/test_model.py`` (for deposits, that of ``test_model_presale.py``) goes over it, with
chance of its own (``--seed``), until it falls. First it goes over the source as it is, and must
not fall. It exits with 1 when a guard was not missed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from tests.order.model import EXAMPLES
from tests.order.mutants import MUTANTS, Mutant

PATIENCE_SECONDS = 900
WALK = """
import sys
import django; django.setup()
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.order.making import WALKS
from tests.order.model import LENGTH
from tests.order.test_model_presale import Presales

examples, chance = int(sys.argv[1]), int(sys.argv[2])
walks = {"floor": WALKS, "presales": (Presales,), "all": (*WALKS, Presales)}[sys.argv[3]]
begun = 0

def counted(walk):
    class Counted(walk):
        def __init__(self):
            global begun
            begun += 1
            super().__init__()
    return seed(chance)(Counted)

try:
    for walk in walks:
        run_state_machine_as_test(
            counted(walk),
            settings=settings(max_examples=examples, stateful_step_count=LENGTH, deadline=None,
                              suppress_health_check=list(HealthCheck), database=None,
                              phases=[Phase.generate], report_multiple_bugs=False),
        )
except BaseException as fault:
    said = [line for line in str(fault).splitlines() if line.strip()]
    what = said[0] if said else ""
    print(f"FELL {begun} {type(fault).__name__}: {what[:90]}")
else:
    print(f"STOOD {begun}")
"""


def main() -> None:
    """Take out one guard after the other, and say which were missed."""
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--only", default="")
    words.add_argument("--examples", type=int, default=EXAMPLES)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--at-once", type=int, default=1)
    asked = words.parse_args()

    from ground import house

    chosen = [one for one in MUTANTS if asked.only in one.name]
    print(house.machine(), f"{asked.examples} examples at most, seed {asked.seed}", sep="; ")
    with house.ground() as ground, ThreadPoolExecutor(asked.at_once) as several:
        walk = Walk(ground.dsn, asked.examples, asked.seed)
        if not asked.only:
            said, _took = walk.over(None)
            print(f"{'the source as it is':<62} {said}", flush=True)
            if not said.startswith("STOOD"):
                raise SystemExit(1)
        missed = 0
        for mutant, (said, took) in zip(chosen, several.map(walk.over, chosen), strict=True):
            missed += said.startswith("FELL")
            print(f"{mutant.name:<62} {said}  ({took:.0f} s)", flush=True)
    print(f"{missed} of {len(chosen)} guards were missed by the walk")
    raise SystemExit(0 if missed == len(chosen) else 1)


class Walk:
    """The walk, over a source with or without a guard."""

    def __init__(self, dsn: str, examples: int, seed: int) -> None:
        self._dsn, self._examples, self._seed = dsn, examples, seed

    def over(self, mutant: Mutant | None) -> tuple[str, float]:
        """What came of it, and how long it took."""
        began = time.monotonic()
        walks = "all"
        if mutant is not None:
            walks = "presales" if mutant.is_of_presales else "floor"
        with tempfile.TemporaryDirectory(prefix="firsthand-mutant-") as folder:
            source = Path(folder) / "src"
            shutil.copytree(
                ROOT / "src",
                source,
                ignore=shutil.ignore_patterns("__pycache__", "static", "*.egg-info"),
            )
            if mutant is not None:
                place = source / "firsthand" / mutant.file
                text = place.read_text(encoding="utf-8")
                if text.count(mutant.old) != 1:
                    return "IS NOT THERE: mend tests/order/mutants.py", 0.0
                place.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
            said = subprocess.run(
                [sys.executable, "-c", WALK, str(self._examples), str(self._seed), walks],
                cwd=folder,
                env={
                    **os.environ,
                    "DATABASE_URL": self._dsn,
                    "PYTHONPATH": f"{source}{os.pathsep}{ROOT}",
                    "PYTHONDONTWRITEBYTECODE": "1",
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            ).stdout
        lines = [one for one in said.splitlines() if one.startswith(("FELL", "STOOD"))]
        return (lines[-1] if lines else "DID NOT WALK"), time.monotonic() - began


if __name__ == "__main__":
    main()
