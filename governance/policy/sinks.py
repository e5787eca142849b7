"""policies/sinks.yaml as a model: where the log is told to, in which form, and which personal fields may be seen there.

A sink names its secrets; they lie as files in the folder of GOVERNANCE_SINK_SECRETS and stand in no policy.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_SINKS: Final = 8

SinkName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Secret = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Disclosable = Literal["actor.name", "actor.email", "src.ip"]
"""What may be disclosed is about staff. Free text and whoever was recorded leave in no form: a sink cannot forget them."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Sink(_Strict):
    disclose: Annotated[tuple[Disclosable, ...], Field(strict=False)] = ()
    start: Literal["beginning", "now"] = "beginning"
    enabled: bool = True


class _OverTls(_Sink):
    ca: Secret | None = None
    certificate: Secret | None = None
    key: Secret | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> _OverTls:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("a certificate of our own needs both certificate and key")
        return self


class FileSink(_Sink):
    """Lines appended to files below GOVERNANCE_SINK_FILES, which somebody else collects."""

    kind: Literal["file"]
    format: Literal["ocsf", "cef", "leef", "cloudevents"] = "ocsf"
    rotate_mib: Annotated[int, Field(ge=1, le=1024)] = 64


class HttpsSink(_OverTls):
    """A collector that takes posts."""

    kind: Literal["https"]
    format: Literal["ocsf", "cloudevents"] = "ocsf"
    url: Annotated[
        str, Field(pattern=r"^https://[A-Za-z0-9.\[\]:-]+(/[\x21\x24-\x3e\x40-\x7e]*)?$", max_length=500)
    ]
    token: Secret | None = None
    scheme: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,19}$")] = "Bearer"


class SyslogSink(_OverTls):
    """A receiver of syslog over TLS (RFC 5425)."""

    kind: Literal["syslog"]
    format: Literal["cef", "leef", "ocsf"] = "cef"
    host: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$|^[0-9a-f:]{2,39}$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 6514
    confirm: Literal["close_notify", "close"] = "close_notify"
    enterprise_number: Annotated[int, Field(ge=1, le=2**31 - 1)] = 32473
    message_bytes: Annotated[int, Field(ge=2048, le=1_048_576)] = 8192


Sink = FileSink | HttpsSink | SyslogSink


class SinksPolicy(_Strict):
    """Every sink by its name. None is an answer too: then the log is told to nobody."""

    sinks: Annotated[
        dict[SinkName, Annotated[Sink, Field(discriminator="kind")]], Field(max_length=MOST_SINKS)
    ]

    def enabled(self) -> dict[str, Sink]:
        """Return the sinks that are told to, by name."""
        return {name: sink for name, sink in self.sinks.items() if sink.enabled}
