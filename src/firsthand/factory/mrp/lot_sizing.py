"""How needs become orders: whole lots, just what is needed, or what a period needs. Pure."""

from firsthand.factory.mrp.items import FIXED, Item

LOTS_A_DAY_MAX = 50  # of one part: beyond that the lots are made larger, in whole usual lots


def orders(item: Item, needed: int) -> list[int]:
    """The quantities that together bring NEEDED pieces at least.

    >>> from firsthand.factory.mrp.items import FOR_LOT, Sizing
    >>> made = Item(1, "kettle", is_bought=False, sizing=Sizing(lot_size=100))
    >>> orders(made, 230)
    [100, 100, 100]
    >>> chip = Item(2, "chip", is_bought=True, sizing=Sizing(FOR_LOT, minimum=500, multiple=200))
    >>> orders(chip, 320), orders(chip, 610)
    ([600], [800])
    """
    sizes = item.sizing
    if sizes.rule != FIXED:
        return [_multiple(max(needed, sizes.minimum), sizes.multiple)]
    lots = -(-needed // sizes.lot_size)
    if item.is_bought:  # one order of as many lots: nobody writes to a supplier three times a day
        return [lots * sizes.lot_size]
    if lots <= LOTS_A_DAY_MAX:
        return [sizes.lot_size] * lots
    each = -(-lots // LOTS_A_DAY_MAX)
    return [each * sizes.lot_size] * -(-lots // each)


def _multiple(pieces: int, of: int) -> int:
    return -(-pieces // of) * of
