"""How events become what a sink takes, and how they get there: one way for each kind of sink."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final

from governance.config import Settings
from governance.errors import ConfigurationError, InvalidError
from governance.messages import post, reach
from governance.messages.outside import Outside
from governance.messages.rules import Outcome
from governance.policy.sinks import FileSink, HttpsSink, Sink, SyslogSink
from governance.siem import cef, cloudevents, credentials, files, leef, ocsf, receiver, syslog
from governance.siem.event import Event

LINES: Final[dict[str, Callable[[Event], str]]] = {
    "ocsf": ocsf.line,
    "cef": cef.line,
    "leef": leef.line,
    "cloudevents": cloudevents.line,
}


def rendered(sink: Sink, events: Sequence[Event]) -> list[bytes]:
    """Return each of `events` as the sink takes it: a line, or a frame of syslog."""
    told = LINES[sink.format]
    if not isinstance(sink, SyslogSink):
        return [told(event).encode() for event in events]
    enterprise, most = sink.enterprise_number, sink.message_bytes
    # What is too long goes in the shortest form there is: cut by the receiver it would be evidence of nothing.
    return [
        syslog.frame(syslog.fitted(event, (told(event), cef.line(event)), enterprise, most))
        for event in events
    ]


def deliver(
    settings: Settings,
    tenant: str,
    name: str,
    sink: Sink,
    log_id: int,
    events: Sequence[Event],
    pieces: Sequence[bytes],
    outside: Outside,
) -> Outcome:
    """Hand `pieces`, which are `events` in the sink's form, to the sink called `name` and return what became of them.

    Raises nothing that a receiver or a wrong file could cause; codes hold no address and no secret.
    """
    try:
        if isinstance(sink, FileSink):
            return _to_file(settings, tenant, name, sink, log_id, events, pieces)
        if isinstance(sink, HttpsSink):
            return _to_collector(settings, sink, events, pieces, outside)
        context = credentials.tls(settings.sink_secrets, sink, outside)
        allowed = sink.host in settings.sink_hosts
        return receiver.send(sink, pieces, context, outside, is_allowed=allowed)
    except ConfigurationError:
        return Outcome("later", "secret_unusable", is_way=True)
    except InvalidError:
        return Outcome("later", "forbidden_address", is_way=True)


def _to_file(
    settings: Settings,
    tenant: str,
    name: str,
    sink: FileSink,
    log_id: int,
    events: Sequence[Event],
    pieces: Sequence[bytes],
) -> Outcome:
    suffix = "jsonl" if sink.format in ("ocsf", "cloudevents") else "log"
    folder = settings.sink_files / tenant / name
    return files.append(
        folder, log_id, events[0].index, pieces, most=sink.rotate_mib * 1024 * 1024, suffix=suffix
    )


def _to_collector(
    settings: Settings, sink: HttpsSink, events: Sequence[Event], pieces: Sequence[bytes], outside: Outside
) -> Outcome:
    target = reach.target(sink.url, settings.sink_hosts)
    token = credentials.token(settings.sink_secrets, sink)
    context = credentials.tls(settings.sink_secrets, sink, outside)
    is_batch = sink.format == "cloudevents"
    body = b"[" + b",".join(pieces) + b"]" if is_batch else b"\n".join(pieces) + b"\n"
    headers = {
        "content-type": cloudevents.BATCH if is_batch else "application/x-ndjson",
        # What a collector needs to tell a repetition, or a gap, before it has read a line.
        "x-tlog-range": json.dumps([events[0].origin, events[0].index, events[-1].index]),
    }
    if token is not None:
        headers["authorization"] = f"{sink.scheme} {token}"
    return post.post(target, headers, body, Outside(outside.resolve, lambda: context))
