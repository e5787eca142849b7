"""What is being asked for: the turns of a conversation, and which data each number in it answers.

A number alone says little: `one two three` is a security code after one question and a flat after another. `Talk`
reads the words before a number, after it, and of the turns before it, and says what the number was asked as.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from governance.redaction import digits
from governance.redaction.digits import Group, Token
from governance.redaction.languages import Language

_LABEL = re.compile(
    r"^[ \t]*(?:[\[(]?[\d:.,]+[\])]?[ \t]*)?(?P<speaker>[^\W\d][\w .'’-]{0,30})[ \t]*:(?=[ \t])", re.MULTILINE
)
_LABELLED_TURNS_AT_LEAST = 2
_TURNS_BACK, _CHARACTERS_BACK = 24, 1_500
_CARD_TALK_BACK = 1_500
_CALLED_BACK = 80
_TRAIL_WORDS, _TRAIL_CHARACTERS = 6, 80
_CARRIES_ON = 300
_CARD_KINDS = frozenset({"card", "cvv", "expiry"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of one speaker: characters `start` to `end`."""

    start: int
    end: int
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say which data is meant."""

    start: int
    end: int
    kind: str
    turn: int
    names_number: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a number was asked as, the nearest words first. `here` tells that they stand in the number's own turn."""

    cues: tuple[Cue, ...] = ()
    here: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, nearest first."""
        return tuple(cue.kind for cue in self.cues)

    @property
    def first(self) -> str:
        """The nearest kind, or an empty string."""
        return self.cues[0].kind if self.cues else ""

    def names(self, kind: str) -> bool:
        """Whether this kind is asked for, and nothing that is no card data is asked for nearer by."""
        kinds = self.kinds
        if kind not in kinds:
            return False
        return "other" not in kinds or kinds.index(kind) < kinds.index("other")


def turns_of(text: str) -> tuple[Turn, ...]:
    """Return the turns a plain text shows: lines that begin with a name and a colon, or the whole as one turn."""
    labels = list(_LABEL.finditer(text))
    if len(labels) < _LABELLED_TURNS_AT_LEAST:
        return (Turn(0, len(text)),)
    starts = (
        [0, *(label.start() for label in labels)]
        if labels[0].start()
        else [label.start() for label in labels]
    )
    speakers = [None] * (len(starts) - len(labels)) + [label["speaker"].strip().lower() for label in labels]
    ends = [*starts[1:], len(text)]
    return tuple(
        Turn(start, end, speaker) for start, end, speaker in zip(starts, ends, speakers, strict=True)
    )


def _lies_in(group: Group, cues: Sequence[Cue], begins: Sequence[int]) -> bool:
    at = bisect_right(begins, group.start) - 1
    return at >= 0 and group.end <= cues[at].end


@dataclass(frozen=True)
class Talk:
    """One conversation, read once: its tokens, its numbers in groups, and its cues."""

    text: str
    language: Language
    turns: tuple[Turn, ...]
    tokens: tuple[Token, ...] = field(init=False)
    groups: tuple[Group, ...] = field(init=False)
    cues: tuple[Cue, ...] = field(init=False)
    codes: tuple[Cue, ...] = field(init=False)
    """Where something is called a code and nothing says of what: no cue for anything, by itself."""

    def __post_init__(self) -> None:
        starts = [turn.start for turn in self.turns]
        stream = tuple(digits.tokens(self.text, self.language))
        found = [
            Cue(match.start(), match.end(), match.lastgroup or "", max(0, bisect_right(starts, match.start()) - 1),
                bool(re.search(r"num|no\b|#|digit|pan|front", match.group(), re.IGNORECASE)))
            for match in self.language.pattern.finditer(self.text)
        ]  # fmt: skip
        named = digits.group_tokens(self.text, stream, self.language, starts)
        # "the sixteen digits", "last four": a number inside the words that ask is no answer to them.
        begins = [cue.start for cue in found]
        named = [group for group in named if not _lies_in(group, found, begins)]
        object.__setattr__(self, "tokens", stream)
        object.__setattr__(self, "groups", tuple(named))
        object.__setattr__(self, "cues", tuple(cue for cue in found if cue.kind != "code"))
        object.__setattr__(self, "codes", tuple(cue for cue in found if cue.kind == "code"))

    @cached_property
    def _cue_starts(self) -> list[int]:
        return [cue.start for cue in self.cues]

    @cached_property
    def _group_starts(self) -> list[int]:
        return [group.start for group in self.groups]

    @cached_property
    def _token_starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    def cues_between(self, start: int, end: int) -> Sequence[Cue]:
        """Return the cues that begin at or after `start` and end by `end`."""
        low = bisect_left(self._cue_starts, start)
        high = bisect_left(self._cue_starts, end)
        return [cue for cue in self.cues[low:high] if cue.end <= end + 1]

    def words_between(self, start: int, end: int) -> list[Token]:
        """Return the words and fillers between two places."""
        return self.tokens_between(start, end, ("word", "filler"))

    def tokens_between(self, start: int, end: int, kinds: tuple[str, ...]) -> list[Token]:
        """Return the tokens of some kinds that begin between two places."""
        low, high = bisect_left(self._token_starts, start), bisect_left(self._token_starts, end)
        return [token for token in self.tokens[low:high] if token.kind in kinds]

    def digits_between(self, start: int, end: int) -> str:
        """Return the digits of the chunks that lie between two places."""
        first = max(0, bisect_left(self._group_starts, start) - 1)
        last = bisect_left(self._group_starts, end)
        chunks = (chunk for group in self.groups[first:last] for chunk in group.chunks)
        return "".join(chunk.digits for chunk in chunks if start <= chunk.start and chunk.end <= end)

    def asked(self, index: int) -> Asked:
        """Return what the group at `index` was asked as: in its own turn before it, after it, or in earlier turns."""
        return self._answers[index]

    @cached_property
    def _answers(self) -> list[Asked]:
        answers: list[Asked] = []
        for index, group in enumerate(self.groups):
            previous = self.groups[index - 1] if index else None
            same_turn = previous is not None and previous.turn == group.turn
            since = previous.end if previous is not None and same_turn else self.turns[group.turn].start
            if lead := self.cues_between(since, group.start):
                answers.append(Asked(tuple(reversed(lead)), here=True))
            elif trail := self._trail(index):
                answers.append(Asked(tuple(trail), here=True))
            elif same_turn:
                answers.append(answers[-1] if group.start - since <= _CARRIES_ON else Asked())
            else:
                answers.append(Asked(tuple(self._pending_before(group.turn, group.start))))
        return answers

    def asked_at(self, start: int, turn: int) -> Asked:
        """Return what something that is no group (a date, a time) was asked as."""
        if lead := self.cues_between(self.turns[turn].start, start):
            return Asked(tuple(reversed(lead)), here=True)
        return Asked(tuple(self._pending_before(turn, start)))

    def _trail(self, index: int) -> Sequence[Cue]:
        """The cues right after a number, unless they lead to the next one: `one two three is the security code`."""
        group, turn = self.groups[index], self.turns[self.groups[index].turn]
        following = self.groups[index + 1] if index + 1 < len(self.groups) else None
        words = self.words_between(group.end, min(turn.end, group.end + _TRAIL_CHARACTERS))[:_TRAIL_WORDS]
        if not words:
            return ()
        end = words[-1].end
        stop = re.search(r"[.;?!\n]", self.text[group.end : end])
        end = group.end + stop.start() if stop else end
        cues = [
            cue
            for cue in self.cues_between(group.end, min(turn.end, end + _TRAIL_CHARACTERS))
            if cue.start < end
        ]
        leads_on = following is not None and following.turn == group.turn and bool(cues)
        if leads_on and following is not None:
            cues = [cue for cue in cues if not self._leads_to(cue, following)]
        return cues

    def _leads_to(self, cue: Cue, group: Group) -> bool:
        between = self.text[cue.end : group.start]
        return not re.search(r"[.;,?!\n]", between)

    def _pending_before(self, turn: int, start: int) -> Sequence[Cue]:
        for earlier in range(turn - 1, max(-1, turn - 1 - _TURNS_BACK), -1):
            span = self.turns[earlier]
            if start - span.end > _CHARACTERS_BACK:
                break
            # What stands before a number in that turn was answered there.
            last = bisect_left(self._group_starts, span.end) - 1
            since = self.groups[last].end if last >= 0 and self.groups[last].turn == earlier else span.start
            if cues := self.cues_between(since, span.end):
                return list(reversed(cues))
        return ()

    def is_called_code(self, index: int) -> bool:
        """Return whether the group at `index` is called a code just before it, in its own turn or the one before."""
        group = self.groups[index]
        previous = self.groups[index - 1].end if index else 0
        since = max(previous, self.turns[max(0, group.turn - 1)].start, group.start - _CALLED_BACK)
        return any(since <= cue.start < group.start for cue in self.codes)

    def is_card_talk(self, place: int) -> bool:
        """Return whether a card was the subject shortly before this place."""
        return any(cue.kind in _CARD_KINDS for cue in self.cues_between(place - _CARD_TALK_BACK, place))
