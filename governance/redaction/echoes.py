"""What is said again: read-backs of numbers and codes, amounts that are none, dates said as a month and a year."""

from __future__ import annotations

from collections.abc import Iterator

from governance.redaction import brands, codes
from governance.redaction.answers import Answers
from governance.redaction.codes import Verdict
from governance.redaction.digits import Group
from governance.redaction.lexicon import ORDINAL
from governance.redaction.shapes import (
    DATE_AND_CODE_DIGITS,
    ECHO_AT_LEAST,
    LOOKS_THAT_GIVE_WAY,
    NO_CARD,
    PARTIAL,
    ends_with,
    may_be_begun,
)
from governance.redaction.spans import Entity
from governance.redaction.topic import Asked

_MISHEARD_ECHO = range(6, 20)
_PLAIN_ABOUT_DATE = 6
_DAY_WITHIN = 3
_CODE_ECHO_WITHIN = 150
_YEARS = ("19", "20")
_MUCH = 10


class Echoes(Answers):
    """Finds card data by what was found elsewhere in the conversation."""

    def echoes(self) -> None:
        """Find pieces of numbers and codes found elsewhere: `so that was 4111 11 …`. Last four alone may be shown."""
        if not self._verdicts:
            return
        known = {digits: token for digits, token in self._known.items() if len(digits) >= ECHO_AT_LEAST}
        beginnings = {four for digits in known for four in _fours(digits)}
        latest: dict[str, tuple[int, Verdict]] = {}
        for index, group in enumerate(self._groups):
            for part in [p for p, (at, _) in latest.items() if group.first - at > _CODE_ECHO_WITHIN]:
                del latest[part]
            for found, part in self._codes_in(index):
                latest[part] = (group.first, found)
            if (index, 0) in self._verdicts or (group.explained and not self._is_disguised(group)):
                continue
            asked = self._asked[index]
            verdict = self._echo(group, asked, known, beginnings, latest)
            if verdict is not None:
                for at in range(len(group.chunks)):
                    self._verdicts[index, at] = verdict

    def _is_dictated(self, group: Group, known: dict[str, int]) -> bool:
        """Whether a card number is read out in the turn of a part of it, or within two turns where the part is known."""
        reach = 2 if any(group.digits in number for number in known) else 0
        return any(
            verdict.entity is Entity.PAN and abs(self._groups[index].turn - group.turn) <= reach
            for (index, _), verdict in self._verdicts.items()
        )

    def _is_disguised(self, group: Group) -> bool:
        """Whether a number that looks like an amount or a time may be a piece of a card number that is read back."""
        return group.explained in LOOKS_THAT_GIVE_WAY and len(group.digits) > ECHO_AT_LEAST

    def _codes_in(self, index: int) -> Iterator[tuple[Verdict, str]]:
        by_verdict: dict[Verdict, list[str]] = {}
        for at, chunk in enumerate(self._groups[index].chunks):
            verdict = self._verdicts.get((index, at))
            if verdict is not None and verdict.entity in {Entity.CVV, Entity.PIN, Entity.EXPIRY}:
                by_verdict.setdefault(verdict, []).append(chunk.digits)
        for verdict, parts in by_verdict.items():
            if len(digits := "".join(parts)) >= 3:
                yield verdict, digits

    def _echo(
        self,
        group: Group,
        asked: Asked,
        known: dict[str, int],
        beginnings: set[str],
        latest: dict[str, tuple[int, Verdict]],
    ) -> Verdict | None:
        digits, size = group.digits, len(group.digits)
        code = latest.get(digits)
        may_be_code = asked.kind not in NO_CARD | {"part"}
        if code is not None and may_be_code:
            return Verdict(code[1].entity, code[1].score, "repeats a code found before")
        for said, (_, verdict) in latest.items():
            if may_be_code and size <= DATE_AND_CODE_DIGITS and ends_with(group, said):
                return Verdict(verdict.entity, verdict.score, "ends with a code found before")
        if asked.kind == "part" and self._is_dictated(group, known):
            known.setdefault(digits, group.first)
            beginnings.update(_fours(digits))
            return Verdict(Entity.PAN, PARTIAL, "a part of a card number that is being read out")
        if size < ECHO_AT_LEAST or (
            size == ECHO_AT_LEAST and ((asked.kind in NO_CARD and asked.here) or asked.kind == "part")
        ):
            return None
        if size >= brands.SHORTEST and asked.kind not in NO_CARD and self._reads_back(digits, known):
            return Verdict(Entity.PAN, PARTIAL, "repeats a card number found elsewhere, with more behind it")
        is_shown = asked.kind == "part" and size <= 6
        is_fuzzy = size in _MISHEARD_ECHO and asked.kind not in NO_CARD
        pieces = (digits[:ECHO_AT_LEAST], digits[-ECHO_AT_LEAST:]) if is_fuzzy else (digits,)
        if is_shown or not any(piece[:ECHO_AT_LEAST] in beginnings for piece in pieces):
            return None
        is_begun = may_be_begun(group, asked, is_loose=not self._is_dense(group))
        numbers = [number for number, token in known.items() if token < group.first or is_begun]
        if not any(piece in number for number in numbers for piece in pieces):
            return None
        return Verdict(Entity.PAN, PARTIAL, "repeats part of a card number found elsewhere")

    def _reads_back(self, digits: str, known: dict[str, int]) -> bool:
        """Whether much of a number found elsewhere is in a longer one: all three, read back in one breath."""
        return any(
            digits[at : at + _MUCH] in number
            for number in known
            if len(number) >= _MUCH
            for at in range(len(digits) - _MUCH + 1)
        )

    def between(self) -> None:
        """Take what looks like an amount or a time and stands in the middle of a number, with no word on either side."""
        for index in range(1, len(self._groups) - 1):
            before, group, after = self._groups[index - 1 : index + 2]
            if not group.explained or group.first - before.last != 1 or after.first - group.last != 1:
                continue
            verdict = self._verdicts.get((index - 1, len(before.chunks) - 1))
            following = self._verdicts.get((index + 1, 0))
            if verdict and following and verdict.entity is following.entity is Entity.PAN:
                for at in range(len(group.chunks)):
                    self._verdicts.setdefault((index, at), verdict)

    def dates(self) -> None:
        """Take expiry dates said as a month and a year: `February twenty thirty-two`, `two of twenty-eight`."""
        after_pan = False
        for index in range(len(self._groups) - 1):
            first = self._verdicts.get((index, 0))
            after_pan = after_pan or (first is not None and first.entity is Entity.PAN)
            if not self._is_month(index) or not self._is_year(index, index + 1):
                continue
            asked = self._asked[index + 1]
            is_short = len(self._groups[index + 1].digits) <= 2 and asked.kind != "expiry"
            if is_short and self._talk.plain_in_turn(self._groups[index].turn) > _PLAIN_ABOUT_DATE:
                continue
            is_known = any(
                verdict.entity in {Entity.EXPIRY, Entity.CVV}
                for at in range(len(self._groups[index + 1].chunks))
                if (verdict := self._verdicts.get((index + 1, at)))
            )
            if (
                is_known
                or asked.kind == "expiry"
                or ((asked.after_pan or after_pan) and not (asked.here and asked.kind == "other"))
            ):
                verdict = Verdict(
                    Entity.EXPIRY, codes.UNSHAPED, "a month and a year, as an expiry date is said"
                )
                for one in (index, index + 1):
                    for at in range(len(self._groups[one].chunks)):
                        self._verdicts.setdefault((one, at), verdict)

    def _is_month(self, index: int) -> bool:
        """Whether a group is a month by name or number, and no day stands before it."""
        group, talk = self._groups[index], self._talk
        if not group.explained or len(group.digits) > 2 or not 1 <= int(group.digits) <= 12:
            return False
        words, roles = talk.tokens.words, talk.lexicon.roles
        around = (group.first - 2, group.first - 1, group.last + 1)
        if any(0 <= at < len(words) and roles.get(words[at], 0) & ORDINAL for at in around):
            return False
        before = self._groups[index - 1] if index else None
        if before is None or before.turn != group.turn or group.first - before.last > _DAY_WITHIN:
            return True
        verdict = self._verdicts.get((index - 1, len(before.chunks) - 1))
        if len(before.chunks[-1].digits) > 2 or (verdict is not None and verdict.entity is Entity.PAN):
            return True  # what is a card's own is no day
        return talk.tokens.words[group.first] not in talk.lexicon.months

    def _is_year(self, month: int, index: int) -> bool:
        first, group, words = self._groups[month], self._groups[index], self._talk.tokens.words
        if (
            group.turn != first.turn
            or not 1 <= group.first - first.last <= 5
            or self._talk.plain_between(first.last + 1, group.first) > 1
        ):
            return False
        is_named = words[first.first] in self._talk.lexicon.months
        if not is_named and (group.explained or group.first - first.last > 2):
            return False
        if not is_named and group.first - first.last == 1:
            return False
        digits = group.digits
        if group.chunks[0].typed and len(group.chunks[0].digits) not in (2, 4):
            return False
        year = digits[:4] if digits.startswith("20") and len(digits) >= 4 else digits[:2]
        rest = len(digits) - len(year)
        if rest == 4 and digits[2:4] in _YEARS:
            return False  # July 26, 2026
        return len(year) > 1 and 24 <= int(year[-2:]) <= 49 and rest in (0, 3, 4)


def _fours(digits: str) -> Iterator[str]:
    """Yield every four digits of a number: what repeats a part of it begins with one of these."""
    return (digits[at : at + ECHO_AT_LEAST] for at in range(len(digits) - ECHO_AT_LEAST + 1))
