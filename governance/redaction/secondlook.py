"""The second look at a whole recording: each stored stream with the stored words that belong to it, and the words alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from governance.errors import InvalidError
from governance.recordings.reasons import NOT_EXAMINED, RESIDUE, UNREADABLE
from governance.redaction import looser, residue, rules, text, timeline, transcripts
from governance.redaction.firstlook import NOT_CARD_DATA, Obstacle, Source, is_suspected_sad
from governance.redaction.residue import Examination, Verdict
from governance.redaction.spans import SAD, Span, TimeSpan, Word

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy


def hear(
    stored: BinaryIO,
    position: int,
    sources: Sequence[Source],
    expected: Sequence[TimeSpan],
    policy: RedactionPolicy,
    verdict: str | None = None,
    language: str | None = None,
) -> list[Obstacle]:
    """Return what stands against releasing the stored sound at `position`, given the stored transcripts.

    Every transcript is examined in its own language by `read`; here their words only say which speech is written down.
    """
    spoken = language
    words: list[Word] = []
    for source in sources:
        if source.stream in (None, position):
            try:
                read = transcripts.read(source.body).words
                words += timeline.moved(read, source.pauses, position)
                spoken = source.language or spoken
            except InvalidError as error:
                return [Obstacle(UNREADABLE, f"A stored transcript cannot be read back: {error}")]
    said = words or None
    found = residue.examine(
        stored,
        said,
        spoken,
        rules.guarded(expected, policy),
        looser=lambda _words, _language: [],
        digits=policy.spoken_digits,
        is_cleared=verdict == NOT_CARD_DATA,
    )
    return _obstacles(found)


def cut(stored: BinaryIO, expected: Sequence[TimeSpan]) -> list[Obstacle]:
    """Return what stands against keeping the stored master: a span of SAD that can still be heard."""
    return _obstacles(residue.examine_cuts(stored, expected))


def read(sources: Sequence[Source], policy: RedactionPolicy, verdict: str | None = None) -> list[Obstacle]:
    """Return what stands against releasing the stored transcripts, examined by the looser detector.

    What a person has said to be no authentication data is not held against them again; everything else is.
    """
    obstacles: list[Obstacle] = []
    for source in sources:
        try:
            document = transcripts.read(source.body)
        except InvalidError as error:
            obstacles.append(Obstacle(UNREADABLE, f"A stored transcript cannot be read back: {error}"))
            continue
        language = source.language or document.language
        cleared = _cleared(document.words, language, policy, verdict)

        def left(
            words: Sequence[Word], spoken: str | None, cleared: Sequence[str] = cleared
        ) -> Sequence[Span]:
            text_ = " ".join(word.text for word in words)
            return [one for one in looser.examine(words, spoken) if not _is_cleared(one, text_, cleared)]

        obstacles += _obstacles(residue.examine(None, document.words, language, (), looser=left))
    return obstacles


def _cleared(
    words: Sequence[Word], language: str | None, policy: RedactionPolicy, verdict: str | None
) -> list[str]:
    """Return the pieces of text that were suspected to be a code, and that a person has said are none."""
    if verdict != NOT_CARD_DATA:
        return []
    found = text.detect_words(words, language, policy=policy)
    return [
        " ".join(word.text for word in words[one.first : one.last + 1])
        for one in found
        if is_suspected_sad(one.entity, one.score)
    ]


def _is_cleared(span: Span, said: str, cleared: Sequence[str]) -> bool:
    piece = said[span.start : span.end].strip(" .,")
    return span.entity in SAD and any(piece in one or one.strip(" .,") in piece for one in cleared)


def _obstacles(found: Examination) -> list[Obstacle]:
    if found.is_clean:
        return []
    reason = RESIDUE if found.outcome is Verdict.RESIDUE else NOT_EXAMINED
    return [Obstacle(reason, found.because)]
