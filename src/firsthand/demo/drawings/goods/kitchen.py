"""The large things of a kitchen and a laundry."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    STEEL,
    digits,
    gloss,
    knob,
    lamp,
    plate,
    rim,
    ring,
    slats,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def fridge(s: Studio) -> None:
    """A fridge with two doors and two drawers."""
    light.shadow(s, 410, 748, 216)
    s.path("M600 76 L634 92 V734 L600 748 Z", dim(s.colour, 0.45))
    s.rect(198, 56, 402, 692, 18, dim(s.colour, 0.5))
    doors = ((202, 60, 196, 416), (402, 60, 194, 416), (202, 482, 394, 126), (202, 614, 394, 126))
    for x, y, w, h in doors:
        plate(s, x, y, w, h, 12, fill=light.satin(s, s.colour))
    for x in (384, 408):
        s.rect(x, 110, 8, 320, 4, light.metal(s, lit(s.colour, 0.4)))
        s.rect(x + 6, 110, 3, 320, 1, INK, opacity=0.4)
    for y in (490, 622):
        s.rect(262, y, 276, 8, 4, light.metal(s, lit(s.colour, 0.4), 90))
    s.rect(250, 190, 108, 174, 14, light.black_glass(s))
    digits(s, "4", 276, 214, 40, "#dff3ff")
    digits(s, "-18", 272, 284, 26, s.accent)
    s.path("M206 64 H330 L206 420 Z", light.sheen(s, 0.34, 45))
    s.path("M406 64 H500 L406 330 Z", light.sheen(s, 0.26, 45))
    s.rect(230, 742, 60, 10, 4, INK)
    s.rect(520, 742, 60, 10, 4, INK)


def washer(s: Studio) -> None:
    """A washing machine at work."""
    light.shadow(s, 400, 708, 250)
    plate(s, 158, 106, 484, 596, 26, fill=light.matte(s, s.colour))
    s.path(
        "M158 132 A26 26 0 0 1 184 106 H616 A26 26 0 0 1 642 132 V216 H158 Z",
        light.matte(s, lit(s.colour, 0.25)),
    )
    s.line("M160 217 H640", dim(s.colour, 0.3), 2)
    s.rect(184, 134, 130, 56, 10, light.matte(s, dim(s.colour, 0.06), 90))
    s.rect(420, 134, 196, 56, 12, light.black_glass(s))
    digits(s, "0:45", 444, 148, 28, "#e6f7ff")
    lamp(s, 590, 162, 5, s.accent)
    knob(s, 366, 162, 34, lit(s.colour, 0.3))
    s.circle(400, 460, 198, light.metal(s, STEEL, 45))
    s.circle(400, 460, 180, dim(s.colour, 0.55))
    s.circle(400, 460, 160, "#0b0f17")
    with s.inside(ring(400, 460, 158, 158)):
        s.circle(400, 460, 158, s.radial([(0, "#6d7787"), (0.7, "#2c3442"), (1, "#0c1018")]))
        for i in range(3):
            s.path(
                "M400 460 L372 310 H428 Z",
                "#8a94a3",
                opacity=0.3,
                transform=f"rotate({i * 120 + 30} 400 460)",
            )
        s.path(
            "M230 520 C300 470 340 560 410 510 S520 470 570 520 V640 H230 Z",
            s.linear([(0, lit(s.accent, 0.5), 0.85), (1, s.accent, 0.7)]),
        )
        s.path("M262 560 c40 -60 90 10 120 -20 s70 -20 110 30 v90 h-230 Z", "#f4efe6", opacity=0.75)
        for x, y, r in (
            (320, 500, 14),
            (352, 520, 9),
            (470, 500, 16),
            (440, 526, 8),
            (400, 496, 11),
        ):
            s.circle(x, y, r, WHITE, opacity=0.6)
        s.path(
            "M250 420 C270 340 340 310 400 308 C330 350 300 400 296 520 C262 500 246 470 250 420 Z",
            WHITE,
            opacity=0.24,
        )
    rim(s, ring(400, 460, 197, 197), 0.9, 3)
    s.rect(580, 430, 26, 62, 12, light.metal(s, STEEL))
    s.rect(190, 700, 50, 10, 4, INK)
    s.rect(560, 700, 50, 10, 4, INK)


def dishwasher(s: Studio) -> None:
    """A dishwasher, its door open by a hand."""
    light.shadow(s, 400, 704, 264)
    s.rect(156, 116, 488, 582, 18, light.metal(s, s.colour))
    s.rect(172, 132, 456, 330, 8, "#1a1f28")
    s.rect(
        172,
        132,
        456,
        330,
        8,
        s.radial([(0, "#e9f5ff", 0.75), (0.6, "#7e8b9b", 0.5), (1, "#10151d", 0.4)], 0.5, 0.1, 0.9),
    )
    for y in (250, 404):
        s.line(f"M184 {y} H616 M184 {y + 26} H616", STEEL, 5)
        s.line(" ".join(f"M{204 + i * 24} {y - 22} v48" for i in range(18)), STEEL, 3)
    plate_paint = s.linear([(0, WHITE), (1, "#c5d0dc")], 45)
    for i in range(6):
        s.ellipse(240 + i * 42, 350, 16, 52, plate_paint)
        s.ellipse(240 + i * 42, 350, 9, 36, stroke="#b6c1cd", stroke_width=2)
    for i in range(3):
        s.path(f"M{500 + i * 40 - 17} 316 h34 l-5 84 h-24 Z", "#dff1ff", opacity=0.75)
    for i in range(4):
        s.path(f"M{216 + i * 62} 180 h44 l-6 66 h-32 Z", lit(s.accent, 0.35), opacity=0.92)
    for i in range(4):
        s.ellipse(488 + i * 36, 216, 13, 32, plate_paint)
    s.path(
        "M130 470 H670 L690 660 Q690 700 650 700 H150 Q110 700 110 660 Z", light.satin(s, s.colour)
    )
    s.path("M130 470 H670 L673 496 H127 Z", light.black_glass(s))
    for i in range(4):
        lamp(s, 350 + i * 34, 483, 3, s.accent if i == 1 else "#6d7a90")
    s.rect(250, 520, 300, 18, 9, light.metal(s, lit(s.colour, 0.5), 90))
    s.rect(256, 540, 288, 8, 4, INK, opacity=0.25)
    s.path("M130 470 H360 L230 700 H150 Q110 700 110 660 Z", light.sheen(s, 0.28, 45))


def oven(s: Studio) -> None:
    """An oven with something good inside."""
    light.shadow(s, 400, 676, 290)
    plate(s, 112, 150, 576, 520, 24, fill=light.matte(s, s.colour))
    s.path(
        "M112 174 A24 24 0 0 1 136 150 H664 A24 24 0 0 1 688 174 V266 H112 Z",
        light.matte(s, dim(s.colour, 0.08), 90),
    )
    s.rect(306, 176, 188, 64, 12, light.black_glass(s))
    digits(s, "200", 340, 192, 32, "#ffd9a0")
    s.circle(440, 196, 5, stroke="#ffd9a0", stroke_width=3)
    knob(s, 208, 208, 38, STEEL)
    knob(s, 592, 208, 38, STEEL)
    s.rect(148, 330, 504, 304, 18, "#0c0a0a")
    with s.inside(box(162, 344, 476, 276, 10)):
        s.rect(
            162,
            344,
            476,
            276,
            0,
            s.radial([(0, "#ffc978"), (0.45, "#a4571d"), (1, "#200d05")], 0.5, 0.1, 0.85),
        )
        s.line("M162 540 H638 M162 552 H638", "#3a2c24", 4)
        s.path(
            "M276 540 C270 460 330 436 400 436 S530 460 524 540 Z",
            s.linear([(0, "#f2b45e"), (0.6, "#c4762a"), (1, "#7c4213")]),
        )
        s.line(
            "M330 480 q18 -22 36 -4 M396 470 q18 -20 36 -2 M452 484 q14 -16 28 2",
            "#fbe0b0",
            7,
            opacity=0.8,
        )
        s.path("M162 344 H360 L240 620 H162 Z", WHITE, opacity=0.12)
    rim(s, box(149, 331, 502, 302, 17), 0.5)
    light.drop(s, box(170, 282, 460, 24, 12), 0, 12, 0.3)
    s.rect(170, 282, 460, 26, 13, light.metal(s, STEEL, 90))
    s.rect(150, 668, 60, 12, 4, INK)
    s.rect(590, 668, 60, 12, 4, INK)


def microwave(s: Studio) -> None:
    """A microwave oven."""
    light.shadow(s, 400, 612, 310)
    plate(s, 84, 206, 632, 400, 30, fill=light.matte(s, s.colour))
    s.rect(108, 230, 444, 352, 20, light.black_glass(s))
    with s.inside(box(136, 258, 388, 296, 14)):
        s.rect(
            136,
            258,
            388,
            296,
            0,
            s.radial(
                [(0, "#ffe7b0", 0.95), (0.5, "#a5753a", 0.7), (1, "#120d08", 0.9)], 0.5, 0.4, 0.7
            ),
        )
        s.ellipse(330, 506, 150, 24, "#e9f1f6", opacity=0.55)
        s.path(
            "M262 420 H398 C398 480 372 502 330 502 S262 480 262 420 Z",
            s.linear([(0, lit(s.accent, 0.5)), (1, s.accent)], 45),
        )
        s.ellipse(330, 420, 68, 14, "#fff3dc")
        s.line(
            "M306 396 c-12 -18 12 -26 0 -46 M346 396 c-12 -18 12 -26 0 -46", WHITE, 6, opacity=0.6
        )
        s.path("M136 258 H330 L220 554 H136 Z", WHITE, opacity=0.1)
    s.rect(560, 240, 18, 332, 9, light.metal(s, lit(s.colour, 0.4)))
    s.rect(598, 240, 96, 70, 12, light.black_glass(s))
    digits(s, "1:30", 608, 258, 32, "#c8fff0")
    for i in range(3):
        s.rect(598, 334 + i * 44, 96, 32, 9, light.matte(s, lit(s.colour, 0.2), 90))
    knob(s, 646, 526, 42, STEEL)
    s.rect(140, 604, 50, 12, 4, INK)
    s.rect(610, 604, 50, 12, 4, INK)


def cooktop(s: Studio) -> None:
    """An induction plate with a pot on it."""
    light.shadow(s, 400, 656, 320)
    top = "M160 430 H640 Q668 430 680 452 L748 616 Q756 640 730 640 H70 Q44 640 52 616 L120 452 Q132 430 160 430 Z"
    s.path("M50 622 H750 V642 Q744 664 720 664 H80 Q56 664 50 642 Z", light.metal(s, s.colour))
    s.path(top, light.black_glass(s))
    rim(s, top, 0.6, 2)
    s.ellipse(400, 520, 220, 62, s.radial([(0, s.accent, 0.55), (1, s.accent, 0)]))
    s.ellipse(400, 522, 196, 52, stroke=lit(s.accent, 0.3), stroke_width=4, opacity=0.8)
    for i in range(7):
        s.rect(258 + i * 42, 604, 32, 10, 5, s.accent if i < 4 else "#47505f")
    s.path(
        "M236 300 V484 C236 520 310 536 400 536 S564 520 564 484 V300 Z", light.metal(s, s.colour)
    )
    s.path(
        "M236 452 V484 C236 520 310 536 400 536 S564 520 564 484 V452 C564 488 490 504 400 504 S236 488 236 452 Z",
        "#000000",
        opacity=0.2,
    )
    s.ellipse(400, 300, 170, 34, light.metal(s, STEEL, 45))
    s.path(
        "M240 296 C240 230 560 230 560 296 C560 318 240 318 240 296 Z",
        s.linear([(0, WHITE, 0.85), (0.5, "#b9c7d3", 0.6), (1, WHITE, 0.8)], 45),
    )
    s.path("M376 236 q0 -34 24 -34 t24 34 Z", light.rounded(s, INK))
    for side in (-1, 1):
        s.line(
            f"M{400 + side * 166} 350 q{side * 56} 0 {side * 56} 26 t{side * -52} 26",
            light.rounded(s, INK, 90),
            16,
        )


def range_hood(s: Studio) -> None:
    """A hood over the stove, its lights on."""
    s.path("M210 520 L20 800 H780 L590 520 Z", s.linear([(0, "#fff2c8", 0.75), (1, "#fff2c8", 0)]))
    s.path("M318 60 H482 V380 H318 Z", light.metal(s, s.colour))
    s.line("M400 60 V380", INK, 1.5, opacity=0.2)
    light.drop(s, "M318 370 H482 L700 500 H100 Z", 6, 14, 0.16)
    s.path("M318 372 H482 L690 480 H110 Z", light.metal(s, s.colour))
    s.path(
        "M110 478 H690 Q704 478 704 492 V536 Q704 550 690 550 H110 Q96 550 96 536 V492 Q96 478 110 478 Z",
        light.metal(s, lit(s.colour, 0.15), 90),
    )
    s.rect(250, 494, 300, 40, 10, light.black_glass(s))
    for i in range(5):
        lamp(s, 300 + i * 50, 514, 4, s.accent if i == 2 else "#8fa2bd")
    s.path("M130 550 H670 L640 572 H160 Z", dim(s.colour, 0.55))
    slats(s, 190, 556, 420, 10, 2, WHITE, 0.25)
    for x in (220, 580):
        s.ellipse(x, 560, 34, 7, "#fffbe8")
        s.ellipse(x, 566, 80, 26, s.radial([(0, "#fff6d6", 0.95), (1, "#fff6d6", 0)]))
    gloss(s, "M318 372 H380 L250 480 H110 Z", 0.5)


GOODS = {
    "fridge": fridge,
    "washer": washer,
    "dishwasher": dishwasher,
    "oven": oven,
    "microwave": microwave,
    "cooktop": cooktop,
    "range-hood": range_hood,
}
