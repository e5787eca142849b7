"""From what was found to bytes in the store: sound with its spans cut out, sealed while nobody keeps it yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from governance.redaction import audio, rules
from governance.redaction.spans import TimeSpan
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from governance.vault.service import Sealed

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

_PORTION = 1 << 20


def cut(
    runtime: Runtime, house: Actor, source: BinaryIO, spans: Sequence[TimeSpan], policy: RedactionPolicy
) -> Sealed:
    """Return the sound without the spans, sealed: clear bytes do not touch a disk, and a day of them fits no memory."""
    toned: list[TimeSpan] = []
    silenced: list[TimeSpan] = []
    for span in spans:
        (toned if rules.audio_action(span.entity, policy) == "tone" else silenced).append(span)
    with vault.spool(runtime) as sink, vault.spool(runtime) as second:
        audio.redact(source, sink, rules.guarded(silenced, policy), "silence")
        if toned:
            audio.redact(sink, second, rules.guarded(toned, policy), "tone")
        return seal(runtime, house, second if toned else sink)


def seal(runtime: Runtime, house: Actor, clear: BinaryIO) -> Sealed:
    """Return clear bytes, from their start, sealed in the store."""
    clear.seek(0)
    with vault.seal(runtime, house.tenant) as writer:
        while portion := clear.read(_PORTION):
            writer.write(portion)
    return writer.sealed
