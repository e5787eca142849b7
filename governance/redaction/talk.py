"""What is being asked for: the turns of a conversation, its numbers, and the words that say which data is meant.

A number alone says little: `one two three` is a security code after one question and a flat after another. `Talk`
reads a text once: its numbers in groups, its cues, and what each group was asked as.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from governance.redaction import digits
from governance.redaction.cutting import MASKED, Tokens, is_numeric
from governance.redaction.digits import Group
from governance.redaction.languages import Language
from governance.redaction.lexicon import (
    ARTICLE,
    ASKS,
    JOINER,
    NAMED_AFTER,
    NAMES,
    NUMERIC,
    QUANTITY,
    Lexicon,
    compiled,
)
from governance.redaction.turns import Turn

_ABSORBS_WITHIN = 4
_SPECIFIC = frozenset({"pan", "cvv", "expiry", "pin", "part", "other", "code"})
_GENERIC = frozenset({"card", "pay", "thing"})
_EXPIRES_TOO = frozenset({"thing", "other"})  # a passport expires, and a policy


class Cue(NamedTuple):
    """Words that say which data is meant: tokens `first` to `last` (included), in turn `turn`."""

    first: int
    last: int
    kind: str
    turn: int


class Talk:
    """One conversation, read once: its words, its numbers in groups, and its cues."""

    def __init__(self, text: str, language: Language, turns: tuple[Turn, ...]) -> None:
        """Read `text`. Where it holds no number nothing more is looked at: no cue matters without one."""
        self.text, self.turns = text, turns
        self.lexicon: Lexicon = compiled(language.code)
        self.tokens = Tokens(text)
        self._turn_starts = [turn.start for turn in turns]
        self.skip = bytearray(len(self.tokens))
        self.cues: list[Cue] = []
        self.groups: list[Group] = []
        self._kinds = list(map(self.lexicon.telling.get, self.tokens.words))
        self._telling = [at for at, kind in enumerate(self._kinds) if kind]
        numeric = self._words_that(NUMERIC)
        if not numeric and not self.tokens.typed:
            return
        self._skip_names()
        self.cues = self._absorbed(self._cues())
        found = digits.chunks(self.tokens, self.lexicon, self.skip, numeric)
        self.groups = digits.grouped(self.tokens, found, self.lexicon, self.skip, self._turn_starts)

    def all_cues(self) -> list[Cue]:
        """Return the cues also of a text without a number, in which they matter to what is keyed."""
        if not self.groups and not self.cues:
            self._skip_names()
            return self._absorbed(self._cues())
        return self.cues

    def _words_that(self, kind: int) -> list[int]:
        return [at for at in self._telling if (self._kinds[at] or 0) & kind]

    def turn_at(self, place: int) -> int:
        """Return the turn that the character at `place` lies in."""
        return max(0, bisect_right(self._turn_starts, place) - 1)

    def speaker(self, group: Group) -> str | None:
        """Return who said the numbers of a group."""
        return self.turns[group.turn].speaker

    def _skip_names(self) -> None:
        """Names that head a line are not said: neither `Speaker 2` a number nor `Customer` the beginning of a cue.

        A field of a form heads its line too: `CVV: 123`. What asks for something is no name.
        """
        tries, words, starts = self.lexicon.cues, self.tokens.words, self.tokens.starts
        spoken = Counter(turn.speaker for turn in self.turns)
        for turn, (first, last) in zip(self.turns, self._bounds, strict=True):
            end = first
            while end < last and starts[end] < turn.said:
                end += 1
            asks = any(
                words[at] in tries and (found := self._phrases(at)) and found[-1][1] < end
                for at in range(first, end if spoken[turn.speaker] == 1 else first)
            )
            if not asks:
                self.skip[first:end] = b"\x01" * (end - first)

    def _cues(self) -> list[Cue]:
        tokens, tries = self.tokens, self.lexicon.cues
        words = [*tokens.words, ""]
        found: list[Cue] = []
        done = -1
        for at in self._words_that(ASKS):
            node = tries[words[at]]
            if "" not in node and words[at + 1] not in node:
                continue  # half of all words begin some phrase, and few of them go on
            if at <= done or self.skip[at] or (at and not tokens.gap(at)):
                continue  # a word glued to a number before it is no word: Base64
            if self._swallows(at):
                continue
            kind, last = self._spoken_of(at)
            if not kind:
                continue
            found.append(Cue(at, last, kind, self.turn_at(tokens.starts[at])))
            self.skip[at : last + 1] = b"\x01" * (last + 1 - at)
            done = last
        return self._with_names(found)

    def _with_names(self, found: list[Cue]) -> list[Cue]:
        """Add what is named by the word before it or by its ending: `supporter number`, `Mitgliedsnummer`."""
        names, endings, words = self.lexicon.names_before, self.lexicon.name_endings, self.tokens.words
        if endings:
            places = [at for at, word in enumerate(words) if word in names or word.endswith(endings)]
        else:
            places = self._words_that(NAMES)
        more: list[Cue] = []
        for at in places:
            if self.skip[at]:
                continue
            first = at
            if words[at] in names:
                if not (at and self.tokens.gap(at) == " " and self._is_name(at - 1)):
                    continue
                first = at - 1
            more.append(Cue(first, at, "other", self.turn_at(self.tokens.starts[first])))
            self.skip[first : at + 1] = b"\x01" * (at + 1 - first)
        return sorted([*found, *more]) if more else found

    def _is_name(self, at: int) -> bool:
        """Whether a word is a noun for all we know: no number, none of the small words, nothing that was understood."""
        if not 0 <= at < len(self.tokens) or self.skip[at]:
            return False
        word = self.tokens.words[at]
        known = self.lexicon.roles.get(word, 0) or word in self.lexicon.common
        return len(word) > 2 and not known and not is_numeric(word, self.lexicon)

    def _spoken_of(self, at: int) -> tuple[str, int]:
        """Return what the longest phrase at a token speaks of and where it ends, among those that take no digit of a number."""
        for kind, last in reversed(self._phrases(at)):
            if kind == NAMED_AFTER:
                if self._is_name(last + 1):
                    return "other", last + 1
            elif not self._begins_a_number(at, last):
                return kind, last
        return "", at

    def _phrases(self, at: int) -> list[tuple[str, int]]:
        """Return the known phrases that begin at a token: what each speaks of and where it ends, the longest last."""
        words, gap = self.tokens.words, self.tokens.gap
        node, place = self.lexicon.cues[words[at]], at
        found: list[tuple[str, int]] = []
        while True:
            if "" in node:
                found.append((node[""], place))
            place += 1
            if place >= len(words):
                break
            between = gap(place)
            if len(between) > 2 or "\n" in between or MASKED in between:
                break
            following = node.get(words[place])
            if following is None:
                break
            node = following
        return found

    def _swallows(self, at: int) -> bool:
        """Whether a phrase that begins with a number word would take the last digit of a number: `two THREE on the back`."""
        words = self.tokens.words
        if not is_numeric(words[at], self.lexicon):
            return False
        return (
            at > 0
            and not self.skip[at - 1]
            and is_numeric(words[at - 1], self.lexicon)
            and not self.lexicon.roles.get(words[at - 1], 0) & ARTICLE
            and "\n" not in self.tokens.gap(at)
        )

    def _begins_a_number(self, first: int, last: int) -> bool:
        """Whether a phrase ends with the first digit of a number: `one second 4 7 8`. The last four are called by their count."""
        words = self.tokens.words
        is_typed = "0" <= words[last][0] <= "9"
        is_wait = bool(self.lexicon.roles.get(words[first], 0) & QUANTITY)
        if last + 1 >= len(words) or not (is_typed or is_wait) or not is_numeric(words[last], self.lexicon):
            return False
        return is_numeric(words[last + 1], self.lexicon) and "\n" not in self.tokens.gap(last + 1)

    def _absorbed(self, cues: list[Cue]) -> list[Cue]:
        """Take `on your card` into the words before it: `the security code on your card` speaks of the code."""
        kept: list[Cue] = []
        for cue in cues:
            last = kept[-1] if kept else None
            if last and cue.kind in _GENERIC and last.kind in _SPECIFIC and self._are_beside(last, cue):
                kind = "cvv" if last.kind == "code" and cue.kind == "card" else last.kind
                kept[-1] = Cue(last.first, cue.last, kind, last.turn)
            elif last and cue.kind == "other" and last.kind == "part" and self._are_beside(last, cue):
                kept[-1] = Cue(
                    last.first, cue.last, "other", last.turn
                )  # the last digits of the chassis number
            elif (
                last
                and cue.kind in {"expiry", "cvv"}
                and last.kind in _EXPIRES_TOO
                and self._qualifies(last, cue)
            ):
                kept[-1] = Cue(last.first, cue.last, "other", last.turn)
            else:
                kept.append(cue)
        return kept

    def _qualifies(self, last: Cue, cue: Cue) -> bool:
        """Whether a cue says more of the one before: the passport's expiry, the password on the back."""
        if cue.kind == "cvv" and (
            last.kind != "other" or cue.first - last.last > 2 or "," in self.tokens.gap(cue.first)
        ):
            return False
        return self._are_beside(last, cue) and not any(
            self.lexicon.roles.get(self.tokens.words[at], 0) & JOINER
            for at in range(last.last + 1, cue.first)
        )

    def _are_beside(self, last: Cue, cue: Cue) -> bool:
        """Whether one cue follows another closely, with no number and no end of a sentence between."""
        return (
            last.turn == cue.turn
            and cue.first - last.last <= _ABSORBS_WITHIN
            and not any(
                is_numeric(self.tokens.words[at], self.lexicon) for at in range(last.last + 1, cue.first)
            )
            and not any(
                sign in self.tokens.folded[self.tokens.end(last.last) : self.tokens.starts[cue.first]]
                for sign in ".?!;\x00"
            )
        )

    @cached_property
    def _plain(self) -> list[int]:
        """How many plain words (no number, no filler, no cue) stand before each token."""
        small = self.lexicon.small
        plain = [word not in small for word in self.tokens.words]
        for at in self.tokens.typed:
            plain[at] = False
        at = self.skip.find(1)
        while at >= 0:
            plain[at] = False
            at = self.skip.find(1, at + 1)
        return list(accumulate(plain, initial=0))

    def plain_between(self, first: int, last: int) -> int:
        """Return how many plain words the tokens `first` (included) to `last` (excluded) hold."""
        return self._plain[max(first, last)] - self._plain[first]

    @cached_property
    def _bounds(self) -> list[tuple[int, int]]:
        starts = self.tokens.starts
        return [
            (
                bisect_left(starts, turn.start, hi=len(self.tokens)),
                bisect_left(starts, turn.end, hi=len(self.tokens)),
            )
            for turn in self.turns
        ]

    def bounds(self, turn: int) -> tuple[int, int]:
        """Return the tokens of a turn: first, and one past the last."""
        return self._bounds[turn]

    def plain_in_turn(self, turn: int) -> int:
        """Return how many plain words a turn has."""
        return self.plain_between(*self._bounds[turn])

    def plain_near(self, group: Group, reach: int = 3) -> int:
        """Return how many plain words stand within `reach` words of a group in its turn."""
        first, last = self._bounds[group.turn]
        before = self.plain_between(max(first, group.first - reach), group.first)
        return before + self.plain_between(group.last + 1, min(last, group.last + 1 + reach))
