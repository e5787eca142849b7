"""Numbers of generated calls, as the detector sees them, each with what it is: what the weights are learnt from."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.spoken_cards import generate, template
from benchmarks.spoken_cards.truth import CARD, HARM, Call, Kind
from governance.redaction import cards
from governance.redaction.languages import load
from governance.redaction.spans import Word
from governance.redaction.surroundings import Surroundings, early, words_around
from governance.redaction.talk import Talk
from governance.redaction.text import as_one_text
from governance.redaction.turns import Turn

SHAPES = ("speakers",) * 6 + ("turns", "one text")
"""How the calls are shown: with who speaks, as turns of nobody known, as one text. Most recordings say who speaks."""
_SHOWN = frozenset({Kind.LAST_FOUR, Kind.BIN})
_NOTE_AT_MOST = 3  # turns


@dataclass(frozen=True, slots=True)
class Sample:
    """One number of one call. `card` and `innocent` count its words of either kind, `shown` those that may be shown: last four, BIN."""

    language: str
    template: str
    is_note: bool
    call: str
    early: list[float]
    late: list[float]  # the last figure, the words, is filled in by `fit`
    words: frozenset[tuple[str, str]]
    card: int
    innocent: int
    shown: int
    score: float  # the surest finding of the rules, 0 where there is none


def samples(which: str | Path, language: str, calls: int, seed: int, notes: int) -> Iterator[Sample]:
    """Yield the numbers of `calls` calls of every template of a language, and of so many notes from each."""
    chance = random.Random(f"{seed} {language}")
    for one in template.load(which, language):
        for at in range(calls):
            call = generate.call(one, f"{seed}.{at}")
            yield from _numbers(call, chance.choice(SHAPES))
            for _ in range(notes):
                yield from _numbers(_note(call, chance), "note")


def _note(call: Call, chance: random.Random) -> Call:
    """Return a few sentences of a call by themselves, as notes and messages are: most of what is typed has no call around it."""
    first = chance.randrange(len(call.turns))
    return replace(call, turns=call.turns[first : first + chance.randint(1, _NOTE_AT_MOST)])


def _numbers(call: Call, shape: str) -> Iterator[Sample]:
    words, kinds = _words(call, shape)
    text, offsets, turns = as_one_text(words)
    if shape in ("one text", "note"):
        turns = (Turn(0, len(text)),)
    talk = Talk(text, load(call.language), turns)
    if not talk.groups:
        return
    read = cards.by_rules(talk)
    around = Surroundings(talk, read.asked, {})
    for index, group in enumerate(talk.groups):
        told = [
            kind
            for chunk in group.chunks
            for kind in kinds[bisect_right(offsets, chunk.start) - 1 : bisect_right(offsets, chunk.end - 1)]
        ]
        yield Sample(
            call.language,
            call.name.split("#")[0],
            shape == "note",
            f"{call.language} {call.name}",
            early(group, read.asked[index]),
            around.late(index),
            frozenset(words_around(talk, group)),
            sum(kind in CARD for kind in told),
            sum(kind in HARM for kind in told),
            sum(kind in _SHOWN for kind in told),
            read.surest(index),
        )


def _words(call: Call, shape: str) -> tuple[list[Word], Sequence[Kind]]:
    words = [
        Word(one.token.text, speaker=turn.speaker if shape == "speakers" else None, turn=number)
        for number, turn in enumerate(call.turns)
        for one in turn.words
    ]
    return words, [one.token.kind for turn in call.turns for one in turn.words]
