"""What a tape knows of the time before this process: so that viewers find what they had.

A media process that was killed comes back with the same addresses for the same segments.
Players that were watching line up the new playlist by those, and go on after the gap.
"""

from firsthand.media.recording import Tape
from firsthand.media.window import WINDOW, Past, Segment, name_of


def past_of(tape: Tape) -> Past:
    """The newest segments of a tape, as the packager had them."""
    if not tape.entries:
        return Past()
    newest = tape.entries[-WINDOW:]
    origin_ms = tape.entries[0].media_ms
    heads = {place: tape.read(place) for place in {entry.init for entry in newest}}
    names = {place: name_of(head) for place, head in heads.items()}
    segments = []
    for entry in newest:
        segment = Segment(
            entry.number,
            names[entry.init],
            entry.media_ms - origin_ms,
            entry.media_ms,
            entry.discontinuity,
        )
        segment.data = tape.read((entry.offset, entry.length))
        segment.duration_ms, segment.size = entry.duration_ms, entry.length
        segments.append(segment)
    return Past(
        segments,
        {names[place]: head for place, head in heads.items()},
        sum(entry.discontinuity for entry in tape.entries[:-WINDOW]),
        origin_ms,
    )
