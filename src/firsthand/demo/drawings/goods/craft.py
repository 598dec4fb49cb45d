"""What is carried on a journey, and what one makes and plays with."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    STEEL,
    digits,
    gloss,
    plate,
    rim,
    ring,
    slats,
    weave,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def backpack(s: Studio) -> None:
    """A city backpack."""
    light.shadow(s, 400, 706, 210)
    for side in (-1, 1):
        with s.group(transform=f"translate(400 0) scale({side} 1)"):
            s.path(
                "M150 300 C230 330 246 520 214 640 L180 630 C206 520 190 380 140 340 Z",
                light.rounded(s, dim(s.colour, 0.25)),
            )
    s.line("M344 124 C344 62 456 62 456 124", dim(s.colour, 0.35), 22)
    body = "M226 270 C226 150 300 104 400 104 S574 150 574 270 L592 640 Q592 704 528 704 H272 Q208 704 208 640 Z"
    weave(s, body, s.colour)
    s.path(body, light.rounded(s, s.colour), opacity=0.72)
    s.path(
        "M246 300 C246 190 310 150 400 150 S554 190 554 300",
        stroke=dim(s.colour, 0.55),
        stroke_width=6,
    )
    s.path(
        "M246 300 C246 190 310 150 400 150 S554 190 554 300",
        stroke=lit(s.colour, 0.3),
        stroke_width=1.6,
        stroke_dasharray="5 4",
    )
    s.rect(546, 290, 16, 42, 6, light.metal(s, s.accent))
    pocket = "M264 440 Q264 420 284 420 H516 Q536 420 536 440 L544 616 Q544 660 500 660 H300 Q256 660 256 616 Z"
    light.drop(s, pocket, 0, 10, 0.25)
    s.path(pocket, light.rounded(s, lit(s.colour, 0.1)))
    s.line("M268 446 H532", dim(s.colour, 0.55), 6)
    s.rect(272, 442, 44, 12, 6, light.metal(s, s.accent))
    s.rect(352, 500, 96, 60, 10, dim(s.colour, 0.25))
    s.rect(364, 522, 72, 14, 4, s.accent)
    rim(s, body, 0.7)
    s.path("M246 290 C250 220 276 190 310 172 C284 220 276 330 270 420 Z", WHITE, opacity=0.16)


def suitcase(s: Studio) -> None:
    """A suitcase on four wheels."""
    light.shadow(s, 400, 734, 190)
    for x in (336, 452):
        s.rect(x, 54, 12, 150, 4, light.metal(s))
    s.rect(326, 40, 148, 28, 12, light.rounded(s, INK, 90))
    for x in (252, 520):
        s.circle(x + 14, 714, 22, "#1a1d23")
        s.circle(x + 14, 714, 10, light.metal(s, STEEL, 45))
        s.rect(x - 2, 680, 32, 26, 6, INK)
    plate(s, 210, 166, 380, 526, 46, fill=light.rounded(s, s.colour))
    for i in range(7):
        x = 248 + i * 46
        s.rect(
            x,
            190,
            28,
            478,
            14,
            s.linear([(0, WHITE, 0.3), (0.4, "#000000", 0), (1, "#000000", 0.28)], 0),
        )
    s.rect(210, 420, 380, 14, 0, dim(s.colour, 0.4), opacity=0.75)
    s.rect(210, 424, 380, 3, 0, STEEL, opacity=0.8)
    for x, y in ((210, 166), (530, 166), (210, 632), (530, 632)):
        s.rect(x, y, 60, 60, 30, light.metal(s, lit(s.colour, 0.15), 45), opacity=0.85)
    plate(s, 360, 396, 80, 60, 12, fill=light.metal(s, STEEL))
    digits(s, "369", 374, 414, 22, INK)
    s.rect(350, 162, 100, 20, 9, light.rounded(s, INK, 90))
    s.rect(226, 214, 11, 430, 5, light.sheen(s, 0.7))


def screwdriver_set(s: Studio) -> None:
    """A screwdriver and its bits, in an open case."""
    light.pool(s, 412, 470, 360, 300, 0.3)
    light.drop(s, box(100, 200, 600, 440, 34), 10, 18, 0.25)
    plate(s, 100, 196, 600, 440, 34, fill=light.metal(s, s.colour, 70))
    s.rect(122, 218, 556, 396, 22, "#1b1f26")
    s.rect(122, 218, 556, 396, 22, light.shade(s, 0.5))
    s.rect(144, 244, 512, 96, 44, "#0c0e12")
    s.path("M160 292 h50 l0 -8 h46 v16 h-46 v-8 Z", light.metal(s, STEEL, 90))
    s.rect(206, 276, 60, 32, 6, light.metal(s, STEEL, 90))
    s.rect(262, 260, 300, 64, 26, light.metal(s, lit(s.accent, 0.1), 90))
    slats(s, 300, 264, 200, 56, 12, INK, 0.25, lie=False)
    s.rect(556, 266, 76, 52, 22, light.metal(s, STEEL, 90))
    for y in (366, 486):
        xs = [152 + i * 43 for i in range(12)]
        s.path(" ".join(box(x, y, 26, 104, 8) for x in xs), "#0a0c10")
        s.line(" ".join(f"M{x + 13} {y + 46} v46" for x in xs), "#8f97a4", 13)
        s.line(" ".join(f"M{x + 11} {y + 44} v48" for x in xs), "#d9dde4", 4)
        s.path(" ".join(f"M{x + 9} {y + 42} l2 -30 h4 l2 30 Z" for x in xs), "#b6bdc9")
        s.line(" ".join(f"M{x + 7} {y + 78} h12" for x in xs[y % 4 :: 4]), s.accent, 7)
    s.path(
        "M100 230 A34 34 0 0 1 134 196 H420 L260 636 H134 A34 34 0 0 1 100 602 Z",
        light.sheen(s, 0.14, 45),
    )


def toy_robot(s: Studio) -> None:
    """A small robot to build and to teach."""
    light.shadow(s, 400, 704, 176)
    for x in (276, 436):
        s.rect(x, 610, 88, 92, 26, light.rounded(s, INK))
        slats(s, x + 8, 628, 72, 58, 6, WHITE, 0.2)
    for side in (-1, 1):
        with s.group(transform=f"translate(400 0) scale({side} 1)"):
            s.line("M160 440 C230 450 226 520 206 560", dim(s.colour, 0.25), 36)
            s.line("M160 440 C230 450 226 520 206 560", light.rounded(s, s.colour), 27)
            s.path(
                "M176 560 q30 -14 56 4 l6 44 q-12 8 -20 -10 l-10 -18 l-12 22 q-18 10 -20 -10 Z",
                light.rounded(s, s.accent),
            )
    plate(s, 246, 400, 308, 226, 62, fill=light.rounded(s, s.colour))
    s.circle(400, 512, 54, light.metal(s, STEEL, 45))
    s.circle(
        400, 512, 44, s.radial([(0, WHITE), (0.4, lit(s.accent, 0.3)), (1, dim(s.accent, 0.3))])
    )
    s.rect(372, 372, 56, 36, 8, light.metal(s, STEEL))
    s.rect(393, 96, 14, 60, 6, light.metal(s))
    s.circle(400, 88, 22, light.ball(s, s.accent))
    for x in (196, 560):
        s.rect(x, 232, 44, 90, 18, light.rounded(s, s.accent))
    plate(s, 224, 146, 352, 238, 92, fill=light.rounded(s, lit(s.colour, 0.08)))
    s.rect(256, 180, 288, 168, 66, light.black_glass(s))
    for x in (334, 466):
        s.circle(x, 256, 50, s.radial([(0, s.accent, 0.6), (1, s.accent, 0)]))
        s.path(
            f"M{x - 27} 268 a27 30 0 0 1 54 0",
            stroke=lit(s.accent, 0.5),
            stroke_width=13,
            stroke_linecap="round",
        )
    s.path(
        "M372 304 q28 22 56 0", stroke=lit(s.accent, 0.5), stroke_width=8, stroke_linecap="round"
    )
    gloss(s, "M240 236 C240 180 290 158 380 156 C310 176 280 220 276 300 Z", 0.7)


def toy_blocks(s: Studio) -> None:
    """Building blocks that are already a house."""
    light.shadow(s, 400, 676, 290)
    second, third, fourth = "#f2b632", "#3f8ef0", "#2fae7a"
    rows = (
        (120, 596, 4, s.colour),
        (400, 596, 4, second),
        (190, 516, 2, third),
        (470, 516, 2, s.colour),
        (190, 436, 2, s.colour),
        (470, 436, 2, fourth),
        (190, 356, 6, second),
        (260, 276, 4, s.accent),
        (330, 196, 2, s.accent),
    )
    s.rect(330, 436, 140, 160, 0, "#20252e")
    s.rect(342, 446, 116, 150, 8, light.matte(s, "#b9783f"))
    s.circle(438, 526, 7, light.metal(s, "#e0b968"))
    for x, y, studs, paint in rows:
        wide = studs * 70
        for row, d in ((light.rounded(s, paint), "v14 h-40 v-14 Z"), (lit(paint, 0.5), "")):
            tops = [x + 35 + i * 70 for i in range(studs)]
            if d:
                s.path(" ".join(f"M{cx + 20} {y - 12} {d}" for cx in tops), row)
            else:
                s.path(" ".join(ring(cx, y - 12, 20, 5) for cx in tops), row)
        s.rect(x, y, wide - 2, 78, 5, light.matte(s, paint))
        s.rect(x + 3, y + 3, wide - 8, 5, 2, WHITE, opacity=0.5)
    for x in (222, 502):
        s.rect(x, 450, 76, 52, 6, "#dff3ff", opacity=0.92)
        s.path(f"M{x + 38} 450 v52 M{x} 476 h76", stroke=WHITE, stroke_width=6)


GOODS = {
    "backpack": backpack,
    "suitcase": suitcase,
    "screwdriver-set": screwdriver_set,
    "toy-robot": toy_robot,
    "toy-blocks": toy_blocks,
}
