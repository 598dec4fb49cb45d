"""What must be known of H.264 to wrap it: the picture's size and whether browsers can play it.

Only the sequence parameter set is read, bit by bit as ISO/IEC 14496-10 §7.3.2.1.1 lays it
out; pictures themselves are never looked into.
"""

from dataclasses import dataclass

# Profiles whose parameter set tells the colour format, and how each may be written.
_WITH_CHROMA = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})
PLAYABLE_PROFILES = frozenset({66, 77, 88, 100})  # baseline, main, extended, high


@dataclass(frozen=True, slots=True)
class Picture:
    """How large the pictures of a stream are, and by which profile they are coded."""

    width: int
    height: int
    profile: int

    @property
    def playable(self) -> bool:
        """Whether browsers decode it: 8 bits and 4:2:0, which the other profiles are not."""
        return self.profile in PLAYABLE_PROFILES


class _Bits:
    """Reads a NAL unit bit by bit, without the bytes that only keep start codes away."""

    def __init__(self, nal: bytes) -> None:
        plain = nal[1:].replace(b"\0\0\3", b"\0\0")
        self._bits = int.from_bytes(plain, "big")
        self._left = len(plain) * 8

    def number(self, size: int) -> int:
        self._left -= size
        if self._left < 0:
            raise ValueError("H.264: parameter set cut short")
        return (self._bits >> self._left) & ((1 << size) - 1)

    def flag(self) -> bool:
        return self.number(1) == 1

    def unsigned(self) -> int:
        """An Exp-Golomb number."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > 32:
                raise ValueError("H.264: a number without end")
        return (1 << zeros) - 1 + self.number(zeros)

    def signed(self) -> int:
        coded = self.unsigned()
        return (coded + 1) // 2 if coded & 1 else -(coded // 2)


def picture_of(avcc: bytes) -> Picture:
    """The picture that a decoder configuration record (avcC) announces."""
    if len(avcc) < 8 or avcc[0] != 1 or avcc[5] & 31 == 0:
        raise ValueError("H.264: not a decoder configuration")
    length = int.from_bytes(avcc[6:8], "big")
    sps = avcc[8 : 8 + length]
    if len(sps) != length or length < 4:
        raise ValueError("H.264: parameter set cut short")
    return _read_sps(_Bits(sps))


def _read_sps(bits: _Bits) -> Picture:
    profile = bits.number(8)
    bits.number(16)  # constraints, level
    bits.unsigned()  # its own number
    chroma = _read_chroma(bits) if profile in _WITH_CHROMA else 1
    bits.unsigned()  # bits of a frame number
    _skip_picture_order(bits)
    bits.unsigned()  # reference frames
    bits.flag()  # gaps allowed
    width = (bits.unsigned() + 1) * 16
    map_units = bits.unsigned() + 1
    frames_only = bits.flag()
    fields = 1 if frames_only else 2
    if not frames_only:
        bits.flag()
    bits.flag()  # direct inference
    height = map_units * 16 * fields
    if bits.flag():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
        width -= (left + right) * (2 if chroma in (1, 2) else 1)
        height -= (top + bottom) * (2 if chroma == 1 else 1) * fields
    if not (0 < width <= 16384 and 0 < height <= 16384):
        raise ValueError("H.264: no such picture size")
    return Picture(width, height, profile)


def _read_chroma(bits: _Bits) -> int:
    chroma = bits.unsigned()
    if chroma == 3:
        bits.flag()
    bits.unsigned()  # depth
    bits.unsigned()
    bits.flag()
    if bits.flag():
        for number in range(8 if chroma != 3 else 12):
            if bits.flag():
                _skip_scaling_list(bits, 16 if number < 6 else 64)
    return chroma


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_picture_order(bits: _Bits) -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()
    elif kind == 1:
        bits.flag()
        bits.signed()
        bits.signed()
        for _ in range(min(bits.unsigned(), 255)):
            bits.signed()
