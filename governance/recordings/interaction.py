"""What an importer yields: one interaction, as facts, before it is anything in the catalog.

Plain values without a database. Whatever could hold card data or name a person is kept out of `repr`, so that neither
a traceback nor a failed assertion repeats it. Nothing here is trusted yet beyond its shape: the sound has not been
decoded, and the transcripts have not been read.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from governance.errors import InvalidError
from governance.recordings import files
from governance.recordings.files import CheckedReader, ContentHash


class Role(StrEnum):
    """Who somebody is in an interaction (the contact-centre extension of vCon, and two that say "nobody told us")."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SUPERVISOR = "supervisor"
    SME = "sme"
    THIRD_PARTY = "thirdparty"
    BOT = "bot"
    OTHER = "other"
    UNKNOWN = "unknown"


class MediaKind(StrEnum):
    """What a stream of an interaction is."""

    VOICE = "voice"
    SCREEN = "screen"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """Somebody who takes part. Identifiers are normalised; `channel` is theirs alone where it is given."""

    role: Role
    name: str | None = field(default=None, repr=False)
    tel: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    customer_number: str | None = field(default=None, repr=False)
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """One stream: inline in `body`, a file in `path`, or neither, and then `why_absent` says why.

    `hashes` is what the source says the bytes must hash to; `open` holds them to it.
    """

    kind: MediaKind
    content_type: str | None
    body: bytes | None = field(default=None, repr=False)
    path: Path | None = field(default=None, repr=False)
    why_absent: str | None = None
    hashes: tuple[ContentHash, ...] = ()
    started_at: datetime | None = None
    duration_ms: int | None = None
    dialog: int | None = None

    def open(self) -> BinaryIO:
        """Return a reader of the bytes that raises `IntegrityError` at their end if they are not the bytes promised.

        A file is opened anew without following links, so what the importer checked cannot be swapped for another
        path in between: the hash is checked again on the bytes that are read here.

        Raises `InvalidError` where the stream is absent or the file has gone.
        """
        if self.body is not None:
            return cast("BinaryIO", CheckedReader(io.BytesIO(self.body), self.hashes))
        if self.path is not None:
            return cast("BinaryIO", CheckedReader(files.open_regular(self.path), self.hashes))
        raise InvalidError("this stream is absent from its source", "media")


@dataclass(frozen=True, slots=True)
class TranscriptFacts:
    """A transcript as its source has it. `media_index` is the position in `Interaction.media` it writes down."""

    body: bytes = field(repr=False)
    media_index: int | None
    language: str | None
    origin: str
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A key pressed in the interaction, told by its source: card data until proven otherwise.

    The time is milliseconds from the start of the stream; `end_ms` is None where the release was not told.
    """

    media_index: int | None
    party: int | None
    start_ms: int
    end_ms: int | None
    button: str = field(repr=False)


PAUSES = "pauses"
"""The kind of derived file that holds when the recorder paused: as long as there is sound, times are read by it."""


class PauseKind(StrEnum):
    """What a recorder did while it was paused."""

    ABSENT = "absent"  # nothing was recorded: the file is shorter by it
    MASKED = "masked"  # silence was recorded
    UNSURE = "unsure"  # one of the two, or at a time that nobody told


@dataclass(frozen=True, slots=True)
class PauseFacts:
    """A time in which a recorder was paused on purpose, told by it.

    `start_ms` is where the pause lies in the file, and for `unsure` the moment from which on times may be off by `length_ms`.
    `is_counted` says whether the transcripts of the source count it.
    """

    media_index: int | None
    kind: PauseKind
    start_ms: int
    length_ms: int
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """A signature that verifies. `trusted` only if its certificates lead to a root the operator named."""

    fingerprint_sha256: str
    trusted: bool
    because: str


@dataclass(frozen=True, slots=True)
class LineageFacts:
    """What the source document was made from: `kind` redacted or amended, `uuid` where that version still exists."""

    kind: str
    uuid: str | None
    redaction: str | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """Everything an importer found out about one interaction. `warnings` are sentences without any value in them.

    `channels` is what the source says about each channel of the sound (`{"index": 0, "role": "agent"}`); only the
    decoded file knows how many there are. `notice` says whether the people recorded were told (`given`), how (`kind`)
    and when (`at`), and is empty where nobody said (GDPR Art. 13).
    """

    source: str
    external_id: str
    started_at: datetime
    ended_at: datetime | None
    agent_id: str | None
    team: str | None
    site: str | None
    parties: tuple[PartyFacts, ...]
    channels: tuple[Mapping[str, int | str], ...]
    language: str | None
    jurisdiction: str | None
    line_of_business: str | None
    direction: str | None
    notice: Mapping[str, bool | str]
    media: tuple[MediaFacts, ...]
    transcripts: tuple[TranscriptFacts, ...]
    keyed: tuple[KeyFacts, ...] = ()
    pauses: tuple[PauseFacts, ...] = ()
    signature: SignatureFacts | None = None
    lineage: LineageFacts | None = None
    warnings: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Return the SHA-256 of the facts, so that the same interaction handed in again is known to be the same.

        Names and identifiers of people count only by being there: their hash without a key could be counted through
        and would outlive the erasure of what it was made of. The bytes of media and transcripts are hashed by whoever
        stores them.
        """
        facts = {
            "who": [self.agent_id, self.team, self.site],
            "when": [str(self.started_at), str(self.ended_at)],
            "what": [self.language, self.jurisdiction, self.line_of_business, self.direction],
            "parties": [
                [p.role, p.channel, *(v is not None for v in (p.name, p.tel, p.email, p.customer_number))]
                for p in self.parties
            ],
            "channels": [dict(channel) for channel in self.channels],
            "notice": dict(self.notice),
            "media": [
                [m.kind, m.content_type, m.why_absent, str(m.started_at), m.dialog] for m in self.media
            ],
            "transcripts": [[t.media_index, t.language, t.origin] for t in self.transcripts],
            "keyed": len(self.keyed),
        }
        if self.pauses:  # what came without any is known by what it was known by before they were read
            facts["pauses"] = [[p.media_index, p.kind, p.start_ms, p.length_ms] for p in self.pauses]
        return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the operator says for all documents of an import that do not say it themselves.

    `region` is where a telephone number without a country code belongs.
    """

    region: str = "GB"
    language: str | None = None
    jurisdiction: str | None = None
    line_of_business: str | None = None
    team: str | None = None
    site: str | None = None
    agent_id: str | None = None


NOTHING_ELSE_SAID = Defaults()
"""No defaults: what a document does not say stays unsaid."""
