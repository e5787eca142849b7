"""A transcript with its words bound to their places, and the only way to a redacted copy of it.

A document is a tree (parsed JSON, or the lines of a text format) and, beside it, the words a reader found in it, each
with the place it was read from. `redact` masks the words, then walks the whole tree for every other copy.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from governance.errors import IntegrityError
from governance.redaction import rules
from governance.redaction.digits import groups
from governance.redaction.languages import Language, load
from governance.redaction.spans import Entity, Timing, Word
from governance.redaction.transcripts import walk

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.text import WordSpan

Path = tuple[str | int, ...]
_TELLING_DIGITS = 5


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
    """A transcript of a known format. `language` is what the file itself says, or None."""

    format: str
    language: str | None
    bound: tuple[BoundWord, ...]
    tree: Any
    dump: Callable[[Any], bytes]
    silent: Callable[[Path], bool] = lambda _path: (
        False
    )  # strings that are no text: the timing lines of subtitles

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
        spoken = load(language or self.language or "en")
        tree = copy.deepcopy(self.tree)
        known = self._known(found, spoken)
        self._mask_words(tree, found, spoken, policy)
        walk.mask(
            tree,
            walk.Knowledge(
                known, tuple(self._times(found)), bool(found), frozenset(only) if only is not None else None
            ),
            spoken.code,
            policy,
            skip=frozenset(bound.path for bound in self.bound),
            silent=self.silent,
        )
        redacted = replace(self, tree=tree, bound=tuple(self._reread(found)))
        _refuse_remains(redacted, known, spoken)
        return redacted

    def _known(self, found: Sequence[WordSpan], language: Language) -> dict[str, str]:
        known: dict[str, str] = {}
        for one in found:
            text = " ".join(self._piece(one, at) for at in range(one.first, one.last + 1))
            for group in groups(text, language):
                known.setdefault(group.digits, one.entity.value)
        # A number said in several turns is found in pieces; a summary says it whole.
        for entity in {one.entity for one in found}:
            pieces = [one for one in found if one.entity is entity]
            whole = "".join(
                group.digits
                for one in pieces
                for group in groups(
                    " ".join(self._piece(one, at) for at in range(one.first, one.last + 1)), language
                )
            )
            if 12 <= len(whole) <= 40:
                known.setdefault(whole, entity.value)
        return {digits: entity for digits, entity in known.items() if len(digits) >= 3}

    def _piece(self, one: WordSpan, at: int) -> str:
        text = self.bound[at].word.text
        return text[one.start if at == one.first else 0 : one.end if at == one.last else len(text)]

    def _times(self, found: Sequence[WordSpan]) -> list[tuple[int, int, str]]:
        times = []
        for one in found:
            for bound in self.bound[one.first : one.last + 1]:
                word = bound.word
                if word.start_ms is not None and word.end_ms is not None and word.timing is not Timing.TURN:
                    times.append((word.start_ms, word.end_ms, one.entity.value))
        return times

    def _mask_words(
        self, tree: Any, found: Sequence[WordSpan], language: Language, policy: RedactionPolicy | None
    ) -> None:
        cuts: dict[Path, list[tuple[int, int, str]]] = {}
        for one in found:
            text = " ".join(self._piece(one, at) for at in range(one.first, one.last + 1))
            digits = "".join(group.digits for group in groups(text, language))
            label = rules.replacement(one.entity, digits, policy)
            plain = rules.replacement(one.entity, "", policy)
            for at in range(one.first, one.last + 1):
                bound = self.bound[at]
                start = bound.start + (one.start if at == one.first else 0)
                end = bound.start + one.end if at == one.last else bound.end
                here = cuts.setdefault(bound.path, [])
                if at > one.first and here and self.bound[at - 1].path == bound.path:
                    begun, _, shown = here.pop()
                    here.append((begun, end, shown))
                else:
                    here.append((start, end, label if at == one.first else plain))
                for path in bound.copies:
                    walk.put(tree, path, plain)
        for path, places in cuts.items():
            text = walk.get(tree, path)
            for start, end, shown in sorted(places, reverse=True):
                text = text[:start] + shown + text[end:]
            walk.put(tree, path, text)

    def _reread(self, found: Sequence[WordSpan]) -> list[BoundWord]:
        """The words of the redacted document: masked ones say so, and all keep times and turns."""
        touched = {at: one.entity.value for one in found for at in range(one.first, one.last + 1)}
        return [
            replace(bound, word=replace(bound.word, text=f"[{touched[at]}]")) if at in touched else bound
            for at, bound in enumerate(self.bound)
        ]


def _refuse_remains(document: TranscriptDocument, known: dict[str, str], language: Language) -> None:
    telling = [digits for digits in known if len(digits) >= _TELLING_DIGITS]
    for path, leaf in walk.leaves(document.tree):
        if telling and isinstance(leaf, str) and not document.silent(path):
            for group in groups(leaf, language):
                if any(digits in group.digits for digits in telling):
                    raise IntegrityError("A finding could not be removed from every part of the transcript.")


def json_dump(source: bytes) -> Callable[[Any], bytes]:
    """Return a writer of JSON laid out like `source`: indented or on one line."""
    second = source.split(b"\n", 2)[1:2]
    indent = (len(second[0]) - len(second[0].lstrip())) if second and second[0].strip() else None
    newline = b"\n" if source.endswith(b"\n") else b""

    def dump(tree: Any) -> bytes:
        return json.dumps(tree, ensure_ascii=False, indent=indent or None).encode() + newline

    return dump


def lines_dump(tree: Any) -> bytes:
    """Write a document whose tree is its lines, line ends included."""
    return "".join(tree).encode()
