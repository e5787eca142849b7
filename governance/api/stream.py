"""Live text over a web socket: a recogniser's words go in as they are recognised, words that are safe to show come out.

`redaction.stream` decides. What lives here is the door: who may come in, how much, how fast and for how long, and that whatever
goes wrong ends the stream with a problem that repeats nothing. A connection that is lost releases nothing more: what is held is
forgotten. docs/streaming.md describes the messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from time import monotonic
from typing import Any

import anyio
import orjson
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import APIRouter, WebSocket
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from governance import log
from governance.api import problems, uses
from governance.api.deps import Caller, of_socket
from governance.api.stream_shapes import BROKEN, ENDS, NORMAL, REFUSED, code_of, in_one, started
from governance.api.stream_shapes import told as told_of
from governance.errors import GovernanceError, InvalidError, LimitError, TooLargeError
from governance.ids import uuid7
from governance.policy import Policies
from governance.redaction.stream import LiveText
from governance.redaction.stream_heard import Released
from governance.redaction.stream_words import read

router = APIRouter(prefix="/v1/redactions", tags=["redaction without a catalog"])

MOST_MESSAGE = 256 * 1024
WORDS_A_SECOND, WORDS_AT_ONCE = 50, 4_000
IDLE_S, LONGEST_S, STALLED_S, FIRST_WITHIN_S = 60.0, 4 * 3600.0, 10.0, 10.0
_TICK_S = 0.1
_WAITING = 4  # messages: whoever sends faster than is read waits for the network

_log = log.get("governance.api")
Message = dict[str, Any]


@router.websocket("/stream")
async def stream(socket: WebSocket) -> None:
    """Redact words as they are spoken."""
    trace = uuid7().hex
    with ExitStack() as held:
        try:
            caller = await run_in_threadpool(of_socket, socket, "redaction:use")
            caller.door.rates.redaction(caller.who)
            held.enter_context(caller.door.streams.one(caller.actor.tenant))
            policies = await run_in_threadpool(lambda: caller.policies)
        except GovernanceError as error:
            await _refuse(socket, error, trace)
            return
        except Exception as error:  # noqa: BLE001 - the last net: whatever it is, nobody outside may read it
            _log.error("stream refused", **log.nameless(error))
            await _refuse(socket, error, trace)
            return
        held.enter_context(caller.door.metrics.stream())
        await _Stream(socket, caller, policies).run()


async def _refuse(socket: WebSocket, error: Exception, trace: str) -> None:
    """Refuse a connection before it is one: with the problem where the server can say it, else with a code alone."""
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        told = (
            problems.of_error(error, trace) if isinstance(error, GovernanceError) else problems.unknown(trace)
        )
        await socket.send_denial_response(told)
    else:
        await socket.close(REFUSED)


class _Stream:
    """One connection that was let in."""

    def __init__(self, socket: WebSocket, caller: Caller, policies: Policies) -> None:
        self._socket, self._caller, self._policies = socket, caller, policies
        self._format = ""
        self._has_previews = False
        self._live: LiveText | None = None
        self._began = self._heard_at = anyio.current_time()
        self._size = self._words = 0
        self._given: Counter[str] = Counter()

    async def run(self) -> None:
        """Serve until the end, whichever it is, and leave one entry in the log: counts alone."""
        await self._socket.accept()
        code = BROKEN
        try:
            code = await self._guarded()
        finally:
            self._live = None  # what is held is forgotten
            with anyio.CancelScope(shield=True):
                await self._note()
        with anyio.move_on_after(STALLED_S):
            await self._close(code)

    async def _guarded(self) -> int:
        """Return the code to close with; 0 where nobody is there any more."""
        try:
            with anyio.fail_after(LONGEST_S):
                return await self._listen()
        except (WebSocketDisconnect, _GoneError):
            return 0
        except TimeoutError:
            error: Exception = LimitError(f"A stream lasts {LONGEST_S:.0f} seconds at most.")
        except (GovernanceError, ExceptionGroup) as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001 - the last net: whatever it is, nobody outside may read it
            error = raised
        if not isinstance(error, GovernanceError):
            _log.error("stream failed", **log.nameless(error))
        try:
            await self._send({"type": "problem", "problem": problems.member(error, self._caller.trace)})
        except (WebSocketDisconnect, _GoneError):
            return 0
        return code_of(error)

    async def _listen(self) -> int:
        """Take messages as they come, and the passing of time in between."""
        sending, receiving = anyio.create_memory_object_stream[Message](_WAITING)
        code = BROKEN
        failed: Exception | None = None
        with sending, receiving:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_receive, self._socket, sending)
                try:
                    code = await self._answer(receiving)
                except Exception as error:  # noqa: BLE001 - raised again outside of the group, which would wrap it
                    failed = error
                tasks.cancel_scope.cancel()
        if failed is not None:
            raise failed
        return code

    async def _answer(self, receiving: MemoryObjectReceiveStream[Message]) -> int:
        while True:
            message: Message | None = None
            with anyio.move_on_after(self._patience()):
                message = await receiving.receive()
            if message is None:
                await self._wait_on()
            elif message["type"] == "websocket.disconnect":
                return 0
            elif await self._take(message):
                return NORMAL

    def _patience(self) -> float:
        return _TICK_S if self._live is not None and self._live.held else 1.0

    async def _wait_on(self) -> None:
        idle = anyio.current_time() - self._heard_at
        if idle > (IDLE_S if self._live is not None else FIRST_WITHIN_S):
            raise LimitError("Nothing was heard for too long.")
        if self._live is not None and self._live.held:
            await self._give(await run_in_threadpool(self._live.tick, _now_ms()))

    async def _take(self, message: Message) -> bool:
        """Take one message; return whether it was the last."""
        self._heard_at = anyio.current_time()
        content: str | bytes = message.get("text") or message.get("bytes") or b""
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        self._size += len(data)
        if len(data) > MOST_MESSAGE:
            raise TooLargeError(f"A message may have {MOST_MESSAGE} bytes at most.")
        try:
            told = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise InvalidError("The message is not JSON in UTF-8, or nested too deeply.", "message") from None
        if self._live is None:
            await self._start(told)
            return False
        if isinstance(told, dict) and told.get("type") in ENDS:
            await self._give(await run_in_threadpool(self._live.finish))
            await self._send(
                {
                    "type": "end",
                    "words": self._given["shown"] + self._given["masked"],
                    "masked": self._given["masked"],
                }
            )
            return True
        await self._hear(self._live, told)
        return False

    async def _start(self, told: Any) -> None:
        start = started(told)
        self._format, self._has_previews = start.format, start.previews
        self._live = await run_in_threadpool(LiveText, self._policies.redaction, start.language)
        policy = {"version": self._policies.redaction.version, "digest": self._policies.digest}
        hold = {"words": self._live.hold_words, "ms": self._live.hold_ms}
        await self._send(
            {
                "type": "ready",
                "format": start.format,
                "language": self._live.language,
                "policy": policy,
                "hold": hold,
            }
        )

    async def _hear(self, live: LiveText, told: Any) -> None:
        said = await run_in_threadpool(read, self._format, told)
        self._words += sum(len(one.words) for one in said)
        if self._words > WORDS_AT_ONCE + WORDS_A_SECOND * (anyio.current_time() - self._began):
            raise LimitError(f"More words than anybody speaks: {WORDS_A_SECOND} a second at most.", 10)
        for one in said:
            if one.is_final:
                await self._give(await run_in_threadpool(_heard, live, one.words))
            elif self._has_previews and one.words:
                shown = await run_in_threadpool(live.preview, one.words)
                if shown:
                    await self._send(
                        {"type": "preview", "words": [told_of(word) for word in shown], "text": in_one(shown)}
                    )

    async def _give(self, released: Sequence[Released]) -> None:
        """Send words that are safe to show; what cannot be sent is not counted as given."""
        if not released or self._live is None:
            return
        await self._send(
            {
                "type": "words",
                "words": [{"at": one.at, **told_of(one)} for one in released],
                "text": in_one(released),
                "held": self._live.held,
                "language": self._live.language,
            }
        )
        masked = sum(one.entity is not None for one in released)
        self._given.update({"masked": masked, "shown": len(released) - masked})
        self._caller.door.metrics.streamed(len(released) - masked, masked)

    async def _send(self, told: Message) -> None:
        """Send a message. Whoever does not read for too long is gone: nothing is kept for later."""
        with anyio.move_on_after(STALLED_S) as waited:
            await self._socket.send_text(orjson.dumps(told).decode())
        if waited.cancelled_caught:
            raise _GoneError

    async def _note(self) -> None:
        try:
            await run_in_threadpool(uses.note, self._caller, "stream", self._size, self._given["masked"])
        except GovernanceError as error:
            _log.error("stream not logged", **log.nameless(error))

    async def _close(self, code: int) -> None:
        if code:
            try:
                await self._socket.close(code)
            except (WebSocketDisconnect, RuntimeError):
                return  # gone in the meantime


class _GoneError(Exception):
    """Nobody reads any more."""


async def _receive(socket: WebSocket, sending: MemoryObjectSendStream[Message]) -> None:
    """Hand on what comes until the connection ends. Waiting for a message is never cut short in the middle of one."""
    while True:
        message = dict(await socket.receive())
        await sending.send(message)
        if message["type"] == "websocket.disconnect":
            return


def _heard(live: LiveText, words: Sequence[Any]) -> list[Released]:
    return live.hear(words, now_ms=_now_ms())


def _now_ms() -> int:
    return int(monotonic() * 1000)
