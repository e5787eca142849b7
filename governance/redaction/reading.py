"""What is known of a conversation while it is read: its numbers, what each was asked as, and the verdicts so far."""

from __future__ import annotations

from collections.abc import Iterator

from governance.redaction.codes import Verdict
from governance.redaction.digits import Group
from governance.redaction.shapes import is_dense, is_year
from governance.redaction.spans import Span
from governance.redaction.talk import Talk
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
