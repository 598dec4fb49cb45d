"""What people asked: grouped by subject, in their own words."""

from hypothesis import given
from hypothesis import strategies as st

from firsthand.insight.questions import LINES_MAX, Line, gathered, topic_of
from firsthand.insight.topics import OTHER, TOPICS


def asked(*texts: str) -> list[Line]:
    return [Line(text, f"v{number}") for number, text in enumerate(texts)]


def test_two_wordings_of_one_question_are_counted_together() -> None:
    [topic] = gathered(asked("什么时候发货？", "什么时候发货", "什么时候能发货呢", "运费谁出"))
    assert topic.topic == "delivery"
    assert topic.times == 4
    assert [(word.text, word.times) for word in topic.wordings] == [
        ("什么时候发货？", 3),
        ("运费谁出", 1),
    ]


def test_the_subject_asked_most_comes_first_and_what_fits_nowhere_last() -> None:
    topics = gathered(asked("hi?", "yo?", "eh?", "How much is it?", "保修多久", "坏了怎么办"))
    assert [topic.topic for topic in topics] == ["warranty", "price", "other"]


def test_english_and_chinese_meet_in_one_topic() -> None:
    [topic] = gathered(asked("When will it ship?", "几天到货"))
    assert (topic.topic, topic.times) == ("delivery", 2)


def test_one_person_who_asks_five_times_is_one_asker() -> None:
    lines = [Line("多少钱", "v1", 3) for _ in range(5)]
    [topic] = gathered(lines)
    assert (topic.times, topic.askers, topic.segment_id) == (5, 1, 3)


def test_every_topic_is_found_by_each_of_its_own_words() -> None:
    for topic in TOPICS:
        for word in topic.words:
            assert topic_of(word) is not OTHER, word


@given(st.lists(st.text(max_size=40), max_size=60))
def test_no_question_is_lost_or_counted_twice(texts: list[str]) -> None:
    topics = gathered(asked(*texts))
    assert sum(topic.times for topic in topics) == min(len(texts), LINES_MAX)
    assert len({topic.topic for topic in topics}) == len(topics)


def test_a_question_of_two_subjects_goes_to_the_one_it_is_about() -> None:
    assert topic_of("How long is the warranty?").code == "warranty"
    assert topic_of("How long until it arrives?").code == "delivery"
