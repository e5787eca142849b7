"""The witness on the network: `POST /add-checkpoint` of C2SP tlog-witness, by the standard library alone.

It authenticates nobody, as the norm has it: a submission counts by the log's signature. In front of it belongs whatever
speaks TLS on that machine; what is said is public, and what is answered is signed.
"""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any, Final

import governance
from governance.audit.submission import MAX_SUBMISSION
from governance.audit.witness import Answer, Witness
from governance.errors import IntegrityError

PATH: Final = "/add-checkpoint"
MOST_CONNECTIONS: Final = 64
_PATIENCE_S: Final = 10


class WitnessServer(ThreadingHTTPServer):
    """Serves `witness` until it is shut down. `now` tells the moment, in seconds of POSIX time."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness, now: Callable[[], int]) -> None:
        self.witness, self.now = witness, now
        self._room = BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, _Conversation)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Talk to one more, or hang up where too many talk already: idle connections must not keep the log out."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._room.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Talk, and make room again."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: who hung up half-way is no news, and nothing of what they sent belongs on a screen."""


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # the norm wants connections kept
    timeout = _PATIENCE_S
    server: WitnessServer

    def do_POST(self) -> None:
        """Answer one submission."""
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 10):
            self._say(Answer(411, "say how long the submission is\n"), is_last=True)
        elif int(length) > MAX_SUBMISSION:
            self._say(Answer(413, "the submission is too long\n"), is_last=True)
        else:
            body = self.rfile.read(int(length))
            known = self.path.rstrip("/").endswith(PATH)
            self._say(self._answer(body) if known else Answer(404, "there is nothing here\n"))

    def do_GET(self) -> None:
        """Tell a person or a probe that the witness is there, and by which key it is known."""
        self._say(Answer(200, f"{self.server.witness.key}\n"))

    def _answer(self, body: bytes) -> Answer:
        try:
            return self.server.witness.add_checkpoint(body, self.server.now())
        except (IntegrityError, OSError):
            return Answer(500, "the witness cannot answer for what it has seen\n")

    def _say(self, answer: Answer, *, is_last: bool = False) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if is_last:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        """Return what the server calls itself."""
        return f"recording-governance/{governance.__version__}"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server gives it
        """Write nothing: what was cosigned and refused lies in the folder."""
