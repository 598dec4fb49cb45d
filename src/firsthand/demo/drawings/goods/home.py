"""What makes a home clever: eyes, locks, senses, and the network between them."""

from firsthand.demo.drawings import light
from firsthand.demo.drawings.colour import mix
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import (
    INK,
    barrel,
    digits,
    gloss,
    grille,
    lamp,
    lens,
    plate,
    rim,
    ring,
    slats,
)
from firsthand.demo.drawings.studio import WHITE, Studio, box


def camera(s: Studio) -> None:
    """An indoor camera that turns its head."""
    light.shadow(s, 400, 664, 150)
    barrel(s, 400, 560, 652, 190, 262, tilt=0.14)
    s.ellipse(400, 562, 92, 15, dim(s.colour, 0.5))
    s.path(
        "M262 330 A138 138 0 0 1 538 330 V440 A138 140 0 0 1 262 440 Z", light.rounded(s, s.colour)
    )
    s.path(ring(400, 384, 112, 150), light.black_glass(s))
    rim(s, ring(400, 384, 111, 149), 0.6)
    lens(s, 400, 362, 62, "#3a3f4a")
    s.path(
        "M300 330 C306 270 346 240 392 238 C340 270 330 350 336 450 C310 420 298 380 300 330 Z",
        WHITE,
        opacity=0.13,
    )
    for x in (-40, -14, 14, 40):
        s.circle(400 + x, 468, 5, "#3a2030")
    lamp(s, 400, 500, 4, s.accent)
    gloss(s, "M270 330 A130 130 0 0 1 400 198 C330 220 292 270 290 340 Z", 0.7)
    grille(s, box(352, 610, 96, 26, 12), 10, 2.6)


def doorbell(s: Studio) -> None:
    """A video doorbell at a wall."""
    light.pool(s, 424, 430, 260, 360, 0.26)
    light.drop(s, box(286, 110, 228, 580, 60), 16, 22, 0.2)
    s.rect(286, 110, 228, 580, 60, light.metal(s, s.colour))
    plate(s, 293, 117, 214, 566, 54, fill=light.matte(s, s.colour))
    s.path(
        "M293 171 A54 54 0 0 1 347 117 H453 A54 54 0 0 1 507 171 V392 H293 Z", light.black_glass(s)
    )
    lens(s, 400, 220, 62, "#4a505c")
    for x in (-46, -16, 16, 46):
        s.circle(400 + x, 318, 5, "#3c2633")
    s.rect(372, 348, 56, 12, 6, "#20252f")
    s.circle(400, 540, 76, light.metal(s, lit(s.colour, 0.2), 45))
    s.circle(400, 540, 64, light.matte(s, lit(s.colour, 0.1), 45))
    s.circle(400, 540, 70, stroke=s.accent, stroke_width=7, opacity=0.95)
    s.circle(400, 540, 84, s.radial([(0.7, s.accent, 0), (0.82, s.accent, 0.45), (1, s.accent, 0)]))
    s.line(
        "M374 562 V530 a26 26 0 0 1 52 0 V562 M366 562 H434 M392 574 h16", dim(s.colour, 0.55), 6
    )
    gloss(s, "M300 171 A47 47 0 0 1 347 124 H430 L300 372 Z", 0.26)


def router(s: Studio) -> None:
    """A router with four aerials."""
    light.shadow(s, 400, 620, 300)
    for x, lean in ((150, -9), (300, -3), (500, 3), (650, 9)):
        with s.turned(lean, x, 560):
            s.rect(x - 13, 196, 26, 372, 12, light.rounded(s, dim(s.colour, 0.1)))
            s.rect(x - 17, 500, 34, 66, 8, light.rounded(s, s.colour))
    s.path(
        "M128 520 H672 L716 592 Q720 620 690 620 H110 Q80 620 84 592 Z",
        light.matte(s, s.colour, 90),
    )
    s.path(
        "M84 592 Q82 600 88 604 H712 Q718 600 716 592 V606 Q714 620 690 620 H110 Q86 620 84 606 Z",
        dim(s.colour, 0.4),
    )
    s.path("M236 532 H564 L580 574 H220 Z", dim(s.colour, 0.2), opacity=0.8)
    slats(s, 250, 540, 300, 26, 5, INK, 0.55)
    rim(s, "M128 521 H672 L715 592 Q716 600 712 604 H88 Q84 600 85 592 Z", 0.8)
    for i in range(5):
        lamp(s, 360 + i * 20, 596, 3.2, s.accent if i else "#7dffb4")


def hub(s: Studio) -> None:
    """The round box that all the senses of a home speak to."""
    light.shadow(s, 400, 590, 226)
    s.path(
        "M168 430 V500 C168 560 270 596 400 596 S632 560 632 500 V430 Z", light.rounded(s, s.colour)
    )
    s.path(
        "M168 500 C168 560 270 596 400 596 S632 560 632 500 V516 C632 574 530 606 400 606 S168 574 168 516 Z",
        dim(s.colour, 0.5),
    )
    s.ellipse(400, 430, 232, 118, light.matte(s, lit(s.colour, 0.2), 45))
    rim(s, ring(400, 430, 231, 117), 0.9)
    s.ellipse(400, 430, 150, 74, stroke=s.accent, stroke_width=18, opacity=0.25)
    s.ellipse(400, 430, 150, 74, stroke=lit(s.accent, 0.3), stroke_width=6)
    s.ellipse(400, 430, 118, 56, light.matte(s, lit(s.colour, 0.4), 45))
    for size in (14, 34, 54):
        s.line(
            f"M{400 - size} {424 - size * 0.1} A{size} {size * 0.6} 0 0 1 {400 + size} "
            f"{424 - size * 0.1}",
            dim(s.colour, 0.45),
            6,
            opacity=0.75,
        )
    s.ellipse(400, 442, 8, 5, dim(s.colour, 0.45))
    s.ellipse(320, 372, 90, 22, WHITE, opacity=0.5)


def lock(s: Studio) -> None:
    """A smart door lock with its keys of light."""
    light.pool(s, 440, 420, 300, 390, 0.3)
    light.drop(s, box(292, 70, 196, 660, 40), 20, 22, 0.22)
    s.rect(292, 70, 196, 660, 40, light.metal(s, s.colour))
    plate(s, 298, 76, 184, 648, 36, fill=light.matte(s, s.colour))
    s.path(
        "M298 112 A36 36 0 0 1 334 76 H446 A36 36 0 0 1 482 112 V440 H298 Z", light.black_glass(s)
    )
    lens(s, 390, 124, 26, "#454b57")
    for i, sign in enumerate("123456789"):
        digits(s, sign, 332 + i % 3 * 50, 206 + i // 3 * 54, 26, "#dfe8ff")
    digits(s, "0", 382, 368, 26, "#dfe8ff")
    s.circle(390, 512, 34, stroke=s.accent, stroke_width=5)
    for size in (10, 18, 26):
        s.line(
            f"M{390 - size} 520 C{390 - size} {506 - size} {390 + size} {506 - size} {390 + size} 520",
            lit(s.accent, 0.3),
            3.4,
        )
    light.drop(s, box(340, 590, 320, 60, 28), 6, 26, 0.32)
    s.rect(340, 586, 330, 62, 30, light.rounded(s, lit(s.colour, 0.08), 90))
    s.circle(390, 617, 46, light.metal(s, s.colour, 45))
    s.circle(390, 617, 36, light.matte(s, lit(s.colour, 0.1), 45))
    s.rect(420, 596, 236, 7, 4, WHITE, opacity=0.5)


def sensor(s: Studio) -> None:
    """A sense for warmth and damp, with figures; and a small one for doors."""
    light.shadow(s, 340, 640, 190)
    light.shadow(s, 650, 640, 60)
    plate(s, 146, 244, 392, 392, 70, fill=light.matte(s, s.colour, 45))
    s.rect(182, 280, 320, 320, 44, light.metal(s, lit(s.colour, 0.2)), opacity=0.6)
    s.rect(185, 283, 314, 314, 42, "#e7ebe4")
    digits(s, "24.6", 230, 324, 104, "#20262b")
    digits(s, "48", 230, 486, 62, "#20262b")
    s.circle(456, 344, 12, stroke="#20262b", stroke_width=6)
    s.path("M448 480 c-26 34 -34 44 -34 60 a30 30 0 0 0 60 0 c0 -16 -8 -26 -26 -60 Z", s.accent)
    s.path("M185 325 A42 42 0 0 1 227 283 H420 L185 560 Z", light.sheen(s, 0.4, 45))
    s.rect(592, 380, 116, 256, 34, light.rounded(s, s.colour))
    plate(s, 596, 384, 108, 248, 30, fill=light.matte(s, lit(s.colour, 0.1)))
    lamp(s, 650, 436, 6, s.accent)
    s.line("M636 590 H664", dim(s.colour, 0.3), 5)


def curtain_motor(s: Studio) -> None:
    """A curtain that draws itself, with its motor at the rail."""
    cloth = mix(s.accent, "#efe9e0", 0.62)
    light.pool(s, 400, 740, 300, 40, 0.3)
    folds = 7
    for i in range(folds):
        x = 210 + i * 56
        s.path(
            f"M{x} 190 C{x + 4} 380 {x - 14} 560 {x - 8} 730 Q{x + 30} 750 {x + 62} 730 "
            f"C{x + 58} 560 {x + 62} 380 {x + 60} 190 Z",
            s.linear(
                [
                    (0, dim(cloth, 0.34)),
                    (0.35, lit(cloth, 0.4)),
                    (0.7, cloth),
                    (1, dim(cloth, 0.4)),
                ],
                0,
            ),
        )
    s.rect(90, 148, 640, 34, 10, light.metal(s, lit(s.colour, 0.2), 90))
    for i in range(folds):
        s.rect(232 + i * 56, 176, 14, 20, 4, light.metal(s))
    light.drop(s, box(96, 180, 96, 330, 26), 10, 12, 0.25)
    s.rect(94, 176, 100, 330, 28, light.rounded(s, s.colour))
    s.rect(94, 176, 100, 60, 26, light.rounded(s, lit(s.colour, 0.3)))
    lamp(s, 144, 290, 6, "#8dffb0")
    s.line("M128 446 H160", lit(s.colour, 0.5), 4, opacity=0.7)
    s.rect(110, 200, 10, 280, 5, light.sheen(s, 0.6))


def socket(s: Studio) -> None:
    """A wall socket that can be switched from afar."""
    light.pool(s, 424, 440, 330, 330, 0.28)
    light.drop(s, box(166, 166, 468, 468, 64), 16, 22, 0.18)
    plate(s, 166, 166, 468, 468, 64, fill=light.matte(s, s.colour, 45))
    s.rect(204, 204, 392, 392, 44, light.matte(s, lit(s.colour, 0.3), 45))
    rim(s, box(205, 205, 390, 390, 43), 0.9)
    hole = s.linear([(0, "#0b0d12"), (1, "#383d47")])
    s.path("M363 278 h22 v66 h-22 Z M415 278 h22 v66 h-22 Z", hole)
    s.path("M330 470 l40 -44 l16 15 l-40 44 Z M470 470 l-40 -44 l-16 15 l40 44 Z", hole)
    s.rect(389, 494, 22, 52, 4, hole)
    lamp(s, 548, 250, 7, s.accent)
    s.path(box(470, 520, 76, 42, 12), dim(s.colour, 0.12))
    s.rect(482, 534, 52, 14, 5, "#0b0d12")


def switch(s: Studio) -> None:
    """A wall switch with three keys."""
    light.pool(s, 424, 440, 340, 330, 0.28)
    light.drop(s, box(150, 166, 500, 468, 46), 16, 22, 0.2)
    s.rect(150, 166, 500, 468, 46, light.metal(s, s.colour, 45))
    plate(s, 156, 172, 488, 456, 41, fill=light.matte(s, s.colour, 45))
    for i in range(3):
        x = 168 + i * 156
        s.rect(x, 184, 152, 432, 30, dim(s.colour, 0.3))
        s.rect(
            x + 2, 186, 148, 428, 28, light.matte(s, lit(s.colour, 0.16 if i != 1 else 0.02), 90)
        )
        rim(s, box(x + 3, 187, 146, 426, 27), 0.6, 1.5)
        on = i == 0
        s.rect(x + 54, 556, 44, 8, 4, s.accent if on else dim(s.colour, 0.35))
        if on:
            s.ellipse(x + 76, 560, 66, 26, s.radial([(0, s.accent, 0.5), (1, s.accent, 0)]))
    gloss(s, "M156 213 A41 41 0 0 1 197 172 H440 L156 520 Z", 0.25, 45)


def pet_feeder(s: Studio) -> None:
    """A feeder with a window on what is left, and a bowl."""
    light.shadow(s, 400, 680, 226)
    s.path("M252 190 C252 150 548 150 548 190 L566 560 H234 Z", light.rounded(s, s.colour))
    s.ellipse(400, 176, 148, 34, light.matte(s, lit(s.colour, 0.35), 45))
    s.ellipse(400, 168, 58, 13, light.metal(s, s.colour))
    window = box(310, 240, 180, 168, 40)
    s.path(window, "#2a2d33")
    with s.inside(window):
        for row in range(6):
            for column in range(9):
                s.circle(
                    312 + column * 23 + row % 2 * 11,
                    320 + row * 18,
                    13,
                    ("#a9713f", "#8c5a30", "#bd8450")[(row + column) % 3],
                )
        s.path("M310 240 h110 l-70 168 h-40 Z", WHITE, opacity=0.22)
    rim(s, window, 0.6)
    s.path(
        "M234 560 L222 640 Q222 664 250 664 H550 Q578 664 578 640 L566 560 Z",
        light.rounded(s, dim(s.colour, 0.1)),
    )
    s.path("M350 440 h100 l14 90 h-128 Z", dim(s.colour, 0.5))
    s.path(
        "M196 596 H604 C600 660 560 690 500 690 H300 C240 690 200 660 196 596 Z",
        light.rounded(s, lit(s.accent, 0.1)),
    )
    s.ellipse(400, 596, 204, 26, light.metal(s))
    s.ellipse(400, 598, 182, 20, "#4a3a2c")
    for i in range(13):
        s.ellipse(
            250 + i * 25, 598 + (i % 3 - 1) * 7, 13, 8, ("#a9713f", "#bd8450", "#8c5a30")[i % 3]
        )
    lamp(s, 400, 430, 4, s.accent)


GOODS = {
    "camera": camera,
    "doorbell": doorbell,
    "router": router,
    "hub": hub,
    "lock": lock,
    "sensor": sensor,
    "curtain-motor": curtain_motor,
    "socket": socket,
    "switch": switch,
    "pet-feeder": pet_feeder,
}
