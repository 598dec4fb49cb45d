"""What stands on a desk or hangs before a sofa: screens, and the sound that goes with them."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    STEEL,
    gloss,
    lamp,
    lens,
    plate,
    rim,
    ring,
    screen,
    weave,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def laptop(s: Studio) -> None:
    """A laptop, open."""
    light.shadow(s, 400, 626, 330)
    s.path("M150 170 Q150 146 174 146 H626 Q650 146 650 170 V520 H150 Z", light.metal(s, s.colour))
    screen(s, 156, 152, 488, 362, 18, 14)
    s.circle(400, 159, 3, "#27314f")
    deck = "M150 518 H650 L726 606 Q730 618 714 618 H86 Q70 618 74 606 Z"
    s.path(deck, light.matte(s, s.colour, 90))
    s.path("M182 526 H618 L652 570 H148 Z", dim(s.colour, 0.5))
    for row in range(4):
        y = 530 + row * 10
        spread = 432 + row * 21
        step = spread / 14
        keys = " ".join(
            f"M{400 - spread / 2 + step * (i + 0.14)} {y} h{step * 0.72}" for i in range(14)
        )
        s.line(keys, "#1a1d24", 6.5)
    s.path("M330 576 H470 L480 604 H320 Z", lit(s.colour, 0.25), opacity=0.75)
    rim(s, deck, 0.8, 1.5)
    s.path("M74 608 Q72 618 86 618 H714 Q728 618 726 608 Z", light.metal(s, dim(s.colour, 0.15)))
    s.path("M352 606 H448 Q446 612 438 612 H362 Q354 612 352 606 Z", dim(s.colour, 0.45))


def monitor(s: Studio) -> None:
    """A desktop display on its foot."""
    light.shadow(s, 400, 672, 156)
    s.path("M362 500 H438 L446 650 H354 Z", light.metal(s, s.colour))
    s.ellipse(400, 660, 152, 17, light.metal(s, dim(s.colour, 0.2)))
    s.ellipse(400, 653, 152, 17, light.matte(s, lit(s.colour, 0.2), 45))
    s.rect(74, 138, 652, 408, 16, light.metal(s, s.colour))
    screen(s, 78, 142, 644, 400, 13, 9)
    s.rect(78, 520, 644, 22, 8, light.matte(s, s.colour, 90))
    lamp(s, 690, 531, 3)


def television(s: Studio) -> None:
    """A large, thin television."""
    light.shadow(s, 400, 612, 300)
    for x in (176, 584):
        s.path(f"M{x} 560 h40 l22 48 h-84 Z", light.metal(s, dim(s.colour, 0.2)))
    s.rect(36, 136, 728, 430, 8, light.metal(s, s.colour))
    screen(s, 39, 138, 722, 424, 6, 6)
    s.rect(39, 554, 722, 10, 2, light.metal(s, s.colour))
    lamp(s, 400, 559, 3, "#ff8d6b")


def projector(s: Studio) -> None:
    """A projector, throwing its light."""
    light.shadow(s, 410, 620, 220)
    beam = s.linear([(0, s.accent, 0), (0.7, WHITE, 0.4), (1, WHITE, 0.75)], 0)
    s.path("M262 432 L0 240 V640 L262 462 Z", beam)
    s.rect(272, 606, 60, 16, 6, INK)
    s.rect(500, 606, 60, 16, 6, INK)
    plate(s, 210, 250, 410, 362, 66, fill=light.rounded(s, s.colour))
    weave(s, box(430, 290, 158, 282, 44), dim(s.colour, 0.32))
    s.ellipse(415, 262, 168, 10, lit(s.colour, 0.6), opacity=0.6)
    s.circle(316, 436, 92, light.metal(s, dim(s.colour, 0.1)))
    s.circle(316, 436, 80, dim(s.colour, 0.55))
    lens(s, 316, 436, 74)
    s.circle(316, 436, 74, s.radial([(0, WHITE, 0.85), (0.3, s.accent, 0.35), (1, s.accent, 0)]))
    lamp(s, 316, 560, 4)


def soundbar(s: Studio) -> None:
    """A sound bar and its bass box."""
    light.shadow(s, 620, 604, 104)
    light.shadow(s, 330, 632, 300)
    plate(s, 520, 224, 214, 376, 26, fill=light.rounded(s, s.colour))
    weave(s, box(536, 240, 182, 344, 18), dim(s.colour, 0.25))
    s.ellipse(
        627, 476, 60, 60, s.radial([(0, "#05060a", 0.7), (0.8, "#05060a", 0.3), (1, WHITE, 0.1)])
    )
    light.drop(s, box(44, 530, 600, 96, 40), 10, 10, 0.3)
    plate(s, 40, 528, 604, 98, 42, fill=light.rounded(s, s.colour, 90))
    weave(s, box(56, 548, 572, 68, 30), dim(s.colour, 0.3))
    s.rect(56, 548, 572, 30, 15, light.sheen(s, 0.22))
    for i in range(3):
        lamp(s, 320 + i * 22, 582, 3.4, s.accent)
    s.ellipse(342, 536, 260, 4, WHITE, opacity=0.5)


def smart_speaker(s: Studio) -> None:
    """A round speaker with a ring of light."""
    light.shadow(s, 400, 662, 168)
    s.path(
        "M208 300 C190 500 210 640 262 664 A140 18 0 0 0 538 664 C590 640 610 500 592 300 Z",
        light.rounded(s, s.colour),
    )
    body = "M208 330 C194 500 212 630 262 654 A140 18 0 0 0 538 654 C588 630 606 500 592 330 Q400 396 208 330 Z"
    weave(s, body, s.colour)
    s.path(body, light.rounded(s, s.colour), opacity=0.62)
    s.ellipse(400, 304, 193, 70, light.metal(s, lit(s.colour, 0.3)))
    s.ellipse(400, 298, 188, 66, light.black_glass(s))
    s.ellipse(400, 298, 150, 50, stroke=s.accent, stroke_width=16, opacity=0.3)
    s.ellipse(400, 298, 150, 50, stroke=lit(s.accent, 0.5), stroke_width=6)
    s.ellipse(350, 276, 92, 20, WHITE, opacity=0.14)
    for x in (-62, 62):
        s.line(f"M{400 + x - 11} 298 h22" + (f" M{400 + x} 290 v16" if x > 0 else ""), "#cfd6e4", 4)
    s.circle(400, 298, 8, "#cfd6e4")


def earbuds(s: Studio) -> None:
    """Two earbuds before their open case."""
    light.shadow(s, 400, 640, 206)
    s.path(
        "M210 400 C210 250 590 250 590 400 L580 450 H220 Z", light.rounded(s, dim(s.colour, 0.04))
    )
    s.path("M236 404 C240 300 560 300 564 404 Z", dim(s.colour, 0.45))
    s.path(
        "M200 440 Q200 420 226 420 H574 Q600 420 600 440 V520 C600 600 560 640 500 640 H300 C240 640 200 600 200 520 Z",
        light.rounded(s, s.colour),
    )
    s.ellipse(400, 432, 184, 17, dim(s.colour, 0.3))
    gloss(s, "M214 452 H586 V500 Q400 540 214 500 Z", 0.45)
    lamp(s, 400, 586, 5, "#8dffb0")
    for side in (-1, 1):
        with s.group(transform=f"translate(400 0) scale({side} 1)"):
            s.path(
                "M74 250 L112 250 L104 436 Q92 448 80 436 Z", light.rounded(s, lit(s.colour, 0.12))
            )
            s.rect(79, 420, 26, 8, 3, light.metal(s))
            s.ellipse(96, 214, 66, 60, light.ball(s, lit(s.colour, 0.1)))
            s.ellipse(42, 222, 26, 36, light.ball(s, "#50555f"))
            s.ellipse(118, 206, 30, 36, light.black_glass(s), opacity=0.9)
            s.ellipse(84, 186, 26, 12, WHITE, opacity=0.75)
            s.circle(96, 300, 4, INK, opacity=0.7)


def headphones(s: Studio) -> None:
    """Over-ear headphones, standing."""
    light.shadow(s, 262, 660, 84)
    light.shadow(s, 548, 660, 84)
    arch = "M212 440 C196 60 604 60 588 440"
    s.line(arch, dim(s.colour, 0.35), 46)
    s.line(arch, light.metal(s, s.colour), 38)
    s.line("M262 250 C300 130 500 130 538 250", dim(s.colour, 0.2), 54)
    s.line("M268 244 C306 138 494 138 532 244", lit(s.colour, 0.18), 30)
    s.line("M276 226 C316 146 420 140 450 156", WHITE, 7, opacity=0.35)
    for side in (-1, 1):
        with s.group(transform=f"translate(400 0) scale({side} 1)"):
            s.path("M176 380 h26 v60 h-26 Z", light.metal(s))
            plate(s, 92, 420, 70, 232, 35, dim(s.colour, 0.55))
            plate(s, 142, 404, 102, 262, 50, fill=light.rounded(s, s.colour))
            s.path(ring(202, 534, 34, 98), light.matte(s, dim(s.colour, 0.08)))
            rim(s, ring(202, 534, 34, 98), 0.6)
            s.ellipse(170, 470, 9, 46, WHITE, opacity=0.35)
    lamp(s, 214, 620, 4)


def watch(s: Studio) -> None:
    """A smart watch that tells the time."""
    light.shadow(s, 406, 716, 120)
    strap = s.accent
    s.path(
        "M300 250 C304 150 318 80 340 62 H460 C482 80 496 150 500 250 Z", light.rounded(s, strap)
    )
    s.path(
        "M300 550 C304 650 318 700 340 716 H460 C482 700 496 650 500 550 Z", light.rounded(s, strap)
    )
    for y in (618, 646, 674):
        s.ellipse(400, y, 9, 6, dim(strap, 0.55))
    plate(s, 572, 350, 28, 66, 9, fill=light.metal(s, s.colour, 90))
    s.rect(218, 218, 364, 364, 116, light.metal(s, s.colour))
    s.rect(230, 230, 340, 340, 106, dim(s.colour, 0.45))
    s.rect(236, 236, 328, 328, 100, "#06070b")
    glow = s.radial([(0, s.accent, 0.6), (1, s.accent, 0)])
    s.circle(400, 400, 150, glow)
    for radius, share, paint in (
        (132, 0.74, s.accent),
        (108, 0.55, "#52e0b0"),
        (84, 0.86, "#5aa9ff"),
    ):
        around = 6.2832 * radius
        s.circle(400, 400, radius, stroke=WHITE, stroke_width=15, opacity=0.1)
        s.circle(
            400,
            400,
            radius,
            stroke=paint,
            stroke_width=15,
            stroke_linecap="round",
            stroke_dasharray=f"{around * share:.0f} {around:.0f}",
            transform="rotate(-90 400 400)",
        )
    _time(s, 10, 9)
    s.path(
        "M236 336 A100 100 0 0 1 336 236 H470 L256 500 Q236 480 236 464 Z", light.sheen(s, 0.3, 45)
    )
    rim(s, box(231, 231, 338, 338, 104), 0.6, 2)


def _time(s: Studio, hours: int, minutes: int) -> None:
    for angle, length, width in ((hours * 30 + minutes / 2, 42, 9), (minutes * 6, 62, 6)):
        s.line(f"M400 400 V{400 - length}", WHITE, width, transform=f"rotate({angle} 400 400)")
    s.circle(400, 400, 8, s.accent)


def wrist_band(s: Studio) -> None:
    """A fitness band, slim."""
    light.shadow(s, 404, 716, 90)
    with s.turned(14):
        s.path(
            "M334 270 C330 170 342 110 356 84 H444 C458 110 470 170 466 270 Z",
            light.rounded(s, s.accent),
        )
        s.path(
            "M334 530 C330 630 342 680 356 704 H444 C458 680 470 630 466 530 Z",
            light.rounded(s, s.accent),
        )
        for y in (600, 628, 656):
            s.rect(390, y, 20, 9, 4, dim(s.accent, 0.55))
        s.rect(322, 206, 156, 388, 76, light.metal(s, s.colour))
        screen(s, 330, 214, 140, 372, 68, 9, 1)
        s.line("M364 300 h72 M364 326 h48", WHITE, 8, opacity=0.95)
        s.line("M356 440 h22 l10 -26 l14 48 l12 -30 h30", "#ff6b81", 7)
        s.circle(400, 520, 24, stroke="#5ff0b7", stroke_width=8, stroke_dasharray="104 60")


def glasses(s: Studio) -> None:
    """Smart glasses with a hint of tint."""
    light.shadow(s, 400, 566, 300)
    for side in (-1, 1):
        with s.group(transform=f"translate(400 0) scale({side} 1)"):
            s.line("M300 334 C318 330 326 318 322 296", dim(s.colour, 0.5), 17)
            s.line("M300 334 C314 330 320 318 316 300", dim(s.colour, 0.2), 7)
            lens_shape = "M52 350 C50 312 96 296 168 298 C246 300 290 318 290 362 C290 470 240 548 168 550 C96 552 58 470 52 350 Z"
            s.path(lens_shape, s.linear([(0, s.accent, 0.55), (1, s.accent, 0.1)]))
            with s.inside(lens_shape):
                s.path(
                    "M60 300 h70 L70 520 L20 420 Z M160 290 h34 L110 560 h-34 Z", WHITE, opacity=0.4
                )
            s.path(lens_shape, stroke=dim(s.colour, 0.25), stroke_width=26)
            s.path(lens_shape, stroke=light.matte(s, s.colour, 90), stroke_width=20)
            s.rect(268, 316, 44, 44, 14, light.metal(s, s.colour))
    s.line("M352 344 C370 322 430 322 448 344", light.matte(s, lit(s.colour, 0.15), 90), 20)
    lens(s, 694, 338, 11, STEEL)
    lamp(s, 106, 338, 4, s.accent)


GOODS = {
    "laptop": laptop,
    "monitor": monitor,
    "television": television,
    "projector": projector,
    "soundbar": soundbar,
    "smart-speaker": smart_speaker,
    "earbuds": earbuds,
    "headphones": headphones,
    "watch": watch,
    "band": wrist_band,
    "glasses": glasses,
}
