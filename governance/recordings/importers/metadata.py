"""The metadata of one interaction, as a sidecar file and `POST /v1/recordings` take it: strict, and quiet when wrong.

Unknown fields are refused, because a misspelt `jurisdiction` would otherwise be no jurisdiction. A refusal names the
field and never repeats what was in it; the name of an unknown field is somebody else's text too and is repeated only where
it is a plain name, without a digit.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from governance.errors import InvalidError
from governance.recordings.importers import documents
from governance.recordings.interaction import MediaKind, Role


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("control characters are not allowed")
    return value


def _utc(value: datetime) -> datetime:
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("not a moment that a call could have") from None
    if not 1970 <= moment.year < 2200:
        raise ValueError("not a moment that a call could have")
    return moment


_Strip = StringConstraints(strip_whitespace=True, min_length=1, max_length=80)
Label = Annotated[str, _Strip, AfterValidator(_printable)]
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_printable)
]
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Index = Annotated[int, Field(ge=0, lt=64)]
Language = Annotated[str, StringConstraints(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
Jurisdiction = Annotated[str, StringConstraints(max_length=20, pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Source = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=255)]
MediaType = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
Hex256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")]
Milliseconds = Annotated[int, Field(ge=0, le=31 * 86_400_000)]
Told = Annotated[list[dict[str, Any]], Field(max_length=1_000)]
_PLAIN_NAME = re.compile(r"[a-z]{1,20}(_[a-z]{1,20}){0,3}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Agent(_Strict):
    """Who took the call on the side of the contact centre."""

    id: Label
    name: Text | None = None


class Party(_Strict):
    """Somebody who takes part; identifiers are normalised when they are taken in."""

    role: Literal["agent", "customer", "supervisor", "sme", "thirdparty", "bot", "other"]
    name: Text | None = None
    tel: Text | None = None
    email: Text | None = None
    customer_number: Text | None = None
    channel: Index | None = None

    @property
    def kind(self) -> Role:
        """The role as the vocabulary of the catalog has it."""
        return Role(self.role)


class Channel(_Strict):
    """Whose voice is on a channel."""

    index: Index
    role: Literal["agent", "customer", "supervisor", "sme", "thirdparty", "bot", "other"]


class Notice(_Strict):
    """Whether the people recorded were told (GDPR Art. 13)."""

    given: bool
    kind: Label | None = None
    at: Moment | None = None


class Medium(_Strict):
    """A stream, where there is more than the one audio file beside the metadata."""

    file: FileName | None = None
    kind: Literal["voice", "screen", "chat"] = "voice"
    content_type: MediaType | None = None
    sha256: Hex256 | None = None
    start: Moment | None = None
    why_absent: Text | None = None
    transcript: FileName | None = None

    @property
    def sort(self) -> MediaKind:
        """The kind as the vocabulary of the catalog has it."""
        return MediaKind(self.kind)

    @model_validator(mode="after")
    def _there_or_not(self) -> Self:
        if (self.file is None) == (self.why_absent is None):
            raise ValueError("a stream has either a file or a reason why it is absent")
        return self


class Pause(_Strict):
    """A time in which the recorder was paused, in milliseconds of the file: `absent` from it, `masked` in it, or `unsure`.

    `transcript_counts` says of an absent one whether the transcript's times go on while it lasts.
    """

    start_ms: Milliseconds
    length_ms: Milliseconds
    sound: Literal["absent", "masked", "unsure"]
    transcript_counts: bool | None = None

    @model_validator(mode="after")
    def _says_what_transcripts_count(self) -> Self:
        if (self.sound == "absent") == (self.transcript_counts is None):
            raise ValueError(
                "transcript_counts says of absent sound, and of no other, whether transcripts count it"
            )
        return self


class Recorder(_Strict):
    """What the recorder itself tells of its pauses, in its own words (`importers.pauses`)."""

    genesys_annotations: Told = []
    audiohook_messages: Told = []
    freeswitch_commands: Told = []
    amazon_contact: dict[str, Any] = {}


class Metadata(_Strict):
    """Everything a recorder says about one interaction; `source` and `external_id` together are its name."""

    source: Source
    external_id: Text
    started_at: Moment
    ended_at: Moment | None = None
    agent: Agent | None = None
    team: Label | None = None
    site: Label | None = None
    parties: Annotated[list[Party], Field(max_length=100)] = []
    channels: Annotated[list[Channel], Field(max_length=64)] = []
    language: Language | None = None
    jurisdiction: Jurisdiction | None = None
    line_of_business: Label | None = None
    direction: Literal["inbound", "outbound", "internal"] | None = None
    notice: Notice | None = None
    media: Annotated[list[Medium], Field(max_length=32)] | None = None
    pauses: Annotated[list[Pause], Field(max_length=1_000)] = []
    recorder: Recorder | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError("it ends before it starts")
        indices = [channel.index for channel in self.channels]
        if len(indices) != len(set(indices)):
            raise ValueError("a channel is described twice")
        return self


def read(document: bytes) -> Metadata:
    """Return the metadata in a JSON document.

    Raises `InvalidError`, whose `field` and text name what is wrong and never repeat it, and `TooLargeError`.
    """
    content = documents.load(document)
    try:
        # From the bytes and not from `content`: strict mode takes a moment as text from JSON only.
        return Metadata.model_validate_json(document)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise explain(problems) from None
    finally:
        del content


def explain(problems: list[Any]) -> InvalidError:
    """Return the refusal for pydantic's `problems`: each field by its path, with what it should have been."""
    sentences = []
    for problem in problems[:8]:
        place = list(problem["loc"])
        if problem["type"] == "extra_forbidden":
            # The last step of the path is the sender's own text, which may be anything, a card number too.
            named = f": {place[-1]}" if _PLAIN_NAME.fullmatch(str(place[-1])) else ""
            sentences.append((_path(place[:-1]), f"a field that is not known{named}"))
        else:
            sentences.append((_path(place), str(problem["msg"])))
    return InvalidError("; ".join(f"{path}: {what}" for path, what in sentences), field=sentences[0][0])


def _path(place: list[str | int]) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return steps.lstrip(".") or "metadata"
