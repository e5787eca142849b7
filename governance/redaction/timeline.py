"""Where a recorder paused: what that does to the times of a transcript, and what is marked in the recording for it.

Three kinds. Sound that was never recorded is *absent*: a transcript that counts the pause is later than the file from there
on, and is moved. Sound that was *masked* lies in the file as silence: it is silenced again, so that nobody has to believe it. Where
only is known that there were pauses, and not where or how long, times behind the first are *unsure*: nothing is guessed, and whatever
was found there has no place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from governance.recordings.interaction import PauseKind
from governance.redaction.spans import Entity, TimeSpan, Timing, Word

PAUSED = "paused by the recorder"


@dataclass(frozen=True, slots=True)
class Pause:
    """One pause: `start_ms` is where it lies in the file of the stream at `position` (None: every stream).

    `is_counted` says whether transcripts that came with the recording count its length.
    """

    kind: PauseKind
    start_ms: int
    length_ms: int
    position: int | None = None
    is_counted: bool = True


def moved(words: Sequence[Word], pauses: Iterable[Pause], position: int) -> list[Word]:
    """Return words with the times at which the file of the stream at `position` has them.

    What was said while nothing was recorded lies in the moment of the pause, so that a cut around it takes what the recorder
    was late for.
    """
    absent = sorted(
        (one.start_ms, one.length_ms)
        for one in pauses
        if one.kind is PauseKind.ABSENT and one.is_counted and one.position in (None, position)
    )
    return [_moved(word, absent) for word in words] if absent else list(words)


def _moved(word: Word, absent: Sequence[tuple[int, int]]) -> Word:
    if word.start_ms is None or word.end_ms is None:
        return word
    start, end = _in_file(word.start_ms, absent), _in_file(word.end_ms, absent)
    return replace(word, start_ms=start, end_ms=end if word.end_ms == word.start_ms else max(end, start + 1))


def _in_file(at_ms: int, absent: Sequence[tuple[int, int]]) -> int:
    for start, length in absent:
        # `at_ms` counts no more of the pauses before this one, and so does `start`.
        if at_ms <= start:
            break
        at_ms = max(at_ms - length, start)
    return at_ms


def marked(pauses: Iterable[Pause], position: int, length_ms: int) -> list[TimeSpan]:
    """Return the pauses of a stream as spans of all its channels: masked sound with its length, absent sound as a moment."""
    spans = []
    for one in pauses:
        if one.kind is PauseKind.UNSURE or one.position not in (None, position):
            continue
        start = min(one.start_ms, length_ms)
        if one.kind is PauseKind.MASKED:
            end, because = min(start + one.length_ms, length_ms), PAUSED
        else:
            end, because = start, f"{PAUSED}: {one.length_ms / 1000:.1f} s are not in the recording"
        spans.append(TimeSpan(start, end, None, Entity.RECORDER_PAUSE, Timing.EXACT, 1.0, because))
    return spans


def unsure_from(pauses: Iterable[Pause], position: int) -> int | None:
    """Return from when on the times of a transcript may be off by a pause that nobody can place; None where they are sure."""
    return min(
        (one.start_ms for one in pauses if one.kind is PauseKind.UNSURE and one.position in (None, position)),
        default=None,
    )
