"""Light of all kinds."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import INK, STEEL, band, barrel, gloss, lamp, plate, rim, ring
from firsthand.demo.drawings.studio import WHITE, Studio, box

WARM = "#ffd58a"


def halo(
    s: Studio, cx: float, cy: float, r: float, colour: str = WARM, strength: float = 0.9
) -> None:
    """What a light does to the air around it."""
    s.circle(
        cx, cy, r, s.radial([(0, colour, strength), (0.4, colour, strength * 0.35), (1, colour, 0)])
    )


def light_bulb(s: Studio) -> None:
    """A bulb that is lit."""
    light.shadow(s, 400, 700, 70)
    halo(s, 400, 320, 330, WARM, 0.85)
    glass = "M400 116 C270 116 214 214 228 314 C240 396 312 430 322 506 H478 C488 430 560 396 572 314 C586 214 530 116 400 116 Z"
    s.path(
        glass,
        s.radial(
            [(0, WHITE), (0.5, "#fff3d2"), (0.85, WARM), (1, lit(s.accent, 0.6))], 0.5, 0.42, 0.62
        ),
    )
    rim(s, glass, 0.9, 3)
    s.path("M262 300 C258 220 300 160 352 146 C300 190 284 240 286 318 Z", WHITE, opacity=0.85)
    s.path("M322 500 H478 L468 566 H332 Z", light.rounded(s, s.colour))
    for i in range(4):
        s.rect(340 + i * 2, 566 + i * 25, 120 - i * 4, 22, 11, light.metal(s, STEEL))
    s.path("M362 664 H438 L420 692 H380 Z", INK)


def desk_lamp(s: Studio) -> None:
    """A desk lamp that bends down to the page."""
    light.shadow(s, 300, 680, 170)
    s.path("M400 236 L690 236 L760 700 H350 Z", s.linear([(0, WARM, 0.62), (1, WARM, 0)]))
    s.ellipse(300, 672, 160, 22, light.metal(s, dim(s.colour, 0.2)))
    s.ellipse(300, 660, 160, 22, light.matte(s, s.colour, 45))
    rim(s, ring(300, 660, 159, 21), 0.8)
    s.ellipse(300, 656, 26, 5, lit(s.accent, 0.3))
    s.path("M286 656 V430 h28 V656 Z", light.rounded(s, s.colour))
    s.line("M300 440 L212 262 L214 260", dim(s.colour, 0.3), 27)
    s.line("M299 438 L212 264 L214 262", light.metal(s, lit(s.colour, 0.1)), 20)
    s.circle(300, 440, 25, light.metal(s, STEEL, 45))
    s.path("M196 214 H676 Q700 214 700 228 Q700 240 676 240 H196 Z", light.rounded(s, s.colour, 90))
    s.rect(392, 236, 290, 9, 4, "#fff8e6")
    s.ellipse(540, 246, 160, 26, s.radial([(0, WHITE, 0.9), (1, WARM, 0)]))
    s.circle(214, 236, 32, light.metal(s, STEEL, 45))
    s.circle(214, 236, 14, dim(s.colour, 0.2))


def ceiling_light(s: Studio) -> None:
    """A ceiling light, seen from below."""
    light.pool(s, 400, 400, 350, 190, 0.3)
    halo(s, 400, 410, 390, "#fff2cf", 0.95)
    s.ellipse(400, 372, 288, 122, light.metal(s, dim(s.colour, 0.06)))
    s.path(
        "M112 380 C112 470 240 540 400 540 S688 470 688 380 V404 C688 500 560 566 400 566 S112 500 112 404 Z",
        light.rounded(s, s.colour),
    )
    s.ellipse(400, 388, 288, 150, light.matte(s, s.colour, 45))
    s.ellipse(
        400, 398, 262, 132, s.radial([(0, WHITE), (0.7, "#fffaf0"), (1, "#ffe6b5")], 0.5, 0.5, 0.55)
    )
    rim(s, ring(400, 388, 287, 149), 0.9)
    s.ellipse(400, 398, 262, 132, stroke=lit(s.colour, 0.6), stroke_width=3, opacity=0.8)
    s.ellipse(400, 400, 226, 110, stroke="#ffe9bd", stroke_width=2, opacity=0.7)
    s.path("M150 430 C190 500 290 532 400 532", stroke=WHITE, stroke_width=5, opacity=0.5)
    s.ellipse(330, 350, 130, 40, WHITE, opacity=0.9)


def light_strip(s: Studio) -> None:
    """A strip of light that runs through all colours, coiled."""
    light.pool(s, 400, 560, 300, 110, 0.26)
    hues = ("#ff4d6d", "#ff9f1c", "#ffe66d", "#2ec4b6", "#3a86ff", "#a05bff")
    s.ellipse(400, 430, 330, 250, s.radial([(0, s.accent, 0.5), (1, s.accent, 0)]))
    for turn in range(5):
        rx, ry, y = 250 - turn * 40, 150 - turn * 24, 440 + turn * 4
        paint = s.linear([(i / 5, hues[(i + turn) % 6]) for i in range(6)], 0)
        s.ellipse(400, y + 16, rx, ry, stroke=dim(s.colour, 0.25), stroke_width=30)
        s.ellipse(400, y, rx, ry, stroke=paint, stroke_width=34, opacity=0.35)
        s.ellipse(400, y, rx, ry, stroke=paint, stroke_width=18)
        s.ellipse(
            400,
            y,
            rx,
            ry,
            stroke=WHITE,
            stroke_width=7,
            stroke_dasharray="3 15",
            stroke_linecap="round",
        )
    s.line("M150 440 C90 520 120 640 230 650", dim(s.colour, 0.2), 20)
    s.line("M150 440 C90 520 120 640 230 650", lit(s.colour, 0.2), 13)
    plate(s, 222, 610, 168, 78, 24, fill=light.rounded(s, s.colour, 90))
    lamp(s, 362, 648, 5, s.accent)
    s.circle(266, 648, 17, dim(s.colour, 0.3))


def night_light(s: Studio) -> None:
    """A lamp for the bedside: a round of opal glass on a turned foot."""
    light.shadow(s, 400, 680, 140)
    halo(s, 400, 340, 340, WARM, 0.8)
    barrel(s, 400, 540, 668, 170, 240, tilt=0.12)
    s.path(band(400, 548, 174, 14), light.metal(s, "#d8b878"))
    s.circle(
        400,
        352,
        206,
        s.radial(
            [(0, WHITE), (0.55, "#fff6e0"), (0.9, "#ffdf9e"), (1, lit(s.accent, 0.7))],
            0.46,
            0.42,
            0.62,
        ),
    )
    rim(s, ring(400, 352, 205, 205), 0.9, 3)
    gloss(s, "M236 290 C256 210 320 168 392 164 C320 200 280 250 268 330 Z", 0.9, 45)
    s.path(box(386, 616, 28, 8, 4), s.accent)


GOODS = {
    "light-bulb": light_bulb,
    "desk-lamp": desk_lamp,
    "ceiling-light": ceiling_light,
    "light-strip": light_strip,
    "night-light": night_light,
}
