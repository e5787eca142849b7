"""The waveform of a call: how far its sound swings, channel by channel, as a picture under the player.

It is measured from the stored version that somebody hears and from nothing above it, so that it shows silence where
silence was cut, and only for somebody who may hear that version for the purpose they name. Once measured it is kept
encrypted, as a file made from the recording: the next time is quick, erasure reaches it, and a new rendition takes it
away. A call that nobody opens has none.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from governance.access import permissions
from governance.access import service as access
from governance.access.service import Grant
from governance.audit import service as audit
from governance.errors import InvalidError, LimitError, NotFoundError, QuarantinedError, TooLargeError
from governance.formats import audio
from governance.recordings import queries
from governance.recordings import service as recordings
from governance.recordings.models import ERASED, RELEASED, RENDITION, WAVEFORM, Derived
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault
from governance.vault.cipher import Reader

COLUMNS = 1500
"""The most columns of one stream, its channels together: about as many as a page has dots for them."""
LOUDEST = 1 << 15
"""As far as sound swings: columns are in steps of 16 bits, and what is smaller than half of one is silence."""
_HOP_MS = 50  # to begin with, where no header says how much is to come
_PATIENCE_S = 30.0
# One at a time in each process: measuring an hour of Opus takes a processor 12 s, and whoever waits finds it kept.
_MEASURING = threading.Lock()


@dataclass(frozen=True)
class Waveform:
    """How far one stream swings: for each channel the lowest and the highest sample of columns of equal length.

    The last column may be shorter. A column without sound is (0, 0).
    """

    duration_ms: int
    column_ms: float
    channels: tuple[tuple[tuple[int, int], ...], ...]


class Envelope:
    """The lowest and the highest sample of each column, whatever comes: in one pass, and memory that does not grow.

    Nothing is skipped: where there is more sound than the columns hold, two become one, so that each peak stays the
    peak of its column.
    """

    def __init__(self, channels: int, hop: int) -> None:
        """Begin with columns of `hop` frames for so many channels."""
        most = COLUMNS // channels // 2 * 2
        self.hop = hop
        self.frames = 0
        self._low = np.full((channels, most), np.inf, dtype=np.float32)
        self._high = -self._low

    def add(self, samples: NDArray[np.float32]) -> None:
        """Take in the frames that follow (frames × channels)."""
        # Channel by channel in memory: thirty times as fast as across.
        across = np.ascontiguousarray(samples.T)
        while (self.frames + len(samples) - 1) // self.hop >= self._low.shape[1]:
            self._halve()
        first = self.frames // self.hop
        edges = np.arange(first * self.hop - self.frames, len(samples), self.hop).clip(0)
        at = slice(first, first + len(edges))
        np.minimum(self._low[:, at], np.minimum.reduceat(across, edges, axis=1), out=self._low[:, at])
        np.maximum(self._high[:, at], np.maximum.reduceat(across, edges, axis=1), out=self._high[:, at])
        self.frames += len(samples)

    def _halve(self) -> None:
        half = self._low.shape[1] // 2
        self._low[:, :half] = self._low.reshape(len(self._low), half, 2).min(axis=2)
        self._high[:, :half] = self._high.reshape(len(self._high), half, 2).max(axis=2)
        self._low[:, half:], self._high[:, half:] = np.inf, -np.inf
        self.hop *= 2

    def columns(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Return the columns that have been reached, channel by channel, in steps of 16 bits."""
        reached = -(-self.frames // self.hop)
        both = np.stack((self._low[:, :reached], self._high[:, :reached]), axis=2)
        steps = np.rint(both.clip(-1, 1) * LOUDEST).astype(int)
        return tuple(tuple((low, high) for low, high in channel) for channel in steps.tolist())


def measure(source: BinaryIO) -> Waveform:
    """Return the waveform of a sound file, in one pass. Memory is bounded by the block, whatever its length.

    Raises as `formats.audio.probe` does.
    """
    told = audio.describe(source)
    # What a header promises sets the length of a column, never what is read: a wrong one makes them coarser or fewer.
    promised = told.frames if 0 < told.frames < 1 << 40 else told.rate * _HOP_MS // 1000 * COLUMNS
    envelope = Envelope(told.channels, max(1, -(-promised // (COLUMNS // told.channels // 2 * 2))))
    for block in audio.blocks(source):
        envelope.add(block.samples)
    duration_ms = -(-envelope.frames * 1000 // told.rate)
    return Waveform(duration_ms, envelope.hop * 1000 / told.rate, envelope.columns())


def waveforms(
    runtime: Runtime, actor: Actor, recording_id: str, *, purpose: str, level: str = RENDITION
) -> dict[str, Waveform]:
    """Return the waveform of each voice of the recording by the id of its media, under the rules of `playback.play`.

    The entry in the log commits before anything is measured or read. What cannot be measured is left out: a picture
    is missing then, and the sound is not.

    Raises `DeniedError`, `QuarantinedError` and `NotFoundError` as `playback.play` does, and `LimitError` where
    others are being measured and it takes too long to wait for them.
    """
    with runtime.work(actor) as work:
        grant = _granted(work, recording_id, purpose, level)
        kept = _kept(work, grant, recording_id, level)
    if kept is not None:
        return _read(kept)
    if not _MEASURING.acquire(timeout=_PATIENCE_S):
        raise LimitError("Other waveforms are being measured: try again in a moment.", int(_PATIENCE_S))
    try:
        return _measured(runtime, actor, grant, recording_id, level)
    finally:
        _MEASURING.release()


def _measured(
    runtime: Runtime, actor: Actor, grant: Grant, recording_id: str, level: str
) -> dict[str, Waveform]:
    """Return what somebody else has measured meanwhile, or else measure and keep it."""
    with runtime.work(actor, write=False) as work:
        row = queries.recording(work, recording_id)
        if row is None or row.state != RELEASED:  # it was released before we waited
            raise QuarantinedError("the recording is in quarantine")
        kept = _kept(work, grant, recording_id, level)
        readers = _versions(work, grant, recording_id, level) if kept is None else {}
    if kept is not None:
        return _read(kept)
    found: dict[str, Waveform] = {}
    for (media_id, _), reader in readers.items():
        with BufferedReader(reader) as sound, suppress(InvalidError, TooLargeError):
            found[media_id] = measure(sound)
    _keep(runtime, actor, recording_id, level, found, frozenset(readers))
    return found


def _granted(work: Work, recording_id: str, purpose: str, level: str) -> Grant:
    row = queries.recording(work, recording_id)
    if row is None or row.state == ERASED:
        raise NotFoundError("there is no such recording")
    facts = queries.facts(work, row)
    grant = access.require(work, permissions.play(level), facts, purpose=purpose, level=level)
    if row.state != RELEASED:
        raise QuarantinedError("the recording is in quarantine")
    audit.record(
        work, "recording.waveform.read", res=[("recording", row.id)], det={"level": level, "purpose": purpose},
        why={"code": "break_glass" if grant.break_glass_id else "allowed"},
    )  # fmt: skip
    return grant


def _versions(work: Work, grant: Grant, recording_id: str, level: str) -> dict[tuple[str, str], Reader]:
    """Return the sound of each voice at the level, by media and version."""
    voices = {one.id for one in queries.media(work, recording_id) if one.kind == "voice"}
    return {
        (one.media_id, one.id): vault.open(work, grant, one.blob_id)
        for one in queries.renditions(work, recording_id)
        if one.level == level and one.media_id in voices
    }


def _keep(
    runtime: Runtime,
    actor: Actor,
    recording_id: str,
    level: str,
    found: Mapping[str, Waveform],
    measured: frozenset[tuple[str, str]],
) -> None:
    """Keep what was measured, unless the recording was erased or redacted again meanwhile, or somebody was quicker."""
    told = {
        key: {"duration_ms": one.duration_ms, "column_ms": one.column_ms, "channels": one.channels}
        for key, one in found.items()
    }
    with vault.seal(runtime, actor.tenant) as writer:
        writer.write(orjson.dumps(told))
    # If we crash from here to the commit, ciphertext without a key lies in the store: the vault's sweep removes it.
    with runtime.work(actor) as work:
        row = queries.for_update(work, recording_id)
        now = {(one.media_id, one.id) for one in queries.renditions(work, recording_id)}
        is_wanted = row is not None and row.state == RELEASED and measured <= now
        is_wanted = is_wanted and _row(work, recording_id, level) is None
        if is_wanted:
            recordings.add_derived(work, recording_id, WAVEFORM, level, writer.sealed)
    if not is_wanted:
        vault.discard(runtime, writer.sealed)


def _row(work: Work, recording_id: str, level: str) -> Derived | None:
    kept = (one for one in queries.derived(work, recording_id) if one.kind == WAVEFORM)
    return next((one for one in kept if one.level == level), None)


def _kept(work: Work, grant: Grant, recording_id: str, level: str) -> Reader | None:
    row = _row(work, recording_id, level)
    return vault.open(work, grant, row.blob_id) if row is not None else None


def _read(kept: Reader) -> dict[str, Waveform]:
    with BufferedReader(kept) as body:
        told: dict[str, Any] = orjson.loads(body.read())
    return {
        key: Waveform(
            int(one["duration_ms"]),
            float(one["column_ms"]),
            tuple(tuple((low, high) for low, high in channel) for channel in one["channels"]),
        )
        for key, one in told.items()
    }
