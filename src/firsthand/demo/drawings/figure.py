"""A person in a few round shapes: the host, for a portrait and for the show that moves.

The figure is drawn part by part (back hair, torso, arm, head), each about its own joint, so
that a painter can move one part and leave the others alone.
"""

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, sin
from random import Random

from firsthand.demo.drawings import light
from firsthand.demo.drawings.light import dim, lit
from firsthand.demo.drawings.parts import INK, rim
from firsthand.demo.drawings.studio import WHITE, Studio

SKINS = ("#f3cfb3", "#edc2a0", "#e2ae86", "#f6d8c2")
HAIRS = ("#1d1a1c", "#2b211e", "#3a2a22", "#4a4a50")
CLOTHES = ("#27364f", "#2b2d33", "#7a2e3a", "#2f5d57", "#8a6a4f", "#5b5f97")
SHIRTS = ("#f7f4ee", "#e9edf3", "#dfe7e0", "#ff6a13")
STYLES = ("short", "parted", "bob", "long", "bun")


@dataclass(frozen=True, slots=True)
class Look:
    """What a person looks like, whatever he does."""

    skin: str
    hair: str
    style: str
    coat: str
    shirt: str
    glasses: bool


@dataclass(frozen=True, slots=True)
class Face:
    """What a face does just now; everything from 0 to 1."""

    mouth_open: float = 0.0
    mouth_wide: float = 0.5
    eyes_open: float = 1.0
    brows_up: float = 0.0


def look_of(name_seed: str) -> Look:
    """The same name always looks the same."""
    chance = Random(f"look/{name_seed}")
    return Look(
        skin=chance.choice(SKINS),
        hair=chance.choice(HAIRS),
        style=chance.choice(STYLES),
        coat=chance.choice(CLOTHES),
        shirt=chance.choice(SHIRTS),
        glasses=chance.random() < 0.35,
    )


def back_hair(s: Studio, look: Look) -> None:
    """Hair that falls behind the shoulders; about the middle of the head."""
    paint = light.matte(s, dim(look.hair, 0.2), 90)
    s.path("M-95 14 C-112 -100 -66 -148 0 -148 C66 -148 112 -100 95 14 Z", paint)
    if look.style == "long":
        s.path("M-96 -30 C-128 60 -124 190 -112 262 Q0 300 112 262 C124 190 128 60 96 -30 Z", paint)
    elif look.style == "bob":
        s.path("M-98 -30 C-120 50 -112 110 -96 140 Q0 168 96 140 C112 110 120 50 98 -30 Z", paint)
    elif look.style == "bun":
        s.circle(0, -126, 44, light.ball(s, lit(look.hair, 0.14)))


def torso(s: Studio, look: Look) -> None:
    """Shoulders and chest in an open coat; about the middle of the head, 560 down."""
    neck = s.linear([(0, dim(look.skin, 0.24)), (0.6, dim(look.skin, 0.06)), (1, look.skin)])
    coat_left = s.linear([(0, dim(look.coat, 0.12)), (0.4, lit(look.coat, 0.3)), (1, look.coat)], 0)
    coat_right = s.linear(
        [(0, look.coat), (0.6, dim(look.coat, 0.14)), (1, dim(look.coat, 0.4))], 0
    )
    s.path("M-60 150 L-84 560 H84 L60 150 Q0 214 -60 150 Z", light.matte(s, look.shirt, 0))
    s.path("M-44 70 H44 V140 Q44 172 64 166 Q0 236 -64 166 Q-44 172 -44 140 Z", neck)
    s.path("M-44 118 Q0 176 44 118 V96 H-44 Z", dim(look.skin, 0.4), opacity=0.45)
    s.line("M-62 154 Q0 236 62 154", dim(look.shirt, 0.1), 9)
    s.path("M-54 146 C-150 172 -208 196 -222 286 L-232 560 H-66 Z", coat_left)
    s.path("M54 146 C150 172 208 196 222 286 L232 560 H66 Z", coat_right)
    for side in (-1, 1):
        with s.group(transform=f"scale({side} 1)"):
            s.path(
                "M58 142 L96 168 L122 262 L92 272 L112 300 L64 470 C60 360 58 240 52 160 Z",
                light.matte(s, lit(look.coat, 0.1), 45),
            )
            s.line("M58 142 L96 168 L122 262 L92 272 L112 300 L64 470", dim(look.coat, 0.4), 2)
            s.line("M170 330 Q160 430 168 560", dim(look.coat, 0.4), 3, opacity=0.5)
    rim(s, "M-70 152 C-150 172 -208 196 -222 286 L-232 560", 0.5, 3)
    rim(s, "M70 152 C150 172 208 196 222 286 L232 560", 0.8, 3)


def arm(
    s: Studio,
    look: Look,
    shoulder: tuple[float, float],
    elbow: tuple[float, float],
    wrist: tuple[float, float],
    palm: str = "open",
) -> None:
    """A sleeve with a hand at its end."""
    (sx, sy), (ex, ey), (wx, wy) = shoulder, elbow, wrist
    reach = f"M{sx} {sy} L{ex} {ey} L{wx} {wy}"
    s.line(reach, dim(look.coat, 0.3), 80)
    s.line(reach, look.coat, 74, transform="translate(-2 -2)")
    s.line(reach, lit(look.coat, 0.2), 34, opacity=0.35, transform="translate(-11 -10)")
    s.line(reach, lit(look.coat, 0.34), 13, opacity=0.35, transform="translate(-17 -15)")
    length = hypot(wx - ex, wy - ey) or 1
    ux, uy = (wx - ex) / length, (wy - ey) / length
    s.line(f"M{wx} {wy} l{ux * 16} {uy * 16}", dim(look.coat, 0.34), 62)
    s.line(f"M{wx + ux * 8} {wy + uy * 8} l{ux * 16} {uy * 16}", "#f4f1ec", 52)
    turn = degrees(atan2(uy, ux))
    side = 1 if cos(atan2(uy, ux)) >= 0 else -1
    with s.group(
        transform=f"translate({wx + ux * 40:.1f} {wy + uy * 40:.1f}) rotate({turn:.1f}) scale(1 {side})"
    ):
        _hand(s, look, palm)


def _hand(s: Studio, look: Look, palm: str) -> None:
    edge, skin = dim(look.skin, 0.16), look.skin
    fans = {"open": (-24, -9, 6, 20), "point": (-4, 40, 48, 56), "flat": (-5, -1, 3, 8)}[palm]
    long = {"open": (62, 68, 65, 54), "point": (70, 26, 24, 22), "flat": (62, 66, 64, 54)}[palm]
    starts = [(16 + 2 * (i % 3), -21 + i * 14) for i in range(4)]
    fingers = [
        f"M{x} {y} l{reach * cos(fan / 57.3) * 0.78:.1f} {reach * sin(fan / 57.3) * 0.78:.1f}"
        for (x, y), fan, reach in zip(starts, fans, long, strict=True)
    ]
    thumb = "M-4 -22 Q8 -44 30 -50" if palm == "open" else "M-4 -22 Q12 -36 32 -34"
    whole = " ".join([*fingers, thumb])
    s.line(whole, edge, 18)
    s.ellipse(4, 0, 32, 31, edge)
    s.line(whole, skin, 14.5)
    s.ellipse(4, 0, 30, 29, s.radial([(0, lit(skin, 0.35)), (1, skin)], 0.4, 0.35, 0.7))


def head(s: Studio, look: Look, face: Face) -> None:
    """A whole head about its own middle: 190 wide, 250 high."""
    skull(s, look, face.brows_up)
    mouth(s, look, face)
    eyes(s, look, face.eyes_open)


def skull(s: Studio, look: Look, brows_up: float = 0.0) -> None:
    """A head without what moves all the time."""
    skin = s.linear([(0, lit(look.skin, 0.3)), (0.5, look.skin), (1, dim(look.skin, 0.13))], 45)
    for side in (-1, 1):
        s.ellipse(side * 87, 18, 16, 25, dim(look.skin, 0.1))
        s.ellipse(side * 87, 19, 8, 14, dim(look.skin, 0.2))
    s.path("M-88 -30 C-92 60 -74 132 0 138 C74 132 92 60 88 -30 C88 -142 -88 -142 -88 -30 Z", skin)
    blush = s.radial([(0, "#f08a76", 0.34), (1, "#f08a76", 0)])
    lift = brows_up * 7
    for side in (-1, 1):
        s.ellipse(side * 50, 56, 30, 20, blush)
        with s.group(transform=f"translate({side * 38} 8) scale({side} 1)"):
            s.line(f"M-23 {-28 - lift} Q0 {-39 - lift} 25 {-27 - lift}", look.hair, 6.5)
    s.path(
        "M-4 12 C-8 34 -13 44 -9 52 Q0 58 11 51",
        stroke=dim(look.skin, 0.26),
        stroke_width=3.6,
        stroke_linecap="round",
    )
    _front_hair(s, look)


def eyes(s: Studio, look: Look, openness: float) -> None:
    """Both eyes, and the glasses before them."""
    for side in (-1, 1):
        with s.group(transform=f"translate({side * 38} 8) scale({side} 1)"):
            _eye(s, look, openness)
    if look.glasses:
        for side in (-1, 1):
            s.rect(side * 38 - 31, -16, 62, 50, 22, WHITE, opacity=0.14)
            s.rect(side * 38 - 31, -16, 62, 50, 22, stroke="#2a2d35", stroke_width=4.5)
        s.line("M-8 2 Q0 -4 8 2 M-69 0 L-86 -6 M69 0 L86 -6", "#2a2d35", 4.5)


def _eye(s: Studio, look: Look, openness: float) -> None:
    if openness < 0.18:
        s.line("M-17 4 Q0 12 17 4", dim(look.skin, 0.62), 4)
        return
    tall = 12.5 * openness
    s.ellipse(0, 2, 18, tall, "#fdfbf8")
    s.circle(
        0, 2, min(10.5, tall * 0.95), s.radial([(0, "#150f0d"), (0.5, "#2c1d16"), (1, "#5a3c2b")])
    )
    s.circle(-3.5, -2 * openness, 3.4, WHITE)
    s.path(f"M-20 4 Q0 {-2 - tall * 1.25} 20 2", stroke=INK, stroke_width=4, stroke_linecap="round")


def mouth(s: Studio, look: Look, face: Face) -> None:
    """A mouth that smiles, or says a vowel."""
    half = 20 + 12 * face.mouth_wide
    lips = "#b9564d" if look.style in ("bob", "long", "bun") else "#a65a4c"
    if face.mouth_open < 0.08:
        s.line(f"M{-half} 84 Q0 {98 + 6 * face.mouth_wide} {half} 84", lips, 5.5)
        return
    drop = 10 + 30 * face.mouth_open
    half *= 1 - 0.3 * face.mouth_open
    hole = f"M{-half} 82 Q0 {78 - 3 * face.mouth_open} {half} 82 Q{half * 0.8:.1f} {82 + drop} 0 {82 + drop} Q{-half * 0.8:.1f} {82 + drop} {-half} 82 Z"
    s.path(hole, "#5b1f22")
    with s.inside(hole):
        s.rect(-half, 70, 2 * half, 18, 4, "#fffdf8")
        s.ellipse(0, 86 + drop, half * 0.7, drop * 0.42, "#d9706c")
    s.path(hole, stroke=lips, stroke_width=4, stroke_linejoin="round")


def _front_hair(s: Studio, look: Look) -> None:
    paint = s.linear([(0, lit(look.hair, 0.34)), (0.5, lit(look.hair, 0.08)), (1, look.hair)], 70)
    shapes = {
        "short": "M-96 4 C-112 -110 -60 -152 6 -150 C78 -150 112 -104 96 4 C92 -24 86 -48 70 -62 C30 -40 -34 -44 -62 -74 C-82 -52 -90 -30 -96 4 Z",
        "parted": "M-96 8 C-116 -104 -64 -150 0 -152 C80 -150 114 -100 97 8 C92 -30 84 -52 66 -70 C10 -58 -30 -64 -52 -96 C-66 -60 -90 -40 -96 8 Z",
        "bob": "M-104 96 C-124 -70 -90 -154 0 -154 C90 -154 124 -70 104 96 C92 70 92 10 74 -48 C40 -40 -50 -46 -70 -66 C-86 -10 -92 60 -104 96 Z",
        "long": "M-104 130 C-128 -60 -94 -156 0 -156 C94 -156 128 -60 104 130 C90 90 96 0 74 -58 C44 -70 20 -84 6 -104 C-16 -70 -48 -56 -74 -50 C-94 0 -90 90 -104 130 Z",
        "bun": "M-95 20 C-114 -100 -70 -148 0 -148 C70 -148 114 -100 95 20 C90 -20 80 -56 58 -78 C20 -92 -20 -92 -58 -78 C-80 -56 -90 -20 -95 20 Z",
    }
    s.path(shapes[look.style], paint)
    s.path("M-64 -92 C-40 -128 10 -138 50 -122 C20 -126 -24 -116 -46 -84 Z", WHITE, opacity=0.14)
