"""Words of several channels stand in the order in which they were spoken, and nobody's digits are torn word by word."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from governance.redaction import text
from governance.redaction.spans import Entity, Timing, Word
from governance.redaction.transcripts.document import BoundWord
from governance.redaction.transcripts.order import as_spoken
from governance.redaction.transcripts.reading import with_turns
from tests.redaction.conversation import SPOKEN_PAN


def said(words: str, start: int, *, channel: int, every: int = 300, lasting: int = 250) -> list[BoundWord]:
    """Words of one channel, one each `every` milliseconds."""
    return [
        BoundWord(
            Word(word, start + at * every, start + at * every + lasting, channel, None, Timing.EXACT),
            (channel, start, at),
            0,
            len(word),
        )
        for at, word in enumerate(words.split())
    ]


def order(*channels: list[BoundWord]) -> str:
    return " ".join(one.word.text for one in as_spoken([one for channel in channels for one in channel]))


def test_an_answer_stands_behind_its_question() -> None:
    agent = [*said("the code please", 0, channel=0), *said("thank you", 4_000, channel=0)]
    customer = said("nine one seven", 1_500, channel=1)
    assert order(agent, customer) == "the code please nine one seven thank you"


def test_an_answer_stands_behind_its_question_though_both_talk_on() -> None:
    """The customer is talking when the question comes, and answers it with no pause of half a second before."""
    customer = [
        *said("so I have it here", 0, channel=1),  # until 1450
        *said("nine one seven", 1_800, channel=1),
    ]
    agent = said("the code please", 800, channel=0)  # until 1650
    assert order(customer, agent) == "so I have it here the code please nine one seven"


def test_two_who_talk_at_once_tear_each_other_once() -> None:
    customer = said(" ".join(SPOKEN_PAN), 0, channel=1)
    agent = said("let me just write that down for you", 1_000, channel=0, every=200, lasting=200)
    torn = order(customer, agent).split()
    assert " ".join(torn[torn.index("let") :]).startswith("let me just write that down for you")
    assert [word for word in torn if word in SPOKEN_PAN] == SPOKEN_PAN
    assert sum(a in SPOKEN_PAN and b not in SPOKEN_PAN for a, b in pairwise(torn)) == 1


def test_a_card_is_found_under_somebody_elses_voice() -> None:
    customer = [*said("my card number is", 0, channel=1), *said(" ".join(SPOKEN_PAN), 1_200, channel=1)]
    agent = said("let me just write that down for you", 2_000, channel=0)
    words = [one.word for one in with_turns(as_spoken([*agent, *customer]))]
    found = text.detect_words(words)
    covered = {
        words[at].text for one in found for at in range(one.first, one.last + 1) if one.entity is Entity.PAN
    }
    assert set(SPOKEN_PAN) <= covered


def test_an_echo_after_each_group_stands_where_it_was_said() -> None:
    customer = [*said("four zero", 0, channel=1), *said("two four", 2_000, channel=1)]
    agent = [*said("four zero", 900, channel=0), *said("two four", 3_000, channel=0)]
    assert order(customer, agent) == "four zero four zero two four two four"


def test_a_word_without_a_time_stays_behind_the_one_before_it() -> None:
    untimed = BoundWord(Word("4111", None, None, 1), (1, "x"), 0, 4)
    customer = [*said("it is", 2_000, channel=1), untimed, *said("thanks", 5_000, channel=1)]
    agent = [*said("your card please", 0, channel=0), *said("sure", 4_000, channel=0)]
    assert order(customer, agent) == "your card please it is 4111 sure thanks"


def test_one_voice_keeps_the_order_of_the_file() -> None:
    backwards = [*said("later", 9_000, channel=0), *said("earlier", 0, channel=0)]
    assert order(backwards) == "later earlier"


_ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),  # voice
        st.one_of(st.none(), st.integers(-1_000, 60_000)),
        st.integers(-500, 3_000),
    ),
    max_size=60,
)


@given(_ROWS)
def test_no_word_is_lost_whatever_the_times(rows: list[tuple[int, int | None, int]]) -> None:
    bound = [
        BoundWord(Word(f"w{at}", start, None if start is None else start + lasting, voice), (at,), 0, 1)
        for at, (voice, start, lasting) in enumerate(rows)
    ]
    assert sorted(one.path for one in as_spoken(bound)) == [(at,) for at in range(len(rows))]


@given(_ROWS)
def test_who_speaks_alone_in_order_is_never_reordered(rows: list[tuple[int, int | None, int]]) -> None:
    """Whatever others say meanwhile: the words of a speaker whose times never go back keep their order."""
    at = dict.fromkeys(range(4), 0)
    bound = []
    for number, (voice, gap, lasting) in enumerate(rows):
        start = at[voice] + abs(gap or 0)
        end = start + abs(lasting)
        at[voice] = end
        bound.append(BoundWord(Word(f"w{number}", start, end, voice), (number,), 0, 1))
    ordered = as_spoken(bound)
    for voice in range(4):
        mine = [one.path for one in ordered if one.word.channel == voice]
        assert mine == sorted(mine)
