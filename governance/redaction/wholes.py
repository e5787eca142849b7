"""Complete card numbers, and long ones that nobody named: put together from their pieces over turns, echoes and corrections."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from governance.redaction import brands
from governance.redaction.codes import Verdict
from governance.redaction.digits import Group
from governance.redaction.reading import Reading
from governance.redaction.runs import Place, complete_number, readings, whole_number
from governance.redaction.shapes import (
    CONTRADICTED,
    ECHO_AT_LEAST,
    LOOKS_LIKE,
    NO_CARD,
    SURE,
    TELEPHONES,
    UNNAMED,
    UNPROMPTED,
    begins,
)
from governance.redaction.spans import Entity

_UNNAMED_AT_LEAST = 13
_TURNS_BETWEEN = 4
_DICTATED = range(12, 41)
_PIECE_AT_MOST = 12
_REGION_DIGITS_AT_MOST = 80
_GAP_SAME_TURN = 9
_PLAIN_SAME_TURN = 3
_GAP_ACROSS = 30
_PLAIN_ACROSS = 10
_GAP_ASKED = 80
_LIST_FROM = 120  # more pieces than three numbers read out digit by digit, with room for echoes


class Wholes(Reading):
    """Finds whole numbers: by brand, length and check digit, and by how they are read out."""

    def regions(self) -> Iterator[list[int]]:
        """Yield the groups that may be pieces of one number, by index."""
        region: list[int] = []
        size = 0
        for index, group in enumerate(self._groups):
            asked = self._asked[index]
            is_loose = asked.kind in UNNAMED or (asked.kind != "pan" and len(group.digits) <= 2)
            if group.explained or (
                is_loose and (not self._is_dense(group) or self._is_mentioned_year(group))
            ):
                continue
            if asked.kind == "pan" and not self._is_answer(group, asked):
                continue
            if region and (size > _REGION_DIGITS_AT_MOST or not self._joins(region[-1], index)):
                if size >= brands.SHORTEST:
                    yield region
                region, size = [], 0
            region.append(index)
            size += len(group.digits)
        if size >= brands.SHORTEST:
            yield region

    def _asks_between(self, last: Group, group: Group) -> bool:
        cues = self._talk.cues
        at = bisect_left(cues, (last.last,))
        return any(cue.kind == "pan" for cue in cues[at : bisect_left(cues, (group.first,))])

    def _joins(self, before: int, after: int) -> bool:
        talk, last, group = self._talk, self._groups[before], self._groups[after]
        if self._asked[before].kind in NO_CARD or self._asked[after].kind in NO_CARD:
            return False
        kinds = {self._asked[before].kind, self._asked[after].kind}
        if "pan" in kinds and self._asked[before].kind != "pan" and self._asks_between(last, group):
            return False  # asked for only now: what was said before is another number
        words = group.first - last.last - 1
        if kinds == {"pan"}:
            return words <= _GAP_ASKED
        if kinds & {"cvv", "pin", "expiry"} and len(kinds) > 1:
            return False
        plain = talk.plain_between(last.last + 1, group.first)
        fewer = (
            2 if kinds <= UNNAMED else 0
        )  # nobody named it: only what is read out without a word between is one number
        if group.turn == last.turn:
            if fewer and min(len(last.digits), len(group.digits)) >= ECHO_AT_LEAST:
                return words <= _GAP_SAME_TURN + _PLAIN_SAME_TURN and plain <= 2 * _PLAIN_SAME_TURN
            return words <= _GAP_SAME_TURN and plain <= _PLAIN_SAME_TURN - fewer
        return words <= _GAP_ACROSS and plain <= _PLAIN_ACROSS

    def complete(self, region: Sequence[int]) -> None:
        """Look for complete card numbers in one region, the whole of it first, then what is left."""
        places = [
            Place(index, at, chunk, self._talk.speaker(self._groups[index]))
            for index in region
            for at, chunk in enumerate(self._groups[index].chunks)
        ]
        wanted = any(self._asked[index].kind == "pan" for index in region)
        is_unnamed = all(self._asked[index].kind in UNNAMED for index in region)
        while len(places) > _LIST_FROM:
            # A list of numbers is read from its beginning, so that the hundredth costs no more than the first.
            head = places[:_LIST_FROM]
            at_hand = list(dict.fromkeys(place.group for place in head))
            covered = self._covered(at_hand, head, wanted)
            if covered:
                self._take(head, covered, wanted, is_unnamed)
            places = places[head.index(covered[-1]) + 1 if covered else _LIST_FROM // 2 :]
            region = at_hand[-1:] + [index for index in region if index > at_hand[-1]]
        while sum(len(place.chunk.digits) for place in places) >= brands.SHORTEST:
            covered = self._covered(region, places, wanted)
            if not covered:
                return
            self._take(places, covered, wanted, is_unnamed)
            taken = {(place.group, place.at) for place in covered}
            places = [place for place in places if (place.group, place.at) not in taken]
            region = [index for index in region if any(place.group == index for place in places)]

    def _covered(self, region: Sequence[int], places: list[Place], wanted: bool) -> list[Place]:
        if self._asked[region[0]].kind in NO_CARD:
            # Called otherwise, a number is a card's only if all of it is one: some window of a long one always is.
            return whole_number(places, wanted=True)
        orders = list(readings(self._groups, region, places))
        for reading in orders:
            if (covered := whole_number(reading, wanted)) and self._is_believed(covered):
                return covered
        if not self._speaks_of_cards and len(region) > 1:
            # Nobody speaks of a card or of paying: of several breaths only all together are believed, or one alone.
            orders = [[place for place in places if place.group == index] for index in region]
        first = self._groups[region[0]]
        begins = self._talk.plain_in_turn(first.turn) <= 2 and len(first.digits) >= brands.SHORTEST
        for reading in orders:
            if (covered := complete_number(reading, wanted, begins=begins)) and self._is_believed(covered):
                return covered
        return []

    def _is_believed(self, covered: Sequence[Place]) -> bool:
        """Whether a complete number is a card's though nobody speaks of cards: one number in ten passes the check digit."""
        if self._speaks_of_cards or len(covered) == 1:
            return True
        turns = {self._groups[place.group].turn for place in covered}
        if len(turns) > 1 and any(self._talk.plain_in_turn(turn) > 1 for turn in turns):
            return False
        return brands.is_usual("".join(place.chunk.digits for place in covered))

    def _take(
        self, places: Sequence[Place], covered: Sequence[Place], wanted: bool, is_unnamed: bool
    ) -> None:
        """Note a complete number. All of a region that nobody named otherwise belongs to it."""
        asked = self._asked[covered[0].group]
        score, because = UNPROMPTED, "a complete card number: brand, length and check digit agree"
        if wanted or asked.card_talk:
            score, because = (
                SURE,
                "a complete card number in talk about a card: brand, length and check digit agree",
            )
        elif asked.kind in NO_CARD:
            score, because = (
                CONTRADICTED,
                "a complete card number by brand, length and check digit, though called otherwise",
            )
        number = "".join(place.chunk.digits for place in covered)
        self._learn(number, covered[0].chunk.first)
        self._whole.append(number)
        verdict = Verdict(Entity.PAN, score, because)
        for place in covered:
            self._verdicts.setdefault((place.group, place.at), verdict)
            self._numbers.setdefault((place.group, place.at), len(self._whole) - 1)
        if wanted or is_unnamed:
            # What lies between two pieces of a number that was asked for belongs to it: a correction, a read-back.
            first, last = places.index(covered[0]), places.index(covered[-1])
            for at, place in enumerate(places):
                if first <= at <= last or (
                    is_unnamed and self._is_beside(place, at < first, covered, number)
                ):
                    self._verdicts.setdefault((place.group, place.at), verdict)

    def _is_beside(self, place: Place, is_before: bool, covered: Sequence[Place], number: str) -> bool:
        """Whether a piece of a region belongs to the number that was found in it: a false start, a correction, a read-back."""
        digits = self._groups[place.group].digits
        if is_before:
            is_alike = digits[:3] == number[:3] or digits in number
            return len(digits) >= ECHO_AT_LEAST and (is_alike or covered[0].group != covered[-1].group)
        if place.group == covered[-1].group:
            return False
        turn = self._groups[place.group].turn
        return (len(digits) >= ECHO_AT_LEAST and digits in number) or (
            len(digits) > 1
            and (self._talk.plain_in_turn(turn) <= 1 or turn == self._groups[covered[-1].group].turn)
        )

    def unnamed(self, region: Sequence[int]) -> None:
        """Take a long number that is read out in pieces and that nobody named, if it begins like a card number."""
        if len(region) < 2 or not (self._speaks_of_cards or self._is_dictation(region)):
            return
        if any(self._asked[index].kind not in UNNAMED | {"part"} for index in region):
            return
        region = [
            index
            for index in region
            if len(self._groups[index].digits) > 2 or self._is_near(self._groups[index], 1)
        ]
        if len(region) == 2 and len(self._groups[region[1]].digits) in TELEPHONES:
            return
        if not self._speaks_of_cards and self._asked[region[0]].since == "other":
            return  # something else was named, and these may be more of it
        is_found = any((index, 0) in self._verdicts for index in region)
        if len(region) < 2 or not (is_found or len(self._groups[region[0]].digits) not in TELEPHONES):
            return
        said: dict[str | None, str] = {}
        for index in region:
            speaker = self._talk.speaker(self._groups[index])
            said[speaker] = said.get(speaker, "") + self._groups[index].digits
        if not is_found and not any(len(one) >= _UNNAMED_AT_LEAST and begins(one) for one in said.values()):
            return
        verdict = Verdict(
            Entity.PAN,
            LOOKS_LIKE,
            "a long number in pieces that begins like a card number, and nobody says what it is",
        )
        for index in region:
            self._learn(self._groups[index].digits, self._groups[index].first)
            for at in range(len(self._groups[index].chunks)):
                self._verdicts.setdefault((index, at), verdict)

    def _is_dictation(self, region: Sequence[int]) -> bool:
        """Whether whole turns of nothing but digits make a number as long as a card's: it is read out piece by piece."""
        said: dict[str | None, list[str]] = {}
        for index in region:
            if not self._is_mostly_digits(self._groups[index].turn):
                continue
            said.setdefault(self._talk.speaker(self._groups[index]), []).append(self._groups[index].digits)
        return any(
            len(parts) > 1
            and sum(map(len, parts)) in _DICTATED
            and max(map(len, parts)) <= _PIECE_AT_MOST
            and begins("".join(parts))
            for parts in said.values()
        )

    def _is_mostly_digits(self, turn: int) -> bool:
        """Whether a turn has more digits than words, half as many again."""
        return 2 * self._digits_in_turns.get(turn, 0) >= 3 * self._talk.plain_in_turn(turn)

    @cached_property
    def _digits_in_turns(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for group in self._groups:
            if not group.explained:
                found[group.turn] = found.get(group.turn, 0) + len(group.digits)
        return found

    def interrupted(self) -> None:
        """Put a number together that was given in two to four parts, with other talk between them, and that nobody named."""
        parts = [
            index
            for index, group in enumerate(self._groups)
            if not group.explained
            and (index, 0) not in self._verdicts
            and self._asked[index].kind in UNNAMED
            and len(group.digits) >= ECHO_AT_LEAST
            and self._is_dense(group)
        ]
        for at, first in enumerate(parts):
            number = ""
            used: list[int] = []
            for index in parts[at : at + 4]:
                if self._talk.speaker(self._groups[index]) != self._talk.speaker(self._groups[first]):
                    continue
                if used and self._groups[index].turn - self._groups[used[-1]].turn > _TURNS_BETWEEN:
                    break
                number += self._groups[index].digits
                used.append(index)
                is_whole = self._speaks_of_cards or index == parts[-1]
                if len(number) in (15, 16) and len(used) > 1 and is_whole and brands.is_card_number(number):
                    verdict = Verdict(
                        Entity.PAN,
                        UNPROMPTED,
                        "a complete card number in parts, with other talk between them",
                    )
                    self._learn(number, self._groups[used[0]].first)
                    for one in used:
                        for chunk in range(len(self._groups[one].chunks)):
                            self._verdicts.setdefault((one, chunk), verdict)
                    break
