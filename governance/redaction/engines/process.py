"""An engine at work in a process of its own: it may hang, crash or grow, and is ended at the latest when its time is up.

The process gets no file and no bytes but those it asks for through the pipe, and is gone when this returns.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from governance.redaction.engines import choice
from governance.redaction.engines.contract import EngineError, Transcription

if TYPE_CHECKING:
    from governance.policy.redaction import SpeechRecognition

_PORTION, _PATIENCE_S = 1 << 20, 5


def transcribe(
    asked: SpeechRecognition, sound: BinaryIO, language: str | None, most_s: float
) -> Transcription:
    """Return what the engine that policy names writes down of a sound, within `most_s` seconds.

    Raises `EngineError` where it fails, ends or takes longer. Errors of the engine are told by their kind only: what they
    say may hold what was said.
    """
    # Not forked: threads of this process hold locks that a forked one would wait for.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, asked, language), daemon=True)
    process.start()
    theirs.close()
    try:
        heard = _answered(ours, sound, asked.engine, time.monotonic() + most_s)
        process.join(_PATIENCE_S)
        return heard
    except (EOFError, OSError) as error:
        raise EngineError(f"the engine {asked.engine} ended without an answer") from error
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()


def _answered(pipe: Connection, sound: BinaryIO, name: str, until: float) -> Transcription:
    while pipe.poll(max(until - time.monotonic(), 0)):
        what, *told = pipe.recv()
        if what == "read":
            at, size = told
            sound.seek(at)
            pipe.send_bytes(sound.read(size))
        elif what == "length":
            pipe.send(sound.seek(0, io.SEEK_END))
        elif what == "done":
            return cast("Transcription", told[0])
        else:
            raise EngineError(f"the engine {name} failed ({told[0]})")
    raise EngineError(f"the engine {name} took longer than policy allows")


def _serve(pipe: Connection, asked: SpeechRecognition, language: str | None) -> None:
    # What a library prints may be what was said, and this process has no log.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with suppress(BrokenPipeError, ConnectionError):
        try:
            heard = choice.engine(asked).transcribe(io.BufferedReader(_Distant(pipe), _PORTION), language)
        except BaseException as error:  # noqa: BLE001 whatever an engine raises is a failure that is told
            pipe.send(("failed", type(error).__name__))
        else:
            pipe.send(("done", heard))


class _Distant(io.RawIOBase):
    """A file that lies at the other end of the pipe."""

    def __init__(self, pipe: Connection) -> None:
        super().__init__()
        self._pipe = pipe
        pipe.send(("length",))
        self._length: int = pipe.recv()
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(origin + offset, 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        self._pipe.send(("read", self._at, len(view)))
        portion = self._pipe.recv_bytes()
        view[: len(portion)] = portion
        self._at += len(portion)
        return len(portion)
