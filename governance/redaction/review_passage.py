"""The words around an uncertain finding, as somebody may read them: the masked transcript, and what lies behind the mask.

Read under the rules of playback: permission, purpose, quarantine, and an entry in the log that commits before a byte is
opened. What is behind the mask stands in the master alone; authentication data stands nowhere any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from governance.access import service as access
from governance.audit import service as audit
from governance.errors import NotFoundError, QuarantinedError
from governance.recordings import queries as catalog
from governance.recordings.models import ERASED, MASTER, RELEASED, RENDITION
from governance.redaction import review_queries, transcripts
from governance.redaction.models import ReviewItem
from governance.redaction.review_places import Places, by_turns
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault
from governance.vault.cipher import Reader

if TYPE_CHECKING:
    from governance.redaction.spans import Word
    from governance.redaction.transcripts.document import TranscriptDocument

Level = Literal["rendition", "master"]
_TURNS, _MOST_WORDS = 2, 120


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a passage: its number in the transcript, and whether it belongs to the finding."""

    at: int
    text: str = field(repr=False)
    is_found: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said without a break, as far as the passage reaches."""

    speaker: str | None
    channel: int | None
    start_ms: int | None
    words: tuple[Said, ...]


@dataclass(frozen=True)
class Passage:
    """What was read: `shown` as everybody reads it, whose words can be widened to; `behind` as the master has it."""

    item: ReviewItem
    level: Level
    shown: tuple[Turn, ...]
    behind: tuple[Turn, ...]


def read(
    runtime: Runtime, actor: Actor, item_id: str, *, purpose: str, level: Level | None = None
) -> Passage:
    """Return the passage around the finding for `purpose`, and remember who read it: only they may decide.

    Without a `level` the master is read by whoever may read masters, and the rendition by everybody else. Raises
    `DeniedError`, `QuarantinedError`, `NotFoundError` like a playback.
    """
    with runtime.work(actor) as work:
        item = review_queries.item(work, item_id, lock=True)
        row = catalog.recording(work, item.recording_id or "")
        if row is None or row.state == ERASED:
            raise NotFoundError("there is no such review")
        facts = catalog.facts(work, row)
        access.require(work, "redaction:review", facts)
        asked = level or _level(work)
        permission = "recording:master:play" if asked == MASTER else "recording:transcript:read"
        grant = access.require(work, permission, facts, purpose=purpose, level=asked)  # type: ignore[arg-type]
        if row.state != RELEASED:
            raise QuarantinedError("the recording is in quarantine")
        stored = {
            one.level: one
            for one in catalog.transcripts(work, row.id)
            if one.position == item.position and one.level in (RENDITION, MASTER)
        }
        if RENDITION not in stored:
            raise NotFoundError("there is no such transcript")
        item.read_by, item.read_level = work.actor.id, asked if asked in stored else RENDITION
        work.session.add(item)
        audit.record(
            work, "review.read", res=[("recording", row.id), ("review", item.id)],
            det={"purpose": purpose, "level": item.read_level},
            why={"code": "break_glass" if grant.break_glass_id else "allowed"},
        )  # fmt: skip
        shown = vault.open(work, grant, stored[RENDITION].blob_id)
        behind = vault.open(work, grant, stored[MASTER].blob_id) if item.read_level == MASTER else None
    # The entry has committed: only now a byte is read.
    return _passage(item, MASTER if behind is not None else RENDITION, shown, behind)


def _level(work: Work) -> Level:
    scopes = work.actor.key_scopes
    may = work.policies.access.scope(work.actor.role, "recording:master:play") is not None
    return "master" if may and (scopes is None or "recording:master:play" in scopes) else "rendition"


def _passage(item: ReviewItem, level: str, shown: Reader, behind: Reader | None) -> Passage:
    places = review_queries.places_of(item)
    if places is None:
        raise NotFoundError("the finding has no place")
    document = transcripts.read(_all(shown))
    words = document.words
    if places.last >= len(words):
        raise NotFoundError("the finding has no place in this transcript")
    master: tuple[Turn, ...] = ()
    if behind is not None:
        master = _master(item, words, places, transcripts.read(_all(behind)))
    first, last = around(words, places)
    return Passage(
        item, "master" if level == MASTER else "rendition", _turns(words, first, last, places), master
    )


def _master(
    item: ReviewItem, words: Sequence[Word], places: Places, master: TranscriptDocument
) -> tuple[Turn, ...]:
    there = in_master(item)
    # Where the words cannot be told apart the whole turn is shown, and none of it is marked.
    near = there or (told[0] if (told := by_turns(words, master.words, *places)) is not None else None)
    if near is None:
        return ()
    return _turns(master.words, *around(master.words, near), there)


def in_master(item: ReviewItem) -> Places | None:
    """Return the words of the master that the finding has, where that is known."""
    if item.master_first is None or item.master_last is None:
        return None
    return Places(item.master_first, item.master_last)


def around(words: Sequence[Word], places: Places) -> Places:
    """Return the words around a finding: whole turns, two on either side, and no more than 120 words of either side."""
    turns = {words[places.first].turn, words[places.last].turn}
    near = range(min(turns) - _TURNS, max(turns) + _TURNS + 1)
    inside = [at for at, word in enumerate(words) if word.turn in near]
    return Places(max(min(inside), places.first - _MOST_WORDS), min(max(inside), places.last + _MOST_WORDS))


def _turns(words: Sequence[Word], first: int, last: int, found: Places | None) -> tuple[Turn, ...]:
    grouped: dict[int, list[int]] = {}
    for at in range(first, min(last, len(words) - 1) + 1):
        grouped.setdefault(words[at].turn, []).append(at)
    return tuple(
        Turn(
            words[said[0]].speaker,
            words[said[0]].channel,
            words[said[0]].start_ms,
            tuple(
                Said(at, words[at].text, found is not None and found.first <= at <= found.last) for at in said
            ),
        )
        for said in grouped.values()
    )


def _all(reader: Reader) -> bytes:
    with reader:
        return reader.readall()
