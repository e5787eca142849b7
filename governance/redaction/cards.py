"""Card data in talk: which digits of the stream are card data, surely or by suspicion.

A complete number (a brand's beginning and length, and the check digit) is found whatever is said around it. In talk
about a card, what only resembles one (mis-heard, cut short, not yet complete) is treated as one: a masked word can be
explained, a card number left in a recording cannot. Numbers split by a turn, read back, or said twice are put together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from governance.redaction import brands, codes
from governance.redaction.codes import Verdict
from governance.redaction.digits import Group
from governance.redaction.lexicon import ORDINAL
from governance.redaction.numerals import Chunk
from governance.redaction.runs import GROUPINGS, Place, complete_number, readings, whole_number
from governance.redaction.spans import Entity, Span
from governance.redaction.talk import Talk
from governance.redaction.topic import Asked
from governance.redaction.topics import attribute

SURE, UNPROMPTED, CONTRADICTED, MISHEARD, PARTIAL, LOOKS_LIKE = 0.99, 0.85, 0.6, 0.65, 0.5, 0.45

_ECHO_AT_LEAST = 4
_UNNAMED_AT_LEAST = 13
_MISHEARD_ECHO = range(6, 20)
_DISGUISED_AT_LEAST = 6
_PIECES_WITHIN = 12
_FOLLOWED_WITHIN = 14
_TURNS_BETWEEN = 4
_DICTATED, _PIECE_AT_MOST = range(12, 41), 10
_PLAIN_ABOUT_DATE = 6
_LONG_PIECE = 6
_NEARLY_USUAL = range(15, 18)
_LOST_AT_MOST = 3
_TELEPHONES = range(10, 13)
_DAY_WITHIN = 3
_REGION_DIGITS_AT_MOST = 80
_GAP_SAME_TURN, _PLAIN_SAME_TURN = 9, 3
_GAP_ACROSS, _PLAIN_ACROSS = 30, 10
_GAP_ASKED = 80
_CODE_ECHO_WITHIN = 150
_DATE_AND_CODE_DIGITS = 10
_YEARS = ("19", "20")
_NO_CARD = frozenset({"other", "thing"})
_UNNAMED = frozenset({"", "card"})
_CARD_TALK = frozenset({"pan", "card", "cvv", "expiry", "pay"})
LOOKS_THAT_GIVE_WAY = frozenset({"a time", "an amount", "letters and digits mixed"})


def find(talk: Talk, *, parts_too: bool = False) -> list[Span]:
    """Return the card data of a conversation, in order: numbers, security codes, expiry dates and PINs."""
    return _Reading(talk, parts_too=parts_too).spans() if talk.groups else []


class _Reading:
    """One reading of a conversation: a verdict for every number in it, or none."""

    def __init__(self, talk: Talk, *, parts_too: bool) -> None:
        self._talk = talk
        self._parts_too = parts_too
        self._groups = talk.groups
        self._asked = attribute(talk)
        self._verdicts: dict[tuple[int, int], Verdict] = {}  # by group and chunk
        self._numbers: dict[tuple[int, int], int] = {}  # which complete number a chunk is a piece of
        self._known: dict[str, int] = {}  # digits that are card numbers, whole or in part, and the first token of each
        self._whole: list[str] = []
        self._speaks_of_cards = any(cue.kind in _CARD_TALK for cue in talk.cues)
        self._has_number = False  # whether a card number was found before the group that is looked at

    def spans(self) -> list[Span]:
        """Decide on every group, look for what is said again, and return what was found."""
        for region in self._regions():
            self._complete(region)
        for region in self._regions():
            self._unnamed(region)
        self._interrupted()
        for index in range(len(self._groups)):
            self._decide(index)
        self._echoes()
        self._between()
        self._dates()
        return list(self._told())

    # Complete numbers ------------------------------------------------------------------------------------------------

    def _regions(self) -> Iterator[list[int]]:
        """Yield the groups that may be pieces of one number, by index."""
        region: list[int] = []
        size = 0
        for index, group in enumerate(self._groups):
            asked = self._asked[index]
            is_loose = asked.kind in _UNNAMED or (asked.kind != "pan" and len(group.digits) <= 2)
            if group.explained or (is_loose and (not self._is_dense(group) or self._is_mentioned_year(group))):
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

    def _is_dense(self, group: Group) -> bool:
        first, end = self._talk.bounds(group.turn)
        return is_dense(group, self._talk.plain_in_turn(group.turn), self._talk.plain_near(group), end - first)

    def _joins(self, before: int, after: int) -> bool:
        talk, last, group = self._talk, self._groups[before], self._groups[after]
        if self._asked[before].kind in _NO_CARD or self._asked[after].kind in _NO_CARD:
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
        fewer = 2 if kinds <= _UNNAMED else 0  # nobody named it: only what is read out without a word between is one number
        if group.turn == last.turn:
            if fewer and min(len(last.digits), len(group.digits)) >= _ECHO_AT_LEAST:
                return words <= _GAP_SAME_TURN + _PLAIN_SAME_TURN and plain <= 2 * _PLAIN_SAME_TURN
            return words <= _GAP_SAME_TURN and plain <= _PLAIN_SAME_TURN - fewer
        return words <= _GAP_ACROSS and plain <= _PLAIN_ACROSS

    def _complete(self, region: Sequence[int]) -> None:
        """Look for complete card numbers in one region, the whole of it first, then what is left."""
        places = [
            Place(index, at, chunk, self._talk.speaker(self._groups[index]))
            for index in region
            for at, chunk in enumerate(self._groups[index].chunks)
        ]
        wanted = any(self._asked[index].kind == "pan" for index in region)
        is_unnamed = all(self._asked[index].kind in _UNNAMED for index in region)
        while sum(len(place.chunk.digits) for place in places) >= brands.SHORTEST:
            covered = self._covered(region, places, wanted)
            if not covered:
                return
            self._take(places, covered, wanted, is_unnamed)
            taken = {(place.group, place.at) for place in covered}
            places = [place for place in places if (place.group, place.at) not in taken]
            region = [index for index in region if any(place.group == index for place in places)]

    def _covered(self, region: Sequence[int], places: list[Place], wanted: bool) -> list[Place]:
        if self._asked[region[0]].kind in _NO_CARD:
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
            score, because = SURE, "a complete card number in talk about a card: brand, length and check digit agree"
        elif asked.kind in _NO_CARD:
            score, because = CONTRADICTED, "a complete card number by brand, length and check digit, though called otherwise"
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
                if first <= at <= last or (is_unnamed and self._is_beside(place, at < first, covered, number)):
                    self._verdicts.setdefault((place.group, place.at), verdict)

    def _is_beside(self, place: Place, is_before: bool, covered: Sequence[Place], number: str) -> bool:
        """Whether a piece of a region belongs to the number that was found in it: a false start, a correction, a read-back."""
        digits = self._groups[place.group].digits
        if is_before:
            is_alike = digits[:3] == number[:3] or digits in number
            return len(digits) >= _ECHO_AT_LEAST and (is_alike or covered[0].group != covered[-1].group)
        if place.group == covered[-1].group:
            return False
        turn = self._groups[place.group].turn
        return (len(digits) >= _ECHO_AT_LEAST and digits in number) or (
            len(digits) > 1 and (self._talk.plain_in_turn(turn) <= 1 or turn == self._groups[covered[-1].group].turn)
        )

    def _unnamed(self, region: Sequence[int]) -> None:
        """Take a long number that is read out in pieces and that nobody named, if it begins like a card number."""
        if len(region) < 2 or not (self._speaks_of_cards or self._is_dictation(region)):
            return
        if any(self._asked[index].kind not in _UNNAMED | {"part"} for index in region):
            return
        region = [index for index in region if len(self._groups[index].digits) > 2 or self._is_near(self._groups[index], 1)]
        if len(region) == 2 and len(self._groups[region[1]].digits) in _TELEPHONES:
            return
        if not self._speaks_of_cards and self._asked[region[0]].since == "other":
            return  # something else was named, and these may be more of it
        is_found = any((index, 0) in self._verdicts for index in region)
        if len(region) < 2 or not (is_found or len(self._groups[region[0]].digits) not in _TELEPHONES):
            return
        said: dict[str | None, str] = {}
        for index in region:
            speaker = self._talk.speaker(self._groups[index])
            said[speaker] = said.get(speaker, "") + self._groups[index].digits
        if not is_found and not any(len(one) >= _UNNAMED_AT_LEAST and _begins(one) for one in said.values()):
            return
        verdict = Verdict(Entity.PAN, LOOKS_LIKE, "a long number in pieces that begins like a card number, and nobody says what it is")
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
            len(parts) > 1 and sum(map(len, parts)) in _DICTATED and max(map(len, parts)) <= _PIECE_AT_MOST and _begins("".join(parts))
            for parts in said.values()
        )

    def _is_mostly_digits(self, turn: int) -> bool:
        """Whether a turn has more digits than words, half as many again."""
        size = sum(len(group.digits) for group in self._groups if group.turn == turn and not group.explained)
        return 2 * size >= 3 * self._talk.plain_in_turn(turn)

    def _is_mentioned_year(self, group: Group) -> bool:
        return _is_year(group) and self._talk.plain_in_turn(group.turn) >= 2

    def _interrupted(self) -> None:
        """Put a number together that was given in two to four parts, with other talk between them, and that nobody named."""
        parts = [
            index
            for index, group in enumerate(self._groups)
            if not group.explained and (index, 0) not in self._verdicts and self._asked[index].kind in _UNNAMED
            and len(group.digits) >= _ECHO_AT_LEAST and self._is_dense(group)
        ]
        for at, first in enumerate(parts):
            number, used = "", []
            for index in parts[at : at + 4]:
                if self._talk.speaker(self._groups[index]) != self._talk.speaker(self._groups[first]):
                    continue
                if used and self._groups[index].turn - self._groups[used[-1]].turn > _TURNS_BETWEEN:
                    break
                number += self._groups[index].digits
                used.append(index)
                is_whole = self._speaks_of_cards or index == parts[-1]
                if len(number) in (15, 16) and len(used) > 1 and is_whole and brands.is_card_number(number):
                    verdict = Verdict(Entity.PAN, UNPROMPTED, "a complete card number in parts, with other talk between them")
                    self._learn(number, self._groups[used[0]].first)
                    for one in used:
                        for chunk in range(len(self._groups[one].chunks)):
                            self._verdicts.setdefault((one, chunk), verdict)
                    break

    # What was asked --------------------------------------------------------------------------------------------------

    def _decide(self, index: int) -> None:
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
            is_more = asked.kind in {"pan", "card"} or sum(len(chunk.digits) for chunk in chunks) <= _LOST_AT_MOST
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
                yield chunks, Verdict(Entity.PAN, PARTIAL, "more than the part of a card number that may be shown")
        elif kind in _NO_CARD:
            return
        elif kind == "code" and asked.card_talk and self._is_code(group, asked):
            yield chunks, Verdict(Entity.CVV, codes.LIKELY, "three or four digits called a code, in talk about a card")
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
            return plain <= 1 and (asked.kind in {"pan", "cvv", "pin"} or (asked.kind == "card" and len(group.digits) >= 6))
        return False

    def _is_answer(self, group: Group, asked: Asked) -> bool:
        """Whether a number answers what was asked and does not just stand in the same talk."""
        talk, size = self._talk, len(group.digits)
        if group.plus:
            return False
        if asked.kind in {"cvv", "pin"} and any(chunk.is_month for chunk in group.chunks):
            return False
        if asked.kind == "pin" and ((talk.plain_near(group) >= 3 and not asked.here) or (size < 3 and not asked.card_talk)):
            return False
        if asked.kind == "pin" and not (asked.here or asked.card_talk or talk.plain_in_turn(group.turn) <= 2):
            return False
        is_first = not (asked.begun or asked.after_pan)
        if asked.kind == "pan" and size in _TELEPHONES and is_first and not _begins(group.digits):
            return False
        if size >= 3:
            # "I have had it since two thousand nineteen" answers no question for digits.
            in_passing = talk.plain_in_turn(group.turn) >= 2 and talk.plain_near(group) >= 1
            return not (in_passing and asked.kind != "expiry" and _is_year(group))
        if all(chunk.weak for chunk in group.chunks):
            first, end = talk.bounds(group.turn)
            return talk.plain_in_turn(group.turn) == 0 and end - first <= 4
        if asked.kind == "pan":
            return self._is_near(group, 1)
        if asked.kind == "expiry" and size == 2:
            return talk.plain_near(group) <= 1
        return talk.plain_in_turn(group.turn) <= 1

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
            if len(group.digits) + len(beside.digits) in (3, 4) and apart <= _PIECES_WITHIN and not beside.explained:
                return True
        return False

    def _is_code(self, group: Group, asked: Asked) -> bool:
        """Whether a number called a code is a security code; one that lost a digit is one after a card number."""
        size = len(group.digits)
        return size in (3, 4) or (size == 2 and asked.after_pan and asked.apart <= 2)

    def _is_near(self, group: Group, words: int) -> bool:
        return self._talk.plain_near(group) <= words or self._talk.plain_in_turn(group.turn) <= 2

    def _piece(self, group: Group, chunks: Sequence[Chunk], asked: Asked) -> Iterator[tuple[Sequence[Chunk], Verdict]]:
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
            return Verdict(Entity.PAN, MISHEARD, "as long as a card number and asked for as one, but a digit may be mis-heard")
        if why == "long":
            return Verdict(Entity.PAN, PARTIAL, "longer than what was asked for, in talk about a card")
        return Verdict(Entity.PAN, PARTIAL, "part of a card number by what was asked")

    def _learn(self, digits: str, token: int) -> None:
        self._known[digits] = min(token, self._known.get(digits, token))

    def _is_known(self, digits: str) -> bool:
        return any(digits in known for known in self._known)

    def _unasked(self, group: Group, chunks: Sequence[Chunk], asked: Asked) -> Iterator[tuple[Sequence[Chunk], Verdict]]:
        """Yield what a number is that nobody asked for in so many words."""
        talk, size = self._talk, len(group.digits)
        if group.plus:
            return
        sizes = tuple(len(chunk.digits) for chunk in group.chunks)
        begins = _begins(group.digits)
        is_year = _is_year(group)
        if sizes in GROUPINGS and begins:
            yield chunks, Verdict(Entity.PAN, LOOKS_LIKE, "grouped like a card number and begins like one, but the check digit does not agree")
        elif asked.card_talk and begins and (size in _NEARLY_USUAL or (brands.SHORTEST <= size <= brands.LONGEST + 1 and talk.plain_in_turn(group.turn) <= 1)):
            yield chunks, Verdict(Entity.PAN, LOOKS_LIKE, "begins like a card number and is as long, in talk about a card")
        elif begins and 8 <= size < brands.SHORTEST and self._follows_number(group):
            yield chunks, Verdict(Entity.PAN, LOOKS_LIKE, "begins like a card number, right after somebody else has said one")
        elif asked.kind == "card" and ((size >= 8 and ((begins and talk.plain_near(group) <= 2) or talk.plain_in_turn(group.turn) <= 2)) or (size >= 4 and not is_year and (talk.plain_in_turn(group.turn) <= 1 or (begins and talk.plain_near(group) <= (1 if size < 6 else 3))))):
            yield chunks, Verdict(Entity.PAN, PARTIAL, "digits where a card was spoken of")
        elif asked.pan_open and size >= 4 and self._is_answer(group, asked):
            yield chunks, Verdict(Entity.PAN, PARTIAL, "digits while a card number is not complete")
        elif asked.after_pan and size <= _DATE_AND_CODE_DIGITS and talk.plain_near(group) <= 1 and (parts := codes.date_and_code(chunks)):
            yield from parts
        elif begins and brands.SHORTEST <= size <= brands.LONGEST and self._is_followed(group):
            yield chunks, Verdict(Entity.PAN, LOOKS_LIKE, "begins like a card number and is as long, and its expiry date or code is named right behind it")
        elif size in (15, 16, 17) and begins and (brands.is_usual(group.digits) or talk.plain_in_turn(group.turn) <= 1):
            yield chunks, Verdict(Entity.PAN, LOOKS_LIKE, "begins like a card number and is as long, and nothing says what it is")
        elif asked.after_pan and _reads_as_date(group) and talk.plain_near(group) <= 2:
            yield chunks, Verdict(Entity.EXPIRY, codes.UNSHAPED, "a month and a year after a card number")
        elif asked.after_pan and asked.since not in {"other", "part"} and size in (3, 4) and talk.plain_in_turn(group.turn) <= 1:
            yield chunks, Verdict(Entity.CVV, codes.UNSHAPED, "three or four digits by themselves after a card number")

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
        return at < len(cues) and cues[at].kind in {"expiry", "cvv"} and cues[at].first - group.last <= _FOLLOWED_WITHIN

    # What is said again ----------------------------------------------------------------------------------------------

    def _echoes(self) -> None:
        """Find pieces of numbers and codes found elsewhere: `so that was 4111 11 …`. Last four alone may be shown."""
        if not self._verdicts:
            return
        known = {digits: token for digits, token in self._known.items() if len(digits) >= _ECHO_AT_LEAST}
        latest: dict[str, tuple[int, Verdict]] = {}
        for index, group in enumerate(self._groups):
            for verdict, part in self._codes_in(index):
                latest[part] = (group.first, verdict)
            if (index, 0) in self._verdicts or (group.explained and not self._is_disguised(group)):
                continue
            asked = self._asked[index]
            verdict = self._echo(group, asked, known, latest)
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
        return group.explained in LOOKS_THAT_GIVE_WAY and len(group.digits) > _ECHO_AT_LEAST

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
        self, group: Group, asked: Asked, known: dict[str, int], latest: dict[str, tuple[int, Verdict]]
    ) -> Verdict | None:
        digits, size = group.digits, len(group.digits)
        code = latest.get(digits)
        if code is not None and group.first - code[0] <= _CODE_ECHO_WITHIN and asked.kind not in _NO_CARD | {"part"}:
            return Verdict(code[1].entity, code[1].score, "repeats a code found before")
        for said, (place, verdict) in latest.items():
            near = group.first - place <= _CODE_ECHO_WITHIN and asked.kind not in _NO_CARD | {"part"}
            if near and size <= _DATE_AND_CODE_DIGITS and _ends_with(group, said):
                return Verdict(verdict.entity, verdict.score, "ends with a code found before")
        if asked.kind == "part" and self._is_dictated(group, known):
            known.setdefault(digits, group.first)
            return Verdict(Entity.PAN, PARTIAL, "a part of a card number that is being read out")
        if size < _ECHO_AT_LEAST or (size == _ECHO_AT_LEAST and ((asked.kind in _NO_CARD and asked.here) or asked.kind == "part")):
            return None
        is_shown = asked.kind == "part" and size <= 6
        is_fuzzy = size in _MISHEARD_ECHO and asked.kind not in _NO_CARD
        pieces = (digits[:_ECHO_AT_LEAST], digits[-_ECHO_AT_LEAST:]) if is_fuzzy else (digits,)
        numbers = [number for number, token in known.items() if token < group.first or may_be_begun(group, asked, is_loose=not self._is_dense(group))]
        if is_shown or not any(piece in number for number in numbers for piece in pieces):
            return None
        return Verdict(Entity.PAN, PARTIAL, "repeats part of a card number found elsewhere")

    def _between(self) -> None:
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

    def _dates(self) -> None:
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
            if is_known or asked.kind == "expiry" or ((asked.after_pan or after_pan) and not (asked.here and asked.kind == "other")):
                verdict = Verdict(Entity.EXPIRY, codes.UNSHAPED, "a month and a year, as an expiry date is said")
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
        if len(before.chunks[-1].digits) > 2:
            return True
        return talk.tokens.words[group.first] not in talk.lexicon.months

    def _is_year(self, month: int, index: int) -> bool:
        first, group, words = self._groups[month], self._groups[index], self._talk.tokens.words
        if group.turn != first.turn or not 1 <= group.first - first.last <= 5 or self._talk.plain_between(first.last + 1, group.first) > 1:
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

    # What is told ----------------------------------------------------------------------------------------------------

    def _told(self) -> Iterator[Span]:
        """Yield the spans: neighbours of one kind with nothing but separators between them are one."""
        text = self._talk.tokens.folded
        span: Span | None = None
        last = -1
        for index, group in enumerate(self._groups):
            for at, chunk in enumerate(group.chunks):
                verdict = self._verdicts.get((index, at))
                if verdict is None:
                    continue
                number = self._numbers.get((index, at), -1)
                if span is not None and last + 1 == chunk.first and (span.entity, span.number) == (verdict.entity, number) \
                        and "\n" not in text[span.end : chunk.start]:
                    best = max((span.score, span.because), (verdict.score, verdict.because), key=lambda one: one[0])
                    span = Span(span.start, chunk.end, span.entity, *best, number)
                else:
                    if span is not None:
                        yield span
                    span = Span(chunk.start, chunk.end, verdict.entity, verdict.score, verdict.because, number)
                last = chunk.last
        if span is not None:
            yield span


def is_dense(group: Group, plain: int, near: int, words: int) -> bool:
    """Return whether little but numbers is said around a number: read out, and not mentioned in passing.

    `plain` words are in its turn, `near` of them close to it, and the turn has so many `words` in all: the more there are, the
    less dense it is, so that a stream may ask before a turn is over.
    """
    size = len(group.digits)
    if size <= 2:
        is_weak = all(chunk.weak for chunk in group.chunks) and words > 2
        return plain <= 1 and not is_weak
    return plain <= 3 or (size >= 4 and near <= 1) or (size >= _LONG_PIECE and near <= 3) or size >= 12


def may_be_begun(group: Group, asked: Asked, *, is_loose: bool) -> bool:
    """Return whether a number may be the beginning of a card number that is only given later.

    One that is called otherwise, looks like something else or is said in passing (`is_loose`) repeats only what was said
    before it, unless it would begin a card number: else nothing could be shown before a call has ended.
    """
    size = len(group.digits)
    if asked.kind in _NO_CARD:
        return size >= brands.SHORTEST and _begins(group.digits)
    if group.explained:
        return size >= _DISGUISED_AT_LEAST and _begins(group.digits)
    return asked.kind != "" or not is_loose or size == _ECHO_AT_LEAST or _begins(group.digits)


def _ends_with(group: Group, digits: str) -> bool:
    """Whether the last numbers of a group, taken whole, are these digits."""
    last = ""
    for chunk in reversed(group.chunks):
        last = chunk.digits + last
        if len(last) >= len(digits):
            break
    return last == digits


def _is_year(group: Group) -> bool:
    """Whether a number is a year of the last or this century, said as years are."""
    digits = group.digits
    is_near = digits[:2] == "19" or (digits[:2] == "20" and digits[2:] <= "49")
    return len(digits) == 4 and is_near and len(group.chunks) <= 2


def _reads_as_date(group: Group) -> bool:
    """Whether a number is said as a month and a year are: as four digits or more, or with a stroke between the parts."""
    is_parted = any(after.first - before.last > 1 or after.typed for before, after in pairwise(group.chunks))
    return (is_parted or len(group.digits) > 3) and codes.is_month_and_year(group.digits)


def _begins(digits: str) -> bool:
    """Whether digits begin like a card number; toll-free telephone numbers begin like a rare one."""
    return brands.begins_like_a_card(digits) and digits[:4] not in {"1800", "2131"}
