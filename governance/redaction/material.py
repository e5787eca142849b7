"""What one run of redaction works on: the stored versions of a recording, opened under a grant of the house.

While the original is there both renditions are made from it. Once it has gone, a new rendition can only be made from
the old one, and a new master from the old master: a run can take more away, never bring anything back.
"""

from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedReader

import orjson

from governance.access import service as access
from governance.access.service import Grant
from governance.errors import NotFoundError
from governance.recordings import queries as catalog
from governance.recordings.interaction import PAUSES, PauseKind
from governance.recordings.models import ERASED, MASTER, ORIGINAL, RENDITION, Media, Rendition
from governance.redaction import queries, review_queries, sample_orders, sample_queries
from governance.redaction.dtmf import Tone
from governance.redaction.firstlook import Obstacle, Source
from governance.redaction.review_rules import Judged
from governance.redaction.sample_orders import Body, Orders
from governance.redaction.timeline import Pause
from governance.runtime import Work
from governance.vault import service as vault
from governance.vault.cipher import Reader


@dataclass(frozen=True)
class Stream:
    """One media of the recording: where its rendition and its master are made from."""

    media_id: str
    position: int
    kind: str
    content_type: str | None
    source: Reader | None
    master_source: Reader | None
    starts_ms: int = 0
    """How long after the recording it begins; what does not say when it begins, begins with it."""

    def open(self) -> BufferedReader:
        """Return the clear bytes from the start."""
        return _from_start(self.source)

    def open_master(self) -> BufferedReader:
        """Return the clear bytes the master is made from, from the start."""
        return _from_start(self.master_source)


@dataclass(frozen=True)
class Text:
    """One transcript of the recording, as its rendition and its master are made from."""

    position: int
    media_id: str | None
    language: str | None
    origin: str | None
    body: bytes = field(repr=False)
    master_body: bytes | None = field(repr=False)

    @property
    def is_one(self) -> bool:
        """Whether rendition and master are made from the same words, so that a place in one is a place in the other."""
        return self.body == self.master_body


ENGINE = "engine"
"""How the origin begins of a transcript that was written down here; name and version of the engine follow."""


def is_written_here(origin: str | None) -> bool:
    """Return whether an engine here has written a transcript down, from the file itself."""
    return (origin or "").split(" ")[0] == ENGINE


@dataclass(frozen=True)
class Key:
    """A key that the source's own record says was pressed."""

    start_ms: int
    end_ms: int
    media_position: int | None
    button: str = field(repr=False)

    def as_tone(self) -> tuple[int | None, Tone]:
        """Return it as if it had been heard, beside the position of its stream."""
        return self.media_position, Tone(self.start_ms, self.end_ms, 0, self.button)


@dataclass(frozen=True)
class Material:
    """Everything one run needs, read in one transaction; `revision` tells whether it is still true at the end.

    `verdict` is what a person decided about suspected authentication data, knowing everything that is here now; `judged`
    what people decided about single findings, and what they marked in words; `orders` holds that and what they marked in
    the sound. `asked_by` is who asked for the run.
    """

    recording_id: str
    revision: int
    language: str | None
    has_original: bool
    is_held: bool
    streams: tuple[Stream, ...]
    texts: tuple[Text, ...]
    keys: tuple[Key, ...]
    verdict: str | None
    judged: tuple[Judged, ...] = ()
    orders: Orders = field(default_factory=Orders)
    asked_by: str | None = None
    pauses: tuple[Pause, ...] = ()
    unheard: tuple[Obstacle, ...] = ()
    """Why sound was not written down that should have been: nothing is released then."""

    def sources(self) -> list[Source]:
        """Return the transcripts as the first look takes them."""
        positions = {stream.media_id: stream.position for stream in self.streams}
        return [
            Source(
                text.position,
                positions.get(text.media_id or ""),
                text.language or self.language,
                text.body,
                counted(text.origin, self.pauses),
            )
            for text in self.texts
        ]


def recorder_pauses(work: Work, grant: Grant, recording_id: str) -> tuple[Pause, ...]:
    """Return the pauses that the recorder told of."""
    return tuple(_pause(one) for one in _told(work, grant, recording_id, PAUSES))


def counted(origin: str | None, pauses: tuple[Pause, ...]) -> tuple[Pause, ...]:
    """Return the pauses that a transcript of this origin may count: what an engine wrote down here counts none."""
    return () if is_written_here(origin) else pauses


def gather(work: Work, recording_id: str) -> Material:
    """Return what the recording is made of, for a service of the house.

    Raises `NotFoundError` where there is no such recording, or not any more.
    """
    row = catalog.recording(work, recording_id)
    if row is None or row.state == ERASED:
        raise NotFoundError("there is no such recording")
    grant = access.house_grant(work, "recording:redact", row.id, because="Redaction reads what it redacts.")
    versions = {(v.media_id, v.level): v for v in catalog.renditions(work, row.id)}
    texts = _texts(work, grant, row.id)
    originals = catalog.transcripts(work, row.id, ORIGINAL)
    replaced = {text.position for text in originals}
    positions = {media.id: media.position for media in catalog.media(work, row.id)}
    pauses = recorder_pauses(work, grant, row.id)
    bodies = {
        text.position: Body(positions.get(text.media_id or ""), text.body, counted(text.origin, pauses))
        for text in texts
    }
    marked = sample_orders.orders(sample_queries.misses(work, row.id), bodies, replaced)
    return Material(
        recording_id=row.id,
        revision=row.revision,
        language=row.language,
        has_original=any(level == ORIGINAL for _, level in versions) or bool(originals),
        is_held=bool(catalog.holds(work, row.id)),
        streams=tuple(
            _stream(work, grant, media, row.started_at, versions) for media in catalog.media(work, row.id)
        ),
        texts=texts,
        keys=tuple(_key(key) for key in _told(work, grant, row.id, "keyed")),
        pauses=pauses,
        verdict=_verdict(work, row.id),
        # Decided about the words of the rendition: an original has others, and comes without decisions.
        judged=(
            *(one for one in review_queries.judged(work, row.id) if one.position not in replaced),
            *marked.words,
        ),
        orders=marked,
    )


def _verdict(work: Work, recording_id: str) -> str | None:
    """Return the last verdict; none where a transcript has come since, of which it says nothing."""
    last = queries.verdict(work, recording_id)
    if last is None:
        return None
    since = [
        one for one in catalog.transcripts(work, recording_id, ORIGINAL) if one.created_at > last.decided_at
    ]
    return None if since else last.verdict


def _stream(
    work: Work, grant: Grant, media: Media, begun: datetime, versions: dict[tuple[str, str], Rendition]
) -> Stream:
    original = versions.get((media.id, ORIGINAL))
    source = original or versions.get((media.id, RENDITION))
    master = original or versions.get((media.id, MASTER))
    return Stream(
        media_id=media.id,
        position=media.position,
        kind=media.kind,
        content_type=media.content_type,
        source=vault.open(work, grant, source.blob_id) if source else None,
        master_source=vault.open(work, grant, master.blob_id) if master else None,
        starts_ms=round(((media.started_at or begun) - begun).total_seconds() * 1000),
    )


def _texts(work: Work, grant: Grant, recording_id: str) -> tuple[Text, ...]:
    rows = {(t.position, t.level): t for t in catalog.transcripts(work, recording_id)}
    found = []
    for position in sorted({position for position, _ in rows}):
        original = rows.get((position, ORIGINAL))
        source = original or rows.get((position, RENDITION))
        master = original or rows.get((position, MASTER))
        if source is None:
            continue
        found.append(
            Text(
                position=position,
                media_id=source.media_id,
                language=source.language,
                origin=source.origin,
                body=_all(vault.open(work, grant, source.blob_id)),
                master_body=_all(vault.open(work, grant, master.blob_id)) if master else None,
            )
        )
    return tuple(found)


def _told(work: Work, grant: Grant, recording_id: str, kind: str) -> list[dict[str, object]]:
    """Return what the source told besides sound and words."""
    for one in catalog.derived(work, recording_id):
        if one.kind == kind:
            told: list[dict[str, object]] = orjson.loads(_all(vault.open(work, grant, one.blob_id)))
            return told
    return []


def _pause(raw: dict[str, object]) -> Pause:
    position = raw["media_index"]
    return Pause(
        kind=PauseKind(str(raw["kind"])),
        start_ms=int(str(raw["start_ms"])),
        length_ms=int(str(raw["length_ms"])),
        position=int(str(position)) if position is not None else None,
        is_counted=bool(raw["is_counted"]),
    )


def _key(raw: dict[str, object]) -> Key:
    start, end, media = raw["start_ms"], raw["end_ms"], raw["media_index"]
    begin = int(str(start))
    return Key(
        start_ms=begin,
        end_ms=int(str(end)) if end is not None else begin + 250,
        media_position=int(str(media)) if media is not None else None,
        button=str(raw["button"]),
    )


def _from_start(reader: Reader | None) -> BufferedReader:
    if reader is None:
        raise NotFoundError("there are no bytes to read")
    return BufferedReader(reader.again())


def _all(reader: Reader) -> bytes:
    return BufferedReader(reader).read()


def drop_versions(work: Work, recording_id: str, because: str) -> int:
    """Destroy the keys of every stored version of the recording, in the Work's transaction; return how many there were.

    The files derived from the original go with it: the document it came in, the keys pressed. So does what was made of
    a rendition that there is no more: its waveform, and its copy in the package of a request, which may hold what was
    found since.
    """
    grant = access.house_grant(work, "recording:redact", recording_id, because=because)
    sound, texts = catalog.renditions(work, recording_id), catalog.transcripts(work, recording_id)
    # When the recorder paused is no data of anybody, and the times of what is left are read by it.
    derived = [one for one in catalog.derived(work, recording_id) if one.kind != PAUSES]
    for blob_id in [*(r.blob_id for r in sound), *(t.blob_id for t in texts), *(d.blob_id for d in derived)]:
        vault.shred(work, grant, blob_id)
    for row in (*sound, *texts, *derived):
        work.session.delete(row)
    work.session.flush()
    return len(sound) + len(texts) + len(derived)
