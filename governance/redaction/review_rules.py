"""What follows from a decision about an uncertain finding: whether it can stand, and what the next run does with it.

Pure. Accepting and rejecting change nothing in what was released: a rejected finding keeps its mask, because a run takes
away and never brings back (docs/decisions/0012). Widening, and another name for what it is, are carried out by a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from governance.errors import InvalidError
from governance.redaction.review_places import MASK, Places, by_turns
from governance.redaction.spans import CARD_DATA, SAD, Entity
from governance.redaction.text import WordSpan

if TYPE_CHECKING:
    from governance.redaction.firstlook import Said
    from governance.redaction.spans import Word

Decision = Literal["accept", "widen", "reject"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
MOST_WORDS = 400
"""As far as a finding can be widened: a number, its repetition and what was said in between."""

_BECAUSE = "A person said that this must not be heard or read."


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding of an earlier run: words `first` to `last` of the stored transcript at `position`, and what it is.

    `is_ordered`: a person said that more must go than was found, so that every run masks it whatever it finds itself.
    """

    item_id: str
    position: int
    first: int
    last: int
    entity: Entity
    is_ordered: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person said about one finding. `places` where it really stands, `entity` what it really is; None: as found."""

    decision: Decision
    entity: Entity | None = None
    places: Places | None = None


def check(verdict: Verdict, entity: Entity, found: Places, words: int) -> None:
    """Return if the verdict makes sense for a finding of `entity` at `found` in a transcript of so many `words`.

    Raises `InvalidError`: for a place that is none, or that leaves out a part of the finding (nothing is un-masked by
    widening), and for a name that would let authentication data pass for something else.
    """
    if verdict.decision == "widen":
        if verdict.places is None:
            raise InvalidError("say from which word to which word it reaches", "first_word")
        first, last = verdict.places
        if not 0 <= first <= last < words:
            raise InvalidError("there are no such words in the transcript", "last_word")
        if first > found.first or last < found.last:
            raise InvalidError("what was found stays in it: a finding is widened, never moved", "first_word")
        if (first, last) == tuple(found):
            raise InvalidError("it reaches no further than what was found: accept it instead", "last_word")
        if last - first >= MOST_WORDS:
            raise InvalidError(f"a finding has at most {MOST_WORDS} words", "last_word")
    elif verdict.places is not None:
        raise InvalidError("only what is widened has words of its own", "first_word")
    if verdict.entity is None or verdict.entity is entity:
        return
    if verdict.decision == "reject":
        raise InvalidError("what is rejected has no other name", "entity")
    if verdict.entity not in CARD_DATA - {Entity.DTMF}:
        raise InvalidError("words are PAN, CVV, EXPIRY, PIN or TRACK", "entity")
    if entity in SAD and verdict.entity not in SAD:
        raise InvalidError("authentication data is gone: it cannot become something that is kept", "entity")


def has_effect(verdict: Verdict, entity: Entity) -> bool:
    """Return whether a run has to carry the verdict out: more words are masked, or the data goes from the master too."""
    return verdict.decision == "widen" or (verdict.entity not in (None, entity))


def with_ordered(
    words: Sequence[Word], found: Sequence[WordSpan], ordered: Sequence[Judged]
) -> list[WordSpan]:
    """Return the findings together with what people ordered; where both touch, one finding under the person's name.

    What is a mask already is not found again. Raises `InvalidError` for an order that lies outside the transcript: it was
    decided about other words, and whoever redacts these must not pass it over.
    """
    spans = list(found)
    for one in ordered:
        if not one.is_ordered:
            continue
        if one.last >= len(words):
            raise InvalidError("what a person decided about it lies outside it")
        if all(MASK.fullmatch(word.text) for word in words[one.first : one.last + 1]) and _is_named(
            words, one
        ):
            continue
        mine = WordSpan(one.first, one.last, 0, len(words[one.last].text), one.entity, 1.0, _BECAUSE)
        touching = [span for span in spans if span.first <= one.last and span.last >= one.first]
        first, start = min((span.first, span.start) for span in (mine, *touching))
        last, end = max((span.last, span.end) for span in (mine, *touching))
        spans = [span for span in spans if span not in touching]
        spans.append(replace(mine, first=first, last=last, start=start, end=end))
    return sorted(spans, key=lambda span: (span.first, span.start))


def _is_named(words: Sequence[Word], one: Judged) -> bool:
    """Whether the masks say what a person said it is; a mask without a name says nothing else."""
    return all(
        not word.text or f"[{one.entity.value}" in word.text for word in words[one.first : one.last + 1]
    )


def in_master(said: Said, master: Sequence[Word], judged: Sequence[Judged]) -> list[Judged]:
    """Return what has to go from the master too: ordered authentication data (PCI DSS 3.3.1), at its words there.

    Whole turns where the words of master and rendition cannot be told apart: more goes then, never less. Raises
    `InvalidError` where the master has no such turn.
    """
    found: list[Judged] = []
    for one in judged:
        if one.position != said.position or not one.is_ordered or one.entity not in SAD:
            continue
        told = by_turns(said.document.words, master, one.first, one.last)
        if told is None:
            raise InvalidError("what a person decided about it has no place in the master")
        found.append(replace(one, first=told[0].first, last=told[0].last))
    return found
