"""Cloth in all its forms: slept on, dried with, worn."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.colour import mix
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    rim,
    weave,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def pillow(s: Studio) -> None:
    """A pillow, well shaken."""
    light.shadow(s, 400, 600, 290, 1.5)
    body = "M104 262 C150 236 250 236 400 206 C550 236 650 236 696 262 C676 310 664 360 666 404 S680 520 700 570 C640 596 540 594 400 606 C260 594 160 596 100 570 C120 520 132 450 134 404 S124 310 104 262 Z"
    s.path(body, light.matte(s, lit(s.colour, 0.2), 70))
    with s.inside(body):
        soft = s.radial(
            [(0, lit(s.colour, 0.85), 0.95), (0.5, lit(s.colour, 0.5), 0.5), (1, s.colour, 0)]
        )
        s.ellipse(372, 340, 270, 150, soft)
        low = s.radial([(0, dim(s.colour, 0.42), 0.5), (1, dim(s.colour, 0.3), 0)])
        s.ellipse(420, 620, 380, 120, low)
        for d in (
            "M104 262 C190 300 250 330 280 370 C220 340 160 320 118 322 Z",
            "M696 262 C610 300 560 330 536 372 C590 340 640 320 684 322 Z",
            "M100 570 C190 520 240 500 300 486 C240 470 170 490 122 520 Z",
            "M700 570 C620 520 560 500 510 488 C570 470 640 490 684 520 Z",
        ):
            s.path(
                d,
                s.radial(
                    [(0, dim(s.colour, 0.3), 0.42), (1, dim(s.colour, 0.3), 0)], 0.5, 0.5, 0.6
                ),
            )
    s.path(body, stroke=mix(s.colour, s.accent, 0.5), stroke_width=6)
    s.path(
        body,
        stroke=lit(s.colour, 0.7),
        stroke_width=1.6,
        stroke_dasharray="6 5",
        transform="translate(12 12) scale(.97)",
    )


def mattress(s: Studio) -> None:
    """A mattress with a pillow on it, its layers seen from the side."""
    light.shadow(s, 400, 640, 350, 1.4)
    layers = (
        (0, 40, lit(s.colour, 0.3)),
        (40, 42, s.accent),
        (82, 58, "#efe4ce"),
        (140, 34, dim(s.colour, 0.1)),
    )
    for offset, depth, paint in layers:
        y = 424 + offset
        s.path(
            f"M48 {y} L430 {y + 52} v{depth} L48 {y + depth} Z", light.matte(s, dim(paint, 0.08))
        )
        s.path(
            f"M430 {y + 52} L756 {y - 24} v{depth} L430 {y + 52 + depth} Z",
            light.matte(s, dim(paint, 0.26)),
        )
    springs = " ".join(
        f"M{72 + i * 25} {513 + i * 3.4:.0f} q13 9 0 18 q-13 9 0 17" for i in range(14)
    )
    s.line(springs, "#9aa2ae", 4)
    top = "M48 430 Q40 412 64 404 L376 318 Q398 312 420 318 L744 388 Q764 396 756 408 L452 474 Q430 480 408 474 Z"
    s.path(top, light.matte(s, lit(s.colour, 0.5), 45))
    with s.inside(top):
        d = " ".join(
            f"M{i * 80 - 60} 300 l300 190 M{840 - i * 80} 300 l-400 190" for i in range(11)
        )
        s.path(d, stroke=dim(s.colour, 0.16), stroke_width=2.5, opacity=0.6)
    rim(s, top, 0.9)
    s.line("M50 456 L430 508 L754 432", lit(s.accent, 0.4), 4)
    pillow_shape = "M330 356 C330 312 372 300 430 306 L560 330 C606 340 614 372 580 386 C540 402 470 400 400 390 C352 384 330 384 330 356 Z"
    light.drop(s, pillow_shape, 8, 14, 0.24)
    s.path(
        pillow_shape,
        s.radial([(0, WHITE), (0.6, lit(s.colour, 0.7)), (1, dim(s.colour, 0.1))], 0.4, 0.25, 0.8),
    )


def towel(s: Studio) -> None:
    """Three towels, folded."""
    light.shadow(s, 400, 640, 260)
    for i, paint in enumerate((dim(s.colour, 0.08), lit(s.accent, 0.35), s.colour)):
        y, w = 520 - i * 118, 500 - i * 16
        x = 400 - w / 2
        fold = box(x, y, w, 118, 52)
        s.path(fold, light.rounded(s, paint, 90))
        weave(s, box(x + 26, y + 6, w - 30, 100, 40), paint)
        s.path(fold, s.linear([(0, WHITE, 0.35), (0.4, WHITE, 0), (1, "#000000", 0.28)]))
        s.path(
            f"M{x + w - 6} {y + 18} H{x + 60} Q{x + 24} {y + 58} {x + 60} {y + 98} H{x + w - 6}",
            stroke=dim(paint, 0.4),
            stroke_width=3,
            opacity=0.6,
        )
        s.rect(x + w - 110, y + 4, 20, 110, 0, dim(paint, 0.25), opacity=0.35)
        s.rect(x + w - 80, y + 4, 8, 110, 0, lit(paint, 0.5), opacity=0.5)


def shoe(s: Studio) -> None:
    """A running shoe."""
    light.shadow(s, 404, 624, 310)
    upper = "M106 344 C100 318 120 300 150 312 C196 330 222 318 248 286 C268 262 300 262 316 286 C352 350 440 408 560 436 C664 458 716 484 718 544 L700 570 H118 C92 520 94 420 106 344 Z"
    s.path(
        "M150 312 C196 330 222 318 248 286 C268 262 300 262 316 286 C300 330 200 360 150 312 Z",
        dim(s.colour, 0.66),
    )
    s.path(
        "M262 292 C246 250 250 226 276 222 C306 220 330 262 366 322 L330 346 Z",
        light.rounded(s, dim(s.colour, 0.2)),
    )
    weave(s, upper, s.colour)
    s.path(upper, s.linear([(0, WHITE, 0.42), (0.5, WHITE, 0), (1, "#000000", 0.24)], 70))
    s.path(
        "M106 344 C100 318 120 300 150 312 C172 320 190 322 206 318 C176 400 172 480 190 570 H118 C92 520 94 420 106 344 Z",
        light.matte(s, s.accent),
        opacity=0.95,
    )
    s.path(
        "M560 436 C664 458 716 484 718 544 L700 570 H584 C636 536 620 474 560 436 Z",
        light.matte(s, lit(s.colour, 0.16)),
    )
    s.path(
        "M316 286 C352 350 420 398 510 424 L452 462 C380 440 318 400 276 344 C292 330 308 310 316 286 Z",
        dim(s.colour, 0.34),
    )
    for i in range(5):
        x, y = 336 + i * 38, 326 + i * 24
        s.line(f"M{x} {y} l-34 40", dim(s.accent, 0.3), 13)
        s.line(f"M{x} {y - 2} l-34 40", lit(s.accent, 0.55), 9)
    s.path(
        "M214 548 C330 548 440 510 520 446 L562 456 C480 540 370 580 226 570 Z", lit(s.accent, 0.1)
    )
    s.path(
        "M96 548 Q86 606 128 610 H660 Q738 608 730 548 Q726 536 706 542 C560 594 300 574 116 538 Q100 534 96 548 Z",
        light.rounded(s, lit(s.colour, 0.85), 90),
    )
    s.path(
        "M104 592 Q110 622 150 624 H650 Q716 622 728 588 C600 614 260 616 104 592 Z",
        light.rounded(s, s.accent, 90),
    )
    s.line(
        "M150 624 v-8 M210 626 v-8 M270 626 v-8 M330 626 v-8 M390 626 v-8 M450 626 v-8 M510 626 v-8 M570 626 v-8 M630 626 v-8",
        INK,
        5,
        opacity=0.4,
    )
    rim(s, "M316 286 C352 350 440 408 560 436 C664 458 716 484 718 544", 0.9)


def jacket(s: Studio) -> None:
    """A light jacket, as if somebody wore it."""
    light.pool(s, 410, 690, 250, 40, 0.35)
    for side in (-1, 1):
        with s.group(transform=f"translate(400 0) scale({side} 1)"):
            s.path(
                "M118 150 C190 166 214 210 224 290 L254 570 Q256 590 236 594 L190 600 Q174 600 172 584 L136 330 Z",
                light.rounded(s, dim(s.colour, 0.06)),
            )
            s.path(
                "M178 574 L252 564 L256 590 Q256 600 236 602 L190 608 Q176 606 174 596 Z",
                dim(s.colour, 0.4),
            )
    body = "M332 116 C290 150 250 146 226 176 L252 660 Q254 684 284 686 H516 Q546 684 548 660 L574 176 C550 146 510 150 468 116 C450 150 350 150 332 116 Z"
    s.path(body, light.rounded(s, s.colour))
    with s.inside(body):
        s.path("M226 170 H400 V690 H226 Z", light.sheen(s, 0.22, 45))
        for y in (290, 400, 510, 610):
            s.path(
                f"M220 {y} Q310 {y + 26} 400 {y + 8} T580 {y}",
                stroke=dim(s.colour, 0.4),
                stroke_width=5,
                opacity=0.5,
            )
            s.path(
                f"M220 {y + 7} Q310 {y + 33} 400 {y + 15} T580 {y + 7}",
                stroke=lit(s.colour, 0.4),
                stroke_width=3,
                opacity=0.6,
            )
    s.path(
        "M332 116 C336 70 360 56 400 56 S464 70 468 116 C450 160 350 160 332 116 Z",
        light.rounded(s, dim(s.colour, 0.16)),
    )
    s.path(
        "M350 112 C356 84 376 76 400 76 S444 84 450 112 C436 134 364 134 350 112 Z",
        dim(s.colour, 0.62),
    )
    s.rect(393, 126, 14, 560, 4, dim(s.colour, 0.5))
    s.rect(397, 126, 6, 560, 2, s.linear([(0, lit(s.accent, 0.3)), (1, s.accent)]))
    s.rect(391, 180, 18, 34, 6, light.metal(s))
    s.line("M284 540 L318 620 M516 540 L482 620", dim(s.colour, 0.5), 7)
    s.rect(470, 232, 52, 18, 5, s.accent)


GOODS = {
    "pillow": pillow,
    "mattress": mattress,
    "towel": towel,
    "shoe": shoe,
    "jacket": jacket,
}
