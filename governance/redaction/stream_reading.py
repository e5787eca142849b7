"""Reading the turn that is open in a live call, in one language: which words may be of a number, and what becomes of them.

`Reading` holds what earlier turns have left. A word is suspect if the detectors could ever read it as part of a number; what
becomes of a suspect word is known once its number has ended and `stream_rules.could_become` has decided, or once it is certain
that it is no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from governance.redaction.digits import Group
from governance.redaction.languages import load
from governance.redaction.lexicon import (
    CURRENCY,
    FILLER,
    JOINER,
    LETTER,
    ORDINAL,
    Lexicon,
    Trie,
    compiled,
)
from governance.redaction.naming import TRAIL_TOKENS
from governance.redaction.stream_known import Known, Piece
from governance.redaction.stream_rules import Around, Fate, could_become
from governance.redaction.stream_suspects import suspects
from governance.redaction.stream_topics import Following, Past, Standing
from governance.redaction.talk import Talk
from governance.redaction.topic import Asked

_NEAR = 3
_APART = 5  # tokens: cues closer than this may be taken together (`talk`)
_BEHIND = 2
_MONTH_WITHIN, _MONTH_WORDS = 5, 1  # tokens and plain words between a month and its year (`cards`)
_MONTHS = 12
_UNLABELLED = 60
_CUT_OFF_UNTIL = 17  # plain words: what is named further away names nothing (`topics`)


class Decided(NamedTuple):
    """A number of the open turn, what it was asked as, and what becomes of it."""

    group: Group
    asked: Asked
    fate: Fate


class Reading:
    """One language's ears for a live call."""

    def __init__(self, code: str) -> None:
        """Begin a call. Raises `UnsupportedLanguageError` as `languages.load` does."""
        self.language = load(code)
        self.lexicon: Lexicon = compiled(self.language.code)
        self.suspects = suspects(self.language.code)
        self.known = Known()
        self.is_carded = False
        self.ends_masked = False  # the last word of the turn before is a number that was masked
        self._past = Past()
        self._token = 0  # of the beginning of the open turn, counted over the whole call

    def fates(
        self, talk: Talk, turn: int, *, is_over: bool, is_cut: bool
    ) -> tuple[dict[int, Fate], list[Decided]]:
        """Return what becomes of each suspect token of the open turn, the last of `talk`, and of each number in it.

        `is_cut` tells that the beginning of the turn has been forgotten. Tokens that are not in the result are suspect of nothing.
        """
        return _OpenTurn(self, talk, turn, is_over=is_over, is_cut=is_cut).fates()

    def follow(self, talk: Talk, turn: int) -> Following:
        """Return the attribution of the open turn."""
        return Following(talk, self._past, turn)

    def place(self, token: int, talk: Talk, turn: int) -> int:
        """Return where in the whole call a token of `talk` stands."""
        return self._token + token - talk.bounds(turn)[0]

    def may_cut(self, talk: Talk, turn: int, at: int) -> bool:
        """Return whether a turn can be cut before token `at`: no number and no phrase that asks may reach across."""
        words, first = talk.tokens.words, talk.bounds(turn)[0]
        role = self.lexicon.roles.get(words[at - 1], 0)
        if self.suspects.is_suspect(words[at - 1], is_behind=True) or role & (FILLER | JOINER):
            return False
        if any(at - _APART <= cue.last and cue.first < at + 1 for cue in talk.all_cues()):
            return False
        return not any(
            self.may_go_on(words, begin, at)
            for begin in range(max(first, at - self.suspects.longest_cue), at)
        )

    def may_go_on(self, words: Sequence[str], begin: int, at: int) -> bool:
        """Return whether a phrase that asks may begin at token `begin` and be going on before token `at`."""
        node: Trie | None = self.lexicon.cues.get(words[begin])
        for place in range(begin + 1, at):
            node = node.get(words[place]) if node is not None else None
        return node is not None

    def close(self, talk: Talk, turn: int, groups: Sequence[Decided]) -> None:
        """Let the open turn end: what it asked and answered is kept, and which of its numbers were masked."""
        following = self.follow(talk, turn)
        for _ in following.asked():
            pass
        self._past = following.past()
        first, end = talk.bounds(turn)
        hidden = [one.group for one in groups if one.fate is not Fate.SHOWN]
        for group in hidden:
            self.known.learn(group.digits, talk.speaker(group), self.place(group.first, talk, turn))
        self.is_carded |= bool(hidden)
        if end > first:
            self.ends_masked = bool(hidden) and hidden[-1].last == end - 1
        self._token += end - first


class _OpenTurn:
    """The turn that is open, at one moment."""

    def __init__(self, reading: Reading, talk: Talk, turn: int, *, is_over: bool, is_cut: bool) -> None:
        self._reading, self._talk, self._turn = reading, talk, turn
        self._is_over, self._is_cut = is_over, is_cut
        self._first, self._end = talk.bounds(turn)
        self._words = talk.tokens.words
        self._suspect = self._suspicious()
        self._clean = [self._is_clean(at) for at in range(self._first, self._end)]
        self._sure = self._end if is_over else self._sure_until()

    def fates(self) -> tuple[dict[int, Fate], list[Decided]]:
        groups: list[Decided] = []
        for index, asked, standing in self._reading.follow(self._talk, self._turn).asked():
            group = self._talk.groups[index]
            fate = Fate.OPEN
            if self._has_ended(group):
                fate = could_become(group, self._around(index, group, asked, standing, groups))
            if self._is_over and fate is Fate.OPEN:
                fate = Fate.MASKED
            if (
                groups
                and fate is not Fate.SHOWN
                and self._is_month(groups[-1].group)
                and self._is_beside(groups[-1].group, group)
            ):
                groups[-1] = groups[-1]._replace(fate=fate)
            groups.append(Decided(group, asked, fate))
        fates = {
            at: one.fate
            for one in groups
            for chunk in one.group.chunks
            for at in range(chunk.first, chunk.last + 1)
        }
        for at in range(self._first, self._end):
            if self._suspect[at - self._first] and at not in fates:
                fates[at] = self._of_no_number(at)
        return fates, groups

    def _suspicious(self) -> list[bool]:
        marks: list[bool] = []
        is_behind = False
        for at in range(self._first, self._end):
            is_behind = self._reading.suspects.is_suspect(self._words[at], is_behind=is_behind)
            marks.append(is_behind)
        return marks

    def _is_clean(self, at: int) -> bool:
        """Whether a word ends every number before it: it is of none, and no number goes on behind it."""
        role = self._reading.lexicon.roles.get(self._words[at], 0)
        is_passed_over = role & (FILLER | JOINER) and not role & CURRENCY
        return not self._suspect[at - self._first] and not is_passed_over

    def _sure_until(self) -> int:
        """Return the first token that may still become part of a phrase that asks for something."""
        until = max(self._first, self._end - 1)
        for at in range(max(self._first, self._end - self._reading.suspects.longest_cue), until):
            if self._reading.may_go_on(self._words, at, self._end):
                until = at
                break
        text = self._talk.tokens.text
        bracket = text.rfind("[", len(text) - _UNLABELLED)
        if bracket >= 0 and "]" not in text[bracket:]:
            while until > self._first and self._talk.tokens.starts[until - 1] > bracket:
                until -= 1
        return until

    def _next_clean(self, at: int) -> int:
        """Return the next word behind `at` that ends a number; the end of the turn where there is none."""
        return next(
            (place for place in range(at + 1, self._end) if self._clean[place - self._first]), self._end
        )

    def _has_ended(self, group: Group) -> bool:
        if self._is_over:
            return True
        is_closed = self._next_clean(group.last) < self._end and group.last + _BEHIND < self._end
        return is_closed and group.last < self._sure

    def _of_no_number(self, at: int) -> Fate:
        """Return what becomes of a suspect word that is no number so far."""
        if self._is_over:
            # "oh, oh" at the end of a turn is two zeros if the next one begins with a number.
            is_zero = self._reading.lexicon.roles.get(self._words[at], 0) & LETTER
            following = range(at + 1, self._end)
            is_chain = (
                is_zero and following and all(self._suspect[place - self._first] for place in following)
            )
            return Fate.MASKED if is_chain else Fate.SHOWN
        return Fate.SHOWN if at < self._sure and self._next_clean(at) < self._end else Fate.OPEN

    def _around(
        self, index: int, group: Group, asked: Asked, standing: Standing, before: Sequence[Decided]
    ) -> Around:
        talk, reading = self._talk, self._reading
        plain = talk.plain_between(self._first, min(self._sure, self._end))
        behind = min(self._end, group.last + 1 + _NEAR, max(self._sure, group.last + 1))
        near = talk.plain_between(max(self._first, group.first - _NEAR), group.first) + talk.plain_between(
            group.last + 1, behind
        )
        last = before[-1] if before else None
        hidden: list[Piece] = [
            (one.digits, talk.speaker(one)) for one, _, fate in before if fate is not Fate.SHOWN
        ]
        is_carded = reading.is_carded or bool(hidden)
        place = reading.place(group.first, talk, self._turn)
        is_fixed = standing is Standing.FIXED
        is_certain = self._is_over or is_fixed
        if standing is Standing.UNNAMED and self._is_unnamed_behind(index, group):
            is_certain = True
        if self._is_cut and not is_fixed and talk.plain_between(self._first, group.first) <= _CUT_OFF_UNTIL:
            is_certain = False
        return Around(
            asked=asked,
            is_certain=is_certain,
            plain=plain,
            near=near,
            words=self._end - self._first,
            is_carded=is_carded,
            follows_masked=self._follows_masked(group, last),
            may_be_month=self._may_be_month(index, group, is_carded or asked.after_pan),
            may_be_year=last is not None
            and self._is_month(last.group)
            and self._is_beside(last.group, group),
            repeats=reading.known.holds(group.digits, hidden),
            resembles=reading.known.resembles(group.digits, hidden),
            ends_like_a_code=reading.known.ends_like_a_code(group.digits, place, hidden),
        )

    def _is_unnamed_behind(self, index: int, group: Group) -> bool:
        """Whether what is said behind a number is known so far that nothing there can name it any more."""
        groups = self._talk.groups
        names = [
            cue
            for cue in self._talk.cues
            if cue.turn == self._turn
            and 0 < cue.first - group.last <= TRAIL_TOKENS
            and cue.kind not in {"pay", "thing"}
        ]
        following = groups[index + 1].first if index + 1 < len(groups) else self._end
        if any(cue.first < following for cue in names):
            return False
        return self._sure > min(group.last + TRAIL_TOKENS, following)

    def _is_month(self, group: Group) -> bool:
        """Whether a number may be the month of an expiry date (`cards`)."""
        if not group.explained or len(group.digits) > 2 or not 1 <= int(group.digits) <= _MONTHS:
            return False
        roles = self._reading.lexicon.roles
        return not any(
            roles.get(self._words[at], 0) & ORDINAL
            for at in (group.first - 2, group.first - 1, group.last + 1)
            if self._first <= at < self._end
        )

    def _is_beside(self, month: Group, group: Group) -> bool:
        plain = self._talk.plain_between(month.last + 1, group.first)
        return group.first - month.last <= _MONTH_WITHIN and plain <= _MONTH_WORDS

    def _may_be_month(self, index: int, group: Group, is_carded: bool) -> bool:
        """Whether a year may still come right behind what may be a month, or stands there in a call in which that tells."""
        if not self._is_month(group):
            return False
        groups = self._talk.groups
        if index + 1 < len(groups):
            return is_carded and self._is_beside(group, groups[index + 1])
        if self._is_over or self._end - group.last > _MONTH_WITHIN + 1:
            return False
        known = max(group.last + 1, min(self._sure, self._end))
        return self._talk.plain_between(group.last + 1, known) <= _MONTH_WORDS

    def _follows_masked(self, group: Group, last: Decided | None) -> bool:
        """Whether no word stands between a number and one before it that is not shown, and perhaps none behind it either."""
        if last is None:
            is_behind = group.first == self._first and self._reading.ends_masked
        else:
            is_behind = last.fate is not Fate.SHOWN and last.group.last + 1 == group.first
        following = group.last + 1
        return is_behind and (following >= self._end or self._suspect[following - self._first])
