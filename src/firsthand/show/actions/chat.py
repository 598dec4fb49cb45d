"""What people say in a room: a batch of lines at a time, whoever speaks, in whichever room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from firsthand.kit import outbox
from firsthand.kit.errors import Invalid, NotFound, Refusal
from firsthand.show import speech, store
from firsthand.show.events import ChatSaid, Line, LineHidden
from firsthand.show.locks import locked_show
from firsthand.show.models import ChatLine
from firsthand.show.speech import Spoken
from firsthand.show.store import Key, Speaker, ToWrite

_REFUSALS = {
    "empty": (_("Please write something."), Invalid),
    "too_long": (_("That is too long: 200 letters at most."), Invalid),
    "too_fast": (_("Not so fast: others want to read, too."), Refusal),
    "closed": (_("The chat of this show is closed."), Refusal),
    "unknown": (_("Please open the page again."), Refusal),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a line: its number in the chat, or why it is not there."""

    line_id: int = 0
    refused: str = ""

    def refusal(self) -> Refusal:
        """Why it is not there, as a refusal with its sentence."""
        sentence, kind = _REFUSALS[self.refused]
        return kind(self.refused, sentence)


def say_lines(batch: Sequence[Spoken]) -> list[Heard]:
    """Say a batch of lines; what became of each, in their order.

    A line that was said before (the same show, viewer and key) keeps its number and is
    not said again: a browser that got no answer asks once more.
    """
    shows = store.talking_shows({spoken.show_id for spoken in batch})
    people = store.speakers({spoken.person_id for spoken in batch if spoken.person_id})
    earlier = store.lines_by_key(batch)
    ordinary = {
        (spoken.show_id, spoken.viewer)
        for spoken in batch
        if not _is_crew(spoken, people, shows.get(spoken.show_id, 0))
    }
    verdicts = iter(
        speech.judge(
            [spoken for spoken in batch if _key(spoken) not in earlier],
            store.said_lately(ordinary),
        )
    )
    heard: dict[Key, Heard] = {key: Heard(line_id) for key, line_id in earlier.items()}
    lines: dict[Key, ToWrite] = {}
    for spoken in batch:
        key = _key(spoken)
        if key in earlier:
            continue
        verdict = next(verdicts)
        if spoken.show_id not in shows:
            heard[key] = Heard(refused="closed")
        elif spoken.person_id and spoken.person_id not in people:
            heard[key] = Heard(refused="unknown")
        elif verdict.refused:
            heard.setdefault(key, Heard(refused=verdict.refused))
        else:
            name, role = _as_shown(spoken, people, shows[spoken.show_id])
            is_question = role in ("", speech.VISITOR) and speech.is_question(verdict.text)
            lines.setdefault(key, ToWrite(spoken, name, role, verdict.text, is_question))
    if lines:
        heard |= _write(lines)
    return [heard[_key(spoken)] for spoken in batch]


def hide_line(show_id: int, line_id: int) -> None:
    """Take a line out of the chat. It stays in the books, and out of everyone's sight."""
    show = locked_show(show_id)
    line = ChatLine.objects.filter(pk=line_id, show=show).first()
    if line is None:
        raise NotFound("no_such_line", _("There is no such line in this chat."))
    if line.is_hidden:
        raise Refusal("hidden_already", _("This line is hidden already."))
    line.is_hidden = True
    line.save(update_fields=["is_hidden"])
    outbox.tell(show.feed, [LineHidden(line_id)])


def _key(spoken: Spoken) -> Key:
    return (spoken.show_id, spoken.viewer, spoken.key)


def _is_crew(spoken: Spoken, people: Mapping[int, Speaker], host_id: int) -> bool:
    if spoken.person_id not in people:
        return False
    return bool(_as_shown(spoken, people, host_id)[1])


def _as_shown(spoken: Spoken, people: Mapping[int, Speaker], host_id: int) -> tuple[str, str]:
    if not spoken.person_id:
        return speech.visitor_name(spoken.viewer), speech.VISITOR
    speaker = people[spoken.person_id]
    return speech.name_for_strangers(
        speaker.name, speaker.roles, is_host=spoken.person_id == host_id
    )


def _write(lines: Mapping[Key, ToWrite]) -> dict[Key, Heard]:
    written = store.write_lines(list(lines.values()))
    by_show: dict[int, list[Line]] = {}
    for key, line in lines.items():
        line_id, at_ms = written[key]
        said = Line(line_id, line.name, line.role, line.text, at_ms, line.is_question)
        by_show.setdefault(key[0], []).append(said)
    for show_id in sorted(by_show):
        outbox.tell(f"show:{show_id}", [ChatSaid(tuple(by_show[show_id]))])
    return {key: Heard(line_id) for key, (line_id, _at_ms) in written.items()}
