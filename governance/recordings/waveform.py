"""The waveform of a call: how loud it is, channel by channel, as a picture under the player.

It is measured from the rendition and from nothing above it, so that it shows silence where silence was cut, and only
for somebody who may hear that rendition for the purpose they name. Once measured it is kept encrypted, as a file made
from the recording: the next page is quick, erasure reaches it, and a new rendition takes it away. A call that nobody
opens has none.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, BinaryIO

import numpy as np
import orjson

from governance.access import service as access
from governance.access.service import Grant
from governance.audit import service as audit
from governance.errors import InvalidError, NotFoundError, QuarantinedError
from governance.formats import audio
from governance.recordings import queries
from governance.recordings import service as recordings
from governance.recordings.models import ERASED, RELEASED, RENDITION, WAVEFORM, Derived
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault
from governance.vault.cipher import Reader

STEPS = 600
"""The most steps of a waveform: about one for every dot that a page has for it."""
_HOP_MS = 50
LOUDEST = 255


@dataclass(frozen=True)
class Waveform:
    """How loud one stream is: for each channel steps of equal length, 0 (silent) to `LOUDEST` (as loud as sound gets)."""

    duration_ms: int
    channels: tuple[tuple[int, ...], ...]


def measure(source: BinaryIO) -> Waveform:
    """Return the waveform of a sound file: the loudest sample of every step. Memory is bounded by the block.

    Raises as `formats.audio.probe` does.
    """
    told = audio.describe(source)
    hop = max(1, told.rate * _HOP_MS // 1000)
    rest = np.empty((0, told.channels), dtype=np.float32)
    heights, frames = [], 0
    for block in audio.blocks(source):
        frames += len(block.samples)
        loud = np.concatenate((rest, np.abs(block.samples)))
        whole = len(loud) // hop * hop
        heights.append(loud[:whole].reshape(-1, hop, told.channels).max(axis=1))
        rest = loud[whole:]
    if len(rest):
        heights.append(rest.max(axis=0, keepdims=True))
    fine = np.concatenate(heights)
    edges = np.linspace(0, len(fine), min(STEPS, len(fine)), endpoint=False).astype(int)
    steps = np.rint(np.maximum.reduceat(fine, edges).clip(0, 1) * LOUDEST).astype(int)
    return Waveform(-(-frames * 1000 // told.rate), tuple(tuple(one) for one in steps.T.tolist()))


def waveforms(runtime: Runtime, actor: Actor, recording_id: str, *, purpose: str) -> dict[str, Waveform]:
    """Return the waveform of each voice of the recording by the id of its media, under the rules of `playback.play`.

    The entry in the log commits before anything is measured or read. What cannot be measured is left out: a picture
    is missing then, and the sound is not.

    Raises `DeniedError`, `QuarantinedError` and `NotFoundError` as `playback.play` does.
    """
    with runtime.work(actor) as work:
        grant = _granted(work, recording_id, purpose)
        kept = _kept(work, recording_id)
        drawn = vault.open(work, grant, kept.blob_id) if kept is not None else None
        readers = _renditions(work, grant, recording_id) if drawn is None else {}
    if drawn is not None:
        with BufferedReader(drawn) as body:
            return _read(body.read())
    found: dict[str, Waveform] = {}
    for (media_id, _), reader in readers.items():
        with BufferedReader(reader) as sound, suppress(InvalidError):
            found[media_id] = measure(sound)
    _keep(runtime, actor, recording_id, found, frozenset(readers))
    return found


def _granted(work: Work, recording_id: str, purpose: str) -> Grant:
    row = queries.recording(work, recording_id)
    if row is None or row.state == ERASED:
        raise NotFoundError("there is no such recording")
    grant = access.require(
        work, "recording:rendition:play", queries.facts(work, row), purpose=purpose, level=RENDITION
    )
    if row.state != RELEASED:
        raise QuarantinedError("the recording is in quarantine")
    audit.record(
        work, "recording.waveform.read", res=[("recording", row.id)], det={"purpose": purpose},
        why={"code": "break_glass" if grant.break_glass_id else "allowed"},
    )  # fmt: skip
    return grant


def _renditions(work: Work, grant: Grant, recording_id: str) -> dict[tuple[str, str], Reader]:
    """Return the sound of each voice at the level that everybody hears, by media and version."""
    voices = {one.id for one in queries.media(work, recording_id) if one.kind == "voice"}
    return {
        (one.media_id, one.id): vault.open(work, grant, one.blob_id)
        for one in queries.renditions(work, recording_id)
        if one.level == RENDITION and one.media_id in voices
    }


def _keep(
    runtime: Runtime,
    actor: Actor,
    recording_id: str,
    found: Mapping[str, Waveform],
    measured: frozenset[tuple[str, str]],
) -> None:
    """Keep what was measured, unless the recording was erased or redacted again meanwhile, or somebody was quicker."""
    told = {key: {"duration_ms": one.duration_ms, "channels": one.channels} for key, one in found.items()}
    with vault.seal(runtime, actor.tenant) as writer:
        writer.write(orjson.dumps(told))
    # If we crash from here to the commit, ciphertext without a key lies in the store: the vault's sweep removes it.
    with runtime.work(actor) as work:
        row = queries.for_update(work, recording_id)
        now = {(one.media_id, one.id) for one in queries.renditions(work, recording_id)}
        is_wanted = row is not None and row.state == RELEASED and measured <= now
        is_wanted = is_wanted and _kept(work, recording_id) is None
        if is_wanted:
            recordings.add_derived(work, recording_id, WAVEFORM, RENDITION, writer.sealed)
    if not is_wanted:
        vault.discard(runtime, writer.sealed)


def _kept(work: Work, recording_id: str) -> Derived | None:
    return next((one for one in queries.derived(work, recording_id) if one.kind == WAVEFORM), None)


def _read(body: bytes) -> dict[str, Waveform]:
    told: dict[str, Any] = orjson.loads(body)
    return {
        key: Waveform(int(one["duration_ms"]), tuple(tuple(channel) for channel in one["channels"]))
        for key, one in told.items()
    }
