"""What moves on the road."""

from math import cos, radians, sin

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    STEEL,
    cord,
    digits,
    lamp,
    plate,
    rim,
    slats,
)
from firsthand.demo.drawings.studio import WHITE, Studio


def _wheel(
    s: Studio, cx: float, cy: float, r: float, spokes: int, hub: str, tyre: float = 0.16
) -> None:
    s.circle(cx, cy, r * (1 - tyre / 2), stroke="#16181d", stroke_width=r * tyre)
    s.circle(cx, cy, r * 0.98, stroke=WHITE, stroke_width=1.5, opacity=0.25)
    s.circle(cx, cy, r * (1 - tyre * 1.25), stroke=light.metal(s, STEEL, 45), stroke_width=r * 0.06)
    reach = r * (1 - tyre * 1.3)
    turns = [radians(i * 360 / spokes + 10) for i in range(spokes)]
    d = " ".join(f"M{cx} {cy} l{reach * cos(t):.0f} {reach * sin(t):.0f}" for t in turns)
    s.path(d, stroke="#8d95a3", stroke_width=max(1.4, r * 0.016))
    s.circle(cx, cy, r * 0.14, light.metal(s, hub, 45))


def scooter(s: Studio) -> None:
    """An electric scooter."""
    light.shadow(s, 400, 712, 290)
    s.line("M566 620 L504 140", dim(s.colour, 0.35), 36)
    s.line("M564 618 L503 142", light.metal(s, s.colour), 27)
    s.line("M430 116 L580 132", light.metal(s, lit(INK, 0.2), 90), 20)
    s.line("M430 116 L396 112 M580 132 L612 136", "#22262e", 27)
    s.rect(470, 98, 72, 44, 14, light.rounded(s, s.colour))
    s.rect(478, 104, 56, 28, 8, light.black_glass(s))
    digits(s, "25", 492, 109, 18, "#d8fff0")
    s.circle(520, 190, 21, light.metal(s, STEEL, 45))
    s.circle(522, 190, 14, s.radial([(0, WHITE), (1, "#ffe6a8")]))
    s.path(
        "M200 650 L230 620 H500 Q544 616 556 570 L580 580 Q566 660 506 664 H210 Z",
        light.rounded(s, s.colour, 90),
    )
    s.rect(232, 614, 270, 12, 6, "#1c2027")
    s.rect(250, 646, 230, 8, 4, s.accent)
    _wheel(s, 576, 640, 70, 10, s.colour, 0.28)
    _wheel(s, 196, 640, 70, 10, s.colour, 0.28)
    s.path(
        "M118 620 A82 82 0 0 1 250 580 L236 596 A62 62 0 0 0 138 624 Z",
        light.rounded(s, dim(s.colour, 0.2)),
    )
    s.path(
        "M520 586 A78 78 0 0 1 650 620 L632 624 A60 60 0 0 0 534 600 Z",
        light.rounded(s, dim(s.colour, 0.2)),
    )
    lamp(s, 124, 606, 6, "#ff5a4d")


def e_bike(s: Studio) -> None:
    """An electric bicycle."""
    light.shadow(s, 400, 694, 350)
    _wheel(s, 190, 530, 160, 28, s.colour, 0.09)
    _wheel(s, 610, 530, 160, 28, s.colour, 0.09)
    frame = "M190 530 L300 330 L540 316 L380 540 Z M300 330 L380 540 M190 530 L380 540"
    s.line(frame, dim(s.colour, 0.45), 24)
    s.line(frame, light.satin(s, s.colour), 17)
    s.line("M300 330 L540 316 L380 540", light.satin(s, s.colour), 28)
    s.line("M400 500 L506 356", "#171a20", 22)
    lamp(s, 500, 364, 4, s.accent)
    s.line("M610 530 L548 330 L530 250", light.satin(s, lit(INK, 0.2)), 17)
    s.line("M530 250 C524 214 560 206 600 216 L632 206", "#20242c", 15)
    s.line("M600 214 L640 204", "#0f1217", 22)
    s.rect(540, 190, 44, 26, 8, light.black_glass(s))
    s.line("M300 330 L284 262", light.metal(s, lit(INK, 0.4)), 15)
    s.path(
        "M226 252 Q240 236 290 244 L346 240 Q360 244 350 256 L300 268 Q240 276 226 252 Z",
        light.rounded(s, "#20242c", 90),
    )
    s.circle(380, 540, 48, stroke=light.metal(s, STEEL, 45), stroke_width=9)
    s.circle(380, 540, 27, light.matte(s, lit(INK, 0.18), 45))
    s.line("M380 540 L424 594", light.metal(s, STEEL), 13)
    s.rect(404, 590, 56, 13, 6, INK)
    s.line("M190 518 L380 494 M190 546 L380 586", "#3b414d", 3)
    s.path(
        "M60 470 A150 150 0 0 1 320 440",
        stroke=dim(s.colour, 0.2),
        stroke_width=11,
        stroke_linecap="round",
    )
    s.path(
        "M500 404 A158 158 0 0 1 744 470",
        stroke=dim(s.colour, 0.2),
        stroke_width=11,
        stroke_linecap="round",
    )
    s.rect(540, 262, 30, 22, 6, INK)
    s.circle(578, 273, 17, s.radial([(0, WHITE), (1, "#ffe0a0")]))


def car(s: Studio) -> None:
    """An electric car, low and long, from the side."""
    light.shadow(s, 400, 604, 370, 1.3)
    body = "M36 528 C28 486 40 452 92 436 C150 418 210 412 254 396 C326 334 404 306 486 306 C586 306 660 348 714 396 L756 402 C772 430 776 480 768 520 L758 556 H60 Q40 552 36 528 Z"
    s.path(
        body,
        s.linear(
            [
                (0, lit(s.colour, 0.6)),
                (0.36, lit(s.colour, 0.24)),
                (0.52, dim(s.colour, 0.14)),
                (0.66, lit(s.colour, 0.16)),
                (1, dim(s.colour, 0.5)),
            ]
        ),
    )
    glass = "M270 396 C338 338 410 320 484 320 C566 320 622 346 672 388 C640 400 340 408 270 396 Z"
    s.path(glass, s.linear([(0, "#66768c"), (0.4, "#1b222d"), (1, "#0b0e13")], 45))
    with s.inside(glass):
        s.path(
            "M340 300 L460 300 L380 420 L250 420 Z M480 300 h30 l-60 110 h-30 Z",
            WHITE,
            opacity=0.16,
        )
    s.path("M478 320 H490 L498 402 H484 Z", dim(s.colour, 0.35))
    s.path("M70 452 C240 420 560 410 760 420", stroke=WHITE, stroke_width=3.5, opacity=0.8)
    s.path(
        "M280 520 C400 536 500 532 540 516", stroke=dim(s.colour, 0.5), stroke_width=4, opacity=0.6
    )
    s.path(
        "M486 404 C494 450 492 510 484 548 M286 400 C270 440 276 510 290 548",
        stroke=dim(s.colour, 0.55),
        stroke_width=2.5,
        opacity=0.7,
    )
    for x in (388, 590):
        s.rect(x, 436, 54, 7, 3, lit(s.colour, 0.55))
    s.path(
        "M50 474 C70 450 110 442 142 440 C128 458 96 470 56 484 Z",
        s.linear([(0, WHITE), (1, "#bfe4ff")]),
    )
    s.path("M48 476 C70 450 110 442 142 440", stroke=WHITE, stroke_width=3)
    s.path("M712 418 C736 418 756 420 766 430 L767 440 C750 432 730 430 708 430 Z", "#ff3b30")
    s.path(
        "M40 540 C60 560 720 562 760 546 L756 560 Q750 574 730 574 H80 Q50 572 40 540 Z", "#14171c"
    )
    for cx in (180, 632):
        s.path(f"M{cx - 92} 556 A92 92 0 0 1 {cx + 92} 556 Z", "#0a0c0f")
        s.circle(cx, 536, 76, "#17191e")
        s.circle(cx, 536, 62, light.metal(s, STEEL, 45))
        s.circle(cx, 536, 57, "#23272f")
        turns = [radians(i * 72 - 90) for i in range(5)]
        d = " ".join(f"M{cx} 536 l{54 * cos(t):.0f} {54 * sin(t):.0f}" for t in turns)
        s.line(d, light.metal(s, STEEL, 45), 15)
        s.circle(cx, 536, 13, s.accent)
        s.circle(cx, 536, 59, stroke=WHITE, stroke_width=1.5, opacity=0.5)
    rim(
        s,
        "M92 436 C150 418 210 412 254 396 C326 334 404 306 486 306 C586 306 660 348 714 396",
        1,
        3,
    )
    s.path("M296 402 q-30 -8 -36 8 q2 12 24 10 l16 -6 Z", light.rounded(s, s.colour, 90))


def tyre_pump(s: Studio) -> None:
    """A pocket pump with a figure for pressure."""
    light.shadow(s, 400, 700, 150)
    cord(s, "M330 150 C300 60 190 80 180 210 S200 420 170 520", "#23272f", 22)
    s.rect(150, 512, 42, 74, 12, light.metal(s, STEEL))
    plate(s, 268, 140, 264, 556, 58, fill=light.rounded(s, s.colour))
    plate(s, 296, 180, 208, 220, 38, fill=light.black_glass(s))
    digits(s, "2.5", 336, 226, 70, "#f6fffb")
    for i in range(4):
        s.rect(332 + i * 36, 340, 26, 9, 4, s.accent if i < 3 else "#3c4452")
    s.circle(400, 500, 70, light.metal(s, lit(s.colour, 0.2), 45))
    s.circle(400, 500, 62, light.matte(s, dim(s.colour, 0.1), 45))
    s.line("M400 462 V490", s.accent, 8)
    s.path("M376 482 a32 32 0 1 0 48 0", stroke=s.accent, stroke_width=8, stroke_linecap="round")
    slats(s, 336, 614, 128, 46, 4, INK, 0.55)
    s.rect(284, 190, 10, 450, 5, light.sheen(s, 0.6))


GOODS = {
    "scooter": scooter,
    "e-bike": e_bike,
    "car": car,
    "tyre-pump": tyre_pump,
}
