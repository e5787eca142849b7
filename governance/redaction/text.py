"""Text → findings: the detector of the first pass, for plain texts and for words with turns and times.

`detect` needs nothing but the text: no key, no database, no server. Card data is always looked for; other personal
data only where a policy names it, because that loads presidio, which takes a second.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.redaction import cards, codes, disguised
from governance.redaction.languages import load
from governance.redaction.spans import Entity, Span, Word
from governance.redaction.talk import Talk, Turn, turns_of

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

DETECTORS = {"text": "2"}
"""Names and versions of the detectors in this module: they stand in every report and decide what is examined again."""

_ORDER = (Entity.TRACK, Entity.PAN, Entity.CVV, Entity.PIN, Entity.EXPIRY)


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


def detect(text: str, language: str | None = "en", *, policy: RedactionPolicy | None = None) -> list[Span]:
    """Return what must not be read in `text`, in order and without overlaps.

    Lines that begin with a name and a colon are turns, so that an answer is understood by its question. Without a
    policy only card data is looked for. A finding with a score below the policy's threshold is left out.

    Raises `UnsupportedLanguageError` where the language cannot be examined: silence would mean that nothing is there.
    """
    return _detect(text, language, turns_of(text), policy)


def detect_words(
    words: Sequence[Word], language: str | None = "en", *, policy: RedactionPolicy | None = None
) -> list[WordSpan]:
    """Return what must not be read or heard among `words`, in the order they were spoken.

    Words of one `turn` are one breath; a finding never crosses a turn, but questions, continuations and read-backs in
    other turns are understood. Raises `UnsupportedLanguageError` like `detect`.
    """
    joined, offsets, turns = _one_text(words)
    found = _detect(joined, language, turns, policy)
    return [_on_words(span, offsets, words) for span in found]


def questions(words: Sequence[Word], language: str | None = "en") -> list[tuple[int, Entity]]:
    """Return when the talk turns to a card number, an expiry or a code: milliseconds, and what was spoken of.

    Keys pressed after it are answered by it. Words without a time say nothing here. Raises like `detect`.
    """
    joined, offsets, turns = _one_text(words)
    kinds = {"card": Entity.PAN, "cvv": Entity.CVV, "pin": Entity.PIN, "expiry": Entity.EXPIRY}
    asked = []
    for cue in Talk(joined, load(language), turns).cues:
        end_ms = words[bisect_right(offsets, cue.end - 1) - 1].end_ms
        if cue.kind in kinds and end_ms is not None:
            asked.append((end_ms, kinds[cue.kind]))
    return asked


def _one_text(words: Sequence[Word]) -> tuple[str, list[int], tuple[Turn, ...]]:
    """Return the words as one text, where each of them begins, and whose turn is where."""
    pieces: list[str] = []
    offsets: list[int] = []
    turns: list[Turn] = []
    at = 0
    for index, word in enumerate(words):
        offsets.append(at)
        begins = index == 0 or word.turn != words[index - 1].turn or word.speaker != words[index - 1].speaker
        if begins:
            turns.append(Turn(at, at, word.speaker))
        joint = "" if word.text.endswith((" ", "\n")) else " "
        pieces.append(word.text + joint)
        at += len(word.text) + len(joint)
        turns[-1] = Turn(turns[-1].start, at, word.speaker)
    return "".join(pieces), offsets, tuple(turns) or (Turn(0, 0),)


def _detect(
    text: str, language: str | None, turns: tuple[Turn, ...], policy: RedactionPolicy | None
) -> list[Span]:
    talk = Talk(text, load(language), turns)
    numbers = cards.find(talk)
    found = [
        *codes.tracks(text),
        *cards.spans(talk, numbers),
        *codes.find(talk, numbers),
        *disguised.spans(text),
    ]
    if policy is not None and policy.personal:
        from governance.redaction.personal import detect as detect_personal

        found += detect_personal(text, talk.language.code, policy)
    if policy is not None:
        found = [span for span in found if _is_wanted(span, policy)]
    return _joined(merged(found), text)


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Make neighbours of one kind, with nothing but separators between them, one finding."""
    result: list[Span] = []
    for span in spans:
        last = result[-1] if result else None
        if last and last.entity is span.entity and re.fullmatch(r"[^\w\n\[\]]*", text[last.end : span.start]):
            best = max(last, span, key=lambda one: one.score)
            result[-1] = Span(last.start, span.end, span.entity, best.score, best.because)
        else:
            result.append(span)
    return result


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
        result[-1] = Span(last.start, max(last.end, span.end), lead.entity, lead.score, lead.because)
    return result


def _rank(entity: Entity) -> int:
    return _ORDER.index(entity) if entity in _ORDER else len(_ORDER)


def _on_words(span: Span, offsets: Sequence[int], words: Sequence[Word]) -> WordSpan:

    first = bisect_right(offsets, span.start) - 1
    last = bisect_right(offsets, span.end - 1) - 1
    end = min(span.end - offsets[last], len(words[last].text))
    return WordSpan(first, last, span.start - offsets[first], end, span.entity, span.score, span.because)
