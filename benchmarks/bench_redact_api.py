"""How many calls of 5,000 characters a second `POST /v1/redactions/text` redacts, beside an app as presidio documents it.

`python -m benchmarks.bench_redact_api [--workers 2] [--clients 16] [--seconds 10]` starts both with as many processes, asks
them in turn with the same load generator in a process of its own (wrk, Debian's, where it is installed; otherwise an
httpx client), several times, and prints Markdown. Ours is `governance serve --workers N` as a user starts it, on SQLite,
with everything on: an API key checked at every request, rates, metrics, the request log, the audit log, personal data by
policy, the second look. The peer (`presidio_app`) has none of these, and an engine without a model: none can be fetched
here, and with the documented one it would be slower. Needs the extra `benchmarks`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks import presidio
from benchmarks.bench_text import call, processor
from governance.config import KNOWN

ROOT = Path(__file__).parent.parent
_LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = os.getenv("BENCH_AUTHORIZATION")
local file = io.open(os.getenv("BENCH_BODY"), "rb"); wrk.body = file:read("*a"); file:close()
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"rate": %f, "failed": %d, "p50": %f, "p99": %f}\\n',
    summary.requests / summary.duration * 1e6, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


class Seen(NamedTuple):
    """What the load generator saw: requests a second, failures, and times in ms."""

    rate: float
    failed: int
    p50: float
    p99: float


class Service(NamedTuple):
    """Something that answers, and what opens its door."""

    url: str
    authorization: str


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ask", nargs=3, metavar=("URL", "BODY", "SECONDS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ask:
        url, path, seconds = asked.ask
        seen = asyncio.run(_ask(url, Path(path).read_bytes(), float(seconds), asked.clients))
        print("RESULT", json.dumps(seen._asdict()))
        return
    with tempfile.TemporaryDirectory() as folder:
        body = Path(folder) / "body.json"
        body.write_text(json.dumps({"text": call(5_000), "language": "en"}))
        script = Path(folder) / "post.lua"
        script.write_text(_LUA)
        rows: dict[str, list[Seen]] = {}
        for _ in range(asked.rounds):
            with ours(Path(folder), asked.workers) as service:
                rows.setdefault("ours, everything on", []).append(_load(service, body, script, asked))
            for engine in presidio.ENGINES:
                with peer(engine, asked.workers) as service:
                    rows.setdefault(f"presidio app, {engine}", []).append(_load(service, body, script, asked))
    _tell(rows, asked)


def _tell(rows: dict[str, list[Seen]], asked: argparse.Namespace) -> None:
    tool = "wrk" if shutil.which("wrk") else "httpx"
    print(
        f"Processor: {processor()}, {len(os.sched_getaffinity(0))} of them; the load comes from the same machine.\n"
    )
    print(
        f"{asked.workers} processes each, {asked.clients} clients ({tool}), {asked.seconds:.0f} s, median of {asked.rounds} rounds:\n"
    )
    print("| service | requests/s | p50, ms | p99, ms | failed | ours is |\n|---|---|---|---|---|---|")
    middle = {
        name: Seen(*(statistics.median(column) for column in zip(*seen, strict=True)))
        for name, seen in rows.items()
    }
    first = next(iter(middle.values()))
    for name, seen in middle.items():
        ratio = "" if seen is first else f"{first.rate / seen.rate:.1f} ×"
        print(f"| {name} | {seen.rate:.0f} | {seen.p50:.1f} | {seen.p99:.1f} | {seen.failed:.0f} | {ratio} |")
    for name, seen in list(middle.items())[1:]:
        met = first.rate >= 5 * seen.rate and first.p99 < seen.p99
        print(f"\n{'met' if met else 'MISSED'}: ≥ 5 × and a lower p99 than {name}")


@contextmanager
def ours(folder: Path, workers: int) -> Iterator[Service]:
    """Start the service as a user does and give its address, with a key for it."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        environment = {name: value for name, value in os.environ.items() if name not in KNOWN}
        environment |= {"GOVERNANCE_HOME": f"{home}/home", "GOVERNANCE_REDACTIONS_PER_MINUTE": "10000000"}
        # Keys and anchor beside the house and not in it, as they should be.
        environment |= {f"GOVERNANCE_{name}": f"{home}/{name}" for name in ("KEYS", "ANCHOR", "LEDGER")}

        def governance(*words: str) -> str:
            command = [sys.executable, "-m", "governance", *words]
            return subprocess.run(
                command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
            ).stdout

        governance("init")
        governance("account", "add", "bot", "--role", "integration")
        key = governance("key", "create", "bot", "--title", "bench", "--scope", "redaction:use").split()[-1]
        command = [sys.executable, "-m", "governance", "serve", "--port", "0", "--workers", str(workers)]
        with _started(command, environment, r"Serving on (\S+)", Path(home) / "log") as url:
            yield Service(f"{url}/v1/redactions/text", f"Bearer {key}")


@contextmanager
def peer(engine: str, workers: int) -> Iterator[Service]:
    """Start the peer and give its address."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--workers",
        str(workers),
        "--bind",
        "127.0.0.1:0",
        "benchmarks.presidio_app:app",
    ]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BENCH_ENGINE": engine, "PYTHONWARNINGS": "ignore"}
        with _started(command, environment, r"Listening at: (\S+)", Path(folder) / "log") as url:
            yield Service(f"{url}/redact", "Bearer nobody-asks")


@contextmanager
def _started(command: list[str], environment: dict[str, str], says: str, log: Path) -> Iterator[str]:
    with log.open("wb") as sink:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=sink, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 120
        while (found := re.search(says, log.read_text(errors="replace"))) is None:
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{command[2]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield found[1]
    finally:
        process.terminate()
        process.wait(60)


def _load(service: Service, body: Path, script: Path, asked: argparse.Namespace) -> Seen:
    """Return what the load generator sees, after every process has answered for some seconds."""
    headers = {"Content-Type": "application/json", "Authorization": service.authorization}
    answer = httpx.post(service.url, content=body.read_bytes(), headers=headers, timeout=120)
    assert answer.status_code == 200, answer.text[:300]
    environment = {**os.environ, "BENCH_AUTHORIZATION": service.authorization, "BENCH_BODY": str(body)}
    for seconds in (min(4, asked.seconds), asked.seconds):
        if shutil.which("wrk"):
            command = [
                "wrk",
                "-t1",
                f"-c{asked.clients}",
                f"-d{seconds:.0f}",
                "--timeout",
                "30",
                "-s",
                str(script),
                service.url,
            ]
        else:
            command = [sys.executable, "-m", "benchmarks.bench_redact_api", "--clients", str(asked.clients)]
            command += ["--ask", service.url, str(body), str(seconds)]
        told = subprocess.run(
            command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
    found = re.search(r"RESULT (\{.*\})", told)
    assert found is not None, told
    return Seen(**json.loads(found[1]))


async def _ask(url: str, content: bytes, seconds: float, clients: int) -> Seen:
    """Ask again and again with so many clients, each of which waits for its answer."""
    headers = {"Content-Type": "application/json", "Authorization": os.environ["BENCH_AUTHORIZATION"]}
    times: list[float] = []
    failed = 0
    end = time.perf_counter() + seconds

    async def client(opened: httpx.AsyncClient) -> None:
        nonlocal failed
        while (begun := time.perf_counter()) < end:
            answer = await opened.post(url, content=content)
            times.append((time.perf_counter() - begun) * 1000)
            failed += answer.status_code != 200

    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=60) as opened:
        await asyncio.gather(*(client(opened) for _ in range(clients)))
    times.sort()
    return Seen(len(times) / seconds, failed, times[len(times) // 2], times[int(len(times) * 0.99)])


if __name__ == "__main__":
    main()
