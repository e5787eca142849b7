"""A transcript with its words bound to their places, and the only way to a redacted copy of it.

A document is a tree (parsed JSON, or the lines of a text format) and, beside it, the words a reader found in it, each
with the place it was read from. `redact` masks the words, then walks the whole tree for every other copy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from governance.errors import IntegrityError
from governance.redaction import rules
from governance.redaction.digits import groups
from governance.redaction.languages import Language, load
from governance.redaction.shapes import TELLING
from governance.redaction.spans import Entity, Timing, Word

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.text import WordSpan
    from governance.redaction.transcripts.said import Mask

Path = tuple[str | int, ...]
_SHORTEST_KNOWN, _SHORTEST_WHOLE, _LONGEST_WHOLE = 3, 12, 40


@dataclass(frozen=True, slots=True)
class BoundWord:
    """A word and the place it was read from: characters `start` to `end` of the string at `path`.

    `copies` are strings beside it that say the same word in another spelling; they are masked whole with it.
    """

    word: Word
    path: Path
    start: int
    end: int
    copies: tuple[Path, ...] = ()


@dataclass(frozen=True)
class TranscriptDocument:
    """A transcript of a known format. `language` is what the file itself says, or None.

    `silent` are strings that are no text, the lines of times in subtitles; `origin_ms` is the moment of the clock at which
    the recording began, where the file tells times of day.
    """

    format: str
    language: str | None
    bound: tuple[BoundWord, ...]
    tree: Any
    dump: Callable[[Any], bytes]
    silent: frozenset[Path] = frozenset()
    origin_ms: int = 0

    @property
    def words(self) -> tuple[Word, ...]:
        """The words in the order they were spoken."""
        return tuple(bound.word for bound in self.bound)

    def dumps(self) -> bytes:
        """Return the document as a file of its format."""
        return self.dump(self.tree)

    def redact(
        self,
        found: Sequence[WordSpan],
        policy: RedactionPolicy | None = None,
        language: str | None = None,
        *,
        only: Collection[Entity] | None = None,
    ) -> TranscriptDocument:
        """Return a document of the same structure in which no copy of the findings is left.

        `found` are findings among `words`. Every other string and number of the document is examined as well, keys
        included, so that what a vendor repeats in a summary goes with it. `only` leaves every other kind where it stands,
        which is what a master asks for: SAD gone, the rest kept.

        Raises `IntegrityError` if a finding could not be removed everywhere, `UnsupportedLanguageError` where the
        language cannot be examined: no half-redacted document leaves this function.
        """
        from governance.redaction.transcripts import walk
        from governance.redaction.transcripts.knowledge import Knowledge
        from governance.redaction.transcripts.moments import Clock, Moments
        from governance.redaction.transcripts.said import Said

        spoken = load(language or self.language or "en")
        tree = _copied(self.tree)
        knowledge = Knowledge(
            self._known(found, spoken),
            Moments(self._times(found), self._stretches(found)),
            bool(found),
            frozenset(only) if only is not None else None,
        )
        masks = self._masks(found, spoken, policy)
        said = Said(self.words, [bound.path for bound in self.bound], masks, spoken)
        self._mask_words(tree, masks)
        quiet = chain(self.silent, (bound.path for bound in self.bound))
        skip = frozenset(walk.place(tree, path) for path in quiet)
        twins = {walk.place(tree, path): mask.rest for mask in masks for path in self.bound[mask.word].copies}
        survey = walk.mask(
            tree, knowledge, said, spoken.code, policy, clock=Clock(self.origin_ms), skip=skip, twins=twins
        )
        if walk.remains(survey, knowledge, spoken):
            walk.mask_repeated(survey, knowledge, spoken, policy)
        if walk.remains(survey, knowledge, spoken):
            raise IntegrityError("A finding could not be removed from every part of the transcript.")
        return replace(self, tree=tree, bound=tuple(self._reread(found)))

    def repeats(self, found: Sequence[WordSpan], language: str | None = None) -> list[WordSpan]:
        """Return where the words say the digits of findings again, without being findings there.

        In its own surroundings such a number may be judged otherwise, and `redact` leaves no number in one place that it
        removes in another.
        """
        from governance.redaction.text import as_one_text, merged, on_words
        from governance.redaction.transcripts.knowledge import Knowledge

        spoken = load(language or self.language or "en")
        telling = {
            digits: kind for digits, kind in self._known(found, spoken).items() if len(digits) >= TELLING
        }
        knowledge = Knowledge(telling)
        text, offsets, turns = as_one_text(self.words)
        masked = {at for one in found for at in range(one.first, one.last + 1)}
        again = (
            on_words(
                replace(span, start=turn.start + span.start, end=turn.start + span.end), offsets, self.words
            )
            for turn in turns
            for span in merged(knowledge.spans(text[turn.start : turn.end], spoken))
        )
        return [one for one in again if not masked.issuperset(range(one.first, one.last + 1))]

    def _known(self, found: Sequence[WordSpan], language: Language) -> dict[str, str]:
        known: dict[str, str] = {}
        wholes: dict[str, list[str]] = {}
        for one in found:
            for group in groups(self._said(one), language):
                known.setdefault(group.digits, one.entity.value)
                wholes.setdefault(one.entity.value, []).append(group.digits)
        # A number said in several turns is found in pieces; a summary says it whole.
        for entity, pieces in wholes.items():
            whole = "".join(pieces)
            if _SHORTEST_WHOLE <= len(whole) <= _LONGEST_WHOLE:
                known.setdefault(whole, entity)
        return {digits: entity for digits, entity in known.items() if len(digits) >= _SHORTEST_KNOWN}

    def _said(self, one: WordSpan) -> str:
        return " ".join(self._piece(one, at) for at in range(one.first, one.last + 1))

    def _piece(self, one: WordSpan, at: int) -> str:
        text = self.bound[at].word.text
        return text[one.start if at == one.first else 0 : one.end if at == one.last else len(text)]

    def _times(self, found: Sequence[WordSpan]) -> list[tuple[int, int, str]]:
        """When each word of a finding was spoken, where it has times of its own."""
        return [
            (word.start_ms, word.end_ms, one.entity.value)
            for one in found
            for word in self._placed(one)
            if word.start_ms is not None and word.end_ms is not None
        ]

    def _stretches(self, found: Sequence[WordSpan]) -> list[tuple[int, int, str]]:
        """From when to when each finding was spoken, pauses included."""
        times = [self._times([one]) for one in found]
        return [
            (min(start for start, _, _ in each), max(end for _, end, _ in each), each[0][2])
            for each in times
            if each
        ]

    def _placed(self, one: WordSpan) -> list[Word]:
        words = (bound.word for bound in self.bound[one.first : one.last + 1])
        return [word for word in words if word.timing not in {Timing.TURN, Timing.NONE}]

    def _masks(
        self, found: Sequence[WordSpan], language: Language, policy: RedactionPolicy | None
    ) -> list[Mask]:
        """What is masked of each word, and what stands there afterwards: the whole finding's label at its first word."""
        from governance.redaction.transcripts.said import Mask

        labels = rules.replacements(found, [self._said(one) for one in found], language.code, policy)
        masks: list[Mask] = []
        for number, (one, label) in enumerate(zip(found, labels, strict=True)):
            plain = rules.replacement(one.entity, "", policy)
            for at in range(one.first, one.last + 1):
                start = one.start if at == one.first else 0
                end = one.end if at == one.last else len(self.bound[at].word.text)
                masks.append(Mask(at, start, end, number, label if at == one.first else plain, plain))
        return masks

    def _mask_words(self, tree: Any, masks: Sequence[Mask]) -> None:
        from governance.redaction.transcripts import walk

        cuts: dict[Path, list[tuple[int, int, str]]] = {}
        last: Mask | None = None
        for mask in masks:
            bound = self.bound[mask.word]
            here = cuts.setdefault(bound.path, [])
            start, end, shown = bound.start + mask.start, bound.start + mask.end, mask.shown
            if last and last.finding == mask.finding and self.bound[last.word].path == bound.path:
                start, _, shown = here.pop()
            here.append((start, end, shown))
            last = mask
        for path, places in cuts.items():
            text = walk.get(tree, path)
            pieces, at = [], 0
            for start, end, shown in sorted(places):
                pieces += [text[at:start], shown]
                at = max(at, end)
            walk.put(tree, path, "".join([*pieces, text[at:]]))

    def _reread(self, found: Sequence[WordSpan]) -> list[BoundWord]:
        """The words of the redacted document: masked ones say so, and all keep times and turns."""
        touched = {at: one.entity.value for one in found for at in range(one.first, one.last + 1)}
        return [
            replace(bound, word=replace(bound.word, text=f"[{touched[at]}]")) if at in touched else bound
            for at, bound in enumerate(self.bound)
        ]


def _copied(tree: Any) -> Any:
    # A document is objects, lists and values that never change: `copy.deepcopy` asks each of them ten times over.
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_copied(value) for value in tree]
    return tree
