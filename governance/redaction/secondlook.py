"""The second look at a whole recording: each stored stream with the stored words that belong to it, and the words alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from governance.errors import InvalidError
from governance.redaction import residue, transcripts
from governance.redaction.firstlook import NOT_EXAMINED, UNREADABLE, Obstacle, Source
from governance.redaction.residue import Examination, Verdict
from governance.redaction.spans import TimeSpan, Word

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

RESIDUE = "residue"


def hear(
    stored: BinaryIO,
    position: int,
    sources: Sequence[Source],
    expected: Sequence[TimeSpan],
    policy: RedactionPolicy,
) -> list[Obstacle]:
    """Return what stands against releasing the stored sound at `position`, given the stored transcripts.

    Every transcript is examined in its own language by `read`; here their words only say which speech is written down.
    """
    words: list[Word] = []
    for source in sources:
        if source.stream in (None, position):
            try:
                words += transcripts.read(source.body).words
            except InvalidError as error:
                return [Obstacle(UNREADABLE, f"A stored transcript cannot be read back: {error}")]
    said = words or None
    found = residue.examine(
        stored, said, None, expected, guard_ms=policy.guard_band_ms, looser=lambda _words, _language: []
    )
    return _obstacles(found)


def cut(stored: BinaryIO, expected: Sequence[TimeSpan]) -> list[Obstacle]:
    """Return what stands against keeping the stored master: a span of SAD that can still be heard."""
    return _obstacles(residue.examine_cuts(stored, expected))


def read(sources: Sequence[Source]) -> list[Obstacle]:
    """Return what stands against releasing the stored transcripts, examined by the looser detector."""
    obstacles: list[Obstacle] = []
    for source in sources:
        try:
            document = transcripts.read(source.body)
        except InvalidError as error:
            obstacles.append(Obstacle(UNREADABLE, f"A stored transcript cannot be read back: {error}"))
            continue
        found = residue.examine(None, document.words, source.language or document.language, ())
        obstacles += _obstacles(found)
    return obstacles


def _obstacles(found: Examination) -> list[Obstacle]:
    if found.is_clean:
        return []
    reason = RESIDUE if found.outcome is Verdict.RESIDUE else NOT_EXAMINED
    return [Obstacle(reason, found.because)]
