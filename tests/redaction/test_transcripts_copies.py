"""A copy of what was said is masked where the words are: in every format, and however a text repeats them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.spoken_cards import formats, generate, template
from benchmarks.spoken_cards.formats.rendering import Said as Marked
from benchmarks.spoken_cards.truth import Call
from governance.redaction import digits, text, transcripts
from governance.redaction.languages import load
from governance.redaction.spans import Entity, Timing, Word
from governance.redaction.text import WordSpan
from governance.redaction.transcripts import copies, walk
from governance.redaction.transcripts.document import TranscriptDocument
from governance.redaction.transcripts.said import Mask, Said

LANGUAGES = ("en", "de", "es")
TEMPLATES = {code: template.load("development", code) for code in LANGUAGES}


def words_of(said: str) -> list[str]:
    return said.split()


WITH_WORDS = sorted(set(formats.WRITERS) - formats.WITHOUT_WORD_TIMES)
MASK = r"\[[A-Z]+\](?:\D{0,2}\[[A-Z]+\])*"


@given(st.sampled_from(WITH_WORDS), st.sampled_from(LANGUAGES), st.integers(0, 10_000), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_in_every_format_each_copy_of_a_call_is_masked_where_the_words_are(
    form: str, language: str, which: int, seed: int
) -> None:
    found = TEMPLATES[language]
    call = generate.call(found[which % len(found)], seed)
    rendering = formats.write(form, call)
    document = transcripts.read(rendering.data)
    bound = {one.path for one in document.bound}
    spans = text.detect_words(document.words, language)
    assume(not _says_a_finding_again(document, spans, language))  # then a copy loses it there, too
    after = document.redact(spans, None, language).tree
    texts = [(path, leaf) for path, leaf in rendering.leaves if isinstance(leaf, Marked)]
    leaves = [(path, leaf, walk.get(after, path)) for path, leaf in texts]
    # Which words are masked, and what of each stands before its mask.
    masked = {
        leaf.marks[0][2]: left[: left.index("[")].strip()
        for path, leaf, left in leaves
        if path in bound and "[" in left
    }
    for path, leaf, left in leaves:
        # A summary is no copy, though it quotes; a hit of few words could be anything said then. Keys are cleared whatever they say.
        is_hit = "hits" in path and len(leaf.marks) < 4
        if not is_hit and not leaf.startswith(("Summary: ", "They said: ")) and "party_history" not in path:
            spelled_otherwise = any("decorated" in str(step) for step in path)
            pattern = _pattern(leaf, masked, call, spelled_otherwise=spelled_otherwise)
            assert re.fullmatch(pattern, left), (path, leaf, left)


def _says_a_finding_again(document: TranscriptDocument, spans: list[WordSpan], language: str) -> bool:
    known = [
        number
        for one in spans
        for number in digits_in([word.text for word in document.words[one.first : one.last + 1]], language)
    ]
    masked = {at for one in spans for at in range(one.first, one.last + 1)}
    left = ["[PAN]" if at in masked else word.text for at, word in enumerate(document.words)]
    return any(one in number for one in known if len(one) > 4 for number in digits_in(left, language))


def digits_in(said: list[str], language: str) -> list[str]:
    return [group.digits for group in digits.groups(" ".join(said), load(language))]


def _pattern(leaf: Marked, masked: dict[int, str], call: Call, *, spelled_otherwise: bool) -> str:
    """What is left of a string: words that are masked are, and all others stand as they were.

    Where numbers are spelled otherwise and no digit can be laid on another, all numbers go, and what is none may stay.
    """
    pattern, at, before = "", 0, False
    for start, end, index in leaf.marks:
        word, gap = re.escape(leaf[start:end]), re.escape(leaf[at:start])
        is_masked = index in masked
        head = rf"\D{{0,6}}(?:{re.escape(masked.get(index, ''))})?"
        if spelled_otherwise:
            stays = not is_masked or not call.words[index].token.digits
            pattern += rf"(?:{gap})?(?:{head}{MASK}\D{{0,6}}{f'|{word}' if stays else ''})?"
        elif is_masked and not any(map(str.isalnum, leaf[start:end])):
            pattern += rf"(?:{gap}(?:{MASK}|{word}))?"  # a dash by itself gives nothing away
        elif is_masked and before:
            pattern += rf"(?:{gap}{head}{MASK}\D{{0,6}})?"  # the same mask, or one of its own
        elif is_masked:
            pattern += rf"{gap}{head}{MASK}\D{{0,6}}"  # the marks beside a number stay
        else:
            pattern += gap + word
        at, before = end, is_masked
    return pattern + ".?" + re.escape(leaf[at:])


@dataclass(frozen=True)
class Talk:
    """Words with their masks: the numbers of those in a finding."""

    words: list[Word]
    masked: frozenset[int]

    def said(self) -> Said:
        masks = [Mask(at, 0, len(self.words[at].text), at, "[PAN]", "[PAN]") for at in sorted(self.masked)]
        paths = [("words", at, "text") for at in range(len(self.words))]
        return Said(self.words, paths, masks, load("en"))


VOCABULARY = [*words_of("so the card number is please thanks right and what was that again okay"),
              *words_of("one two three four five six seven eight nine oh double 4111 12 7")]  # fmt: skip


@st.composite
def talks(draw: st.DrawFn) -> Talk:
    """A talk of two, in turns; some runs of its words are findings."""
    words: list[Word] = []
    for turn in range(draw(st.integers(2, 12))):
        said = draw(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=12))
        for word in said:
            at = len(words) * 100
            words.append(Word(word, at, at + 90, turn % 2, "AB"[turn % 2], Timing.EXACT, turn))
    masked: set[int] = set()
    for _ in range(draw(st.integers(0, 3))):
        first = draw(st.integers(0, len(words) - 1))
        masked.update(range(first, min(len(words), first + draw(st.integers(1, 8)))))
    return Talk(words, frozenset(masked))


@given(
    talks(),
    st.sampled_from(["word by word", "turn by turn", "one voice after the other", "all at once"]),
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_a_copy_in_any_order_and_spelling_is_masked_where_the_words_are(
    talk: Talk, told: str, data: st.DataObject
) -> None:
    plain = [at for at, word in enumerate(talk.words) if not talk.said().is_number(word.text)]
    assume(len(plain) >= 12)
    rows = list(_rows(talk.words, told))
    texts, places = [], []
    for row in rows:
        pieces, at, here = [], 0, []
        for index in row:
            spelled = data.draw(st.sampled_from(["{}", "{},", "{}."])).format(talk.words[index].text)
            spelled = spelled.capitalize() if data.draw(st.booleans()) else spelled
            here.append((at, at + len(talk.words[index].text), index))
            pieces.append(spelled)
            at += len(spelled) + 1
        texts.append(" ".join(pieces))
        places.append(here)
    found = copies.rows(talk.said(), texts)
    assert found is not None
    assert not any(row.open for row in found.values())
    cut = {
        index
        for row, here in enumerate(places)
        for start, end, index in here
        if row in found and any(one.start < end and start < one.end for one in found[row].cuts)
    }
    assert cut == talk.masked


def _rows(words: list[Word], told: str) -> Any:
    everything = range(len(words))
    if told == "word by word":
        return [[at] for at in everything]
    if told == "turn by turn":
        return [[at for at in everything if words[at].turn == turn] for turn in range(words[-1].turn + 1)]
    if told == "one voice after the other":
        return [[at for at in everything if words[at].speaker == speaker] for speaker in "AB"]
    return [list(everything)]


def redacted(tree: Any, found: list[WordSpan]) -> Any:
    document = transcripts.read(json.dumps(tree).encode())
    return json.loads(document.redact(found, None, "en").dumps())


def deepgram(words: list[str], **more: Any) -> dict[str, Any]:
    rows = [{"word": word, "start": at, "end": at + 0.5} for at, word in enumerate(words)]
    return {"results": {"channels": [{"alternatives": [{"words": rows, **more}]}]}}


SAID = words_of(
    "thanks my card is four four oh two four four oh two then and the order was four four oh two okay"
)
FOUND = [WordSpan(4, 11, 0, 3, Entity.PAN, 1.0, "")]


@pytest.mark.parametrize(
    ("transcript", "left"),
    [
        (" ".join(SAID), "thanks my card is [PAN] then and the order was four four oh two okay"),
        ("Thanks. My card is 4402 4402, then. And the order was 4402. Okay.",
         "Thanks. My card is [PAN], then. And the order was 4402. Okay."),
        ("Thanks, my card is 44024402 then and the order was 4402, okay?",
         "Thanks, my card is [PAN] then and the order was 4402, okay?"),
    ],
)  # fmt: skip
def test_numbers_spelled_otherwise_are_masked_where_the_words_are(transcript: str, left: str) -> None:
    after = redacted(deepgram(SAID, transcript=transcript), FOUND)
    assert after["results"]["channels"][0]["alternatives"][0]["transcript"] == left


def test_what_says_something_else_in_the_place_of_a_finding_keeps_no_number() -> None:
    heard = "thanks my card is 4403 9402 then and the order was four four oh two okay"
    after = redacted(deepgram(SAID, transcript=heard), FOUND)
    left = after["results"]["channels"][0]["alternatives"][0]["transcript"]
    assert "4403" not in left
    assert "9402" not in left
    assert left.endswith("then and the order was four four oh two okay")


def test_what_a_vendor_adds_to_a_copy_is_judged() -> None:
    more = " ".join(SAID) + " my card number is 4111 1111 1111 1111"
    after = redacted(deepgram(SAID, transcript=more), FOUND)
    left = after["results"]["channels"][0]["alternatives"][0]["transcript"]
    assert (
        left == "thanks my card is [PAN] then and the order was four four oh two okay my card number is [PAN]"
    )


def test_a_code_in_a_field_of_its_own_is_judged_though_the_words_say_it_of_something_else() -> None:
    said = words_of("i live in house 917 on the hill and i want to know where my parcel is")
    after = redacted({**deepgram(said, transcript=" ".join(said)), "extras": {"cvv": "917"}}, [])
    assert after["results"]["channels"][0]["alternatives"][0]["transcript"] == " ".join(said)
    assert after["extras"]["cvv"] == "[CVV]"


def test_a_number_that_was_said_in_a_finding_only_is_no_number_of_a_summary() -> None:
    said = words_of("it is good until twenty-seven thanks and that took ninety seconds to find")
    found = [WordSpan(4, 4, 0, 12, Entity.EXPIRY, 1.0, "")]
    tree = deepgram(said)
    tree["results"]["summary"] = {"short": "Summary: twenty-seven", "long": "It took ninety seconds."}
    after = redacted(tree, found)["results"]["summary"]
    assert "seven" not in after["short"]
    assert after["long"] == "It took ninety seconds."


def test_a_vcon_that_tells_a_call_twice_has_its_words_once_and_both_are_masked_alike() -> None:
    turns = [
        {"speaker": "A", "message": "and the code on the back please"},
        {"speaker": "C", "message": "it is nine one seven thanks"},
    ]
    words = " ".join(turn["message"] for turn in turns).split()
    wtf = {"transcript": {"text": " ".join(words), "language": "en"}, "segments": [],
           "words": [{"text": word, "start": at, "end": at + 0.5} for at, word in enumerate(words)]}  # fmt: skip
    analysis = [
        {"type": "report", "body": {"conversation": turns}},
        {"type": "wtf_transcription", "body": wtf},
    ]
    tree = {"vcon": "0.4.0", "uuid": "u", "parties": [{}, {}], "dialog": [], "analysis": analysis}
    document = transcripts.read(json.dumps(tree).encode())
    assert [word.text for word in document.words] == words
    assert {word.timing for word in document.words} == {Timing.EXACT}
    after = redacted(tree, [WordSpan(9, 11, 0, 5, Entity.CVV, 1.0, "")])
    assert after["analysis"][0]["body"]["conversation"][1]["message"] == "it is [CVV] thanks"
    assert after["analysis"][1]["body"]["transcript"]["text"].endswith("it is [CVV] thanks")


def test_a_long_text_that_repeats_itself_takes_no_square_of_its_length() -> None:
    """Every word of it stands at thousands of places: only the nearest are tried."""
    words = [Word("four", at, at + 1, 0, "A", Timing.EXACT) for at in range(20_000)]
    said = Said(words, [("words", at) for at in range(len(words))], (), load("en"))
    assert copies.rows(said, ["four " * 20_000 + "and " + "four " * 20_000]) is not None


def test_a_finding_that_is_none_where_it_is_said_again_is_gone_from_copies_all_the_same() -> None:
    said = words_of("my card is 4 1 1 7 1 3 thanks and the parcel has number 4 1 1 7 1 3 on it")
    after = redacted(deepgram(said, transcript=" ".join(said)), [WordSpan(3, 8, 0, 1, Entity.PAN, 1.0, "")])
    left = after["results"]["channels"][0]["alternatives"][0]["transcript"]
    assert left == "my card is [PAN] thanks and the parcel has number [PAN] on it"
