"""What is carried in a pocket or a bag: phones, power, pens."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    STEEL,
    barrel,
    cord,
    digits,
    gloss,
    lamp,
    lens,
    plate,
    rim,
    screen,
    wallpaper,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def phone(s: Studio) -> None:
    """A phone twice: its back, and its face before it."""
    light.shadow(s, 410, 684, 200)
    with s.turned(-8, 300, 420):
        s.rect(186, 138, 262, 540, 50, light.metal(s, lit(s.colour, 0.2)))
        plate(s, 190, 142, 254, 532, 46, fill=light.matte(s, s.colour, 45))
        gloss(s, "M190 188 A46 46 0 0 1 236 142 H400 L190 520 Z", 0.3, 45)
        light.drop(s, box(208, 162, 136, 136, 40), 5, 7)
        plate(s, 208, 162, 136, 136, 40, lit(s.colour, 0.12))
        for cx, cy in ((248, 202), (306, 202), (248, 258)):
            lens(s, cx, cy, 26, s.colour)
        s.circle(306, 258, 10, s.radial([(0, WHITE), (1, "#ffe9b8")]))
        s.rect(306, 640, 22, 4, 2, lit(s.colour, 0.4), opacity=0.6)
    with s.turned(6, 500, 420):
        light.drop(s, box(348, 126, 262, 552, 50), -12, 10, 0.2)
        s.rect(348, 126, 262, 552, 50, light.metal(s, lit(s.colour, 0.2)))
        screen(s, 352, 130, 254, 544, 46, 9)
        s.rect(446, 152, 66, 19, 10, "#05060a")
        s.circle(500, 161, 5, "#1b2a55")
        digits(s, "10:09", 424, 214, 40)


def phone_fold(s: Studio) -> None:
    """A phone that opens like a book: its wide inside, and its back half closed behind."""
    light.shadow(s, 420, 668, 280)
    with s.turned(-7, 220, 420):
        plate(s, 96, 150, 250, 506, 30, fill=light.matte(s, s.colour, 45))
        s.rect(332, 150, 18, 506, 8, light.metal(s, lit(s.colour, 0.2)))
        plate(s, 116, 172, 96, 180, 44, lit(s.colour, 0.12))
        for cy in (218, 306):
            lens(s, 164, cy, 30, s.colour)
        s.circle(164, 262, 8, s.radial([(0, WHITE), (1, "#ffe9b8")]))
    outline = box(246, 140, 474, 520, 34)
    light.drop(s, outline, -12, 12, 0.24)
    s.path(outline, light.metal(s, lit(s.colour, 0.25)))
    s.rect(251, 145, 464, 510, 30, "#0a0c11")
    with s.inside(box(262, 156, 442, 488, 20)):
        wallpaper(s, 262, 156, 442, 488, s.chance.choice((0, 1, 3)))
        s.rect(262, 156, 221, 488, 0, s.linear([(0.55, "#000000", 0), (1, "#000000", 0.3)], 0))
        s.rect(483, 156, 221, 488, 0, s.linear([(0, WHITE, 0.3), (0.35, WHITE, 0)], 0))
        s.path("M262 156 H520 L330 644 H262 Z", light.sheen(s, 0.22, 70))
        s.rect(362, 574, 242, 52, 26, WHITE, opacity=0.28)
        for i, paint in enumerate(("#ffffff", s.accent, "#ffd166", "#4cc38a")):
            s.rect(384 + i * 54, 584, 32, 32, 10, paint, opacity=0.95)
    digits(s, "08:20", 296, 204, 48)
    s.line("M296 276 h96", WHITE, 6, opacity=0.6)
    s.circle(660, 188, 7, "#05060a")
    rim(s, outline, 0.5, 1.5)


def tablet(s: Studio) -> None:
    """A tablet with its pen."""
    light.shadow(s, 400, 656, 300)
    with s.turned(-3):
        s.rect(104, 172, 592, 440, 38, light.metal(s, lit(s.colour, 0.15)))
        screen(s, 109, 177, 582, 430, 34, 20)
        s.circle(400, 187, 3.5, "#26304d")
        digits(s, "9:41", 156, 236, 52)
    light.drop(s, "M640 646 L236 700 L236 714 L640 662 Z", 4, 8)
    s.line("M640 652 L246 704", light.metal(s, lit(s.colour, 0.6), 90), 17)
    s.line("M246 704 L228 706", dim(s.colour, 0.2), 7)


def power_bank(s: Studio) -> None:
    """A power bank that says how much is left."""
    light.shadow(s, 400, 664, 168)
    s.path(box(256, 150, 288, 514, 52), light.rounded(s, s.colour))
    plate(s, 256, 150, 288, 514, 52, fill=light.sheen(s, 0.16, 45))
    s.rect(300, 196, 200, 132, 26, light.black_glass(s))
    digits(s, "88", 336, 228, 66, "#e9fff6")
    s.line("M452 248 l-12 20 h14 l-10 20", s.accent, 6)
    for x in (330, 400, 470):
        s.rect(x - 27, 152, 54, 10, 5, "#0b0d12", opacity=0.75)
    s.line("M378 596 H422", lit(s.colour, 0.5), 5, opacity=0.7)
    cord(s, "M330 154 C330 70 470 60 520 96 S560 180 604 176", lit(s.accent, 0.1), 15)
    s.rect(594, 160, 56, 32, 8, light.metal(s))
    s.rect(648, 167, 24, 18, 6, light.metal(s, "#9aa0aa"))


def charger(s: Studio) -> None:
    """A small wall charger, its pins shining."""
    light.shadow(s, 410, 620, 200)
    for y in (330, 440):
        s.rect(612, y, 74, 26, 6, light.metal(s, "#d8b878", 90))
    s.path(
        "M196 250 Q196 206 240 200 L560 200 Q616 204 616 250 V566 Q616 612 560 616 L240 616 Q196 610 196 566 Z",
        light.rounded(s, s.colour),
    )
    plate(s, 196, 204, 300, 412, 48, fill=light.matte(s, lit(s.colour, 0.3)))
    for y, width in ((296, 118), (388, 118), (484, 128)):
        s.rect(346 - width / 2, y, width, 42, 21, dim(s.colour, 0.22))
        s.rect(346 - width / 2 + 6, y + 6, width - 12, 30, 15, "#090b10")
        s.rect(346 - width / 2 + 22, y + 17, width - 44, 8, 4, s.accent if y == 484 else "#3b4252")
    gloss(s, "M196 252 A48 48 0 0 1 244 204 H330 L196 470 Z", 0.4)
    lamp(s, 346, 566, 5)


def cable(s: Studio) -> None:
    """A braided cable, coiled, with both of its plugs."""
    light.pool(s, 400, 500, 330, 150)
    base, bright = s.colour, lit(s.colour, 0.55)
    coil = "M210 420 C210 300 590 300 590 430 C590 560 214 560 222 440 C232 340 560 336 562 432 C562 530 262 528 262 446 C262 380 520 372 524 434"
    for d in ("M524 434 C526 520 330 520 180 560", coil, "M210 420 C214 300 360 250 560 214"):
        s.line(d, dim(base, 0.45), 30, opacity=0.3, transform="translate(6 14)")
        cord(s, d, base, 28)
        s.line(d, bright, 14, stroke_dasharray="2 7", opacity=0.5)
    for x, y, turn in ((570, 212, -8), (172, 562, 166)):
        with s.turned(turn, x, y):
            s.rect(x - 34, y - 21, 30, 42, 9, light.rounded(s, base, 90))
            s.rect(x - 8, y - 27, 88, 54, 15, light.metal(s, "#aeb4bf", 90))
            s.rect(x + 78, y - 15, 40, 30, 13, light.metal(s, STEEL, 90))
            s.rect(x + 94, y - 5, 20, 10, 5, INK)


def pen(s: Studio) -> None:
    """A metal pen and its cap, lying across each other's shadow."""
    light.pool(s, 420, 450, 330, 230)
    for dy, length, is_pen in ((-44, 560, True), (60, 520, False)):
        with s.turned(-34, 400, 400 + dy):
            y, x = 400 + dy, 400 - length / 2
            s.rect(x + 6, y + 34, length, 22, 11, "#20242e", opacity=0.16)
            if is_pen:
                s.path(f"M{x} {y} l86 -23 v46 Z", light.metal(s, STEEL, 90))
                s.path(f"M{x - 4} {y} l22 -6 v12 Z", INK)
                s.rect(x + 84, y - 24, 300, 48, 10, light.rounded(s, s.colour, 90))
                s.rect(x + 382, y - 26, 26, 52, 6, light.metal(s, "#d9b978", 90))
                s.rect(x + 406, y - 24, length - 406, 48, 20, light.rounded(s, s.colour, 90))
                s.rect(x + 404, y - 38, 130, 13, 6, light.metal(s, "#d9b978", 90))
            else:
                s.rect(x, y - 24, length, 48, 22, light.rounded(s, lit(s.colour, 0.18), 90))
                s.rect(x + 60, y - 24, 22, 48, 3, light.metal(s, STEEL, 90))
                s.rect(x + 66, y - 38, 150, 13, 6, light.metal(s, STEEL, 90))
                s.rect(x + length - 50, y - 20, 60, 40, 14, light.metal(s, STEEL, 90))


def umbrella(s: Studio) -> None:
    """An open umbrella on its long handle."""
    light.shadow(s, 424, 694, 120)
    s.rect(394, 210, 12, 380, 0, light.metal(s, "#aab0ba"))
    s.line("M400 580 V640 C400 700 470 700 470 648", light.rounded(s, "#7a5030", 90), 22)
    canopy = "M110 404 C120 210 270 130 400 128 C530 130 680 210 690 404 C650 366 590 366 546 404 C506 362 446 362 400 404 C354 362 294 362 254 404 C210 366 150 366 110 404 Z"
    s.path(
        "M128 396 Q400 470 672 396 L546 404 L400 404 L254 404 Z", dim(s.colour, 0.55), opacity=0.85
    )
    s.path(canopy, light.matte(s, s.colour, 45))
    panels = (
        ("M400 128 C330 170 262 260 254 404 C294 362 354 362 400 404 Z", 0.16),
        (
            "M400 128 C540 134 680 210 690 404 C650 366 590 366 546 404 C540 260 470 170 400 128 Z",
            -0.3,
        ),
        (
            "M400 128 C260 134 120 210 110 404 C150 366 210 366 254 404 C262 260 330 170 400 128 Z",
            0.3,
        ),
    )
    for d, level in panels:
        paint = lit(s.colour, level) if level > 0 else dim(s.colour, -level)
        s.path(d, s.linear([(0, paint, 0.95), (1, paint, 0.25)]))
    s.line(
        "M400 128 C330 170 262 260 254 404 M400 128 V404 M400 128 C470 170 538 260 546 404",
        WHITE,
        2,
        opacity=0.35,
    )
    rim(s, canopy, 0.7)
    s.rect(395, 98, 10, 32, 5, light.metal(s))


def thermos(s: Studio) -> None:
    """A vacuum flask with a steel lip."""
    light.shadow(s, 400, 684, 116)
    barrel(s, 400, 268, 670, 216, 216, tilt=0.1)
    s.path(
        "M292 268 C292 226 318 222 322 196 H478 C482 222 508 226 508 268 A108 11 0 0 1 292 268 Z",
        light.rounded(s, s.colour),
    )
    s.rect(320, 178, 160, 24, 5, light.metal(s))
    barrel(
        s, 400, 108, 176, 150, 156, dim(s.colour, 0.22) if s.accent == s.colour else s.accent, 0.1
    )
    s.line("M352 66 C352 40 448 40 448 66 V108 M352 66 V108", dim(s.colour, 0.3), 16)
    s.path("M292 622 A108 11 0 0 0 508 622 V670 A108 11 0 0 1 292 670 Z", light.metal(s))
    digits(s, "36", 376, 330, 44, WHITE)
    s.rect(326, 288, 12, 320, 6, light.sheen(s, 0.65))


GOODS = {
    "phone": phone,
    "phone-fold": phone_fold,
    "tablet": tablet,
    "power-bank": power_bank,
    "charger": charger,
    "cable": cable,
    "pen": pen,
    "umbrella": umbrella,
    "thermos": thermos,
}
