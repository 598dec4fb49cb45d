"""What is used on the body every morning and every evening."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    STEEL,
    barrel,
    lamp,
    slats,
)
from firsthand.demo.drawings.studio import WHITE, Studio


def toothbrush(s: Studio) -> None:
    """An electric toothbrush on its charging foot."""
    light.shadow(s, 400, 706, 108)
    barrel(s, 400, 650, 694, 150, 190, tilt=0.14)
    s.path(
        "M352 300 C352 282 366 276 400 276 S448 282 448 300 L456 630 Q456 652 400 652 T344 630 Z",
        light.rounded(s, s.colour),
    )
    s.path("M384 156 H416 L422 282 H378 Z", light.rounded(s, lit(s.colour, 0.2)))
    s.rect(374, 268, 52, 14, 6, light.metal(s, s.accent))
    s.path(
        "M372 82 Q372 62 400 62 T428 82 V150 Q428 166 400 166 T372 150 Z",
        light.rounded(s, lit(s.colour, 0.3)),
    )
    for i in range(6):
        s.rect(
            430,
            76 + i * 14,
            40,
            10,
            4,
            s.linear([(0, "#e9f4ff"), (1, s.accent if i % 2 else WHITE)], 0),
        )
    s.rect(426, 72, 10, 88, 4, lit(s.colour, 0.4))
    s.circle(400, 374, 24, light.metal(s, lit(s.colour, 0.2), 45))
    s.circle(400, 374, 18, light.matte(s, lit(s.colour, 0.1), 45))
    for i in range(4):
        lamp(s, 400, 440 + i * 30, 3.6, s.accent if i == 1 else "#dfe8f2")
    s.path(
        "M362 310 C358 420 354 520 356 620",
        stroke=WHITE,
        stroke_width=8,
        stroke_linecap="round",
        opacity=0.6,
    )


def hair_dryer(s: Studio) -> None:
    """A hair dryer with a ring for a mouth."""
    light.shadow(s, 430, 706, 90)
    s.path("M404 420 H494 L486 668 Q484 700 448 700 T410 668 Z", light.rounded(s, s.colour))
    s.rect(424, 500, 42, 92, 20, light.matte(s, dim(s.colour, 0.12)))
    s.circle(445, 524, 11, s.accent)
    s.rect(433, 552, 24, 26, 8, light.metal(s))
    s.path("M250 176 H560 Q640 190 640 300 T560 424 H250 Z", light.rounded(s, s.colour, 90))
    s.path(
        "M560 176 Q648 190 648 300 T560 424 Q600 360 600 300 T560 176 Z", light.metal(s, s.accent)
    )
    s.path(
        "M250 176 C200 176 168 230 168 300 S200 424 250 424 Z",
        light.rounded(s, lit(s.colour, 0.1), 90),
    )
    s.ellipse(206, 300, 44, 112, light.metal(s, s.accent, 90))
    s.ellipse(200, 300, 34, 96, "#15181f")
    s.ellipse(198, 300, 24, 76, s.radial([(0, "#ff9d5c", 0.8), (1, "#ff9d5c", 0)]))
    s.line("M182 262 V338 M196 240 V360 M210 250 V350", "#3d434f", 4)
    s.rect(270, 204, 270, 15, 7, WHITE, opacity=0.55)
    s.line("M120 260 H60 M130 300 H40 M120 340 H70", WHITE, 7, opacity=0.7)
    s.line("M448 700 C448 740 520 730 560 748", dim(s.colour, 0.4), 12)


def shaver(s: Studio) -> None:
    """A shaver with three heads."""
    light.shadow(s, 400, 704, 104)
    s.path(
        "M332 330 C330 470 340 600 356 666 Q364 702 400 702 T444 666 C460 600 470 470 468 330 Z",
        light.rounded(s, s.colour),
    )
    s.path(
        "M350 360 C350 480 358 590 370 660 H430 C442 590 450 480 450 360 Z", light.black_glass(s)
    )
    s.path("M340 262 H460 L472 336 H328 Z", light.metal(s, lit(INK, 0.25)))
    s.path(
        "M400 74 C520 74 566 150 540 210 C520 262 470 276 400 276 S280 262 260 210 C234 150 280 74 400 74 Z",
        light.rounded(s, dim(s.colour, 0.05)),
    )
    for cx, cy in ((340, 142), (460, 142), (400, 218)):
        s.circle(cx, cy, 55, light.metal(s, s.accent, 45))
        s.circle(cx, cy, 47, light.metal(s, STEEL, 45))
        s.circle(cx, cy, 36, stroke=INK, stroke_width=9, stroke_dasharray="3 3", opacity=0.75)
        s.circle(cx, cy, 20, light.metal(s, lit(STEEL, 0.3), 45))
        s.circle(cx, cy, 9, s.accent)
    s.circle(400, 420, 25, light.metal(s, STEEL, 45))
    s.circle(400, 420, 17, s.accent)
    for i in range(3):
        lamp(s, 400, 540 + i * 26, 3.4, "#dff4ff")
    s.path(
        "M342 352 C340 470 350 590 364 660",
        stroke=WHITE,
        stroke_width=7,
        opacity=0.5,
        stroke_linecap="round",
    )


def massage_gun(s: Studio) -> None:
    """A massage gun with its round head."""
    light.shadow(s, 470, 704, 84)
    s.path(
        "M420 360 H528 L516 660 Q514 700 470 700 T424 660 Z", light.rounded(s, dim(s.colour, 0.25))
    )
    slats(s, 438, 470, 66, 170, 11, WHITE, 0.12)
    s.path(
        "M300 200 H560 Q650 206 650 290 T560 380 H300 Q262 376 262 290 T300 200 Z",
        light.rounded(s, s.colour, 90),
    )
    s.circle(588, 290, 62, light.metal(s, STEEL, 45))
    s.circle(588, 290, 54, light.black_glass(s))
    s.circle(
        588,
        290,
        40,
        stroke=s.accent,
        stroke_width=6,
        stroke_dasharray="160 100",
        stroke_linecap="round",
    )
    s.circle(588, 290, 8, WHITE)
    s.rect(206, 256, 66, 68, 14, light.metal(s, STEEL, 90))
    s.circle(150, 290, 78, light.ball(s, lit(INK, 0.14)))
    s.ellipse(126, 258, 24, 15, WHITE, opacity=0.5)
    s.rect(300, 222, 220, 13, 6, WHITE, opacity=0.5)
    s.rect(330, 318, 120, 9, 4, s.accent)


GOODS = {
    "toothbrush": toothbrush,
    "hair-dryer": hair_dryer,
    "shaver": shaver,
    "massage-gun": massage_gun,
}
