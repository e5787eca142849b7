"""How many requests a second the API answers, beside a bare application of the same framework on the same machine.

`python -m benchmarks.bench_api [--seconds 6]` serves the real application on loopback and, in the same run, one whose
only route returns the body it got. Both are asked by the same clients. The ratio is what authentication, limits,
detection, the log and the framing of errors cost; it says more than either number on a shared machine.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response

from governance import app, log, tenancy
from governance.access import service as access
from governance.api.rates import Rates
from governance.config import Settings
from governance.recordings import intake
from governance.recordings.importers import folder
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime

TALK = " ".join(["I moved last week and would like to change the address on my account, please."] * 20)
BODY = json.dumps(
    {"text": f"{TALK} My card number is 4111 1111 1111 1111, the code is 123.", "language": "en"}
)
_PLENTY = "100000000/minute"


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--clients", type=int, default=4)
    asked = parser.parse_args()
    log.configure("ERROR")
    with tempfile.TemporaryDirectory() as home:
        runtime = Runtime.open(Settings.from_env({"GOVERNANCE_HOME": f"{home}/home"}))
        machine, person, recording = _prepared(runtime)
        rates = Rates(redaction_per_key=_PLENTY, ingest_per_key=_PLENTY)
        with _served(_bare()) as bare, _served(app.build(runtime, rates)) as real:

            def measured(call: Callable[[httpx.Client], httpx.Response], token: str) -> tuple[float, float]:
                headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
                return _measure(call, asked.seconds, asked.clients, headers)

            base, _ = measured(lambda c: c.post(f"{bare}/echo", content=BODY), machine)
            print(f"bare application, same body          {base:8.0f} requests/s")
            rows: dict[str, Callable[[httpx.Client], httpx.Response]] = {
                f"POST /v1/redactions/text ({len(BODY)} B)": lambda c: c.post(
                    f"{real}/v1/redactions/text", content=BODY
                ),
                "GET  /v1/recordings (31 rows)": lambda c: c.get(f"{real}/v1/recordings"),
                "GET  /v1/recordings/{id}": lambda c: c.get(f"{real}/v1/recordings/{recording}"),
                "GET  …/audio (logged before the bytes)": lambda c: c.get(
                    f"{real}/v1/recordings/{recording}/audio", params={"purpose": "complaint"}
                ),
            }
            for name, call in rows.items():
                rate, slow = measured(call, machine if "redactions" in name else person)
                print(
                    f"{name:<37}{rate:8.0f} requests/s  1/{base / rate:.1f} of bare  p99 {slow * 1e3:.0f} ms"
                )
        runtime.close()


def _prepared(runtime: Runtime) -> tuple[str, str, str]:
    operator = Actor(kind="admin", id="cli", tenant=tenancy.DEFAULT, role="administrator")
    with runtime.work(Actor.system(tenancy.DEFAULT, "svc_bench")) as work:
        tenancy.ensure(work, "Benchmark")
    with runtime.work(operator) as work:
        roles = ("integration", "dpo")
        links = [access.issue_link(work, access.create_account(work, role, role).id) for role in roles]
    for path in folder.find([Path(folder.__file__).parents[2] / "samples"]):
        if "broken" not in path.name:
            intake.ingest(runtime, operator, folder.read(path))
    done = redaction.redact_pending(runtime, Actor.system(tenancy.DEFAULT, "svc_bench"), 100)
    found = next(one.recording_id for one in done if one.state == "released")
    machine, person = (access.redeem_link(runtime, link) for link in links)
    return machine, person, found


def _bare() -> FastAPI:
    bare = FastAPI()

    @bare.post("/echo")
    async def echo(request: Request) -> Response:
        return Response(await request.body(), media_type="application/json")

    return bare


@contextmanager
def _served(application: Any) -> Iterator[str]:
    config = uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def _measure(
    call: Callable[[httpx.Client], httpx.Response], seconds: float, clients: int, headers: dict[str, str]
) -> tuple[float, float]:
    """Return requests a second and the 99th percentile of their times, after a short warm-up."""
    end = time.perf_counter() + seconds

    def client(_number: int) -> list[float]:
        times = []
        with httpx.Client(headers=headers, timeout=30) as opened:
            for _ in range(5):
                assert call(opened).status_code == 200, call(opened).text[:300]
            while (begun := time.perf_counter()) < end:
                call(opened).raise_for_status()
                times.append(time.perf_counter() - begun)
        return times

    with ThreadPoolExecutor(clients) as pool:
        times = sorted(one for each in pool.map(client, range(clients)) for one in each)
    return len(times) / seconds, times[int(len(times) * 0.99)]


if __name__ == "__main__":
    main()
