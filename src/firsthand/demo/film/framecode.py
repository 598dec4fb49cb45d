"""A clock that machines read from the picture: sixteen blocks and their opposites.

Every frame carries in its lower right corner the number of the 1/25 second in which it
was made (epoch time in frames, modulo 65 536, so it comes round every 43.7 minutes). A
browser test draws the ``<video>`` on a canvas, reads the blocks, and knows both which
frame is shown and how long it travelled; no side channel is needed.

The recipe, for a picture of WIDTH by HEIGHT at its natural size:

- the strip begins at ``x = WIDTH - 200``, ``y = HEIGHT - 32`` and is 192 by 24 large;
- bit ``i`` (0 is the most significant) has its middle at ``x + 12 i + 6``; look at the
  brightness at ``y + 6`` (the bit) and at ``y + 18`` (its opposite);
- the bit is 1 where the upper is brighter; if the two differ by less than 40 of 255 the
  strip is not there, or not whole.
"""

import numpy as np
from numpy.typing import NDArray

BITS = 16
BLOCK_PX = 12
MARGIN_PX = 8
DIFFERENCE_MIN = 40
DARK, BRIGHT = 34, 165
FPS = 25
WRAP = 1 << BITS

Plane = NDArray[np.uint8]


def place(width: int, height: int) -> tuple[int, int]:
    """The upper left corner of the strip."""
    return width - BITS * BLOCK_PX - MARGIN_PX, height - 2 * BLOCK_PX - MARGIN_PX


def stamp(luma: Plane, number: int) -> None:
    """Write a number into the brightness of a picture."""
    x, y = place(luma.shape[1], luma.shape[0])
    bits = [(number >> (BITS - 1 - i)) & 1 for i in range(BITS)]
    row = np.repeat(np.array([BRIGHT if bit else DARK for bit in bits], np.uint8), BLOCK_PX)
    luma[y : y + BLOCK_PX, x : x + row.size] = row
    luma[y + BLOCK_PX : y + 2 * BLOCK_PX, x : x + row.size] = DARK + BRIGHT - row


def read(luma: Plane) -> int | None:
    """The number in a picture's brightness, or None if there is none to be trusted."""
    x, y = place(luma.shape[1], luma.shape[0])
    if x < 0 or y < 0:
        return None
    middle = BLOCK_PX // 2
    number = 0
    for i in range(BITS):
        column = x + i * BLOCK_PX + middle
        upper, lower = (
            float(luma[line - 2 : line + 2, column - 2 : column + 2].mean())
            for line in (y + middle, y + BLOCK_PX + middle)
        )
        if abs(upper - lower) < DIFFERENCE_MIN:
            return None
        number = number << 1 | (upper > lower)
    return number


def number_at(epoch_s: float) -> int:
    """The number that a frame made at this moment carries."""
    return round(epoch_s * FPS) % WRAP


def epoch_s_of(number: int, near_s: float) -> float:
    """When a frame with this number was made, given a moment less than 20 minutes away."""
    near = round(near_s * FPS)
    ahead = (number - near) % WRAP
    return (near + (ahead if ahead < WRAP // 2 else ahead - WRAP)) / FPS
