"""A word of a live call, from when it was heard until it is given back, and what is told of it by how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from governance.redaction import codes, disguised, marks
from governance.redaction.spans import Entity, Word
from governance.redaction.stream_rules import Fate

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

NUMBER = "NUMBER"
"""What a masked number is called that was not yet known to be card data."""

UNDECIDED = "what follows could still have made it card data"
AT_ONCE = 64
"""So many words are taken and read at once."""

_CONTEXT_WORDS, _CONTEXT_TURNS = 60, 2
_TRACK_BEGINS = re.compile(r"\d{12,19}\^[^^]*$")
_TRACK_CHARACTERS = 44
_MARK_BEGINS = re.compile(r"\[[A-Z][A-Z_]+$")
_DRAWN = re.compile(
    r"&#|[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\U0001f100-\U0001f10a]"
)


@dataclass(frozen=True, slots=True)
class Released:
    """A word that is safe to show: the `at`-th of those heard, as it was, or a label that says what it was and why."""

    at: int
    text: str
    channel: int | None
    speaker: str | None
    start_ms: int | None
    end_ms: int | None
    entity: str | None = None
    because: str | None = None


@dataclass(slots=True)
class Heard:
    """The `at`-th word of a call: when it was heard, and what becomes of it."""

    word: Word
    at: int
    heard_ms: int
    is_suspect: bool = False
    fate: Fate = Fate.SHOWN
    entity: str = NUMBER
    because: str = UNDECIDED
    is_sign: bool = False  # no word at all: a dash, a mask of an earlier pass
    is_out: bool = False

    def mask(self, entity: str, because: str) -> None:
        """Decide that the word is masked, and say as what."""
        self.fate, self.entity, self.because = Fate.MASKED, entity, because

    def released(self, policy: RedactionPolicy | None) -> Released:
        """Return the word as it is shown. Of a number that comes word by word no policy can show a part or a token."""
        word = self.word
        shown = Released(self.at, word.text, word.channel, word.speaker, word.start_ms, word.end_ms)
        if self.fate is Fate.SHOWN:
            return shown
        treatment = policy.treatment(self.entity) if policy is not None else None
        is_removed = treatment is not None and treatment.transcript == "remove"
        return replace(
            shown, text="" if is_removed else f"[{self.entity}]", entity=self.entity, because=self.because
        )


class Layouts:
    """What words are by how they are written, whatever is said around them; some begin in one word and end in another."""

    def __init__(self, policy: RedactionPolicy | None) -> None:
        """Look for what earlier passes masked otherwise than `policy` does as well."""
        self._policy = policy
        self._track = 0  # characters within which a magnetic stripe that has begun goes on
        self._is_mark = False

    def of(self, said: str) -> tuple[str, str] | None:
        """Return what the next word is, and why: a magnetic stripe, digits in disguise, an old mask; None where it is none of them."""
        was_track, was_mark = self._track, self._is_mark
        self._track = 0 if "^" in said else max(0, self._track - len(said) - 1)
        if _TRACK_BEGINS.search(said):
            self._track = _TRACK_CHARACTERS
        self._is_mark = bool(_MARK_BEGINS.search(said))
        if was_track or self._track or codes.tracks(said):
            return Entity.TRACK.value, "laid out like the magnetic stripe of a card"
        if _DRAWN.search(said) or any(disguised.spans(said)):
            return Entity.PAN.value, "written so that it reads as digits"
        if self._policy is not None and (was_mark or self._is_mark or any(marks.spans(said, self._policy))):
            return NUMBER, "a mask of an earlier pass"
        return None


def voice(word: Word) -> tuple[int | None, str | None]:
    """Return who says a word."""
    return word.channel, word.speaker


def portions(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield words in portions of one voice that are not too long to be read at once."""
    portion: list[Word] = []
    for word in words:
        if portion and (len(portion) >= AT_ONCE or voice(portion[-1]) != voice(word)):
            yield portion
            portion = []
        portion.append(word)
    if portion:
        yield portion


def shortened(words: list[Word]) -> list[Word]:
    """Return the last words of the past, and some of at least two turns."""
    kept = words[-_CONTEXT_WORDS:]
    if kept and len({word.turn for word in kept}) < _CONTEXT_TURNS:
        earlier = [word for word in words[: -len(kept)] if word.turn != kept[0].turn]
        kept = [*earlier[-_CONTEXT_TURNS:], *kept]
    return kept
