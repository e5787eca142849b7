"""Reads an IETF vCon (draft-ietf-vcon-vcon-core-04, the shapes before it and the next) into one interaction.

It is strict where a mistake would harm somebody (hashes, signatures, names of files, what must be understood) and
tolerant where the group's own examples are loose: none of them passes the group's schema. What is not taken in
(analyses that are no transcripts, attachments) is said in the warnings.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from governance.errors import InvalidError, UnsupportedFormatError
from governance.recordings import files, identifiers
from governance.recordings.importers import documents, envelope, fields, vcon_content, vcon_names
from governance.recordings.importers.envelope import Trust
from governance.recordings.interaction import (
    NOTHING_ELSE_SAID,
    Defaults,
    Interaction,
    KeyFacts,
    LineageFacts,
    MediaFacts,
    PartyFacts,
    Role,
    SignatureFacts,
    TranscriptFacts,
)

UNDERSTOOD = frozenset({"cc", "wtf_transcription", "lawful_basis"})
"""Extensions whose data is either read here or changes nothing about what is. A vCon that names another one is
refused: the draft says that whoever redacts should, since unknown data may hold what must not be kept."""

_DIRECTIONS = {"in": "inbound", "inbound": "inbound", "out": "outbound", "outbound": "outbound"}
_STREAMS = ("recording", "text")
_WITHOUT_STREAM = ("incomplete", "transfer", "recording-set")


def read(path: Path, defaults: Defaults = NOTHING_ELSE_SAID, trusted: Trust | None = None) -> Interaction:
    """Return the interaction in the vCon at `path`; files it refers to must lie beside it.

    Raises what `parse` raises, and `InvalidError` where no plain file lies there.
    """
    document = files.read_regular(path, documents.LARGEST_DOCUMENT)
    return parse(document, path.parent, defaults, trusted)


def parse(
    document: bytes,
    folder: Path | None = None,
    defaults: Defaults = NOTHING_ELSE_SAID,
    trusted: Trust | None = None,
) -> Interaction:
    """Return the interaction in a vCon. Without a `folder` all of its content must be inside it.

    Raises `InvalidError` naming the place that is wrong; `UnsupportedFormatError` for an encrypted vCon, a critical
    or unknown extension, a kind of dialog, hash or signature that is not read; `IntegrityError` for content that is
    not what its hash says, or a signature that does not verify or is not trusted; `TooLargeError` beyond the bounds.
    """
    content, signature = envelope.unpack(document, trusted)
    content = vcon_names.current(content)
    _require_understood(content)
    reading = _Reading(content, folder, defaults)
    return reading.interaction(signature)


def _require_understood(content: dict[str, Any]) -> None:
    for name in ("critical", "extensions"):
        listed = content.get(name) or []
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise InvalidError("must be a list of names", name)
        if any(one.lower() not in UNDERSTOOD for one in listed):
            raise UnsupportedFormatError("the vCon needs an extension that is not understood here", name)


class _Reading:
    """One vCon while it is read: what has been found, and what must be warned of."""

    def __init__(self, content: dict[str, Any], folder: Path | None, defaults: Defaults) -> None:
        self._content = content
        self._folder = folder
        self._defaults = defaults
        self._warnings: dict[str, None] = {}  # in order, each once

    def _warn(self, sentence: str) -> None:
        self._warnings[sentence] = None

    def interaction(self, signature: SignatureFacts | None) -> Interaction:
        lineage = self._lineage()
        parties = [self._party(one, number) for number, one in enumerate(self._content["parties"])]
        media, positions, keyed = self._streams(redacted=lineage is not None and lineage.kind == "redacted")
        if not media:
            raise InvalidError("the vCon has no recording and no text in it", "dialog")
        transcripts = self._transcripts(positions)
        if self._content["attachments"]:
            self._warn("attachments were not taken in")
        if signature is not None and not signature.trusted:
            self._warn(signature.because)
        first = self._content["dialog"][media[0].dialog or 0]
        starts = [one.started_at for one in media if one.started_at is not None]
        return Interaction(
            source="vcon",
            external_id=fields.uuid_text(self._content.get("uuid"), "uuid"),
            started_at=min(starts),
            ended_at=_end(media),
            # The party's uuid or nothing: an address or number names a person, and this column is in clear.
            agent_id=self._of_the_agent("uuid") or self._defaults.agent_id,
            team=self._of_the_agent("dept") or self._defaults.team,
            site=self._defaults.site,
            parties=self._on_channels(parties, first),
            channels=self._channels(parties, first),
            language=self._defaults.language,
            jurisdiction=self._defaults.jurisdiction,
            line_of_business=self._defaults.line_of_business,
            direction=self._direction(parties, first),
            notice={},
            media=tuple(media),
            transcripts=tuple(transcripts),
            keyed=tuple(keyed),
            signature=signature,
            lineage=lineage,
            warnings=tuple(self._warnings),
        )

    def _lineage(self) -> LineageFacts | None:
        redacted, amended = self._content.get("redacted") or None, self._content.get("amended") or None
        if redacted is not None and amended is not None:
            raise InvalidError("a vCon is redacted or amended, not both", "redacted")
        kind, made_from = ("redacted", redacted) if redacted is not None else ("amended", amended)
        if made_from is None:
            return None
        if not isinstance(made_from, dict):
            raise InvalidError("must be an object", kind)
        uuid = made_from.get("uuid")
        return LineageFacts(
            kind,
            fields.uuid_text(uuid, f"{kind}.uuid") if uuid is not None else None,
            fields.text(made_from.get("type"), f"{kind}.type"),
        )

    def _party(self, party: dict[str, Any], number: int) -> PartyFacts:
        place = f"parties[{number}]"
        role = party.get("role")
        known = Role(role.lower()) if isinstance(role, str) and role.lower() in tuple(Role) else Role.OTHER
        if "sip" in party or "did" in party:
            self._warn("an identifier of a party (sip or did) was not taken in")
        return PartyFacts(
            role=Role.UNKNOWN if role is None else known,
            name=fields.text(party.get("name"), f"{place}.name", most=200),
            tel=self._identifier(party, "tel", place),
            email=self._identifier(party, "mailto", place),
            customer_number=self._identifier(party, "customer_number", place),
        )

    def _identifier(self, party: dict[str, Any], name: str, place: str) -> str | None:
        """Return an identifier in its one spelling, or None with a warning: nobody can be found by a wrong one."""
        value = fields.text(party.get(name), f"{place}.{name}")
        if value is None:
            return None
        try:
            if name == "tel":
                return identifiers.telephone(value, self._defaults.region)
            return identifiers.email(value) if name == "mailto" else identifiers.customer_number(value)
        except InvalidError:
            self._warn(f"{place}.{name} cannot be one and was not taken in")
            return None

    def _streams(self, *, redacted: bool) -> tuple[list[MediaFacts], dict[int, int], list[KeyFacts]]:
        media: list[MediaFacts] = []
        positions: dict[int, int] = {}
        keyed: list[KeyFacts] = []
        for number, dialog in enumerate(self._content["dialog"]):
            kind = dialog.get("type")
            if redacted and not dialog:
                continue  # the empty place a redactor leaves, because others are counted from it
            if kind in _STREAMS:
                positions[number] = len(media)
                media.append(vcon_content.media(dialog, number, self._folder, redacted=redacted))
                if fields.moment(dialog.get("start"), "start").assumed:
                    self._warn("times without a zone were taken as UTC")
            elif kind in _WITHOUT_STREAM:
                if "body" in dialog or "url" in dialog:
                    raise InvalidError("a dialog of this type has no content", f"dialog[{number}]")
            else:
                raise UnsupportedFormatError("a dialog of a type that is not read", f"dialog[{number}].type")
            self._known(dialog.get("parties"), number)
            if dialog.get("party_history"):
                keyed += vcon_content.keys(dialog, number, positions.get(number))
        return media, positions, keyed

    def _known(self, parties: object, number: int) -> None:
        """Hold every index of a party to the parties there are."""
        flat: list[object] = []
        for one in parties if isinstance(parties, list) else [parties]:
            flat += one if isinstance(one, list) else [one]
        for one in flat:
            if one is None:
                continue  # a channel nobody speaks on
            if (
                isinstance(one, bool)
                or not isinstance(one, int)
                or not 0 <= one < len(self._content["parties"])
            ):
                raise InvalidError("names a party that is not there", f"dialog[{number}].parties")

    def _transcripts(self, positions: dict[int, int]) -> list[TranscriptFacts]:
        found = []
        for number, analysis in enumerate(self._content["analysis"]):
            kind = analysis.get("type")
            if isinstance(kind, str) and (kind.startswith("transcript") or kind == "wtf_transcription"):
                found.append(
                    vcon_content.transcript(
                        analysis, number, positions, self._folder, self._defaults.language
                    )
                )
            elif analysis:
                self._warn("analyses that are no transcripts were not taken in")
        return found

    def _channels(self, parties: list[PartyFacts], first: dict[str, Any]) -> tuple[dict[str, int | str], ...]:
        """Return who is on which channel, where the dialog lists one party for each (core -04, Dialog `parties`)."""
        listed = first.get("parties")
        if not isinstance(listed, list):
            return ()
        return tuple(
            {"index": index, "role": str(parties[one].role)}
            for index, one in enumerate(listed)
            if isinstance(one, int)
        )

    def _on_channels(self, parties: list[PartyFacts], first: dict[str, Any]) -> tuple[PartyFacts, ...]:
        listed = first.get("parties")
        alone = listed if isinstance(listed, list) else []
        return tuple(
            replace(party, channel=alone.index(number)) if alone.count(number) == 1 else party
            for number, party in enumerate(parties)
        )

    def _direction(self, parties: list[PartyFacts], first: dict[str, Any]) -> str | None:
        meta = first.get("meta")
        said = meta.get("direction") if isinstance(meta, dict) else None
        if isinstance(said, str) and said in _DIRECTIONS:
            return _DIRECTIONS[said]
        originator = first.get("originator")
        if isinstance(originator, int) and 0 <= originator < len(parties):
            role = parties[originator].role
            return {Role.AGENT: "outbound", Role.CUSTOMER: "inbound"}.get(role)
        return None

    def _of_the_agent(self, name: str) -> str | None:
        agents = [one for one in self._content["parties"] if str(one.get("role")).lower() == "agent"]
        return fields.text(agents[0].get(name), f"parties.{name}", most=80) if len(agents) == 1 else None


def _end(media: list[MediaFacts]) -> datetime | None:
    """Return when the last stream ends, if every one says how long it is."""
    ends = [
        one.started_at + timedelta(milliseconds=one.duration_ms)
        for one in media
        if one.started_at is not None and one.duration_ms is not None
    ]
    return max(ends) if len(ends) == len(media) else None
