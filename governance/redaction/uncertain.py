"""What a run was not sure of: findings below the policy's bound, with their places in what is stored, for people to look at.

Pure but for the reading of what was stored, which is handed in. Places are counted in the words of the stored rendition,
since that is what stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from governance.recordings.models import MASTER, RENDITION
from governance.redaction import rules, transcripts
from governance.redaction.languages import primary
from governance.redaction.review_places import Alignment, Places, by_turns
from governance.redaction.review_rules import Judged
from governance.redaction.spans import SAD, Entity

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.firstlook import Said
    from governance.redaction.text import WordSpan

Stored = Callable[[int, str], bytes | None]
"""The stored transcript at a position and level, or None where there is none."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A finding for a person to look at: where it lies in the stored rendition, and in the master where that is known."""

    position: int
    words: int
    places: Places
    master_places: Places | None
    start_ms: int | None
    end_ms: int | None
    channel: int | None
    entity: Entity
    score: float
    because: str
    language: str
    format: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a finding of an earlier run stands now: in the rendition, which has so many words, and in the master."""

    places: Places
    master_places: Places | None
    words: int


@dataclass(frozen=True)
class Uncertainty:
    """What a run leaves for people, and where the findings of earlier runs stand now, by their ids."""

    found: tuple[Uncertain, ...] = ()
    moved: Mapping[str, Moved] = field(default_factory=dict)


def examine(
    said: Sequence[Said],
    judged: Sequence[Judged],
    stored: Stored,
    policy: RedactionPolicy,
    one_source: Collection[int],
) -> Uncertainty:
    """Return what the run was not sure of in the transcripts, and where the findings of earlier ones stand in what it has made.

    `one_source` are the positions at which rendition and master were made from the same words.
    """
    found: list[Uncertain] = []
    moved: dict[str, Moved] = {}
    for one in said:
        low = [span for span in one.found if policy.is_for_review(span.entity.value, span.score)]
        mine = [decided for decided in judged if decided.position == one.position]
        body = stored(one.position, RENDITION) if low or mine else None
        if body is None:
            continue
        versions = _Versions(one, body, stored(one.position, MASTER), one.position in one_source)
        for span in low:
            places = versions.shown.of(span.first, span.last)
            if places is not None:
                found.append(_uncertain(one, span, places, versions))
        for decided in mine:
            places = versions.shown.of(decided.first, decided.last)
            if places is not None:
                in_master = versions.in_master(decided.first, decided.last, places)
                moved[decided.item_id] = Moved(places, in_master, len(versions.document.words))
    return Uncertainty(tuple(found), moved)


class _Versions:
    """The rendition and the master that were made of one transcript."""

    def __init__(self, said: Said, shown: bytes, master: bytes | None, is_one_source: bool) -> None:
        self.document = transcripts.read(shown)
        self.shown = Alignment(said.document, said.found, self.document)
        self._master = transcripts.read(master) if master is not None else None
        sad = [one for one in said.found if one.entity in SAD]
        # Made from other words than the rendition, the master is only told by its turns.
        self._kept = (
            Alignment(said.document, sad, self._master)
            if self._master is not None and is_one_source
            else None
        )

    def in_master(self, first: int, last: int, places: Places) -> Places | None:
        """Return the words of the master, for `places` of the rendition; None where it cannot be told for sure."""
        if self._kept is not None:
            return self._kept.of(first, last)
        if self._master is None:
            return None
        told = by_turns(self.document.words, self._master.words, *places)
        return told[0] if told is not None and told[1] else None


def _uncertain(said: Said, span: WordSpan, places: Places, versions: _Versions) -> Uncertain:
    heard, _ = rules.locate(said.document.words, [span])
    channels = {one.channel for one in heard}
    return Uncertain(
        position=said.position,
        words=len(versions.document.words),
        places=places,
        master_places=versions.in_master(span.first, span.last, places),
        start_ms=min((one.start_ms for one in heard), default=None),
        end_ms=max((one.end_ms for one in heard), default=None),
        channel=channels.pop() if len(channels) == 1 else None,
        entity=span.entity,
        score=round(span.score, 3),
        because=span.because,
        language=primary(said.language),
        format=said.document.format,
    )
