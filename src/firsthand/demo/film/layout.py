"""Where everything stands, upright (for phones) and wide.

An upright picture is cut by a phone's page at both sides (a 390 by 844 screen shows the
middle 82 %), the page's own header lies over the top 8 % and its chat over the lower third.
So all that must be read lies within x 76 to 644 and y 118 to 400, and all that must be seen
above y 900.
"""

from dataclasses import dataclass

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in pixels; a Box is x, y, width, height."""

    name: str
    width: int
    height: int
    wall: Box
    sign: tuple[int, int]
    title: Box
    caption: Box
    clock: tuple[int, int]
    head: tuple[int, int]
    host_scale: float
    product_size: int
    desk_y: int
    plinth: tuple[int, int, int]
    price: tuple[int, int]
    plate: tuple[int, int]
    brand: tuple[int, int] | None
    reach_degrees: float
    guests: tuple[tuple[int, int, int], ...]


UPRIGHT = Layout(
    name="upright",
    width=720,
    height=1280,
    wall=(40, 112, 640, 560),
    sign=(360, 78),
    title=(78, 144, 566, 128),
    caption=(78, 286, 566, 92),
    clock=(640, 158),
    head=(196, 532),
    host_scale=0.8,
    product_size=420,
    desk_y=884,
    plinth=(502, 898, 164),
    price=(514, 1000),
    plate=(76, 990),
    brand=(360, 1150),
    reach_degrees=66,
    guests=(),
)

WIDE = Layout(
    name="wide",
    width=1280,
    height=720,
    wall=(60, 60, 1160, 440),
    sign=(640, 40),
    title=(560, 84, 620, 128),
    caption=(400, 618, 560, 92),
    clock=(1196, 98),
    head=(300, 252),
    host_scale=0.8,
    product_size=370,
    desk_y=566,
    plinth=(850, 570, 168),
    price=(1126, 622),
    plate=(60, 664),
    brand=None,
    reach_degrees=104,
    guests=((610, 562, 112), (1180, 562, 104)),
)

LAYOUTS = {layout.name: layout for layout in (UPRIGHT, WIDE)}
