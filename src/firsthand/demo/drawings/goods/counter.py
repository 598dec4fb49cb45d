"""The small things on a kitchen counter."""

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
    slats,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def rice_cooker(s: Studio) -> None:
    """A rice cooker with a round lid."""
    light.shadow(s, 400, 666, 236)
    s.path(
        "M170 340 C164 480 176 600 216 646 Q234 664 264 664 H536 Q566 664 584 646 C624 600 636 480 630 340 Z",
        light.rounded(s, s.colour),
    )
    s.path(
        "M166 348 C166 210 270 166 400 166 S634 210 634 348 Q634 366 616 366 H184 Q166 366 166 348 Z",
        light.rounded(s, lit(s.colour, 0.1)),
    )
    s.line("M170 358 C300 384 500 384 630 358", dim(s.colour, 0.45), 5)
    s.path("M236 250 C270 196 340 186 420 184 C360 204 300 236 280 300 Z", WHITE, opacity=0.65)
    s.rect(352, 160, 96, 20, 10, light.metal(s, STEEL))
    for x in (388, 400, 412):
        s.circle(x, 170, 3, INK)
    plate(s, 292, 420, 216, 176, 34, fill=light.black_glass(s))
    digits(s, "0:35", 330, 450, 46, "#ffe9c4")
    for i in range(4):
        lamp(s, 334 + i * 44, 528, 4, s.accent if i == 1 else "#7b8798")
    s.circle(400, 566, 13, stroke=s.accent, stroke_width=4)
    s.path("M352 376 h96 l-8 26 h-80 Z", light.metal(s, STEEL, 90))
    s.path(
        "M184 400 C184 500 192 580 214 622",
        stroke=WHITE,
        stroke_width=11,
        stroke_linecap="round",
        opacity=0.5,
    )
    s.rect(250, 660, 50, 12, 4, INK)
    s.rect(500, 660, 50, 12, 4, INK)


def kettle(s: Studio) -> None:
    """A kettle with a fine spout."""
    light.shadow(s, 390, 690, 168)
    s.path(
        "M222 664 H560 Q566 690 540 692 H242 Q216 690 222 664 Z",
        light.rounded(s, dim(s.colour, 0.35)),
    )
    s.line("M524 282 C660 250 690 340 662 460 C648 520 628 548 604 566", dim(s.colour, 0.45), 44)
    s.line(
        "M524 280 C656 250 684 340 656 456 C642 516 624 544 602 562", light.metal(s, s.accent), 32
    )
    s.path(
        "M270 520 C200 480 190 330 110 252 L138 232 C228 300 250 380 292 400 Z",
        light.rounded(s, s.colour),
    )
    s.ellipse(124, 242, 19, 8, INK, transform="rotate(-36 124 242)")
    s.path(
        "M296 250 L236 650 Q234 668 256 668 H526 Q548 668 546 650 L486 250 Z",
        light.rounded(s, s.colour),
    )
    s.path(
        "M286 252 Q290 214 391 214 T496 252 Q496 266 391 266 T286 252 Z",
        light.metal(s, lit(s.colour, 0.2)),
    )
    s.path("M362 214 q0 -34 29 -34 t29 34 Z", light.rounded(s, s.accent))
    s.path("M238 616 H544 L546 650 Q548 668 526 668 H256 Q234 668 236 650 Z", light.metal(s, STEEL))
    s.path("M312 280 L278 600", stroke=WHITE, stroke_width=13, stroke_linecap="round", opacity=0.55)
    lamp(s, 391, 678, 4, s.accent)
    digits(s, "85", 366, 470, 40, lit(s.accent, 0.5))


def blender(s: Studio) -> None:
    """A blender full of fruit."""
    light.shadow(s, 400, 704, 160)
    s.path(
        "M290 520 H510 L548 672 Q552 700 524 700 H276 Q248 700 252 672 Z",
        light.rounded(s, s.colour),
    )
    knob(s, 400, 622, 44, STEEL)
    for x in (310, 490):
        s.circle(x, 640, 12, light.matte(s, lit(s.colour, 0.3)))
    s.rect(296, 490, 208, 36, 10, light.metal(s, STEEL))
    s.line(
        "M506 230 C600 220 606 420 506 440", s.linear([(0, WHITE, 0.9), (1, "#b9c8d4", 0.7)]), 26
    )
    jar = "M282 150 H518 L494 496 H306 Z"
    s.path(jar, "#dff0f7", opacity=0.5)
    with s.inside(jar):
        s.path(
            "M270 262 Q340 240 400 260 T540 256 V500 H270 Z",
            s.linear([(0, lit(s.accent, 0.5)), (1, s.accent)]),
        )
        for x, y, r in (
            (330, 300, 24),
            (392, 336, 30),
            (460, 296, 26),
            (350, 400, 26),
            (440, 420, 30),
            (400, 462, 22),
        ):
            s.circle(
                x,
                y,
                r,
                s.radial([(0, lit(s.accent, 0.75)), (1, lit(s.accent, 0.2))], 0.35, 0.3, 0.7),
            )
        s.path("M300 150 h36 l-12 350 h-20 Z", WHITE, opacity=0.5)
        s.line("M468 300 h22 M466 350 h20 M464 400 h18", WHITE, 4, opacity=0.8)
    rim(s, jar, 1, 3)
    s.path("M272 150 Q272 112 310 112 H490 Q528 112 528 150 Z", light.rounded(s, s.colour))
    s.rect(358, 82, 84, 34, 12, light.rounded(s, dim(s.colour, 0.2)))
    s.path("M386 478 l14 -18 l14 18 l18 -4 l-12 18 h-40 l-12 -18 Z", light.metal(s))
    s.rect(262, 696, 40, 10, 4, INK)
    s.rect(498, 696, 40, 10, 4, INK)


def coffee_machine(s: Studio) -> None:
    """An espresso machine, pouring."""
    light.shadow(s, 400, 696, 240)
    plate(s, 196, 150, 408, 540, 34, fill=light.rounded(s, s.colour))
    s.rect(222, 390, 356, 226, 16, dim(s.colour, 0.6))
    s.rect(222, 390, 356, 226, 16, light.shade(s, 0.5))
    s.path(
        "M196 184 A34 34 0 0 1 230 150 H570 A34 34 0 0 1 604 184 V330 H196 Z",
        light.satin(s, lit(s.colour, 0.12)),
    )
    s.circle(286, 240, 46, light.metal(s, STEEL, 45))
    s.circle(286, 240, 39, "#f3f4ef")
    s.line("M286 240 L308 216", "#c22c2c", 4)
    s.line("M258 262 A36 36 0 1 1 314 262", INK, 3, opacity=0.7)
    for i in range(3):
        s.circle(400 + i * 62, 240, 23, light.metal(s, STEEL, 45))
        s.circle(400 + i * 62, 240, 16, s.accent if i == 0 else "#2a303b")
    s.rect(330, 330, 140, 46, 10, light.metal(s, STEEL))
    s.rect(344, 372, 112, 32, 8, light.metal(s, lit(INK, 0.3)))
    s.rect(440, 378, 176, 26, 13, light.rounded(s, INK, 90))
    for x in (382, 412):
        s.rect(x, 402, 8, 100, 4, s.linear([(0, "#7b4a21"), (1, "#4a2811")]))
    s.path(
        "M336 496 H464 L450 592 Q446 606 430 606 H370 Q354 606 350 592 Z",
        s.linear([(0, WHITE), (0.5, "#f2efe9"), (1, "#c9c4ba")], 0),
    )
    s.line("M462 516 q38 0 34 30 t-40 26", "#e7e3da", 11)
    s.ellipse(400, 498, 62, 9, "#5a3216")
    s.ellipse(396, 497, 40, 5, "#b57a45")
    s.line("M372 470 c-10 -18 10 -26 0 -44 M428 470 c-10 -18 10 -26 0 -44", WHITE, 5, opacity=0.35)
    s.path("M176 616 H624 V664 Q624 694 594 694 H206 Q176 694 176 664 Z", light.metal(s, s.colour))
    slats(s, 214, 626, 372, 8, 2, INK, 0.5)
    s.rect(240, 112, 320, 42, 12, s.linear([(0, WHITE, 0.7), (1, "#9fb0bd", 0.5)]))
    s.rect(252, 128, 296, 26, 8, "#3c2415", opacity=0.85)
    gloss(s, "M200 184 A30 30 0 0 1 230 154 H380 L220 330 H200 Z", 0.35, 45)


def air_fryer(s: Studio) -> None:
    """An air fryer with its drawer."""
    light.shadow(s, 400, 700, 214)
    s.path(
        "M206 250 C206 140 290 106 400 106 S594 140 594 250 L606 650 Q606 696 560 696 H240 Q194 696 194 650 Z",
        light.rounded(s, s.colour),
    )
    s.path(
        "M236 236 C236 156 310 134 400 134 S564 156 564 236 V330 Q400 360 236 330 Z",
        light.black_glass(s),
    )
    digits(s, "180", 336, 190, 50, "#e7fff6")
    s.circle(472, 196, 7, stroke="#e7fff6", stroke_width=4)
    s.circle(400, 290, 22, stroke=s.accent, stroke_width=5)
    for x in (312, 350, 450, 488):
        s.circle(x, 290, 7, "#78869a")
    s.path(
        "M206 404 Q400 440 594 404 L604 640 Q604 676 560 680 H240 Q196 676 196 640 Z",
        light.rounded(s, dim(s.colour, 0.1)),
    )
    s.line("M206 404 Q400 440 594 404", dim(s.colour, 0.55), 5)
    glass = "M280 470 Q400 490 520 470 L512 566 Q400 582 288 566 Z"
    s.path(glass, "#140c08")
    with s.inside(glass):
        s.ellipse(400, 500, 150, 90, s.radial([(0, "#ffb75a", 0.95), (1, "#7a2f08", 0.3)]))
        s.line(
            "M310 556 l40 -40 M350 566 l34 -44 M392 566 l30 -46 M430 566 l44 -36 M470 556 l30 -40",
            "#f2c15b",
            14,
        )
    rim(s, glass, 0.5)
    light.drop(s, box(346, 596, 108, 64, 24), 0, 14, 0.3)
    s.rect(344, 590, 112, 68, 26, light.rounded(s, s.accent))
    s.rect(356, 598, 88, 9, 4, WHITE, opacity=0.5)
    s.path(
        "M228 260 C228 400 222 520 224 630",
        stroke=WHITE,
        stroke_width=11,
        stroke_linecap="round",
        opacity=0.4,
    )


def scale(s: Studio) -> None:
    """A bathroom scale of glass."""
    light.pool(s, 412, 470, 340, 330, 0.3)
    light.drop(s, box(140, 150, 520, 520, 84), 12, 20, 0.22)
    s.rect(140, 154, 520, 520, 84, dim(s.colour, 0.5))
    plate(s, 140, 146, 520, 520, 84, fill=light.matte(s, s.colour, 45))
    for x, y in ((236, 330), (564, 330), (236, 580), (564, 580)):
        s.circle(x, y, 44, light.metal(s, STEEL, 45), opacity=0.9)
        s.circle(x, y, 34, light.matte(s, lit(s.colour, 0.2), 45))
    s.rect(282, 204, 236, 92, 22, light.black_glass(s))
    digits(s, "62.5", 318, 222, 54, "#f3fbff")
    s.path(
        "M300 440 h40 l16 -40 l26 88 l26 -64 l16 16 h76",
        stroke=s.accent,
        stroke_width=7,
        stroke_linecap="round",
        stroke_linejoin="round",
        opacity=0.9,
    )
    s.path("M140 230 A84 84 0 0 1 224 146 H470 L140 560 Z", light.sheen(s, 0.4, 45))


def stand_mixer(s: Studio) -> None:
    """A stand mixer over a steel bowl."""
    light.shadow(s, 390, 690, 240)
    s.path(
        "M160 664 H600 Q640 664 640 684 Q640 694 620 694 H150 Q130 694 130 682 Q130 668 160 664 Z",
        light.rounded(s, s.colour, 90),
    )
    s.path("M500 300 H620 L632 668 H478 Q520 560 500 300 Z", light.rounded(s, s.colour))
    s.rect(296, 372, 18, 110, 6, light.metal(s))
    s.path("M272 470 h66 l-14 110 q-19 20 -38 0 Z", stroke=STEEL, stroke_width=7)
    s.path("M176 486 H440 C440 600 390 660 308 660 S176 600 176 486 Z", light.metal(s, STEEL))
    s.ellipse(308, 486, 132, 20, light.metal(s, lit(STEEL, 0.3), 45))
    s.ellipse(308, 488, 118, 14, "#f3e6cf")
    s.path(
        "M160 250 Q160 176 250 170 L560 176 Q650 182 650 260 Q650 350 560 356 L290 384 Q160 380 160 300 Z",
        light.rounded(s, s.colour, 90),
    )
    s.path(
        "M180 256 Q190 194 260 190 L540 196",
        stroke=WHITE,
        stroke_width=13,
        stroke_linecap="round",
        opacity=0.6,
    )
    s.path("M160 262 Q158 300 166 330 L236 372 Q220 270 232 182 Q166 200 160 262 Z", light.metal(s))
    knob(s, 560, 300, 28, STEEL)
    s.rect(300, 300, 180, 12, 6, s.accent)


GOODS = {
    "rice-cooker": rice_cooker,
    "kettle": kettle,
    "blender": blender,
    "coffee-machine": coffee_machine,
    "air-fryer": air_fryer,
    "stand-mixer": stand_mixer,
    "scale": scale,
}
