"""Arrays of the same shop, numbered anew, or a part of it: what stands in a piece of a list.

In an excerpt everything outside stays as it is: the machines are free and set up as what stands
before leaves them, what is waited for outside has its end as a release, and what is followed by
something outside completes its lot with a lag, as long after as it does now.
"""

from typing import NamedTuple

import numpy as np

from firsthand.factory.compiled.shop import NONE, Arrays
from firsthand.factory.compiled.windows import Ints


def renumbered(shop: Arrays, order: Ints, count: int | None = None) -> tuple[Arrays, Ints]:
    """The shop with its operations in the order of a list; and what each was called before."""
    names = order.astype(np.int64)
    new = np.full(count or len(names), NONE, np.int64)
    new[names] = np.arange(len(names))
    mode_first, mode = _rows(shop.mode_first, names)
    before_first, before = _rows(shop.before_first, names)
    after_first, after = _rows(shop.after_first, names)
    pool_first, pool = _rows(shop.pool_first, names)
    return (
        shop._replace(
            lot=shop.lot[names],
            release=shop.release[names],
            family=shop.family[names],
            part=shop.part[names],
            own_setup=shop.own_setup[names],
            tail=shop.tail[names],
            is_final=shop.is_final[names],
            mode_first=mode_first,
            mode_machine=shop.mode_machine[mode],
            mode_seconds=shop.mode_seconds[mode],
            before_first=before_first,
            before=new[shop.before[before]],
            before_lag=shop.before_lag[before],
            after_first=after_first,
            after=new[shop.after[after]],
            after_lag=shop.after_lag[after],
            pool_first=pool_first,
            pool=shop.pool[pool],
            previous_machine=shop.previous_machine[names],
            previous_start=shop.previous_start[names],
        ),
        names,
    )


def _rows(first: Ints, names: Ints) -> tuple[Ints, Ints]:
    """Where the rows begin when they are put in another order, and what they are made of."""
    lengths = np.diff(first)[names]
    begins = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    inside = np.arange(begins[-1]) - np.repeat(begins[:-1], lengths)
    return begins, np.repeat(first[:-1][names], lengths) + inside


class Excerpt(NamedTuple):
    """A piece of a list as a shop of its own."""

    arrays: Arrays
    names: Ints  # what each of its operations is called outside
    final_lag: Ints


def excerpt(
    shop: Arrays, order: Ints, machine: Ints, start: Ints, end: Ints, first: int, last: int
) -> Excerpt:
    """The piece from FIRST to just before LAST of a list that is decoded to START and END."""
    names = order[first:last].astype(np.int64)
    count = len(names)
    new = np.full(len(order), NONE, np.int64)
    new[names] = np.arange(count)
    free, family, part = shop.free.copy(), shop.family_before.copy(), shop.part_before.copy()
    before = order[:first]
    free[machine[before]] = end[before]  # of two on one machine, the later one stays
    family[machine[before]], part[machine[before]] = shop.family[before], shop.part[before]
    numbered, _ = renumbered(shop, names, len(order))
    # Forerunners: those inside stay; of those outside only when they end.
    owner = np.repeat(np.arange(count), np.diff(numbered.before_first))
    _, rows = _rows(shop.before_first, names)
    earlier, lag = shop.before[rows], shop.before_lag[rows]
    inside = new[earlier] != NONE
    release = shop.release[names]
    np.maximum.at(release, owner[~inside], end[earlier[~inside]] + lag[~inside])
    before_first = _count(owner[inside], count)
    follower = np.repeat(np.arange(count), np.diff(numbered.after_first))
    _, rows = _rows(shop.after_first, names)
    later, after_lag = shop.after[rows], shop.after_lag[rows]
    stays = new[later] != NONE
    after_first = _count(follower[stays], count)
    # What completes a lot here: its own last operations, and what is followed outside.
    lot_names, lots = np.unique(shop.lot[names], return_inverse=True)
    done = shop.lot_done.copy()
    np.maximum.at(done, shop.lot, end)
    leaves = np.zeros(count, np.bool_)
    leaves[follower[~stays]] = True
    final = shop.is_final[names] | leaves
    lag_to_end = np.where(final & ~shop.is_final[names], done[shop.lot[names]] - end[names], 0)
    return Excerpt(
        numbered._replace(
            lot=lots.astype(np.int64),
            release=release,
            is_final=final,
            before_first=before_first,
            before=new[earlier[inside]],
            before_lag=lag[inside],
            after_first=after_first,
            after=new[later[stays]],
            after_lag=after_lag[stays],
            lot_release=shop.lot_release[lot_names],
            lot_due=shop.lot_due[lot_names],
            lot_weight=shop.lot_weight[lot_names],
            lot_done=shop.lot_release[lot_names],
            free=free,
            family_before=family,
            part_before=part,
        ),
        names,
        lag_to_end.astype(np.int64),
    )


def _count(owner: Ints, count: int) -> Ints:
    return np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=count)))).astype(np.int64)
