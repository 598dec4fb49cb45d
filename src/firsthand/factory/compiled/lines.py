"""Where operations wait: a line before each choice of machines, in arrays.

A machine that gets free must not look at what it cannot do, nor ask the same question a hundred
times. So whatever is alike stands in one line: the same machines can do it, it needs the same
tools, and setting a machine up for it takes the same time. Of a whole line it is then known at
once whether its tools are there, and what the changeover costs.

Lines of the same machines have one *choice*; machines that are joined by choices compete for work
and are decided together, as one *cell*. Usually a cell is a work centre.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Lines(NamedTuple):
    """Which operation waits where. Rows as in ``shop.Arrays``."""

    of: Ints  # by operation
    # by line
    sample: Ints  # an operation of it
    choice: Ints
    room_first: Ints  # rows: room for all of its operations
    # by choice
    line_first: Ints  # rows: room for all of its lines
    cell_of_choice: Ints
    # by machine
    cell: Ints
    choice_first: Ints  # rows of the choices that it belongs to
    machine_choice: Ints
    machine_mode: Ints  # which of the operation's modes is this machine's
    # by cell
    cell_first: Ints  # rows of machines
    cell_machine: Ints


def lines(
    machines: int,
    choices: Sequence[tuple[int, ...]],
    pools: Sequence[tuple[int, ...]],
    setups: Sequence[tuple[int, int, int]],
) -> Lines:
    """Lines of operations, from their machines (in order), tools, and family, part and setup."""
    choice_numbers: dict[tuple[int, ...], int] = {}
    line_numbers: dict[object, int] = {}
    of: list[int] = []
    sample: list[int] = []
    choice: list[int] = []
    for operation, key in enumerate(zip(choices, pools, setups, strict=True)):
        line = line_numbers.setdefault(key, len(sample))
        if line == len(sample):
            sample.append(operation)
            choice.append(choice_numbers.setdefault(key[0], len(choice_numbers)))
        of.append(line)
    members: list[list[tuple[int, int]]] = [[] for _ in range(machines)]
    for row, number in choice_numbers.items():
        for mode, machine in enumerate(row):
            members[machine].append((number, mode))
    cell = _cells(machines, list(choice_numbers))
    by_cell: list[list[int]] = [[] for _ in range(max(cell, default=-1) + 1)]
    for machine, number in enumerate(cell):
        by_cell[number].append(machine)
    return Lines(
        of=_ints(of),
        sample=_ints(sample),
        choice=_ints(choice),
        room_first=_first(np.bincount(of, minlength=len(sample)).tolist() if of else []),
        line_first=_first(
            np.bincount(choice, minlength=len(choice_numbers)).tolist() if choice else []
        ),
        cell_of_choice=_ints([cell[row[0]] for row in choice_numbers]),
        cell=_ints(cell),
        choice_first=_first([len(row) for row in members]),
        machine_choice=_ints([number for row in members for number, _mode in row]),
        machine_mode=_ints([mode for row in members for _number, mode in row]),
        cell_first=_first([len(row) for row in by_cell]),
        cell_machine=_ints([machine for row in by_cell for machine in row]),
    )


def _cells(machines: int, choices: list[tuple[int, ...]]) -> list[int]:
    """The cell of each machine, counted from the lowest machine on."""
    root = list(range(machines))

    def find(machine: int) -> int:
        while root[machine] != machine:
            root[machine] = root[root[machine]]
            machine = root[machine]
        return machine

    for row in choices:
        for machine in row[1:]:
            low, high = sorted((find(row[0]), find(machine)))
            root[high] = low
    numbers: dict[int, int] = {}
    return [numbers.setdefault(find(machine), len(numbers)) for machine in range(machines)]


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _first(counts: Sequence[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(np.array(counts, dtype=np.int64)))).astype(np.int64)
