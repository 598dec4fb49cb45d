"""Snapshot and facts make the next snapshot: every action of a room is held to it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import F

from firsthand.kit import outbox
from firsthand.kit.clock import epoch_ms, now
from firsthand.show import store
from firsthand.show.actions import air, chat, counts, cues, sheet
from firsthand.show.events import LikesCounted
from firsthand.show.models import ChatLine, Cue, Presence, Segment, Show
from firsthand.show.rules import CHAT_KEPT
from firsthand.show.speech import PACE_LINES, Spoken
from tests.show.stage import (
    offer_of,
    person,
    planned_show,
    refused,
    show_on_air,
    verify_action,
)

pytestmark = pytest.mark.django_db


def spoken(show: Show, text: str, viewer: str = "v1", person_id: int = 0) -> Spoken:
    return Spoken(show.pk, viewer, person_id, uuid4(), text)


def test_the_law_is_broken_by_whoever_changes_the_room_and_tells_nothing() -> None:
    show = show_on_air()
    with pytest.raises(AssertionError, match="told nothing"):
        verify_action(show.pk, lambda: Show.objects.filter(pk=show.pk).update(likes=9))
    with pytest.raises(AssertionError):
        verify_action(show.pk, lambda: outbox.tell(show.feed, [LikesCounted(99)]))


def test_a_show_goes_on_air_once_and_ends_once() -> None:
    show = planned_show()
    verify_action(show.pk, lambda: air.go_on_air(show.pk))
    assert store.snapshot(show.pk).air == "on_air"
    with refused("began_already"):
        air.go_on_air(show.pk)
    verify_action(show.pk, lambda: air.end_show(show.pk))
    assert store.snapshot(show.pk).air == "ended"
    with refused("not_on_air"):
        air.end_show(show.pk)


def test_a_segment_ends_when_the_next_begins_and_with_the_show() -> None:
    show = show_on_air(segments=2)
    first, second = show.segments.all()
    verify_action(show.pk, lambda: cues.begin_segment(show.pk, first.pk))
    verify_action(show.pk, lambda: cues.begin_segment(show.pk, second.pk))
    first.refresh_from_db()
    assert first.ended_at is not None
    assert store.snapshot(show.pk).segment_id == second.pk
    with refused("segment_is_on"):
        cues.begin_segment(show.pk, second.pk)
    verify_action(show.pk, lambda: air.end_show(show.pk))
    second.refresh_from_db()
    assert second.ended_at is not None
    assert store.snapshot(show.pk).segment_id is None


def test_the_last_card_by_media_time_stands_whatever_came_first_by_the_clock() -> None:
    show = show_on_air(offers=2)
    one, other = store.snapshot(show.pk).offers
    at_ms = epoch_ms(now())
    later = verify_action(show.pk, lambda: cues.show_card(show.pk, one, at_ms=at_ms))
    verify_action(show.pk, lambda: cues.show_card(show.pk, other, at_ms=at_ms - 4000))
    card = store.snapshot(show.pk).card
    assert card is not None and card.id == later.pk
    verify_action(show.pk, lambda: cues.take_back(show.pk, later.pk))
    card = store.snapshot(show.pk).card
    assert card is not None and card.offer_id == other
    verify_action(show.pk, lambda: cues.card_off(show.pk))
    assert store.snapshot(show.pk).card is None


def test_a_message_is_pinned_and_taken_off() -> None:
    show = show_on_air()
    verify_action(show.pk, lambda: cues.pin(show.pk, "  今晚  八点抽奖 "))
    pin = store.snapshot(show.pk).pin
    assert pin is not None and pin.text == "今晚 八点抽奖"
    verify_action(show.pk, lambda: cues.unpin(show.pk))
    assert store.snapshot(show.pk).pin is None


def test_what_is_said_stands_in_the_chat_and_an_old_line_makes_way() -> None:
    show = show_on_air()
    for number in range(CHAT_KEPT + 3):
        line = spoken(show, f"line {number}", viewer=f"v{number}")
        verify_action(show.pk, lambda line=line: chat.say_lines([line]))  # type: ignore[misc]
    lines = store.snapshot(show.pk).chat
    assert [line.text for line in lines] == [f"line {n}" for n in range(3, CHAT_KEPT + 3)]


def test_a_hidden_line_loses_its_words_and_lets_no_older_one_back_in() -> None:
    show = show_on_air()
    batch = [spoken(show, f"line {n}", viewer=f"v{n}") for n in range(CHAT_KEPT + 1)]
    verify_action(show.pk, lambda: chat.say_lines(batch))
    worst = store.snapshot(show.pk).chat[10]
    verify_action(show.pk, lambda: chat.hide_line(show.pk, worst.id))
    shown = store.snapshot(show.pk).chat[10]
    assert (shown.id, shown.text, shown.name) == (worst.id, "", "")
    assert ChatLine.objects.get(pk=worst.id).text == worst.text
    with refused("hidden_already"):
        chat.hide_line(show.pk, worst.id)


def test_likes_and_viewers_are_told_as_sums() -> None:
    show = show_on_air()
    verify_action(show.pk, lambda: counts.add_likes(show.pk, 7))
    verify_action(show.pk, lambda: counts.add_likes(show.pk, 5))
    verify_action(show.pk, lambda: counts.say_presence(show.pk, "one", 30))
    verify_action(show.pk, lambda: counts.say_presence(show.pk, "other", 12))
    verify_action(show.pk, lambda: counts.say_presence(show.pk, "one", 30), tells=False)
    room = store.snapshot(show.pk)
    assert (room.likes, room.viewers) == (12, 42)


def test_the_sheet_is_edited_without_a_trace_in_the_room_but_the_news() -> None:
    show = show_on_air(offers=1)
    [offer_id] = store.snapshot(show.pk).offers
    words = {"name_zh": "开场", "name_en": "Welcome"}
    first = verify_action(show.pk, lambda: sheet.add_segment(show.pk, **words))  # type: ignore[arg-type]
    last = verify_action(
        show.pk,
        lambda: sheet.add_segment(show.pk, name_zh="壶", name_en="Kettle", offer_id=offer_id),
    )
    assert last.product_id is not None
    verify_action(show.pk, lambda: sheet.edit_segment(show.pk, last.pk, minutes=12))
    verify_action(show.pk, lambda: sheet.move_segment(show.pk, last.pk, 1))
    point = verify_action(
        show.pk,
        lambda: sheet.add_point(show.pk, last.pk, text_zh="一分钟烧开", text_en="In a minute"),
    )
    other = verify_action(
        show.pk,
        lambda: sheet.add_point(show.pk, last.pk, text_zh="保修三年", text_en="Three years"),
    )
    verify_action(show.pk, lambda: sheet.move_point(show.pk, other.pk, 1))
    verify_action(show.pk, lambda: sheet.edit_point(show.pk, other.pk, text_en="A warranty"))
    assert [p.pk for p in last.points.all()] == [other.pk, point.pk]
    verify_action(show.pk, lambda: sheet.remove_point(show.pk, other.pk))
    verify_action(show.pk, lambda: sheet.remove_segment(show.pk, first.pk))
    assert list(show.segments.values_list("position", "minutes")) == [(1, 12)]


def test_segments_are_put_in_and_moved_with_no_gap_and_no_place_taken_twice() -> None:
    show = planned_show()
    with transaction.atomic():
        for number in (1, 2, 3, 4):
            sheet.add_segment(show.pk, name_zh=f"{number}", name_en=f"{number}")
        sheet.add_segment(show.pk, position=2, name_zh="new", name_en="new")
        four = Segment.objects.get(name_en="4")
        sheet.move_segment(show.pk, four.pk, 1)
        sheet.move_segment(show.pk, Segment.objects.get(name_en="1").pk, 99)
        sheet.remove_segment(show.pk, Segment.objects.get(name_en="new").pk)
    rows = list(show.segments.values_list("position", "name_en"))
    assert rows == [(1, "4"), (2, "2"), (3, "3"), (4, "1")]


def test_a_claim_stands_in_the_sheet_only_with_its_proof() -> None:
    show = planned_show()
    with transaction.atomic():
        segment = sheet.add_segment(show.pk, name_zh="壶", name_en="Kettle")
    words = {"text_zh": "全网最快", "text_en": "The fastest of all"}
    with refused("claim_without_proof"):
        sheet.add_point(show.pk, segment.pk, **words)
    proof = {"evidence_zh": "检测报告 R-7", "evidence_en": "Test report R-7"}
    with transaction.atomic():
        sheet.add_point(show.pk, segment.pk, **words, **proof)
    assert segment.points.count() == 1


def test_cues_are_refused_where_they_make_no_sense_and_change_nothing() -> None:
    draft = planned_show("draft")
    show = show_on_air(offers=1, segments=1)
    [offer_id] = store.snapshot(show.pk).offers
    foreign = offer_of(draft, 7)
    segment = show.segments.get()
    before = store.snapshot(show.pk)
    at_ms = epoch_ms(now())
    acts: list[tuple[str, Callable[[], object]]] = [
        ("not_on_air", lambda: cues.show_card(draft.pk, foreign.pk)),
        ("no_such_show", lambda: cues.card_off(10**9)),
        ("no_such_offer", lambda: cues.show_card(show.pk, foreign.pk)),
        ("no_such_offer", lambda: cues.show_card(show.pk, 10**9)),
        ("no_such_segment", lambda: cues.begin_segment(show.pk, 10**9)),
        ("not_of_this_show", lambda: cues.show_card(show.pk, offer_id, at_ms=0)),
        ("not_of_this_show", lambda: cues.show_card(show.pk, offer_id, at_ms=at_ms + 10**7)),
        ("empty", lambda: cues.pin(show.pk, " \u202e ")),
        ("too_long", lambda: cues.pin(show.pk, "长" * 201)),
        ("no_such_cue", lambda: cues.take_back(show.pk, 10**9)),
        ("no_such_line", lambda: chat.hide_line(show.pk, 10**9)),
        ("no_such_offer", lambda: sheet.edit_segment(show.pk, segment.pk, offer_id=foreign.pk)),
        ("minutes", lambda: sheet.edit_segment(show.pk, segment.pk, minutes=0)),
        ("no_name", lambda: sheet.edit_segment(show.pk, segment.pk, name_en=" ")),
    ]
    for code, act in acts:
        with refused(code):
            act()
    assert store.snapshot(show.pk) == before
    assert not Cue.objects.exists()


def test_what_has_been_on_air_is_neither_removed_nor_taken_back() -> None:
    show = show_on_air(segments=2)
    segment = show.segments.first()
    assert segment is not None
    with transaction.atomic():
        cue = cues.begin_segment(show.pk, segment.pk)
    with refused("segment_began"):
        cues.take_back(show.pk, cue.pk)
    with refused("segment_began"):
        sheet.remove_segment(show.pk, segment.pk)
    with transaction.atomic():
        air.end_show(show.pk)
    with refused("show_is_over"):
        sheet.add_segment(show.pk, name_zh="晚", name_en="Late")


def test_a_line_that_is_sent_twice_is_said_once() -> None:
    show = show_on_air()
    line = spoken(show, "多久发货")
    [first, again] = verify_action(show.pk, lambda: chat.say_lines([line, line]))
    [later] = verify_action(show.pk, lambda: chat.say_lines([line]), tells=False)
    assert first == again == later
    assert ChatLine.objects.count() == 1


def test_a_batch_of_many_rooms_is_answered_in_its_order_and_told_to_each_room() -> None:
    show, other = show_on_air("one"), show_on_air("two")
    buyer, host = person("王小明"), show.host
    batch = [
        spoken(show, "这个壶能保温吗", "v1", buyer.pk),
        spoken(other, "hi", "v2"),
        spoken(show, "", "v3"),
        spoken(show, "字" * 201, "v4"),
        spoken(show, "能保温两小时", "v5", host.pk),
        spoken(show, "boo", "v6", 10**9),
        Spoken(10**9, "v7", 0, uuid4(), "hello?"),
    ]
    heard = verify_action(show.pk, lambda: chat.say_lines(batch))
    assert [one.refused for one in heard] == [
        "", "", "empty", "too_long", "", "unknown", "closed",
    ]  # fmt: skip
    lines = [(line.name, line.role, line.is_question) for line in store.snapshot(show.pk).chat]
    assert lines == [("王**", "", True), ("Lin Yao", "host", False)]
    assert [line.name for line in store.snapshot(other.pk).chat] == ["V2"]
    assert all(one.refusal().status in (409, 422) for one in heard if one.refused)


def test_nobody_but_the_crew_speaks_faster_than_others_can_read() -> None:
    show = show_on_air()
    with transaction.atomic():
        heard = chat.say_lines([spoken(show, f"{n}") for n in range(PACE_LINES - 1)])
    assert not any(one.refused for one in heard)
    with transaction.atomic():
        heard = chat.say_lines([spoken(show, f"again {n}") for n in range(3)])
    assert [one.refused for one in heard] == ["", "too_fast", "too_fast"]
    with transaction.atomic():
        host = [spoken(show, f"{n}", "h", show.host_id) for n in range(2 * PACE_LINES)]
        heard = chat.say_lines(host)
    assert not any(one.refused for one in heard)


def test_the_chat_is_closed_when_the_show_is_over_and_likes_count_no_more() -> None:
    show = show_on_air()
    with transaction.atomic():
        air.end_show(show.pk)
        [heard] = chat.say_lines([spoken(show, "hello")])
        assert heard.refused == "closed"
        assert counts.add_likes(show.pk, 3) is None


def test_a_process_that_was_killed_is_counted_no_more_after_some_seconds() -> None:
    show = show_on_air()
    with transaction.atomic():
        counts.say_presence(show.pk, "dead", 1000)
        counts.say_presence(show.pk, "alive", 5)
    show.refresh_from_db()
    assert show.viewers == 1005
    long_ago = timedelta(seconds=store.FRESH_SECONDS + 1)
    Presence.objects.filter(process="dead").update(said_at=F("said_at") - long_ago)
    verify_action(show.pk, lambda: counts.say_presence(show.pk, "alive", 5))
    assert store.snapshot(show.pk).viewers == 5
