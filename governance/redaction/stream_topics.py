"""What is being asked for in a live call: the topics of the whole call so far, followed one turn at a time.

Attribution looks back only, but for what is named right behind a number in the same turn. So what a turn leaves behind is
all that later turns need, and its words can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from governance.redaction.digits import Group
from governance.redaction.talk import Cue, Talk
from governance.redaction.topic import Asked, Topic
from governance.redaction.topics import Attribution


@dataclass(frozen=True, slots=True)
class Past:
    """What the turns so far have left: places are counted from the beginning of the turn that is open."""

    topics: tuple[Topic, ...] = ()
    card_talk: bool = False
    after_pan: bool = False
    named: str = ""
    innocent: tuple[str, ...] = field(default=(), repr=False)

    def moved(self, tokens: int, turns: int) -> Past:
        """Return the same past, with places counted from `tokens` and `turns` further back."""
        return replace(self, topics=tuple(_moved(topic, tokens, turns) for topic in self.topics))


class Standing(Enum):
    """What may still change what a number was asked as: nothing, a name behind it, or any words in its turn."""

    FIXED = "fixed"
    UNNAMED = "unnamed"
    FADING = (
        "fading"  # taken for more of an answer because little else is said around it, or behind such a number
    )


class Following(Attribution):
    """The attribution of one turn, the open one, on what the turns before it left."""

    def __init__(self, talk: Talk, past: Past, turn: int) -> None:
        """Take up `past` at the beginning of `turn`, the last of `talk`."""
        super().__init__(talk)
        self._turn = turn
        talk.cues = talk.all_cues()  # also of a turn without a number: what it asks is answered later
        self._cues = [cue for cue in talk.cues if cue.turn == turn]
        self._from = len(talk.cues) - len(self._cues)
        moved = past.moved(talk.bounds(turn)[0], turn)
        self._topics = list(moved.topics)
        self._card_talk, self._after_pan, self._named = past.card_talk, past.after_pan, past.named
        self._innocent = list(past.innocent)
        self._before = len(self._innocent)
        self._is_fixed = False
        self._is_fading = False

    def asked(self) -> Iterator[tuple[int, Asked, Standing]]:
        """Yield for each group of the turn its index, what it was asked as, and what may still change that."""
        talk, at = self._talk, 0
        for index, group in enumerate(talk.groups):
            if group.turn != self._turn:
                continue
            lead: list[Cue] = []
            while at < len(self._cues) and self._cues[at].first < group.first:
                self._open(self._cues[at])
                lead.append(self._cues[at])
                at += 1
            self._is_fixed = False
            topic, here, bundle = self._topic(index, group, lead, self._from + at)
            apart = group.first - lead[-1].last - 1 if lead else 99
            standing = (
                Standing.FIXED if self._is_fixed else Standing.FADING if self._is_fading else Standing.UNNAMED
            )
            yield index, self._told(group, topic, here, bundle, apart), standing
            self._note(topic, group)
        for cue in self._cues[at:]:
            self._open(cue)

    def past(self) -> Past:
        """Return what this turn leaves, once it is over and `asked` has been read to its end."""
        innocent = self._innocent[: self._before]
        for digits in self._innocent[self._before :]:
            if not any(digits in one for one in innocent):  # what another holds adds nothing
                innocent.append(digits)
        left = Past(tuple(self._topics), self._card_talk, self._after_pan, self._named, tuple(innocent))
        return left.moved(-self._talk.bounds(self._turn)[1], -self._turn - 1)

    def _led(self, group: Group, lead: list[Cue]) -> tuple[Topic, bool, tuple[str, ...]] | None:  # type: ignore[override]
        found = super()._led(group, lead)
        # "The ticket says 1234, which is my PIN": a thing is named by what stands behind it all the same.
        self._is_fixed = found is not None and found[0].kind != "thing"
        return found

    def _is_innocent(self, group: Group) -> bool:
        found = super()._is_innocent(group)
        self._is_fixed = found
        return found

    def _answered(self, topic: Topic, group: Group) -> tuple[Topic | None, bool, tuple[str, ...]]:
        found = super()._answered(topic, group)
        self._is_fading |= found[0] is not None
        return found


def _moved(topic: Topic, tokens: int, turns: int) -> Topic:
    answered = topic.answered + turns if topic.pieces else topic.answered
    return replace(
        topic, token=topic.token + tokens, turn=topic.turn + turns, answered=answered, said=dict(topic.said)
    )
