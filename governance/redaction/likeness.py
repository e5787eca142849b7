"""What a number is that nobody asked for in so many words: by how much it resembles a card number, and by what stands around it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from governance.redaction import brands, codes
from governance.redaction.codes import Verdict
from governance.redaction.digits import Group
from governance.redaction.numerals import Chunk
from governance.redaction.runs import GROUPINGS
from governance.redaction.shapes import (
    DATE_AND_CODE_DIGITS,
    LOOKS_LIKE,
    PARTIAL,
    begins,
    is_year,
    reads_as_date,
)
from governance.redaction.spans import Entity
from governance.redaction.topic import Asked
from governance.redaction.wholes import Wholes

_FOLLOWED_WITHIN = 14
_NEARLY_USUAL = range(15, 18)
_MENTIONED_FROM, _LONG_FROM, _WELL_BEGUN_FROM = 4, 8, 6


class Likeness(Wholes):
    """Judges numbers by what they resemble, where no question does."""

    def _unasked(
        self, group: Group, chunks: Sequence[Chunk], asked: Asked
    ) -> Iterator[tuple[Sequence[Chunk], Verdict]]:
        """Yield what a number is that nobody asked for in so many words."""
        if group.plus:
            return
        if parts := self._grouped_before_its_date(chunks):
            yield from parts
        elif verdict := self._like_a_number(group, asked) or self._in_talk_of_one(group, asked):
            yield chunks, verdict
        elif asked.after_pan and (parts := self._date_and_code(group, chunks)):
            yield from parts
        elif verdict := self._long_by_itself(group) or self._after_a_number(group, asked):
            yield chunks, verdict

    def _grouped_before_its_date(self, chunks: Sequence[Chunk]) -> list[tuple[Sequence[Chunk], Verdict]]:
        """Return a number grouped like a card number with its date or code in the same breath: a digit of it was misheard."""
        sizes = tuple(len(chunk.digits) for chunk in chunks)
        for grouping in GROUPINGS:
            head, tail = chunks[: len(grouping)], chunks[len(grouping) :]
            if not tail or sizes[: len(grouping)] != grouping or not begins("".join(c.digits for c in head)):
                continue
            if rest := codes.date_and_code(tail):
                because = (
                    "grouped like a card number before a date and a code, but the check digit does not agree"
                )
                return [(head, Verdict(Entity.PAN, LOOKS_LIKE, because)), *rest]
        return []

    def _like_a_number(self, group: Group, asked: Asked) -> Verdict | None:
        """Return that a number begins like a card number and looks like one in another way, too."""
        size, words = len(group.digits), self._talk.plain_in_turn(group.turn)
        if not begins(group.digits):
            return None
        if tuple(len(chunk.digits) for chunk in group.chunks) in GROUPINGS:
            because = "grouped like a card number and begins like one, but the check digit does not agree"
            return Verdict(Entity.PAN, LOOKS_LIKE, because)
        is_long = brands.SHORTEST <= size <= brands.LONGEST + 1
        if asked.card_talk and (size in _NEARLY_USUAL or (is_long and words <= 1)):
            because = "begins like a card number and is as long, in talk about a card"
            return Verdict(Entity.PAN, LOOKS_LIKE, because)
        if _LONG_FROM <= size < brands.SHORTEST and self._follows_number(group):
            because = "begins like a card number, right after somebody else has said one"
            return Verdict(Entity.PAN, LOOKS_LIKE, because)
        return None

    def _in_talk_of_one(self, group: Group, asked: Asked) -> Verdict | None:
        """Return that a number is given where a card was spoken of, or while a card number is not complete."""
        if asked.kind == "card" and self._is_the_cards(group, asked):
            return Verdict(Entity.PAN, PARTIAL, "digits where a card was spoken of")
        if asked.pan_open and len(group.digits) >= _MENTIONED_FROM and self._is_answer(group, asked):
            return Verdict(Entity.PAN, PARTIAL, "digits while a card number is not complete")
        return None

    def _is_the_cards(self, group: Group, asked: Asked) -> bool:
        """Whether a number behind the mention of a card is its number: the shorter it is, the fewer words may stand around it."""
        size, is_begun = len(group.digits), begins(group.digits)
        words, near = self._talk.plain_in_turn(group.turn), self._talk.plain_near(group)
        if size >= brands.SHORTEST and asked.apart <= 2:
            return True
        if size >= _LONG_FROM and (words <= 2 or (is_begun and near <= 2)):
            return True
        if size < _MENTIONED_FROM or is_year(group):
            return False
        return words <= 1 or (is_begun and near <= (1 if size < _WELL_BEGUN_FROM else 3))

    def _date_and_code(self, group: Group, chunks: Sequence[Chunk]) -> list[tuple[Sequence[Chunk], Verdict]]:
        is_read_out = len(group.digits) <= DATE_AND_CODE_DIGITS and self._talk.plain_near(group) <= 1
        return codes.date_and_code(chunks) if is_read_out else []

    def _long_by_itself(self, group: Group) -> Verdict | None:
        """Return that a number is as long as a card number, begins like one, and that nothing says what it is."""
        size, words = len(group.digits), self._talk.plain_in_turn(group.turn)
        if not begins(group.digits):
            return None
        if brands.SHORTEST <= size <= brands.LONGEST and self._is_followed(group):
            because = "begins like a card number and is as long, and its expiry date or code is named right behind it"
            return Verdict(Entity.PAN, LOOKS_LIKE, because)
        if size in _NEARLY_USUAL and (brands.is_usual(group.digits) or words <= 1):
            because = "begins like a card number and is as long, and nothing says what it is"
            return Verdict(Entity.PAN, LOOKS_LIKE, because)
        return None

    def _after_a_number(self, group: Group, asked: Asked) -> Verdict | None:
        """Return that a short number after a card number is its date or its code, though nobody asked."""
        if not asked.after_pan:
            return None
        if reads_as_date(group) and self._talk.plain_near(group) <= 2:
            return Verdict(Entity.EXPIRY, codes.UNSHAPED, "a month and a year after a card number")
        is_alone = len(group.digits) in (3, 4) and self._talk.plain_in_turn(group.turn) <= 1
        if is_alone and asked.since not in {"other", "part"}:
            because = "three or four digits by themselves after a card number"
            return Verdict(Entity.CVV, codes.UNSHAPED, because)
        return None

    def _follows_number(self, group: Group) -> bool:
        """Whether the turn before, another's, holds card data: what is said now may be a read-back that went wrong."""
        index = self._groups.index(group) - 1
        before = self._groups[index] if index >= 0 else None
        if before is None or group.turn - before.turn != 1:
            return False
        verdict = self._verdicts.get((index, len(before.chunks) - 1))
        return verdict is not None and verdict.entity is Entity.PAN

    def _is_followed(self, group: Group) -> bool:
        """Whether an expiry date or a security code is spoken of right behind a number."""
        cues = self._talk.cues
        at = bisect_left(cues, (group.last,))
        return (
            at < len(cues)
            and cues[at].kind in {"expiry", "cvv"}
            and cues[at].first - group.last <= _FOLLOWED_WITHIN
        )
