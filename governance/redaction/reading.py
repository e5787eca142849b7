"""What is known of a conversation while it is read: its numbers, what each was asked as, and the verdicts so far."""

from __future__ import annotations

from collections.abc import Iterator

from governance.redaction.codes import Verdict
from governance.redaction.digits import Group
from governance.redaction.shapes import ECHO_AT_LEAST, TELEPHONES, begins, is_dense, is_year
from governance.redaction.spans import Span
from governance.redaction.talk import Talk
from governance.redaction.topic import Asked
from governance.redaction.topics import attribute

_CARD_TALK = frozenset({"pan", "card", "cvv", "expiry", "pay"})


class Reading:
    """One reading of a conversation: a verdict for every number in it, or none."""

    def __init__(self, talk: Talk, *, parts_too: bool) -> None:
        """Take up a conversation. `parts_too` masks also the parts of a number that may be shown."""
        self._talk = talk
        self._parts_too = parts_too
        self._groups = talk.groups
        self._asked = attribute(talk)
        self._verdicts: dict[tuple[int, int], Verdict] = {}  # by group and chunk
        self._numbers: dict[tuple[int, int], int] = {}  # which complete number a chunk is a piece of
        self._known: dict[
            str, int
        ] = {}  # digits that are card numbers, whole or in part, and the first token of each
        self._whole: list[str] = []
        self._speaks_of_cards = any(cue.kind in _CARD_TALK for cue in talk.cues)
        self._has_number = False  # whether a card number was found before the group that is looked at

    @property
    def asked(self) -> list[Asked]:
        """What each number was asked as."""
        return self._asked

    def surest(self, index: int) -> float:
        """Return the score of the surest finding in a group, 0 where there is none."""
        chunks = range(len(self._groups[index].chunks))
        return max((found.score for at in chunks if (found := self._verdicts.get((index, at)))), default=0.0)

    def told(self) -> Iterator[Span]:
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
                if (
                    span is not None
                    and last + 1 == chunk.first
                    and (span.entity, span.number) == (verdict.entity, number)
                    and "\n" not in text[span.end : chunk.start]
                ):
                    best = max(
                        (span.score, span.because), (verdict.score, verdict.because), key=lambda one: one[0]
                    )
                    span = Span(span.start, chunk.end, span.entity, *best, number)
                else:
                    if span is not None:
                        yield span
                    span = Span(
                        chunk.start, chunk.end, verdict.entity, verdict.score, verdict.because, number
                    )
                last = chunk.last
        if span is not None:
            yield span

    def _is_dense(self, group: Group) -> bool:
        first, end = self._talk.bounds(group.turn)
        return is_dense(
            group, self._talk.plain_in_turn(group.turn), self._talk.plain_near(group), end - first
        )

    def _is_mentioned_year(self, group: Group) -> bool:
        return is_year(group) and self._talk.plain_in_turn(group.turn) >= 2

    def _is_near(self, group: Group, words: int) -> bool:
        return self._talk.plain_near(group) <= words or self._talk.plain_in_turn(group.turn) <= 2

    def _learn(self, digits: str, token: int) -> None:
        self._known[digits] = min(token, self._known.get(digits, token))

    def _is_known(self, digits: str) -> bool:
        return any(digits in known for known in self._known)

    def _is_plain_answer(self, group: Group) -> bool:
        """Whether four digits open or end a turn, whatever else is said in it: "8370, but I should not tell you"."""
        if len(group.digits) != ECHO_AT_LEAST or is_year(group):
            return False
        first, end = self._talk.bounds(group.turn)
        return (
            self._talk.plain_between(first, group.first) == 0
            or self._talk.plain_between(group.last + 1, end) == 0
        )

    def _is_answer(self, group: Group, asked: Asked) -> bool:
        """Whether a number answers what was asked and does not just stand in the same talk."""
        talk, size = self._talk, len(group.digits)
        if group.plus:
            return False
        if asked.kind in {"cvv", "pin"} and any(chunk.is_month for chunk in group.chunks):
            return False
        if asked.kind == "pin" and self._is_plain_answer(group):
            return True
        if asked.kind == "pin" and (
            (talk.plain_near(group) >= 3 and not asked.here) or (size < 3 and not asked.card_talk)
        ):
            return False
        if asked.kind == "pin" and not (asked.here or asked.card_talk or talk.plain_in_turn(group.turn) <= 2):
            return False
        is_first = not (asked.begun or asked.after_pan)
        if asked.kind == "pan" and size in TELEPHONES and is_first and not begins(group.digits):
            return False
        if size >= 3:
            # "I have had it since two thousand nineteen" answers no question for digits.
            in_passing = talk.plain_in_turn(group.turn) >= 2 and talk.plain_near(group) >= 1
            return not (in_passing and asked.kind != "expiry" and is_year(group))
        if all(chunk.weak for chunk in group.chunks):
            first, end = talk.bounds(group.turn)
            return talk.plain_in_turn(group.turn) == 0 and end - first <= 4
        if asked.kind == "pan":
            return self._is_near(group, 1)
        if asked.kind == "expiry" and size == 2:
            return talk.plain_near(group) <= 1
        return talk.plain_in_turn(group.turn) <= 1
