"""Money is whole fen (1/100 yuan), an int, never a float; a share is in basis points.

Rounding happens in two named places only: ``share_of`` rounds a share up to the fen (the
parts a buyer sees always add up to what he pays), ``per_thousand`` rounds a rate down.
"""

BASIS_POINTS = 10_000
CURRENCY = "CNY"


def share_of(amount_fen: int, basis_points: int) -> int:
    """BASIS_POINTS of an amount in fen, rounded up to the fen.

    >>> share_of(14700, 3000)
    4410
    >>> share_of(1, 1)
    1
    """
    return -(-amount_fen * basis_points // BASIS_POINTS)


def divided(amount: int, parts: int) -> int:
    """An amount shared over PARTS, rounded up: several small costs never add up to too little.

    >>> divided(1000, 3)
    334
    """
    return -(-amount // parts)


def yuan(amount_fen: int) -> str:
    """An amount as people write it: with thousands apart, and always two places.

    >>> yuan(199900)
    '1,999.00'
    >>> yuan(-5)
    '-0.05'
    """
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}"
