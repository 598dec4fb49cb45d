"""The rules: what goes first is what has the highest index. By machine code.

With t now, r since when it waits, d the due time of its lot, w the lot's weight, p its run on
this machine, s the setup it would need there, and q the mean work from its start to the end of
its lot (of what a lot feeds, the most urgent counts, and the heaviest):

    fifo            −r
    edd             −d
    spt             −p
    wspt            w / p
    cr              −(d − t) / q; once it is due: t − d, before all that is not
    slack           −(d − t − q)
    atc             w/p · exp(−max(0, d − t − β q) / (k₁ p̄))
    atcs            the same · exp(−s / (k₂ s̄))
    edd_by_family   −d, but first what is the same part, then what is the same family

Of the composite rules it is the logarithm that is reckoned: the order is the same, and nothing
becomes too small to be told apart. p̄ and s̄ are means of the group of machines, so that the
parameters mean the same in a small factory and in a large one.

A rule sees only how long things should take, never how long they will.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from firsthand.factory.compiled.jit import compiled, inner
from firsthand.factory.compiled.placing import changed_over, setup_seconds
from firsthand.factory.compiled.shop import NONE, Arrays
from firsthand.factory.compiled.windows import Ints
from firsthand.factory.policy import RULES, Policy

Floats = NDArray[np.float64]
FIFO, EDD, SPT, WSPT, CR, SLACK, ATC, ATCS, EDD_BY_FAMILY = range(len(RULES))
FAR = 1e10  # seconds: more than lies between any two due times
LIGHTEST = 1e-6  # what weighs nothing still comes before nothing
STRIDES = (1, 7, 31, 101)
SAMPLES = 512


class Tuned(NamedTuple):
    """A rule, ready to be asked: what it needs by group of machines, and by mode."""

    rule: int
    look: Floats  # by group: 1 / (k₁ p̄)
    fear: Floats  # by group: 1 / (k₂ s̄)
    beta: Floats
    due: Floats  # by operation: of its lot, or of one that it feeds if that presses more
    tail: Floats  # by operation: the mean work until then
    weight: Floats  # by operation: of the heaviest of those lots
    ratio: Floats  # by mode: ln(w / p)
    mean: Floats  # by group: p̄
    stick: float  # ln of how much more an operation counts on the machine it was planned on
    damp: float  # by p̄: how much less, while it was planned for later


def tuned(
    shop: Arrays, rule: int, k1: Floats, k2: Floats, beta: Floats, stick: float, damp: float
) -> Tuned:
    """A rule with its parameters by group."""
    run, setup = means(shop)
    due, tail, weight = urgency(shop)
    modes = np.diff(shop.mode_first)
    ratio = np.log(np.repeat(np.maximum(weight, LIGHTEST), modes) / shop.mode_seconds)
    look, fear = 1 / (k1 * run), 1 / (k2 * setup)
    stuck = math.log(stick)
    return Tuned(rule, look, fear, beta, due, tail, weight, ratio, run, stuck, float(damp))


def means(shop: Arrays) -> tuple[Floats, Floats]:
    """By group of machines: the mean run, and the mean setup between any two operations."""
    groups = int(shop.group.max(initial=-1)) + 1
    of_mode = shop.group[shop.mode_machine]
    work = np.bincount(of_mode, shop.mode_seconds, groups)
    run = np.maximum(1.0, work / np.maximum(1, np.bincount(of_mode, minlength=groups)))
    machine = shop.mode_machine[shop.mode_first[:-1]]
    centre, members = shop.centre[machine], np.argsort(shop.group[machine], kind="stable")
    first = np.searchsorted(shop.group[machine][members], np.arange(groups + 1))
    setup = _mean_setups(
        first,
        members,
        shop.changeovers,
        shop.changeover[centre],
        shop.minor_setup[centre],
        shop.own_setup,
        shop.family,
        shop.part,
    )
    return run, setup


@compiled
def _mean_setups(
    first: Ints,
    members: Ints,
    changeovers: NDArray[np.int64],
    table: Ints,
    minor: Ints,
    own: Ints,
    family: Ints,
    part: Ints,
) -> Floats:
    # Of each group a sample of its operations, each after a few others.
    setup = np.ones(len(first) - 1)
    for group in range(len(setup)):
        many = first[group + 1] - first[group]
        total, asked = 0.0, 0
        for place in range(0, many, max(1, many // SAMPLES)):
            one = members[first[group] + place]
            for stride in STRIDES:
                before = members[first[group] + (place + stride) % many]
                total += changed_over(
                    changeovers,
                    table[one],
                    minor[one],
                    own[one],
                    family[before],
                    part[before],
                    family[one],
                    part[one],
                )
                asked += 1
        setup[group] = max(1.0, total / max(1, asked))
    return setup


def urgency(shop: Arrays) -> tuple[Floats, Floats, Floats]:
    """By operation: the due time that leaves it least to spare, the work until then, the weight.

    A board that goes into a live lot is as urgent as that lot is, whatever its own date.
    """
    many = np.diff(shop.mode_first)
    work = np.zeros(len(many))
    if len(many):
        work = np.add.reduceat(shop.mode_seconds, shop.mode_first[:-1]) / many
    return _urgency(
        work,
        shop.lot,
        shop.lot_due,
        shop.lot_weight,
        shop.before_first,
        shop.before,
        shop.after_first,
        shop.after,
        shop.after_lag,
    )


@compiled
def _urgency(
    work: Floats,
    lots: Ints,
    lot_due: Ints,
    lot_weight: Floats,
    before_first: Ints,
    before: Ints,
    after_first: Ints,
    after: Ints,
    after_lag: Ints,
) -> tuple[Floats, Floats, Floats]:
    # From the ends to the beginnings: whatever comes later is known when its turn comes.
    count = len(lots)
    due, tail, weight = np.full(count, np.inf), np.zeros(count), np.zeros(count)
    waits = after_first[1:] - after_first[:-1]
    ready = np.empty(count, dtype=np.int64)
    many = 0
    for operation in range(count):
        if waits[operation] == 0:
            ready[many] = operation
            many += 1
    for place in range(count):
        here = ready[place]
        lot = lots[here]
        is_final = True
        for row in range(after_first[here], after_first[here + 1]):
            later = after[row]
            is_final = is_final and lots[later] != lot
            left = work[here] + after_lag[row] + tail[later]
            if due[later] - left < due[here] - tail[here]:
                due[here], tail[here] = due[later], left
            weight[here] = max(weight[here], weight[later])
        if is_final:
            if lot_due[lot] - work[here] < due[here] - tail[here]:
                due[here], tail[here] = lot_due[lot], work[here]
            weight[here] = max(weight[here], lot_weight[lot])
        for row in range(before_first[here], before_first[here + 1]):
            earlier = before[row]
            waits[earlier] -= 1
            if waits[earlier] == 0:
                ready[many] = earlier
                many += 1
    return due, tail, weight


@inner
def of_line(
    shop: Arrays, rule: Tuned, machine: int, family: int, part: int, sample: int, setup: int
) -> float:
    """What is the same for all operations of a line: what the changeover does to the index."""
    if rule.rule == ATCS:
        return -setup * rule.fear[shop.group[machine]]
    if rule.rule == EDD_BY_FAMILY and family != NONE and family == shop.family[sample]:
        same = part != NONE and part == shop.part[sample]
        return 2 * FAR if same else FAR
    return 0.0


@inner
def of_operation(
    shop: Arrays, rule: Tuned, now: int, since: int, machine: int, row: int, operation: int
) -> float:
    """The index of an operation on a machine, whose mode is in that row, but for the changeover."""
    if rule.rule == ATC or rule.rule == ATCS:
        group = shop.group[machine]
        found = rule.ratio[row]
        slack = rule.due[operation] - now - rule.beta[group] * rule.tail[operation]
        if slack > 0:
            found -= slack * rule.look[group]
        if rule.stick > 0 and shop.previous_machine[operation] == machine:
            found += rule.stick
        if rule.damp > 0:
            found -= rule.damp * max(0, shop.previous_start[operation] - now) / rule.mean[group]
        return found
    if rule.rule == FIFO:
        return -since
    if rule.rule == EDD or rule.rule == EDD_BY_FAMILY:
        return -shop.lot_due[shop.lot[operation]]
    if rule.rule == SPT:
        return -shop.mode_seconds[row]
    if rule.rule == WSPT:
        return rule.weight[operation] / shop.mode_seconds[row]
    due = rule.due[operation]
    if rule.rule == CR:
        return (now - due) / rule.tail[operation] if due > now else now - due
    return rule.tail[operation] - due


@inner
def goes_before(shop: Arrays, one: int, other: int) -> bool:
    """Between equals: the lot that is due first, then the older one, then its place."""
    first, second = shop.lot[one], shop.lot[other]
    if shop.lot_due[first] != shop.lot_due[second]:
        return shop.lot_due[first] < shop.lot_due[second]
    if shop.lot_release[first] != shop.lot_release[second]:
        return shop.lot_release[first] < shop.lot_release[second]
    return one < other


@compiled
def ranked(
    shop: Arrays,
    rule: Tuned,
    machine: int,
    now: int,
    where: Ints,
    start: Ints,
    end: Ints,
) -> Ints:
    """What waits for a machine at an instant of a schedule, the highest index first.

    It is the first thing that the machine does in that schedule.
    """
    family, part = shop.family_before[machine], shop.part_before[machine]
    found = np.empty(len(start), dtype=np.int64)
    index = np.empty(len(start))
    many = 0
    for operation in range(len(start)):
        if start[operation] < now or (start[operation] == now and where[operation] != machine):
            continue
        since = shop.release[operation]
        for at in range(shop.before_first[operation], shop.before_first[operation + 1]):
            since = max(since, end[shop.before[at]] + shop.before_lag[at])
        if since > now:
            continue
        for row in range(shop.mode_first[operation], shop.mode_first[operation + 1]):
            if shop.mode_machine[row] != machine:
                continue
            setup = setup_seconds(shop, machine, family, part, operation)
            value = of_line(shop, rule, machine, family, part, operation, setup)
            value += of_operation(shop, rule, now, since, machine, row, operation)
            place = many
            while place > 0 and (
                index[place - 1] < value
                or (index[place - 1] == value and goes_before(shop, operation, found[place - 1]))
            ):
                index[place], found[place] = index[place - 1], found[place - 1]
                place -= 1
            index[place], found[place] = value, operation
            many += 1
    return found[:many]


def by_group(policy: Policy, groups: tuple[str, ...]) -> tuple[int, Floats, Floats, Floats]:
    """The number of a policy's rule, and its parameters in the order of the groups."""
    values = np.array([policy.of(group) for group in groups], dtype=np.float64).reshape(-1, 3)
    k1, k2, beta = (np.ascontiguousarray(values[:, column]) for column in range(3))
    return RULES.index(policy.rule), k1, k2, beta
