"""A real server process for the tests: started by the command a user types, on a free port, stopped by its own pid."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

from tests.peers import free_port


@dataclass
class Installation:
    """One data folder and its settings, with the command line and the server that work on them."""

    home: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    _server: subprocess.Popen[bytes] | None = None
    _log: IO[bytes] | None = None
    _clients: list[httpx.Client] = field(default_factory=list)

    @classmethod
    def at(cls, folder: Path, database_url: str) -> Installation:
        """Return an installation whose keys, anchor and ledger lie outside the data folder, as they should."""
        home = folder / "home"
        port = free_port()
        settings = {
            "GOVERNANCE_HOME": str(home),
            "GOVERNANCE_DATABASE_URL": database_url,
            "GOVERNANCE_KEYS": str(folder / "keys"),
            "GOVERNANCE_ANCHOR": str(folder / "anchor"),
            "GOVERNANCE_LEDGER": str(folder / "ledger"),
            "GOVERNANCE_PORT": str(port),
            "TMPDIR": str(folder / "tmp"),
        }
        (folder / "tmp").mkdir(exist_ok=True)
        return cls(home, {**os.environ, **settings}, port)

    @property
    def url(self) -> str:
        """Where the server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server has written so far."""
        path = self.home.parent / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def run(self, *words: str, code: int | None = 0) -> str:
        """Return what `governance WORDS` prints; it must end with `code` (None: with any)."""
        done = subprocess.run(
            [sys.executable, "-m", "governance", *words],
            env=self.environment, capture_output=True, text=True, timeout=180, check=False, cwd=self.home.parent,
        )  # fmt: skip
        if code is not None and done.returncode != code:
            raise AssertionError(f"governance {words[0]} ended with {done.returncode}: {done.stderr[-800:]}")
        return done.stdout + (done.stderr if code != 0 else "")

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self._server is not None
        return self._server.pid

    def start(self, *options: str) -> None:
        """Start the server and wait until it is ready."""
        self._log = (self.home.parent / "server.log").open("ab")
        self._server = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "governance", "serve", *options],
            env=self.environment, stdout=self._log, stderr=subprocess.STDOUT, cwd=self.home.parent,
        )  # fmt: skip
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self._server.poll() is not None:
                raise AssertionError(f"the server ended with {self._server.returncode}: {self.log[-1500:]}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"the server was not ready in time: {self.log[-1500:]}")

    def stop(self, kill: bool = False) -> None:
        """Stop the server, as an operator does, or as the power does."""
        while self._clients:
            self._clients.pop().close()
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            self._server.wait(30)
        self._server = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def signed_in(self, login: str, tenant: str = "default") -> httpx.Client:
        """Return a client signed in as `login` by a one-time link."""
        link = re.search(r"(?:link=|#)(\S+)", self.run("--tenant", tenant, "sign-in-link", login))
        assert link is not None
        token = link[1]
        answer = httpx.post(f"{self.url}/v1/sign-in-links/redeem", json={"token": token}, timeout=30)
        assert answer.status_code == 201, answer.text
        return self.client(answer.json()["token"])

    def client(self, token: str) -> httpx.Client:
        """Return a client that carries `token`."""
        opened = httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        self._clients.append(opened)
        return opened
