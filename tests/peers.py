"""Real peers for the tests: servers on 127.0.0.1 in a folder of their own, and programs that judge ours.

Debian provides them (`make peers`). Where one is missing a test skips by name on a user's machine and fails in CI.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest

# What is asked for → what Debian's package is called. The program has the name it is asked for by.
PACKAGES = {
    "postgres": "postgresql",
    "espeak-ng": "espeak-ng",
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "sox": "sox",
    "multimon-ng": "multimon-ng",
    "chromium": "chromium",
    "flite": "flite",
    "text2wave": "festival",
    "rsyslogd": "rsyslog rsyslog-gnutls",
    "go": "golang-go golang-golang-x-mod-dev",
    "node": "nodejs npm",
    "openssl": "openssl",
}

VERIFIERS = Path(f"{sys.prefix}-verifiers")
"""Where `make verifiers` puts what others wrote to judge the log: nothing of it is needed to serve, or by the other tests."""


def find(name: str) -> Path | None:
    """Return where the program called `name` is, or None. Debian keeps PostgreSQL's servers off the PATH."""
    if name == "postgres":
        installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
        newest = max(installed, key=lambda path: int(path.parts[-3]), default=None)
        if newest is not None:
            return newest
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")  # where daemons are, off a user's PATH
    return Path(found) if found else None


def require(name: str) -> Path:
    """Return where the program called `name` is; without it the test skips by name, or fails in CI."""
    return find(name) or absent(
        name, f"{name} is not installed (make peers: Debian's {PACKAGES.get(name, name)})"
    )


def require_verifiers() -> Path:
    """Return the environment of the verifiers; without it the test skips by name, or fails in CI."""
    if not (VERIFIERS / ".installed").is_file():
        absent("the verifiers", "the verifiers that others wrote are not installed (make verifiers)")
    return VERIFIERS


def absent(name: str, because: str) -> NoReturn:
    """Skip the test because `name` is not here, or fail it in CI: there a skipped test is a promise not kept."""
    if os.environ.get("CI"):
        pytest.fail(f"CI must provide {name}: {because}", pytrace=False)
    pytest.skip(because)


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_as(user: str) -> dict[str, Any]:
    """Return what `subprocess` needs to start a daemon as `user`: nothing unless we are root, whom some refuse."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def spawn(
    arguments: list[str],
    folder: Path,
    identity: Mapping[str, Any] | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a daemon in `folder`, its output in `log` there. It is told to stop if the test runner is killed.

    `setpriv` (util-linux) binds that promise to the *thread* that starts it: call from the main thread only.
    """
    leash = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [*leash, *arguments],
            cwd=folder,
            env=dict(env) if env is not None else None,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **(identity or {}),
        )


def stop(process: subprocess.Popen[bytes], with_signal: int = signal.SIGTERM, grace_s: float = 15) -> None:
    """Stop the daemon `process` by its own pid, and wait until it is gone."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(
    ready: Callable[[], object], process: subprocess.Popen[bytes], folder: Path, within_s: float = 60
) -> None:
    """Wait until `ready()` answers true; raises `RuntimeError` with the end of the daemon's log if it never does."""
    end = time.monotonic() + within_s
    while True:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            if ready():
                return
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"not ready: {(folder / 'log').read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def fast_folder() -> str | None:
    """Return memory to keep a throw-away server in, where there is enough: a database a test costs 8 ms there, not 160."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return str(memory) if roomy else None


def sweep(prefix: str) -> None:
    """Remove the folders of servers whose runner was killed before it could: memory is not freed by the next boot alone."""
    for runner in Path(fast_folder() or tempfile.gettempdir()).glob(f"{prefix}*/runner"):
        with contextlib.suppress(OSError, ValueError):
            if not Path(f"/proc/{int(runner.read_text())}").exists():
                shutil.rmtree(runner.parent)


@contextlib.contextmanager
def postgres(*, is_durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL of its own on loopback, empty, and yield its URL.

    It forgets durability and lies in memory, as a test may; `is_durable`: on the disk, as its own defaults are.
    """
    folder = require("postgres").parent
    sweep("pg-")
    identity, port = run_as("postgres"), free_port()
    home = Path(tempfile.mkdtemp(prefix="pg-", dir=None if is_durable else fast_folder()))
    (home / "runner").write_text(str(os.getpid()))
    try:
        if identity:
            os.chown(home, identity["user"], identity["group"])
        make = [
            f"{folder}/initdb",
            "-D",
            f"{home}/data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        make += ["--locale=C.UTF-8", "--no-sync"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=home, **identity)
        server = [f"{folder}/postgres", "-D", f"{home}/data", "-p", str(port), "-k", str(home)]
        options = ["listen_addresses=127.0.0.1"]
        if not is_durable:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        server += [argument for option in options for argument in ("-c", option)]
        process = spawn(server, home, identity)
        try:
            ask = [f"{folder}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
            wait_until(lambda: subprocess.run(ask, check=False).returncode == 0, process, home)
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            stop(process, signal.SIGINT)  # a fast shutdown: connections are cut, nothing is waited for
    finally:
        shutil.rmtree(home)


@contextlib.contextmanager
def database(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database of its own on `server`, a copy of `template`, and yield its URL; drop it afterwards."""
    name = f"t_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'.encode())
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
