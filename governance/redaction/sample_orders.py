"""What an examiner marked is an order to every later run: cut from the sound, masked in the words, whatever detectors say.

Pure. A place in time holds for the sound and for every word that any transcript of it has there; more goes then, never less.
A place in words whose transcript another has replaced, and that has no time, cannot be carried out: the run must say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.errors import InvalidError
from governance.recordings.reasons import MISSED
from governance.redaction import timeline, transcripts
from governance.redaction.firstlook import Obstacle
from governance.redaction.review_rules import Judged
from governance.redaction.spans import Entity, TimeSpan, Timing

if TYPE_CHECKING:
    from governance.redaction.models import SampleMiss
    from governance.redaction.spans import Word
    from governance.redaction.timeline import Pause

_BECAUSE = "A person heard or read it in what had been released."


@dataclass(frozen=True)
class Body:
    """A transcript the run reads, with the stream it writes down (None: all), and the pauses of the recorder that it counts."""

    stream: int | None
    body: bytes
    pauses: Sequence[Pause] = ()


@dataclass(frozen=True)
class Orders:
    """What a run has to take away: places in the sound by stream (None: in all), places in words; `lost` cannot be found."""

    sounds: tuple[tuple[int | None, TimeSpan], ...] = ()
    words: tuple[Judged, ...] = ()
    lost: int = 0

    @property
    def obstacles(self) -> list[Obstacle]:
        """Why nothing can be released: somebody marked what cannot be found any more."""
        if not self.lost:
            return []
        return [Obstacle(MISSED, "A person marked words of a transcript that another one has replaced.")]


def orders(
    misses: Sequence[SampleMiss],
    bodies: Mapping[int, Body],
    replaced: Iterable[int],
) -> Orders:
    """Return what the misses order. `bodies` are the transcripts the run reads, by position.

    `replaced` are the positions at which another transcript has come since.
    """
    gone = frozenset(replaced)
    words, lost = [], 0
    for one in misses:
        if one.position is None or one.first_word is None or one.last_word is None:
            continue
        if one.position not in gone:
            words.append(
                Judged(one.id, one.position, one.first_word, one.last_word, Entity(one.entity), True)
            )
        elif one.start_ms is None:
            lost += 1
    timed = tuple(_sounds(misses))
    said = {position: _words(body.body) for position, body in bodies.items()} if timed else {}
    for position, spoken in said.items():
        stream, pauses = bodies[position].stream, bodies[position].pauses
        for of, span in timed:
            if span.entity is not Entity.DTMF and (of is None or stream is None or of == stream):
                # What was marked has its time in the file, and words may count what was never recorded.
                at = timeline.moved(spoken, pauses, of if of is not None else stream or 0)
                words += _overlapped(position, at, span)
    return Orders(timed, tuple(words), lost)


def _sounds(misses: Sequence[SampleMiss]) -> Iterator[tuple[int | None, TimeSpan]]:
    for one in misses:
        if one.start_ms is not None and one.end_ms is not None:
            entity = Entity(one.entity)
            yield (
                one.stream,
                TimeSpan(one.start_ms, one.end_ms, one.channel, entity, Timing.EXACT, 1.0, _BECAUSE),
            )


def _words(body: bytes) -> Sequence[Word]:
    try:
        return transcripts.read(body).words
    except InvalidError:
        return ()  # the first look cannot read it either, and nothing is released


def _overlapped(position: int, words: Sequence[Word], span: TimeSpan) -> Iterator[Judged]:
    """Yield each unbroken run of words that is spoken in the span, on its channel or on one nobody knows."""
    run: list[int] = []
    for at, word in enumerate(words):
        is_there = (
            word.start_ms is not None
            and word.end_ms is not None
            and word.start_ms < span.end_ms
            and span.start_ms < word.end_ms
            and (span.channel is None or word.channel in (None, span.channel))
        )
        if is_there:
            run.append(at)
        elif run:
            yield Judged("", position, run[0], run[-1], span.entity, True)
            run = []
    if run:
        yield Judged("", position, run[0], run[-1], span.entity, True)
