"""The same shop with its operations numbered anew."""

import numpy as np

from firsthand.factory.compiled.shop import Arrays
from firsthand.factory.compiled.windows import Ints


def renumbered(shop: Arrays, order: Ints) -> tuple[Arrays, Ints]:
    """The shop with its operations in the order of a list; and what each was called before."""
    names = order.astype(np.int64)
    new = np.empty(len(names), np.int64)
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
