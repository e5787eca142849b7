"""What each number is by the question it answers: a piece of a card number, a code, a date, a PIN, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance.redaction import brands, codes
from governance.redaction.codes import Verdict
from governance.redaction.digits import Group
from governance.redaction.likeness import Likeness
from governance.redaction.numerals import Chunk
from governance.redaction.shapes import (
    LOOKS_THAT_GIVE_WAY,
    MISHEARD,
    NO_CARD,
    PARTIAL,
)
from governance.redaction.spans import Entity
from governance.redaction.topic import Asked

_PIECES_WITHIN = 12
_FOLLOWED_WITHIN = 14
_NEARLY_USUAL = range(15, 18)
_LOST_AT_MOST = 3


class Answers(Likeness):
    """Decides on every number that is no piece of a whole one."""

    def decide(self, index: int) -> None:
        """Give every stretch of a group that is no piece of a whole number its verdict, or none."""
        group, asked = self._groups[index], self._asked[index]
        if self._has_number and not asked.after_pan:
            asked = asked._replace(after_pan=True, card_talk=True)
        run: list[int] = []
        behind = False
        for at in range(len(group.chunks) + 1):
            if at < len(group.chunks) and (index, at) not in self._verdicts:
                run.append(at)
                continue
            if run:
                self._segment(index, run, asked, behind=behind, before=at < len(group.chunks))
                run = []
            behind = True
        verdict = self._verdicts.get((index, 0))
        self._has_number |= verdict is not None and verdict.entity is Entity.PAN

    def _segment(self, index: int, ats: Sequence[int], asked: Asked, *, behind: bool, before: bool) -> None:
        group = self._groups[index]
        chunks = [group.chunks[at] for at in ats]
        if behind and not group.explained:
            found = list(codes.behind_card(chunks, asked.card_talk or len(group.digits) <= brands.LONGEST))
        elif before and not group.explained:
            is_more = (
                asked.kind in {"pan", "card"} or sum(len(chunk.digits) for chunk in chunks) <= _LOST_AT_MOST
            )
            because = "digits right before a card number, without a word between"
            found = [(chunks, Verdict(Entity.PAN, PARTIAL, because))] if is_more else []
        else:
            found = list(self._verdicts_of(group, chunks, asked))
        place = {chunk.first: at for chunk, at in zip(chunks, ats, strict=True)}
        for part, verdict in found:
            if verdict.entity is Entity.PAN and not behind:
                self._learn("".join(chunk.digits for chunk in part), part[0].first)
            for chunk in part:
                self._verdicts[index, place[chunk.first]] = verdict

    def _verdicts_of(
        self, group: Group, chunks: Sequence[Chunk], asked: Asked
    ) -> Iterator[tuple[Sequence[Chunk], Verdict]]:
        kind = asked.kind
        if group.explained and not self._gives_way(group, asked):
            return
        if kind in {"cvv", "expiry", "pin"}:
            if self._is_answer(group, asked) or self._is_part_of_code(group, kind):
                found = codes.asked_for(kind, chunks, asked.bundle)
                if not found and (len(group.digits) >= brands.SHORTEST or self._is_known(group.digits)):
                    found = [(chunks, self._as_number(group, "long"))]
                yield from found
        elif kind == "pan":
            if self._is_answer(group, asked):
                yield from self._piece(group, chunks, asked)
        elif kind == "part":
            if len(group.digits) > 6 or asked.begun or self._parts_too:
                yield (
                    chunks,
                    Verdict(Entity.PAN, PARTIAL, "more than the part of a card number that may be shown"),
                )
        elif kind in NO_CARD:
            return
        elif kind == "code" and asked.card_talk and self._is_code(group, asked):
            yield (
                chunks,
                Verdict(Entity.CVV, codes.LIKELY, "three or four digits called a code, in talk about a card"),
            )
        elif kind == "code" and asked.after_pan and (parts := codes.said_again(chunks)):
            yield from parts
        else:
            yield from self._unasked(group, chunks, asked)

    def _gives_way(self, group: Group, asked: Asked) -> bool:
        """Whether what was asked outweighs what a number looks like: a recogniser writes 12:27 for twelve twenty-seven."""
        plain = self._talk.plain_in_turn(group.turn)
        if asked.kind == "expiry":
            if group.explained in {"a quantity", "an ordinal"}:
                return False
            return self._is_near(group, 2) or len(group.digits) > 2
        if group.explained == "an amount" and asked.kind != "pan":
            return False
        if group.explained in LOOKS_THAT_GIVE_WAY:
            return plain <= 1 and (
                asked.kind in {"pan", "cvv", "pin"} or (asked.kind == "card" and len(group.digits) >= 6)
            )
        return False

    def _is_code(self, group: Group, asked: Asked) -> bool:
        """Whether a number called a code is a security code; one that lost a digit is one after a card number."""
        size = len(group.digits)
        return size in (3, 4) or (size == 2 and asked.after_pan and asked.apart <= 2)

    def _piece(
        self, group: Group, chunks: Sequence[Chunk], asked: Asked
    ) -> Iterator[tuple[Sequence[Chunk], Verdict]]:
        size = len(group.digits)
        if asked.after_pan and not asked.pan_open and size in (3, 4) and not self._is_known(group.digits):
            if codes.is_month_and_year(group.digits):
                yield chunks, Verdict(Entity.EXPIRY, codes.UNSHAPED, "a month and a year after a card number")
            else:
                yield chunks, Verdict(Entity.CVV, codes.UNSHAPED, "three or four digits after a card number")
            return
        yield chunks, self._as_number(group, "asked")

    def _as_number(self, group: Group, why: str) -> Verdict:
        if brands.SHORTEST <= len(group.digits) <= brands.LONGEST:
            return Verdict(
                Entity.PAN,
                MISHEARD,
                "as long as a card number and asked for as one, but a digit may be mis-heard",
            )
        if why == "long":
            return Verdict(Entity.PAN, PARTIAL, "longer than what was asked for, in talk about a card")
        return Verdict(Entity.PAN, PARTIAL, "part of a card number by what was asked")

    def _is_part_of_code(self, group: Group, kind: str) -> bool:
        """Whether another short number that was asked for alike makes three or four digits of this one: `one … two three`."""
        if kind != "cvv":
            return False
        index = self._groups.index(group)
        for other in (index - 1, index + 1):
            if not 0 <= other < len(self._groups) or self._asked[other].kind != "cvv":
                continue
            beside = self._groups[other]
            apart = abs(beside.first - group.first)
            if max(self._talk.plain_near(group), self._talk.plain_near(beside)) > 2:
                continue
            if self._talk.speaker(group) != self._talk.speaker(beside):
                continue
            if (
                len(group.digits) + len(beside.digits) in (3, 4)
                and apart <= _PIECES_WITHIN
                and not beside.explained
            ):
                return True
        return False
