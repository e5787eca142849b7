"""A recording and the JSON file beside it: `<name>.wav` (or any audio), `<name>.json`, `<name>.transcript.json`.

The metadata may list its streams with their files; without a list there is one, the audio file of the same name.
`interaction` makes the same facts from metadata and bytes that came over HTTP.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from governance.errors import InvalidError
from governance.recordings import files, identifiers
from governance.recordings.files import ContentHash
from governance.recordings.importers import documents, metadata, pauses
from governance.recordings.importers.metadata import Medium, Metadata
from governance.recordings.interaction import (
    NOTHING_ELSE_SAID,
    Defaults,
    Interaction,
    MediaFacts,
    MediaKind,
    PartyFacts,
    PauseFacts,
    PauseKind,
    TranscriptFacts,
)

AUDIO = {
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".aiff": "audio/aiff",
    ".au": "audio/basic",
    ".gsm": "audio/gsm",
    ".amr": "audio/amr",
    ".awb": "audio/amr-wb",
    ".aac": "audio/aac",
    ".m4a": "audio/mp4",
    ".webm": "audio/webm",
    ".mka": "audio/x-matroska",
}
"""Endings that a sound file beside its metadata may have; what it truly is, the decoder says."""

TRANSCRIPT = ".transcript.json"


def read(path: Path, defaults: Defaults = NOTHING_ELSE_SAID) -> Interaction:
    """Return the interaction whose metadata lies at `path`, with its files, which are opened later (`MediaFacts.open`).

    Raises `InvalidError` where the metadata is wrong or a file it needs is missing or is no plain file,
    `IntegrityError` where a file does not hash to what the metadata says, `TooLargeError` beyond the bounds.
    """
    facts = metadata.read(files.read_regular(path, documents.LARGEST_DOCUMENT))
    streams = [Medium(file=_audio_beside(path))] if facts.media is None else list(facts.media)
    media = tuple(_media(path.parent, stream) for stream in streams)
    transcripts = []
    for position, stream in enumerate(streams):
        beside = path.with_name(path.stem + TRANSCRIPT) if facts.media is None else None
        if stream.transcript is not None:
            beside = files.beside(path.parent, stream.transcript)
        if beside is None or (stream.transcript is None and not os.path.lexists(beside)):
            continue
        body = files.read_regular(beside, documents.LARGEST_DOCUMENT)
        transcripts.append(TranscriptFacts(body, position, facts.language, "sidecar"))
    return interaction(facts, media, transcripts, defaults)


def interaction(
    facts: Metadata,
    media: Sequence[MediaFacts],
    transcripts: Sequence[TranscriptFacts] = (),
    defaults: Defaults = NOTHING_ELSE_SAID,
) -> Interaction:
    """Return the interaction that `facts` describe, made of `media` and `transcripts`.

    Raises `InvalidError` naming the party and the kind of an identifier that cannot be one.
    """
    return Interaction(
        source=facts.source,
        external_id=facts.external_id,
        started_at=facts.started_at,
        ended_at=facts.ended_at,
        agent_id=facts.agent.id if facts.agent else defaults.agent_id,
        team=facts.team or defaults.team,
        site=facts.site or defaults.site,
        parties=_parties(facts, defaults.region),
        channels=tuple({"index": c.index, "role": c.role} for c in facts.channels),
        language=facts.language or defaults.language,
        jurisdiction=facts.jurisdiction or defaults.jurisdiction,
        line_of_business=facts.line_of_business or defaults.line_of_business,
        direction=facts.direction,
        notice=facts.notice.model_dump(mode="json", exclude_none=True) if facts.notice else {},
        media=tuple(media),
        transcripts=tuple(transcripts),
        pauses=tuple(_pauses(facts, media)),
    )


def _pauses(facts: Metadata, media: Sequence[MediaFacts]) -> Iterator[PauseFacts]:
    begun = max([facts.started_at, *(one.started_at for one in media if one.started_at is not None)])
    for one in facts.pauses:
        kind = PauseKind(one.sound)
        yield PauseFacts(None, kind, one.start_ms, one.length_ms, one.transcript_counts is not False)
    if facts.recorder is not None:
        yield from pauses.genesys(facts.recorder.genesys_annotations)
        yield from pauses.audiohook(facts.recorder.audiohook_messages)
        yield from pauses.freeswitch(facts.recorder.freeswitch_commands, begun)
        yield from pauses.amazon(facts.recorder.amazon_contact, begun)


def _parties(facts: Metadata, region: str) -> tuple[PartyFacts, ...]:
    parties = []
    for position, party in enumerate(facts.parties):
        try:
            parties.append(
                PartyFacts(
                    role=party.kind,
                    name=party.name,
                    tel=identifiers.telephone(party.tel, region) if party.tel else None,
                    email=identifiers.email(party.email) if party.email else None,
                    customer_number=identifiers.customer_number(party.customer_number)
                    if party.customer_number
                    else None,
                    channel=party.channel,
                )
            )
        except InvalidError as error:
            raise InvalidError(str(error), field=f"parties[{position}].{error.field}") from None
    return tuple(parties)


def _media(folder: Path, stream: Medium) -> MediaFacts:
    hashes = (ContentHash("sha256", bytes.fromhex(stream.sha256)),) if stream.sha256 else ()
    if stream.file is None:
        return MediaFacts(
            stream.sort, stream.content_type, why_absent=stream.why_absent, started_at=stream.start
        )
    path = files.beside(folder, stream.file)
    files.verify(files.open_regular(path), hashes) if hashes else files.open_regular(path).close()
    known = AUDIO.get(path.suffix.lower()) if stream.sort is MediaKind.VOICE else None
    return MediaFacts(
        stream.sort, stream.content_type or known, path=path, hashes=hashes, started_at=stream.start
    )


def _audio_beside(path: Path) -> str:
    found = [path.stem + ending for ending in AUDIO if path.with_name(path.stem + ending).is_file()]
    if len(found) != 1:
        much = "no audio file" if not found else "more than one audio file"
        raise InvalidError(f"{much} of the same name beside the metadata", field="media")
    return found[0]
