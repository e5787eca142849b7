"""The turn that is open in a live call: its words are decided on as more of them come, and forgotten when it ends.

A turn that does not end is cut, where nothing reaches across; what comes behind the cut is taken for less until enough words stand
between (`stream_reading`). So a call costs the same for each word, however long it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from governance.redaction import cards, text
from governance.redaction.lexicon import words_of
from governance.redaction.spans import Entity, Word
from governance.redaction.stream_ears import Ears
from governance.redaction.stream_heard import NUMBER, Heard, shortened
from governance.redaction.stream_reading import Decided, Reading
from governance.redaction.stream_rules import Fate
from governance.redaction.talk import Talk

_TURN_AT_MOST, _TURN_NEVER_MORE = 400, 800
_WITHIN_NUMBER = 2  # words that may stand between the words of a number
_KINDS = {"pan": Entity.PAN, "cvv": Entity.CVV, "pin": Entity.PIN, "expiry": Entity.EXPIRY}


class OpenTurn:
    """What one voice has said since somebody else spoke, after a few words of what was said before."""

    def __init__(self, ears: Ears) -> None:
        """Begin with nothing."""
        self._ears = ears
        self.heard: list[Heard] = []
        self.number = 0
        self._context: list[Word] = []
        self._tokens = 0
        self._is_cut = False

    @property
    def kept(self) -> int:
        """How many words are in memory."""
        return len(self._context) + len(self.heard)

    def add(self, heard: Heard, tokens: int) -> None:
        """Take a word, which has so many tokens."""
        self.heard.append(heard)
        self._tokens += tokens

    def go_on(self, now_ms: int) -> None:
        """Take it that the number the turn ends with, if it ends with one, is still being said."""
        for one in self.heard[-1 - _WITHIN_NUMBER :]:
            if one.is_suspect:
                one.heard_ms = now_ms

    def decide(self, now_ms: int, hold_words: int, hold_ms: int) -> None:
        """Decide on what is open as far as that can be done by now; what is over the bound is masked."""
        if any(one.fate is Fate.OPEN for one in self.heard):
            self._read(is_over=False)
            self._mask_overdue(now_ms, hold_words, hold_ms)

    def given(self) -> Iterator[Heard]:
        """Yield the words that are decided and were not given back so far, in order, up to the first that is not."""
        for one in self.heard:
            if one.is_out:
                continue
            if one.fate is Fate.OPEN:
                return
            one.is_out = True
            yield one

    def end(self) -> list[Heard]:
        """End the turn: everything in it is decided. Returns what was not given back so far."""
        if not self.heard:
            return []
        self._close(self.heard)
        left = list(self.given())
        self.heard, self._is_cut = [], False
        return left

    def cut(self) -> list[Heard]:
        """Forget the beginning of a turn that is too long; return what that gives back.

        Nothing may reach across the cut. Where there is no such place for too long, what is open is masked.
        """
        if self._tokens <= _TURN_AT_MOST:
            return []
        left: list[Heard] = []
        decided = next((at for at, one in enumerate(self.heard) if one.fate is Fate.OPEN), len(self.heard))
        at = self._place_to_cut(decided)
        if at is None:
            if self._tokens <= _TURN_NEVER_MORE:
                return []
            self._mask(one for one in self.heard if one.fate is Fate.OPEN)
            at = len(self.heard)
            left = list(self.given())
        beginning, rest = self.heard[:at], self.heard[at:]
        self._close(beginning)
        self.heard, self._is_cut = rest, True
        return left

    # Deciding --------------------------------------------------------------------------------------------------------

    def _mask_overdue(self, now_ms: int, hold_words: int, hold_ms: int) -> None:
        """Mask what was held for as long as it may be, counted from the last word of its number."""
        behind = apart = ended_ms = 0
        overdue = []
        for one in reversed(self.heard):
            if not one.is_suspect:
                behind, apart = behind + 1, apart + 1
                continue
            if apart > _WITHIN_NUMBER or not ended_ms:
                ended_ms = one.heard_ms
            apart = 0
            if one.fate is Fate.OPEN and (behind >= hold_words or now_ms - ended_ms >= hold_ms):
                overdue.append(one)
        self._mask(overdue)

    def _mask(self, overdue: Iterable[Heard]) -> None:
        """Mask words that nothing more is waited for. From here on the call has card data in it, for all that is known."""
        for one in overdue:
            one.fate = Fate.MASKED
            for reading in self._ears.readings:
                reading.is_carded = True

    def _read(self, *, is_over: bool) -> list[tuple[Reading, Talk, int, list[Decided]]]:
        """Decide on the words of the turn, in every language that is listened for."""
        # Without a number what was said before does not matter: only what the turn asks for is noted.
        context = self._context if any(one.is_suspect for one in self.heard) else []
        joined, offsets, turns = text.as_one_text([*context, *(one.word for one in self.heard)])
        starts, last = offsets[len(context) :], len(turns) - 1
        read = []
        for reading in self._ears.readings:
            talk = Talk(joined, reading.language, turns)
            fates, groups = reading.fates(talk, last, is_over=is_over, is_cut=self._is_cut)
            of_words: dict[int, Fate] = {}
            for token, fate in fates.items():
                if fate is not Fate.SHOWN:
                    at = bisect_right(starts, talk.tokens.starts[token]) - 1
                    of_words[at] = Fate.MASKED if Fate.MASKED in (fate, of_words.get(at)) else fate
            read.append((reading, talk, last, groups))
            self._note(of_words, is_first=reading is self._ears.readings[0])
            self._name(talk, groups, starts, {at for at, fate in of_words.items() if fate is Fate.MASKED})
        return read

    def _note(self, fates: dict[int, Fate], *, is_first: bool) -> None:
        """Take what one language makes of the words: the gravest of all counts."""
        for at, one in enumerate(self.heard):
            if one.is_out or one.fate is Fate.MASKED or not one.is_suspect:
                continue
            fate = self.heard[at - 1].fate if one.is_sign and at else fates.get(at, Fate.SHOWN)
            if is_first or fate is Fate.MASKED or one.fate is Fate.SHOWN:
                one.fate = fate

    def _name(self, talk: Talk, groups: Sequence[Decided], starts: Sequence[int], masked: set[int]) -> None:
        """Say of masked words what they are, as far as that is known by now."""
        unnamed = {at for at in masked if not self.heard[at].is_out and self.heard[at].entity == NUMBER}
        if not unnamed:
            return
        for span in cards.by_rules(talk).told():
            for at in unnamed.intersection(_words(starts, span.start, span.end)):
                self.heard[at].entity, self.heard[at].because = span.entity.value, span.because
        for group, asked, _ in groups:
            if asked.kind in _KINDS:
                for at in unnamed.intersection(_words(starts, group.start, group.end)):
                    if self.heard[at].entity == NUMBER:
                        self.heard[at].entity = _KINDS[asked.kind].value
                        self.heard[at].because = "said where it was asked for"

    # Forgetting ------------------------------------------------------------------------------------------------------

    def _close(self, heard: list[Heard]) -> None:
        """Let words become past: the whole turn, or the beginning of one that is too long."""
        rest, self.heard = self.heard[len(heard) :], heard
        for reading, talk, turn, groups in self._read(is_over=True):
            reading.close(talk, turn, groups)
        self.heard = [*heard, *rest]
        self._context = shortened([*self._context, *(one.word for one in heard)])
        self.number += 1
        self._tokens = 0
        for one in rest:
            one.word = replace(one.word, turn=self.number)
            self._tokens += len(words_of(one.word.text))

    def _place_to_cut(self, decided: int) -> int | None:
        """Return the last word before which the turn may be cut in every language, of the later half of those decided."""
        joined, offsets, turns = text.as_one_text([*self._context, *(one.word for one in self.heard)])
        starts, last = offsets[len(self._context) :], len(turns) - 1
        talks = [(reading, Talk(joined, reading.language, turns)) for reading in self._ears.readings]
        tokens = talks[0][1].tokens
        for at in range(decided - 1, decided // 2, -1):
            token = bisect_right(tokens.starts, starts[at] - 1)
            if 0 < token < len(tokens) and all(reading.may_cut(talk, last, token) for reading, talk in talks):
                return at
        return None


def _words(starts: Sequence[int], start: int, end: int) -> range:
    """Return the words that the characters `start` to `end` lie in."""
    return range(bisect_right(starts, start) - 1, bisect_right(starts, end - 1))
