"""A place in what was redacted is where the data was, in every format, and what a person widened is in no copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance import policy
from governance.errors import InvalidError
from governance.policy.redaction import RedactionPolicy
from governance.redaction import review_copies, review_rules, transcripts
from governance.redaction.review_places import MASK, Alignment, Places, by_turns
from governance.redaction.review_rules import Judged
from governance.redaction.spans import Entity, Word
from governance.redaction.text import WordSpan

POLICY = policy.load(Path(__file__).resolve().parents[2] / "policies").default.redaction
SAID = [
    ("agent", "what is the number please"),
    ("customer", "yes it is four one one one, two two two two okay"),
    ("agent", "and the date"),
    ("customer", "twelve twenty eight thanks a lot"),
]


def span(words: Sequence[Word], first: int, last: int, entity: Entity = Entity.PAN) -> WordSpan:
    return WordSpan(first, last, 0, len(words[last].text.rstrip(",.")), entity, 0.5, "because of a test")


def as_words() -> bytes:
    rows = [(speaker, word) for speaker, said in SAID for word in said.split()]
    return json.dumps({
        "language": "en",
        "words": [
            {"text": word, "start_ms": at * 300, "end_ms": at * 300 + 250, "speaker": speaker}
            for at, (speaker, word) in enumerate(rows)
        ],
    }).encode()  # fmt: skip


def as_turns() -> bytes:
    return json.dumps({
        "language": "en",
        "turns": [
            {"text": said, "start_ms": at * 5000, "end_ms": at * 5000 + 4000, "speaker": speaker}
            for at, (speaker, said) in enumerate(SAID)
        ],
    }).encode()  # fmt: skip


def as_text() -> bytes:
    return "\n".join(f"{speaker.capitalize()}: {said}" for speaker, said in SAID).encode()


FORMATS = {"words": as_words(), "turns": as_turns(), "text": as_text()}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("treatment", ["label", "remove", "last_four"])
def test_a_place_is_found_again_in_what_was_made_of_it(name: str, treatment: str) -> None:
    policy_ = masking(treatment)
    source = transcripts.read(FORMATS[name])
    texts = [word.text for word in source.words]
    pan = (texts.index("four"), texts.index("okay") - 1)
    date = (texts.index("twelve"), texts.index("eight"))
    found = [span(source.words, *pan), span(source.words, *date, Entity.EXPIRY)]
    made = transcripts.read(source.redact(found, policy_, "en").dumps())
    places = Alignment(source, found, made)
    for one, (first, last) in zip(found, (pan, date), strict=True):
        there = places.of(first, last)
        if treatment == "remove":
            continue
        assert there is not None
        shown = [made.words[at].text for at in range(there.first, there.last + 1)]
        assert shown[0].startswith(f"[{one.entity.value}")
        assert not set(shown) & set(texts)
    # Every word that was kept is found at itself.
    for at, text in enumerate(texts):
        if not any(one.first <= at <= one.last for one in found):
            there = places.of(at, at)
            assert there is not None
            assert made.words[there.first].text == made.words[there.last].text == text


def masking(treatment: str) -> RedactionPolicy:
    given = POLICY.model_dump()
    given["entities"]["PAN"]["transcript"] = treatment
    return RedactionPolicy.model_validate(given)


WORDS = st.lists(
    st.sampled_from(["so", "four", "one", "yes", "the", "[PAN]", "no,", "ok."]), min_size=3, max_size=12
)


@given(turns=st.lists(WORDS, min_size=1, max_size=4), data=st.data())
def test_no_place_is_ever_too_narrow(turns: list[list[str]], data: st.DataObject) -> None:
    body = json.dumps(
        {
            "language": "en",
            "turns": [{"text": " ".join(said), "speaker": str(at)} for at, said in enumerate(turns)],
        }
    )
    source = transcripts.read(body.encode())
    words = source.words
    found: list[WordSpan] = []
    at = 0
    while at < len(words):
        last = data.draw(st.integers(at, min(at + 3, len(words) - 1)))
        if words[last].turn == words[at].turn and data.draw(st.booleans()):
            found.append(WordSpan(at, last, 0, len(words[last].text), Entity.PAN, 0.5, "because of a test"))
        at = last + 1
    made = transcripts.read(source.redact(found, POLICY, "en").dumps())
    places = Alignment(source, found, made)
    for one in found:
        there = places.of(one.first, one.last)
        assert there is not None
        assert any(MASK.fullmatch(made.words[at].text) for at in range(there.first, there.last + 1))
    covered = {at for one in found for at in range(one.first, one.last + 1)}
    for at, word in enumerate(words):
        there = places.of(at, at)
        assert there is not None
        assert made.words[there.first].turn == made.words[there.last].turn == word.turn
        if at not in covered:
            assert word.text in [made.words[near].text for near in range(there.first, there.last + 1)]


def test_versions_that_differ_are_told_apart_by_their_turns() -> None:
    mine = [Word("a", turn=0), Word("[PAN]", turn=1), Word("b", turn=2), Word("c", turn=2)]
    other = [Word("a", turn=0), Word("4", turn=1), Word("1", turn=1), Word("b", turn=2), Word("c", turn=2)]
    assert by_turns(mine, other, 3, 3) == (Places(4, 4), True)
    assert by_turns(mine, other, 1, 1) == (Places(1, 2), False)
    assert by_turns(mine, other, 0, 2) == (Places(0, 3), False)
    assert by_turns(mine, [Word("x", turn=7)], 0, 0) is None


def judged(first: int, last: int, entity: Entity = Entity.PAN) -> Judged:
    return Judged("rvw_1", 0, first, last, entity, is_ordered=True)


def test_what_is_ordered_and_what_is_found_become_one_finding_under_the_persons_name() -> None:
    words = [Word(text) for text in ["it", "is", "four", "one", "one", "one", "okay"]]
    found = [WordSpan(2, 4, 0, 3, Entity.PAN, 0.5, "x"), WordSpan(6, 6, 0, 4, Entity.PIN, 0.5, "x")]
    one, other = review_rules.with_ordered(words, found, [judged(3, 5, Entity.CVV)])
    assert (one.first, one.last, one.entity, one.score) == (2, 5, Entity.CVV, 1.0)
    assert other == found[1]
    with pytest.raises(InvalidError):
        review_rules.with_ordered(words, found, [judged(3, 7)])
    masked = [Word("it"), Word("[PAN]"), Word("[PAN],")]
    assert review_rules.with_ordered(masked, [], [judged(1, 2)]) == []
    assert len(review_rules.with_ordered(masked, [], [judged(1, 2, Entity.CVV)])) == 1


def test_a_copy_of_what_was_widened_goes_wherever_it_stands() -> None:
    body = {
        "language": "en",
        "words": [
            {"text": word, "start_ms": at * 300, "end_ms": at * 300 + 250, "speaker": "customer"}
            for at, word in enumerate(["my", "name", "is", "Oliver", "Grant", "[PAN]", "[PAN]", "okay"])
        ],
        "captions": ["so, Oliver", "Grant: [PAN]; okay"],
        "summary": "The customer, OLIVER GRANT, [PAN] said: okay. Oliver called before.",
        "Oliver": {"note": "nothing"},
    }
    document = transcripts.read(json.dumps(body).encode())
    order = [judged(3, 6)]
    found = review_rules.with_ordered(document.words, [], order)
    made = review_copies.redact(document, found, order, POLICY, "en")
    told = json.loads(made.dumps())
    assert [word["text"] for word in told["words"]] == [
        "my",
        "name",
        "is",
        "[PAN]",
        "[PAN]",
        "[PAN]",
        "[PAN]",
        "okay",
    ]
    assert "Grant" not in json.dumps(told)
    assert told["summary"].endswith("said: okay. Oliver called before.")
    assert told["captions"][0] == "so, [PAN]"
