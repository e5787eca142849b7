"""Card numbers in talk: which runs of the digit stream are a PAN, surely or by suspicion.

A complete number (a brand's beginning and length, and the check digit) is found whatever is said around it. In talk
about a card, what only resembles one (mis-heard, cut short, not yet complete) is treated as one: a masked word can be
explained, a card number left in a recording cannot. Numbers split by a turn, read back, or said twice are put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from governance.redaction import brands
from governance.redaction.runs import GROUPINGS, Place, complete_number, readings, whole_number
from governance.redaction.spans import Entity, Span
from governance.redaction.talk import Asked, Talk

SURE, UNPROMPTED, CONTRADICTED, MISHEARD, PARTIAL, LOOKS_LIKE = 0.99, 0.85, 0.6, 0.65, 0.5, 0.45

_PARTIAL_WHEN_ASKED, _PARTIAL_IN_TALK = 5, 8
_WORDS_TO_CUE, _WORDS_AFTER_ANSWER = 7, 4
_GAP_WORDS_SAME_TURN, _GAP_WORDS_ACROSS = 9, 24
_ECHO_AT_LEAST = 5
_REGION_DIGITS_AT_MOST = 80
_CODE_SHAPES = frozenset({3, 4, 6, 7, 8})

_LONGEST_CODE = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of chunks of one group, and what it is. `because` never holds a digit of it."""

    group: int
    first: int
    last: int  # included
    entity: Entity
    score: float
    because: str


def find(talk: Talk) -> list[Found]:
    """Return the card numbers of a conversation, as stretches of its groups."""
    found: list[Found] = []
    answered: set[int] = set()
    for region in _regions(talk):
        found.extend(_examine(talk, region, answered))
    found.extend(_echoes(talk, found))
    return found


def spans(talk: Talk, found: Iterable[Found]) -> list[Span]:
    """Return findings as characters of the text; what stands between two chunks of a finding belongs to it."""
    return [
        Span(talk.groups[f.group].chunks[f.first].start, talk.groups[f.group].chunks[f.last].end, f.entity, f.score, f.because)
        for f in found
    ]  # fmt: skip


def digits_of(talk: Talk, found: Found) -> str:
    """Return the digits a finding covers, for comparing with others and for showing the last four."""
    chunks = talk.groups[found.group].chunks[found.first : found.last + 1]
    return "".join(chunk.digits for chunk in chunks)


def _regions(talk: Talk) -> Iterator[list[int]]:
    """Yield the groups that may be pieces of one number, by index."""
    region: list[int] = []
    for index in range(len(talk.groups)):
        if region and not _continues(talk, region, index):
            yield region
            region = []
        region.append(index)
    if region:
        yield region


def _continues(talk: Talk, region: Sequence[int], index: int) -> bool:
    last, group = talk.groups[region[-1]], talk.groups[index]
    so_far = sum(len(talk.groups[at].digits) for at in region)
    cues = talk.cues_between(last.end, group.start)
    if so_far > _REGION_DIGITS_AT_MOST or any(cue.kind != "card" for cue in cues):
        return False
    # Where the card is asked for only now, what was said before was another number, unless both make one card.
    if cues and not talk.asked(region[0]).names("card"):
        return brands.is_card_number("".join(talk.groups[at].digits for at in (*region, index)))
    words = talk.words_between(last.end, group.start)
    plain = [word for word in words if word.kind == "word"]
    if group.turn == last.turn:
        near = len(words) <= _GAP_WORDS_SAME_TURN and len(last.digits) > 1 and len(group.digits) > 1
    else:
        near = len(words) <= _GAP_WORDS_ACROSS
    if not near or (plain and not (talk.asked(region[0]).names("card") or talk.asked(index).names("card"))):
        return False
    if _is_complete(talk, region):
        return group.turn == last.turn and not plain
    return True


def _is_complete(talk: Talk, region: Sequence[int]) -> bool:
    """Whether a region is a complete number already: as said, by one speaker, without read-backs, or in one group."""
    whole = (
        "".join(place.chunk.digits for place in reading)
        for reading in readings(talk, region, _places(talk, region))
    )
    return any(map(brands.is_card_number, whole)) or any(
        brands.is_card_number(talk.groups[index].digits) for index in region
    )


def _places(talk: Talk, region: Sequence[int]) -> list[Place]:
    return [
        Place(index, at, chunk, talk.turns[talk.groups[index].turn].speaker)
        for index in region
        for at, chunk in enumerate(talk.groups[index].chunks)
    ]


def _examine(talk: Talk, region: Sequence[int], answered: set[int]) -> list[Found]:
    """Examine one region. `answered` holds the questions for a card that a complete number has answered."""
    places = _places(talk, region)
    wanted = any(talk.asked(index).names("card") for index in region)
    orders = list(readings(talk, region, places))
    for seek, reading in ((seek, reading) for seek in (whole_number, complete_number) for reading in orders):
        covered = seek(reading, wanted)
        if covered:
            answered.update(
                cue.start for index in region for cue in talk.asked(index).cues if cue.kind == "card"
            )
            return _complete(talk, region, places, covered, wanted)
    if _is_for_codes(talk, region, answered):
        return []
    return _suspected(talk, region, places, answered)


def _is_for_codes(talk: Talk, region: Sequence[int], answered: set[int]) -> bool:
    """Whether short numbers answer the rest of a question whose card number has been given already."""
    for index in region:
        cues = talk.asked(index).cues
        cards = [cue for cue in cues if cue.kind == "card"]
        rest = any(cue.kind in {"cvv", "expiry", "pin"} for cue in cues)
        if not rest or len(talk.groups[index].digits) > 8 or not all(cue.start in answered for cue in cards):
            return False
    return True


def _complete(
    talk: Talk, region: Sequence[int], places: Sequence[Place], covered: Sequence[Place], wanted: bool
) -> list[Found]:
    asked = [talk.asked(index) for index in region]
    score, because = UNPROMPTED, "a complete card number: brand, length and check digit agree"
    if wanted or talk.is_card_talk(covered[0].chunk.start):
        score, because = (
            SURE,
            "a complete card number in talk about a card: brand, length and check digit agree",
        )
    elif any(answer.first == "other" for answer in asked):
        score, because = (
            CONTRADICTED,
            "a complete card number by brand, length and check digit, though called otherwise",
        )
    known = "".join(place.chunk.digits for place in covered)
    first, last = places.index(covered[0]), places.index(covered[-1])
    inside = [place for at, place in enumerate(places) if first <= at <= last]
    outside = [*places[:first], *places[last + 1 :]]
    left = sum(len(place.chunk.digits) for place in outside if place.group == covered[-1].group)
    more = [
        place
        for place in outside
        if _is_read_back(talk, place, known, covered)
        # What the same answer adds is card number too, unless it has the shape of a date or a code behind it.
        or (
            talk.asked(place.group).names("card")
            and (place.group != covered[-1].group or left not in _CODE_SHAPES)
        )
        or (talk.asked(place.group).names("card") and place in places[:first])
    ]
    return list(_stretches([*inside, *more], Entity.PAN, score, because))


def _is_read_back(talk: Talk, place: Place, known: str, covered: Sequence[Place]) -> bool:
    group = talk.groups[place.group]
    return (
        place.group not in {other.group for other in covered}
        and len(group.digits) >= 4
        and group.digits in known
    )


def _suspected(talk: Talk, region: Sequence[int], places: Sequence[Place], answered: set[int]) -> list[Found]:
    total = sum(len(place.chunk.digits) for place in places)
    if total <= _LONGEST_CODE and talk.is_called_code(region[0]):
        return []  # `what's the code?` after the number: the codes answer for it
    asked = _most_telling(talk, region)
    if "last_four" in asked.kinds[:1] and total <= 6:
        return []
    if asked.names("card") and _is_near_enough(talk, region, asked, answered):
        score, because = PARTIAL, "part of a card number by what was asked"
        if brands.SHORTEST <= total <= brands.LONGEST:
            score, because = (
                MISHEARD,
                "as long as a card number and asked for as one, but a digit may be mis-heard",
            )
        return list(_stretches(places, Entity.PAN, score, because))
    if asked.first == "other":
        return []
    found: list[Found] = []
    for index in region:
        group = talk.groups[index]
        sizes = tuple(len(chunk.digits) for chunk in group.chunks)
        if sizes in GROUPINGS and brands.begins_like_a_card(group.digits) and not group.plus:
            because = "grouped like a card number and begins like one, but the check digit does not agree"
            found.append(Found(index, 0, len(sizes) - 1, Entity.PAN, LOOKS_LIKE, because))
    return found


def _most_telling(talk: Talk, region: Sequence[int]) -> Asked:
    answers = [talk.asked(index) for index in region]
    return next((answer for answer in answers if answer.names("card")), answers[0])


def _is_near_enough(talk: Talk, region: Sequence[int], asked: Asked, answered: set[int]) -> bool:
    """Whether a run that is no complete card number was really given as one."""
    cue = next(cue for cue in asked.cues if cue.kind == "card")
    group = talk.groups[region[0]]
    sizes = [len(talk.groups[index].digits) for index in region]
    if group.plus:
        return False
    if not asked.here:
        return sum(sizes) >= (_PARTIAL_WHEN_ASKED if cue.names_number else _PARTIAL_IN_TALK)
    start, end = (cue.end, group.start) if cue.end <= group.start else (group.end, cue.start)
    words = talk.words_between(start, end)
    plain = sum(word.kind == "word" for word in words)
    if plain > _WORDS_TO_CUE or (cue.start in answered and len(words) > _WORDS_AFTER_ANSWER):
        return False
    if cue.names_number and plain <= _WORDS_TO_CUE // 2:
        return sum(sizes) >= _PARTIAL_WHEN_ASKED
    # "My card" without "number" is asked of many numbers: pieces with words between them are an address or a story.
    return max(sizes) >= _PARTIAL_IN_TALK or (sum(sizes) >= brands.SHORTEST and min(sizes) >= 3)


def _stretches(places: Iterable[Place], entity: Entity, score: float, because: str) -> Iterator[Found]:
    """Yield one finding for each group the places stand in, from the first to the last of them there."""
    by_group: dict[int, list[int]] = {}
    for place in places:
        by_group.setdefault(place.group, []).append(place.at)
    for group, ats in sorted(by_group.items()):
        yield Found(group, min(ats), max(ats), entity, score, because)


def _echoes(talk: Talk, found: Sequence[Found]) -> list[Found]:
    """Find pieces of numbers found elsewhere: `so that was 4111 11 …`. Four digits alone may be shown."""
    by_group = {one.group: one for one in found}
    parts = _parts(talk, found)
    echoes: list[Found] = []
    for index, group in enumerate(talk.groups):
        if index in by_group:
            continue
        score, because = parts.get(group.digits, 0.0), "repeats part of a card number found elsewhere"
        near = [by_group[at] for at in (index - 1, index - 2, index + 1, index + 2) if at in by_group]
        near = [one for one in near if abs(group.turn - talk.groups[one.group].turn) <= 2]
        if any(digits_of(talk, one) == group.digits for one in near):
            score, because = near[0].score, "says a piece of a card number again, right beside it"
        elif not score and any(one.group < index for one in near) and _trails(talk, index):
            score, because = PARTIAL, "a last piece right after a card number, by what was asked"
        if score:
            echo = Found(index, 0, len(group.chunks) - 1, Entity.PAN, score, because)
            by_group[index] = echo
            echoes.append(echo)
    return echoes


def _parts(talk: Talk, found: Sequence[Found]) -> dict[str, float]:
    """Return every part of the whole numbers found that is long enough to tell, with their scores."""
    parts: dict[str, float] = {}
    for one in found:
        whole = digits_of(talk, one)
        if brands.SHORTEST <= len(whole) <= brands.LONGEST:
            for first in range(len(whole)):
                for end in range(first + _ECHO_AT_LEAST, len(whole) + 1):
                    parts[whole[first:end]] = max(one.score, parts.get(whole[first:end], 0.0))
    return parts


def _trails(talk: Talk, index: int) -> bool:
    """Whether a turn of nothing but a digit or two is still about a card number: the rest of a longer one."""
    if len(talk.groups[index].digits) <= _LONGEST_CODE and talk.is_called_code(index):
        return False
    group, asked = talk.groups[index], talk.asked(index)
    if len(group.digits) >= _ECHO_AT_LEAST or asked.here or not asked.names("card"):
        return False
    turn = talk.turns[group.turn]
    words = sum(word.kind == "word" for word in talk.words_between(turn.start, turn.end))
    return words <= 1 and not {"cvv", "expiry", "pin", "last_four"} & set(asked.kinds)
