"""A whole vCon, unsigned, of the current or the legacy shape: the texts among its dialogs and every transcript in its analyses.

An analysis may hold the transcript of any vendor, as an object or as a string of JSON; one that is plain text is read as such.
What was typed comes first, then the transcripts, each in turns of its own; one that repeats another is a copy of it. Keys pressed (`party_history`) and sound inside the
document are no words: the walk clears them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from governance.redaction.languages import known, load, primary
from governance.redaction.spans import Timing, Word
from governance.redaction.transcripts import copies, parsing, reader_of
from governance.redaction.transcripts.document import BoundWord, Path
from governance.redaction.transcripts.reading import Reading, language_of, words_of
from governance.redaction.transcripts.said import Said
from governance.redaction.turns import turns_of

NAME = "vcon"
_SAME = 0.99  # of the words of a transcript stand in another: it is a copy
_COMPARED_AT_MOST = 4  # transcripts another is compared with: a call has one or two
_TRANSCRIPT_TYPES = ("transcript", "translation", "summary")


def recognises(tree: Any) -> bool:
    """Whether a document is an unsigned vCon of the current or the legacy shape."""
    if not isinstance(tree, dict):
        return False
    return isinstance(tree.get("parties"), list) and ("vcon" in tree or "uuid" in tree)


def read(tree: Any) -> Reading:
    """Return the words of all texts and transcripts, and the first language named.

    Strings that hold a transcript as JSON are opened in `tree`, so that their words have places; they are written back as
    strings.
    """
    words = _Words()
    opened: list[Path] = []
    languages: list[str] = []
    for at, dialog in enumerate(tree.get("dialog") or ()):
        if isinstance(dialog, dict) and dialog.get("type") == "text" and _is_plain(dialog):
            words.type(_text(dialog["body"], ("dialog", at, "body"), _sender(dialog)))
    for at, analysis in enumerate(tree.get("analysis") or ()):
        if not isinstance(analysis, dict):
            continue
        path: Path = ("analysis", at, "body")
        body = _document(analysis.get("body"))
        module = reader_of(body, besides=NAME)
        if module is not None:
            if body is not analysis["body"]:
                analysis["body"] = body
                opened.append(path)
            reading = module.read(body)
            words.add([_below(path, one) for one in reading.bound], reading.language)
            languages += [reading.language] if reading.language else []
        elif analysis.get("type") in _TRANSCRIPT_TYPES and _is_plain(analysis):
            (words.tell if analysis["type"] == "summary" else words.add)(_text(body, path, None))
        languages += [one for one in [language_of(analysis.get("language"))] if one]
    language = languages[0] if languages else None
    return Reading(words.bound, language, opened=tuple(opened))


class _Words:
    """Words of one text after the other, with turns counted on from the highest.

    A transcript that says what an earlier one said is a copy of it, and left to the walk: judged by itself it would come to
    another verdict. Of two that say the same the one with the better times is read.
    """

    def __init__(self) -> None:
        self._typed: list[Sequence[BoundWord]] = []
        self._spoken: list[Sequence[BoundWord]] = []
        self._told: list[Sequence[BoundWord]] = []

    def type(self, more: Sequence[BoundWord]) -> None:
        """Add what somebody typed."""
        self._typed.append(more)

    def tell(self, more: Sequence[BoundWord]) -> None:
        """Add what was written about the talk."""
        self._told.append(more)

    def add(self, more: Sequence[BoundWord], language: str | None = None) -> None:
        """Add a transcript."""
        for at, one in enumerate(self._spoken[:_COMPARED_AT_MOST]):
            if _repeats(more, one, language):
                if _is_better_timed(more, one) and _repeats(one, more, language):
                    self._spoken[at] = more
                return
        self._spoken.append(more)

    @property
    def bound(self) -> list[BoundWord]:
        """The words; of a summary only where there is nothing else: beside a talk it is judged by what was found there."""
        told = self._told if not self._typed and not self._spoken else []
        found: list[BoundWord] = []
        first = 0
        for text in (*self._typed, *self._spoken, *told):
            found += [replace(one, word=replace(one.word, turn=one.word.turn + first)) for one in text]
            first += 1 + max((one.word.turn for one in text), default=-1)
        return found


def _repeats(more: Sequence[BoundWord], one: Sequence[BoundWord], language: str | None) -> bool:
    """Whether a text says nothing that another does not say."""
    if not more or not one:
        return False
    spoken = load(language if primary(language) in known() else "en")
    told = Said([bound.word for bound in one], [bound.path for bound in one], (), spoken)
    return copies.repeats(told, " ".join(bound.word.text for bound in more), _SAME)


def _is_better_timed(more: Sequence[BoundWord], one: Sequence[BoundWord]) -> bool:
    return more[0].word.timing is Timing.EXACT and one[0].word.timing is not Timing.EXACT


def _is_plain(holder: dict[str, Any]) -> bool:
    return isinstance(holder.get("body"), str) and holder.get("encoding") in (None, "none")


def _document(body: Any) -> Any:
    if isinstance(body, str) and body.lstrip()[:1] in {"{", "["}:
        try:
            found = parsing.parsed(body)
        except (ValueError, RecursionError):
            return body
        return body if parsing.is_deeper(found, parsing.DEEPEST) else found
    return body


def _below(path: Path, one: BoundWord) -> BoundWord:
    twins = tuple((*path, *copy) for copy in one.copies)
    return replace(one, path=(*path, *one.path), copies=twins)


def _text(text: str, path: Path, speaker: str | None) -> list[BoundWord]:
    turns = turns_of(text)
    at = 0
    bound = []
    for one in words_of(text, path, Word("")):
        while at + 1 < len(turns) and turns[at + 1].start <= one.start:
            at += 1
        bound.append(replace(one, word=replace(one.word, turn=at, speaker=turns[at].speaker or speaker)))
    return bound


def _sender(dialog: dict[str, Any]) -> str | None:
    """Who wrote a text: the originator, or the first of its parties."""
    parties = dialog.get("parties")
    first = parties[0] if isinstance(parties, list) and parties else parties
    sender = dialog.get("originator", first)
    return f"party {sender}" if isinstance(sender, int) and not isinstance(sender, bool) else None
