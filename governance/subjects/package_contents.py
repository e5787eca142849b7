"""One recording's stretch of a package: read from its redacted rendition alone, others' voices and words taken out, written.

Masters and originals are never opened here. Clear bytes pass through one recording at a time, and touch no disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from io import BufferedReader, BytesIO
from typing import Any

import orjson

from governance.access import service as access
from governance.access.service import Grant
from governance.policy.disclosure import DisclosurePolicy
from governance.recordings import queries as catalog
from governance.recordings.models import RELEASED, RENDITION, Media, Recording
from governance.redaction import audio, marks, transcripts
from governance.redaction.spans import Word
from governance.runtime import Runtime, Work
from governance.subjects import package_pages, withholding
from governance.subjects.package_archive import Stretch
from governance.subjects.package_models import PackagePart
from governance.subjects.withholding import RULES, Cast, Code, Voice
from governance.vault import service as vault
from governance.vault.cipher import Reader

_BEYOND_MS = 1000  # a length is rounded; what is silenced to the end is silenced to the last sample
_A_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class Stream:
    """One stream of the recording, as its rendition is stored."""

    media_id: str
    position: int
    kind: str
    container: str
    channels: int
    duration_ms: int
    reader: Reader


@dataclass(frozen=True)
class Said:
    """One transcript of the recording, masked."""

    position: int
    media_id: str | None
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Source:
    """A released recording as a package reads it; `revision` tells whether it is still the same at the end."""

    recording_id: str
    revision: int
    players: Cast
    about: Mapping[str, Any]
    streams: tuple[Stream, ...]
    texts: tuple[Said, ...]

    @property
    def voices(self) -> list[Stream]:
        """The streams of sound."""
        return [one for one in self.streams if one.kind == "voice"]


@dataclass(frozen=True)
class Withheld:
    """One thing that is not in the package: what, where, and why."""

    what: str
    stream: int
    channel: int | None
    start_ms: int | None
    end_ms: int | None
    code: Code

    def told(self) -> dict[str, Any]:
        """Return it as the package's own list has it."""
        return {**asdict(self), "rule": RULES[self.code]}


def gather(work: Work, part: PackagePart, *, is_agent: bool) -> Source | str:
    """Return what the part is made from, or the code of why it cannot be: `erased` or `quarantined`.

    `is_agent` says that the person who asks is the agent whom the recording names, where it knows no party for them.
    """
    row = catalog.recording(work, part.recording_id)
    if row is None or row.state != RELEASED:
        return "erased" if row is None or row.erased_at is not None else "quarantined"
    grant = access.house_grant(
        work, "recording:rendition:play", row.id, because="The person recorded is given a copy (GDPR Art. 15(3)).",
        level=RENDITION,
    )  # fmt: skip
    media = {one.id: one for one in catalog.media(work, row.id)}
    stored = [one for one in catalog.renditions(work, row.id) if one.level == RENDITION]
    return Source(
        recording_id=row.id,
        revision=row.revision,
        players=_players(work, row, part.party_id, is_agent),
        about=_about(row),
        streams=tuple(
            _stream(media[one.media_id], row, vault.open(work, grant, one.blob_id))
            for one in sorted(stored, key=lambda one: media[one.media_id].position)
        ),
        texts=tuple(
            Said(one.position, one.media_id, _all(work, grant, one.blob_id))
            for one in catalog.transcripts(work, row.id, RENDITION)
        ),
    )


def _players(work: Work, row: Recording, party_id: str | None, is_agent: bool) -> Cast:
    parties = catalog.parties(work, row.id)
    agents = [one.id for one in parties if one.role == "agent"]
    own = party_id or (agents[0] if is_agent and len(agents) == 1 else None)
    voices = [Voice(one.role, one.channel, is_self=one.id == own) for one in parties]
    if is_agent and not agents and party_id is None:
        voices.append(Voice("agent", is_self=True))
    roles = {
        int(one["index"]): str(one["role"])
        for one in row.channels
        if isinstance(one, dict) and isinstance(one.get("index"), int) and one.get("role")
    }
    sounds = [one for one in catalog.media(work, row.id) if one.kind == "voice"]
    channels = (sounds[0].channel_count or 1) if len(sounds) == 1 else 1
    return withholding.cast(voices, roles, has_agent=row.agent_id is not None, channels=channels)


def _about(row: Recording) -> dict[str, Any]:
    return {
        "recording_id": row.id,
        "started_at": row.started_at.isoformat(),
        "duration_ms": row.duration_ms,
        "direction": row.direction,
        "language": row.language,
        "line_of_business": row.line_of_business,
        "notice_given": row.notice_given,
    }


def _stream(media: Media, row: Recording, reader: Reader) -> Stream:
    return Stream(
        media_id=media.id,
        position=media.position,
        kind=media.kind,
        container=(media.container or "bin").lower(),
        channels=media.channel_count or 1,
        duration_ms=media.duration_ms or row.duration_ms or _A_DAY_MS,
        reader=reader,
    )


def _all(work: Work, grant: Grant, blob_id: str) -> bytes:
    with BufferedReader(vault.open(work, grant, blob_id)) as body:
        return body.read()


class Writing:
    """Writes one recording's files into a stretch, and notes what it withheld."""

    def __init__(
        self,
        runtime: Runtime,
        source: Source,
        stretch: Stretch,
        number: int,
        told: DisclosurePolicy,
        language: str,
    ) -> None:
        self._runtime = runtime
        self._source = source
        self._stretch = stretch
        self._folder = folder(number)
        self._told = told
        self._language = language
        voices = source.voices
        # Channels are told by the catalog where one stream has several; streams recorded apart are not.
        self._is_split = len(voices) == 1 and voices[0].channels > 1
        self.withheld: list[Withheld] = []

    def write(self) -> None:
        """Write sound, chats and transcripts, and what the recording is."""
        words = {one.position: transcripts.read(one.body).words for one in self._source.texts}
        for stream in self._source.streams:
            if stream.kind == "voice":
                self._sound(stream, self._words_of(stream, words))
            else:
                self._other(stream)
        for text in self._source.texts:
            self._transcript(text, words[text.position])
        about = {**self._source.about, "withheld": [one.told() for one in self.withheld]}
        self._add("recording.json", orjson.dumps(about, option=orjson.OPT_INDENT_2))

    def _words_of(self, stream: Stream, words: Mapping[int, Sequence[Word]]) -> list[Word]:
        is_only = len(self._source.voices) == 1
        ours = [
            one
            for one in self._source.texts
            if one.media_id == stream.media_id or (one.media_id is None and is_only)
        ]
        # One transcript of a stream tells when somebody speaks; a second one of it would tell the same again.
        return list(words[ours[0].position]) if ours else []

    def _sound(self, stream: Stream, words: Sequence[Word]) -> None:
        rules = self._told.voices
        length = stream.duration_ms + _BEYOND_MS
        plan = withholding.sound(
            self._source.players, rules, words,
            channels=stream.channels, is_split=self._is_split, duration_ms=length,
        )  # fmt: skip
        for cut in plan.cuts:
            end = min(cut.end_ms, stream.duration_ms)
            self.withheld.append(Withheld("sound", stream.position, cut.channel, cut.start_ms, end, cut.code))
        if not plan.is_kept:
            return
        with BufferedReader(stream.reader) as clear:
            name = f"audio-{stream.position + 1}.{stream.container}"
            if not plan.cuts:
                self._stretch.add(f"{self._folder}/{name}", clear)
                return
            with vault.spool(self._runtime) as silenced:
                audio.redact(clear, silenced, plan.cuts)
                self._stretch.add(f"{self._folder}/{name}", silenced)

    def _other(self, stream: Stream) -> None:
        """Write a chat whose people are all kept; what cannot be told apart is withheld."""
        players, rules = self._source.players, self._told.voices
        if stream.kind != "chat" or not all(withholding.is_kept(sort, rules) for sort in players.everybody):
            self.withheld.append(Withheld(stream.kind, stream.position, None, None, None, "speakers_unknown"))
            return
        with BufferedReader(stream.reader) as clear:
            written = marks.without(clear.read().decode("utf-8"))
        self._add(f"chat-{stream.position + 1}.txt", written.encode())

    def _transcript(self, text: Said, words: Sequence[Word]) -> None:
        told = withholding.turns(self._source.players, self._told.voices, words, is_split=self._is_split)
        # A token or a part of a number leaves the house in no package: a label says what stood there.
        turns = [replace(one, text=marks.without(one.text) if one.text else one.text) for one in told]
        position = next((one.position for one in self._source.streams if one.media_id == text.media_id), 0)
        for one in turns:
            if one.code is not None:
                self.withheld.append(
                    Withheld("words", position, one.channel, one.start_ms, one.end_ms, one.code)
                )
        rows = [
            {"speaker": one.sort or "unknown", "start_ms": one.start_ms, "end_ms": one.end_ms, "text": one.text,
             "withheld": one.code}
            for one in turns
        ]  # fmt: skip
        body = {"format": "governance/turns@1", "language": self._source.about["language"], "turns": rows}
        name = f"transcript-{text.position + 1}"
        self._add(f"{name}.json", orjson.dumps(body, option=orjson.OPT_INDENT_2))
        started = datetime.fromisoformat(self._source.about["started_at"])
        page = package_pages.transcript(turns, started, self._told, self._language)
        self._add(f"{name}.html", page.encode())

    def _add(self, name: str, body: bytes) -> None:
        self._stretch.add(f"{self._folder}/{name}", BytesIO(body))


def folder(number: int) -> str:
    """Return where the recording with this number lies in the archive: a number names nobody."""
    return f"recordings/{number:04}"
