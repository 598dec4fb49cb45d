"""Clean floors and clean air: what moves dust, wind, warmth and water about a room."""

from math import cos, radians, sin

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    STEEL,
    digits,
    grille,
    lamp,
    lens,
    plate,
    rim,
    ring,
    slats,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def vacuum_robot(s: Studio) -> None:
    """A robot vacuum before its dock."""
    light.shadow(s, 400, 596, 170)
    s.path(
        "M262 190 Q262 150 302 150 H498 Q538 150 538 190 V560 H262 Z",
        light.rounded(s, lit(s.colour, 0.1)),
    )
    s.path("M262 190 Q262 150 302 150 H498 Q538 150 538 190 V250 H262 Z", light.black_glass(s))
    lamp(s, 400, 204, 5, s.accent)
    s.path("M290 440 H510 V560 H290 Z", dim(s.colour, 0.5))
    light.shadow(s, 400, 690, 250)
    s.path(
        "M152 560 V600 C152 660 260 706 400 706 S648 660 648 600 V560 Z",
        light.rounded(s, dim(s.colour, 0.08)),
    )
    s.path(
        "M152 596 C152 656 260 702 400 702 S648 656 648 596 V606 C648 668 540 712 400 712 S152 668 152 606 Z",
        dim(s.colour, 0.55),
    )
    s.ellipse(400, 560, 248, 124, light.matte(s, lit(s.colour, 0.2), 45))
    rim(s, ring(400, 560, 247, 123), 0.9)
    s.ellipse(400, 560, 214, 104, stroke=dim(s.colour, 0.18), stroke_width=2.5, opacity=0.7)
    s.path(
        "M338 520 V546 C338 562 366 574 400 574 S462 562 462 546 V520 Z",
        light.rounded(s, dim(s.colour, 0.2)),
    )
    s.path(
        "M340 532 C342 546 368 556 400 556 S458 546 460 532 V544 C458 558 432 568 400 568 S342 558 340 544 Z",
        INK,
    )
    s.ellipse(400, 520, 62, 30, light.matte(s, lit(s.colour, 0.3), 45))
    s.ellipse(400, 519, 40, 18, stroke=s.accent, stroke_width=4)
    for x in (-44, 0, 44):
        s.ellipse(400 + x, 622, 14, 7, light.metal(s, lit(s.colour, 0.3)))
    s.path("M304 672 Q400 690 496 672 V684 Q400 702 304 684 Z", light.black_glass(s))
    lens(s, 400, 686, 8)


def vacuum_stick(s: Studio) -> None:
    """A cordless vacuum cleaner, leaning back a little."""
    light.shadow(s, 466, 706, 190)
    with s.turned(-12, 400, 400):
        s.rect(385, 330, 30, 300, 8, light.metal(s, s.accent))
        s.rect(376, 300, 48, 56, 12, light.rounded(s, dim(s.colour, 0.3)))
        s.rect(376, 596, 48, 60, 14, light.rounded(s, dim(s.colour, 0.3)))
    s.path("M424 634 Q456 606 488 634 L500 660 H412 Z", light.rounded(s, dim(s.colour, 0.2)))
    head = "M310 648 H600 Q628 650 634 682 V698 Q628 710 606 710 H304 Q282 708 284 684 Q288 650 310 648 Z"
    s.path(head, light.rounded(s, s.colour, 90))
    s.rect(292, 680, 334, 20, 10, s.accent, opacity=0.85)
    s.line(
        "M316 690 h.1 M348 690 h.1 M380 690 h.1 M412 690 h.1 M444 690 h.1 M476 690 h.1 M508 690 h.1 M540 690 h.1 M572 690 h.1 M604 690 h.1",
        WHITE,
        8,
    )
    rim(s, head, 0.6, 1.5)
    with s.turned(-12, 400, 400):
        grip = "M452 96 C600 70 640 190 566 312 L528 292 C572 210 552 152 452 158 Z"
        s.path(grip, light.rounded(s, s.colour))
        s.path("M500 160 C528 168 538 190 532 226 L516 222 C520 196 512 182 494 178 Z", s.accent)
        s.rect(510, 282, 76, 100, 22, light.rounded(s, dim(s.colour, 0.25)))
        lamp(s, 548, 352, 4)
        s.rect(332, 166, 136, 176, 36, "#2c3340", opacity=0.5)
        s.rect(
            332,
            166,
            136,
            176,
            36,
            s.linear([(0, WHITE, 0.55), (0.3, s.accent, 0.2), (1, "#10141c", 0.55)], 0),
        )
        s.path("M370 196 h60 l-12 124 h-36 Z", light.rounded(s, STEEL))
        s.rect(332, 92, 136, 88, 28, light.rounded(s, s.colour))
        s.ellipse(400, 96, 66, 27, light.metal(s, lit(s.colour, 0.2)))
        s.ellipse(400, 91, 51, 20, light.black_glass(s))
        s.ellipse(400, 91, 36, 12, stroke=s.accent, stroke_width=4)
        s.rect(346, 190, 10, 130, 5, WHITE, opacity=0.5)


def air_purifier(s: Studio) -> None:
    """An air purifier, breathing through its skin."""
    light.shadow(s, 400, 694, 176)
    plate(s, 226, 118, 348, 570, 46, fill=light.rounded(s, s.colour))
    d = box(248, 330, 304, 330, 18)
    grille(s, d, 13, 3.1, dim(s.colour, 0.75), 0.7)
    s.path(
        "M226 164 A46 46 0 0 1 272 118 H528 A46 46 0 0 1 574 164 V176 H226 Z",
        light.matte(s, lit(s.colour, 0.3)),
    )
    slats(s, 290, 132, 220, 30, 4, dim(s.colour, 0.6), 0.7)
    s.circle(400, 246, 62, light.metal(s, lit(s.colour, 0.3), 45))
    s.circle(400, 246, 56, light.black_glass(s))
    s.circle(400, 246, 46, stroke=s.accent, stroke_width=5, opacity=0.9)
    digits(s, "12", 380, 230, 32, "#eaffff")
    s.rect(238, 190, 10, 470, 5, light.sheen(s, 0.7))
    s.rect(252, 684, 60, 10, 4, INK)
    s.rect(488, 684, 60, 10, 4, INK)


def humidifier(s: Studio) -> None:
    """A humidifier and its mist."""
    light.shadow(s, 400, 684, 150)
    mist = s.radial([(0, WHITE, 0.85), (1, WHITE, 0)])
    for cx, cy, rx, ry in (
        (404, 150, 60, 90),
        (430, 90, 100, 70),
        (380, 60, 90, 60),
        (470, 40, 110, 60),
        (398, 210, 26, 60),
    ):
        s.ellipse(cx, cy, rx, ry, mist)
    s.path(
        "M262 300 C262 250 318 236 400 236 S538 250 538 300 L552 640 C552 672 480 686 400 686 S248 672 248 640 Z",
        light.rounded(s, s.colour),
    )
    s.path(
        "M256 430 Q400 470 544 430 L552 640 C552 672 480 686 400 686 S248 672 248 640 Z",
        light.rounded(s, lit(s.colour, 0.22)),
        opacity=0.85,
    )
    s.path(
        "M258 430 Q400 470 542 430", WHITE, opacity=0.0, stroke=lit(s.colour, 0.6), stroke_width=3
    )
    s.ellipse(400, 262, 112, 24, light.matte(s, lit(s.colour, 0.25), 45))
    s.ellipse(400, 258, 34, 8, INK)
    s.circle(400, 580, 34, light.metal(s, lit(s.colour, 0.3), 45))
    s.path("M400 556 c-15 20 -20 26 -20 36 a20 20 0 0 0 40 0 c0 -10 -5 -16 -20 -36 Z", s.accent)
    s.path(
        "M276 310 C270 420 266 560 270 640",
        stroke=WHITE,
        stroke_width=12,
        stroke_linecap="round",
        opacity=0.55,
    )


def fan(s: Studio) -> None:
    """A standing fan with seven blades."""
    light.shadow(s, 400, 726, 140)
    s.rect(386, 480, 28, 230, 8, light.rounded(s, s.colour))
    s.ellipse(400, 722, 138, 18, light.metal(s, dim(s.colour, 0.2)))
    s.ellipse(400, 712, 138, 18, light.matte(s, s.colour, 45))
    s.circle(400, 300, 232, light.metal(s, s.colour, 45))
    s.circle(400, 300, 220, s.radial([(0, lit(s.colour, 0.75)), (1, lit(s.colour, 0.25))]))
    blade = s.linear([(0, lit(s.accent, 0.5)), (1, dim(s.accent, 0.15))], 45)
    for i in range(7):
        s.path(
            "M400 300 C372 250 350 180 384 104 C440 100 470 140 466 180 C460 240 424 270 400 300 Z",
            blade,
            opacity=0.88,
            transform=f"rotate({i * 360 / 7:.1f} 400 300)",
        )
    turns = [radians(i * 10) for i in range(36)]
    wires = " ".join(f"M400 300 l{218 * cos(turn):.0f} {218 * sin(turn):.0f}" for turn in turns)
    s.path(wires, stroke=lit(s.colour, 0.7), stroke_width=1.6, opacity=0.75)
    for radius in (90, 150, 196):
        s.circle(400, 300, radius, stroke=lit(s.colour, 0.7), stroke_width=1.6, opacity=0.7)
    s.circle(400, 300, 44, light.matte(s, s.colour, 45))
    rim(s, ring(400, 300, 43, 43), 0.9)
    s.circle(400, 300, 12, s.accent)
    rim(s, ring(400, 300, 231, 231), 0.9, 3)
    plate(s, 362, 532, 76, 110, 24, fill=light.rounded(s, s.colour))
    lamp(s, 400, 560, 4)
    s.circle(400, 604, 16, light.metal(s, STEEL, 45))


def heater(s: Studio) -> None:
    """A panel heater that glows inside."""
    light.shadow(s, 400, 640, 310)
    for x in (170, 560):
        s.path(f"M{x} 600 h70 l16 40 h-102 Z", light.metal(s, dim(s.colour, 0.2)))
    plate(s, 96, 236, 608, 372, 34, fill=light.matte(s, s.colour))
    slats(s, 140, 250, 520, 20, 3, dim(s.colour, 0.6), 0.8)
    s.rect(130, 300, 540, 248, 22, "#1b0d08")
    for i in range(7):
        y = 322 + i * 34
        s.rect(
            146,
            y - 13,
            508,
            26,
            13,
            s.linear([(0, "#ff5a1f", 0.15), (0.5, "#ff8a3c", 0.75), (1, "#ff5a1f", 0.15)]),
        )
        s.line(f"M150 {y} H650", "#ffd9a0", 4, opacity=0.9)
    s.line(" ".join(f"M{158 + i * 22} 304 V544" for i in range(23)), dim(s.colour, 0.3), 4)
    s.rect(130, 300, 540, 248, 22, s.linear([(0, WHITE, 0.12), (0.5, WHITE, 0)]))
    s.ellipse(400, 424, 340, 150, s.radial([(0, "#ffb26b", 0.4), (1, "#ffb26b", 0)]))
    digits(s, "22", 616, 566, 24, s.accent)
    lamp(s, 160, 578, 4, "#ff8d6b")


def air_conditioner(s: Studio) -> None:
    """A wall air conditioner, blowing."""
    breeze = s.linear([(0, WHITE, 0.75), (1, WHITE, 0)])
    s.path("M110 440 H690 L760 720 H40 Z", breeze)
    for i in range(5):
        x = 170 + i * 115
        s.path(
            f"M{x} 460 C{x - 40} 540 {x + 40} 600 {x - 10} 700",
            stroke=s.linear([(0, s.accent, 0.5), (1, s.accent, 0)]),
            stroke_width=5,
            stroke_linecap="round",
        )
    light.drop(s, box(70, 220, 660, 220, 46), 6, 24, 0.2)
    plate(s, 70, 210, 660, 226, 48, fill=light.rounded(s, s.colour, 90))
    s.rect(70, 210, 660, 120, 46, light.matte(s, lit(s.colour, 0.35)))
    s.path("M92 372 H708 Q704 424 664 436 H136 Q96 424 92 372 Z", dim(s.colour, 0.6))
    s.path("M104 380 H696 L676 408 H124 Z", light.matte(s, s.colour, 90))
    s.path("M128 414 H672 L664 430 H140 Z", light.matte(s, dim(s.colour, 0.1), 90))
    digits(s, "26", 610, 290, 38, lit(s.accent, 0.15))
    lamp(s, 584, 310, 4, "#7dffb4")
    s.line("M110 350 H690", dim(s.colour, 0.2), 2)
    s.rect(110, 224, 560, 12, 6, WHITE, opacity=0.7)


def water_purifier(s: Studio) -> None:
    """A water purifier for the counter, filling a glass."""
    light.shadow(s, 400, 690, 180)
    plate(s, 240, 120, 320, 566, 52, fill=light.rounded(s, s.colour))
    s.path(
        "M240 172 A52 52 0 0 1 292 120 H508 A52 52 0 0 1 560 172 V300 H240 Z", light.black_glass(s)
    )
    digits(s, "45", 346, 176, 52, "#dff3ff")
    s.circle(470, 186, 8, stroke="#dff3ff", stroke_width=4)
    s.line("M318 266 H482", s.accent, 6)
    s.path("M268 330 H532 V600 H268 Z", light.shade(s, 0.25))
    s.path("M268 330 H532 V600 H268 Z", dim(s.colour, 0.25), opacity=0.75)
    s.path("M366 320 h68 v34 q0 12 -12 12 h-44 q-12 0 -12 -12 Z", light.metal(s))
    s.rect(393, 366, 14, 150, 7, s.linear([(0, "#cfeeff", 0.9), (1, "#8fd0f5", 0.7)]))
    s.path("M336 450 H464 L452 606 H348 Z", WHITE, opacity=0.28)
    s.path("M340 506 H460 L452 604 H348 Z", s.linear([(0, "#bfe9ff", 0.85), (1, "#5db4e6", 0.8)]))
    s.ellipse(400, 506, 60, 8, "#e4f7ff")
    rim(s, "M336 450 H464 L452 606 H348 Z", 0.9, 2.5)
    s.path(
        "M236 610 H564 V650 Q564 690 524 690 H276 Q236 690 236 650 Z", light.rounded(s, s.colour)
    )
    s.ellipse(400, 612, 120, 9, dim(s.colour, 0.5))
    s.rect(252, 170, 9, 480, 4, light.sheen(s, 0.6))


GOODS = {
    "vacuum-robot": vacuum_robot,
    "vacuum-stick": vacuum_stick,
    "air-purifier": air_purifier,
    "humidifier": humidifier,
    "fan": fan,
    "heater": heater,
    "air-conditioner": air_conditioner,
    "water-purifier": water_purifier,
}
