"""What a redaction without a catalog gives back: masked until a second look finds nothing, or nothing at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance import policy
from governance.errors import ResidueError
from governance.policy.redaction import RedactionPolicy
from governance.redaction import looser, reports, text
from governance.redaction.spans import Entity, Span
from governance.redaction.text import WordSpan
from tests.redaction import vendors

POLICY = policy.load(Path("policies")).default.redaction
PAN = "4111 1111 1111 1111"


def showing(treatment: str) -> RedactionPolicy:
    given = POLICY.model_dump(mode="json", exclude={"personal"})
    given["entities"]["PAN"]["transcript"] = treatment
    return RedactionPolicy.model_validate(given)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first look that sees nothing, so that all is left to the second."""
    monkeypatch.setattr(text, "detect", lambda *_w, **_n: [])
    monkeypatch.setattr(text, "detect_words", lambda *_w, **_n: [])


@pytest.mark.usefixtures("blind")
def test_what_only_the_second_look_finds_in_a_text_is_masked_and_named() -> None:
    done = reports.redact_text(f"a {PAN} b", POLICY, "en")
    assert done.content == "a [PAN] b"
    assert done.report["second_look"] == "masked_more"
    (span,) = done.report["spans"]
    assert (span["start"], span["end"], span["entity"]) == (2, 21, "PAN")
    assert span["because"].startswith("the second look: ")


@pytest.mark.usefixtures("blind")
@pytest.mark.parametrize("treatment", ["last_four", "bin_and_last_four", "remove"])
def test_what_only_the_second_look_finds_is_shown_in_no_part(treatment: str) -> None:
    # Nobody knows where in its run of digits a number ends: the last four could hold a security code.
    done = reports.redact_text(f"a {PAN} b", showing(treatment), "en")
    assert done.content == "a [PAN] b"


@pytest.mark.usefixtures("blind")
def test_what_only_the_second_look_finds_in_a_transcript_is_masked_at_its_time() -> None:
    done = reports.redact_transcript(vendors.ours(), POLICY)
    tree = json.loads(done.content)
    said = " ".join(word["text"] for word in tree["words"])
    assert "[PAN]" in said
    assert not looser.examine(said, "en")
    assert done.report["second_look"] == "masked_more"
    assert {span["entity"] for span in done.report["spans"]} == {"PAN", "CVV"}
    assert all(span["start_ms"] is not None for span in done.report["spans"])
    assert done.report["suspected_sad"] is True


def test_a_second_look_that_finds_nothing_is_said_to_be_clean() -> None:
    done = reports.redact_text(f"my card is {PAN}", POLICY)
    assert done.content == "my card is [PAN]"
    assert done.report["second_look"] == "clean"
    assert reports.redact_transcript(vendors.ours(), POLICY).report["second_look"] == "clean"


def test_what_masking_does_not_help_is_given_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looser, "examine", lambda *_w, **_n: [Span(0, 1, Entity.PAN, 0.5, "always")])
    with pytest.raises(ResidueError) as text_refused:
        reports.redact_text(f"card {PAN}", POLICY)
    with pytest.raises(ResidueError) as transcript_refused:
        reports.redact_transcript(vendors.ours(), POLICY)
    assert "4111" not in str(text_refused.value)
    assert not any(sign.isdecimal() for sign in str(transcript_refused.value))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", "so", PAN, "cvv 123", "4111 1111 1111 1112", "[PAN]", "\n", "it's", "é"]),
        max_size=9,
    ),
    st.data(),
)
def test_a_find_in_what_leaves_is_traced_to_its_place_in_what_came(
    pieces: list[str], data: st.DataObject
) -> None:
    said = " ".join(pieces)
    spans = []
    at = 0
    while at < len(said) and data.draw(st.booleans()):
        start = data.draw(st.integers(at, len(said) - 1))
        at = data.draw(st.integers(start + 1, len(said)))
        spans.append(Span(start, at, Entity.PAN, 0.9, ""))
    redacted, places = reports._mask(
        said, spans, [], showing(data.draw(st.sampled_from(["label", "remove"]))), "en"
    )
    masked = {at for place in places for at in range(place.start, place.end)}
    for at in set(range(len(redacted))) - masked:
        (found,) = reports._original([Span(at, at + 1, Entity.PAN, 0.5, "")], places)
        assert said[found.start : found.end] == redacted[at]
        assert not any(one.start < found.end and found.start < one.end for one in spans)
    if redacted:
        (whole,) = reports._original([Span(0, len(redacted), Entity.PAN, 0.5, "")], places)
        kept = [at for at in range(len(said)) if not any(one.start <= at < one.end for one in spans)]
        assert not kept or (whole.start <= kept[0] and whole.end > kept[-1])


def test_a_find_over_several_turns_is_one_finding_in_each() -> None:
    from governance.redaction.spans import Word

    words = [
        Word("four", turn=0),
        Word("one", turn=0),
        Word("one", turn=1),
        Word("two", turn=2),
        Word("so", turn=2),
    ]
    found = list(reports._among_words([Span(0, 16, Entity.PAN, 0.5, "")], words))
    places = [(one.first, one.last, one.start, one.end) for one in found]
    assert places == [(0, 1, 0, 3), (2, 2, 0, 3), (3, 3, 0, 3)]
    assert all(isinstance(one, WordSpan) for one in found)


@pytest.mark.parametrize("line", ["4111111111111111", "4111111111111111\n"])
def test_a_transcript_of_which_nothing_stays_is_no_error(line: str) -> None:
    done: Any = reports.redact_transcript(line.encode(), showing("remove"))
    assert done.content.strip() == b""
    assert done.report["spans"][0]["entity"] == "PAN"


def test_what_is_json_is_told_from_a_text_that_begins_with_a_mask() -> None:
    text_of = reports.redact_transcript(b"4111111111111111 thanks", POLICY)
    assert (text_of.text, text_of.is_json) == ("[PAN] thanks", False)
    wide = reports.redact_transcript("Agent: 4111111111111111 \u00e9".encode("utf-16"), POLICY)
    assert (wide.text, wide.is_json) == ("Agent: [PAN] \u00e9", False)
    assert reports.redact_transcript(vendors.ours(), POLICY).is_json


def test_a_number_that_is_found_in_one_place_of_a_transcript_is_removed_in_all_and_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["it", "says", "593703", "3185989948", "yes", "3185989948", "right"]
    asked = {
        "format": "governance/words@1",
        "language": "en",
        "words": [
            {"text": word, "start_ms": 500 * at, "end_ms": 500 * at + 400, "speaker": "A"}
            for at, word in enumerate(words)
        ],
    }
    found = [WordSpan(3, 3, 0, 10, Entity.PAN, 0.5, "in one place and not in the other")]
    monkeypatch.setattr(
        text, "detect_words", lambda said, *_w, **_n: found if said[3].text == words[3] else []
    )
    done = reports.redact_transcript(json.dumps(asked).encode(), POLICY)
    assert b"3185989948" not in (done.content if isinstance(done.content, bytes) else done.content.encode())
    assert [span["start_ms"] for span in done.report["spans"]] == [1500, 2500]
