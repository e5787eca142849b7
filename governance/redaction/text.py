"""Text → findings: the detector of the first pass, for plain texts and for words with turns and times.

`detect` needs nothing but the text: no key, no database, no server. Card data is always looked for; other personal
data only where a policy names it, because that loads presidio, which takes a second.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from governance.redaction import cards, codes, disguised, marks, tongues
from governance.redaction.languages import UnsupportedLanguageError, load
from governance.redaction.spans import Entity, Span, Word
from governance.redaction.talk import Talk
from governance.redaction.turns import Turn, turns_of

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

DETECTORS = {"text": "4"}
"""Names and versions of the detectors in this module: they stand in every report and decide what is examined again."""

_ORDER = (Entity.TRACK, Entity.PAN, Entity.CVV, Entity.PIN, Entity.EXPIRY)
_KINDS = {
    "pan": Entity.PAN,
    "card": Entity.PAN,
    "cvv": Entity.CVV,
    "pin": Entity.PIN,
    "expiry": Entity.EXPIRY,
}


@dataclass(frozen=True, slots=True)
class WordSpan:
    """A finding in a list of words: from character `start` of word `first` to character `end` of word `last`."""

    first: int
    last: int  # included
    start: int
    end: int
    entity: Entity
    score: float
    because: str
    number: int = -1  # as in `Span`


def detect(text: str, language: str | None = "en", *, policy: RedactionPolicy | None = None) -> list[Span]:
    """Return what must not be read in `text`, in order and without overlaps.

    Lines that begin with a name and a colon are turns, so that an answer is understood by its question. `auto` finds
    out the language from the text. A text that is plainly in another language than the one named is examined in both.
    Without a policy only card data is looked for. A finding with a score below the policy's threshold is left out.

    Raises `UnsupportedLanguageError` where the language cannot be examined, or the policy does not list it: silence would
    mean that nothing is there.
    """
    return _detect(text, language, turns_of(text), policy)


def detect_words(
    words: Sequence[Word], language: str | None = "en", *, policy: RedactionPolicy | None = None
) -> list[WordSpan]:
    """Return what must not be read or heard among `words`, in the order they were spoken.

    Words of one `turn` are one breath; a finding never crosses a turn, but questions, continuations and read-backs in
    other turns are understood. Raises `UnsupportedLanguageError` like `detect`.
    """
    joined, offsets, turns = as_one_text(words)
    found = _detect(joined, language, turns, policy)
    return [on_words(span, offsets, words) for span in found]


def questions(words: Sequence[Word], language: str | None = "en") -> list[tuple[int, Entity]]:
    """Return when the talk turns to a card number, an expiry or a code: milliseconds, and what was spoken of.

    Keys pressed after it are answered by it. Words without a time say nothing here. Raises like `detect`.
    """
    joined, offsets, turns = as_one_text(words)
    asked = []
    for code in tongues.spoken(joined, language):
        talk = Talk(joined, load(code), turns)
        for cue in talk.all_cues():
            end_ms = words[bisect_right(offsets, talk.tokens.end(cue.last) - 1) - 1].end_ms
            if cue.kind in _KINDS and end_ms is not None:
                asked.append((end_ms, _KINDS[cue.kind]))
    return sorted(set(asked))


def as_one_text(words: Sequence[Word]) -> tuple[str, list[int], tuple[Turn, ...]]:
    """Return words as the one text they are read as, where each of them begins, and whose turn is where; a turn begins a line.

    What one speaker says is one turn, wherever a recogniser has cut it; only where nobody knows who speaks its turns count.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    turns: list[Turn] = []
    at = start = 0
    last: Word | None = None
    for word in words:
        if last is not None:
            if word.speaker != last.speaker or (word.speaker is None and word.turn != last.turn):
                pieces.append("\n")
                turns.append(Turn(start, at, last.speaker))
                start = at = at + 1
            elif not last.text.endswith((" ", "\n")):
                pieces.append(" ")
                at += 1
        offsets.append(at)
        pieces.append(word.text)
        at += len(word.text)
        last = word
    if last is not None:
        turns.append(Turn(start, at, last.speaker))
    return "".join(pieces), offsets, tuple(turns) or (Turn(0, 0),)


def _detect(
    text: str, language: str | None, turns: tuple[Turn, ...], policy: RedactionPolicy | None
) -> list[Span]:
    codes_of = tongues.spoken(text, language)
    if policy is not None and not policy.examines(codes_of[0]):
        raise UnsupportedLanguageError(
            f"The policy does not examine this language. It examines: {', '.join(policy.languages)}.",
            field="language",
        )
    # Beside a token of a card number nothing of its digits may be read (PCI DSS 3.5.1): not even the last four.
    parts_too = policy is not None and marks.form(policy) == marks.TOKEN
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        found = _in_composed(text, codes_of, turns, parts_too=parts_too)
    else:
        found = _card_data(text, codes_of, turns, parts_too=parts_too)
    if policy is not None:
        found += marks.spans(text, policy)
    if policy is not None and policy.personal:
        from governance.redaction.personal import detect as detect_personal

        found += detect_personal(text, codes_of[0], policy)
    if policy is not None:
        found = [span for span in found if _is_wanted(span, policy)]
    return merged(found)


def _card_data(
    text: str, languages: Sequence[str], turns: tuple[Turn, ...], *, parts_too: bool
) -> list[Span]:
    found = [*codes.tracks(text), *disguised.spans(text)]
    for code in languages:
        read = cards.find(Talk(text, load(code), turns), parts_too=parts_too)
        # Each reading counts its numbers from 0: only the first may say which pieces make one.
        found += read if code == languages[0] else [replace(span, number=-1) for span in read]
    return found


def _in_composed(
    text: str, languages: Sequence[str], turns: tuple[Turn, ...], *, parts_too: bool
) -> list[Span]:
    """Look at a text whose accents are signs of their own as if they were not, and say where in the text it was."""
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = unicodedata.normalize("NFC", text[at:end])
        pieces.append(piece)
        places.extend([at] * len(piece))
        at = end
    places.append(len(text))
    moved = [
        Turn(
            bisect_left(places, turn.start),
            bisect_left(places, turn.end),
            turn.speaker,
            bisect_left(places, turn.said),
        )
        for turn in turns
    ]
    found = _card_data("".join(pieces), languages, tuple(moved), parts_too=parts_too)
    return [replace(span, start=places[span.start], end=places[span.end]) for span in found]


def _is_wanted(span: Span, policy: RedactionPolicy) -> bool:
    treatment = policy.treatment(span.entity.value)
    return treatment is not None and span.score >= treatment.threshold


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order without overlaps: what overlaps becomes one span, named after its gravest part."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not result or span.start >= result[-1].end:
            result.append(span)
            continue
        last = result[-1]
        lead = min((last, span), key=lambda one: (_rank(one.entity), -one.score))
        result[-1] = Span(
            last.start, max(last.end, span.end), lead.entity, lead.score, lead.because, lead.number
        )
    return result


def _rank(entity: Entity) -> int:
    return _ORDER.index(entity) if entity in _ORDER else len(_ORDER)


def on_words(span: Span, offsets: Sequence[int], words: Sequence[Word]) -> WordSpan:
    """Return a finding in the text that `as_one_text` makes of words as one among the words."""
    first = bisect_right(offsets, span.start) - 1
    last = bisect_right(offsets, span.end - 1) - 1
    end = min(span.end - offsets[last], len(words[last].text))
    start = span.start - offsets[first]
    return WordSpan(first, last, start, end, span.entity, span.score, span.because, span.number)
