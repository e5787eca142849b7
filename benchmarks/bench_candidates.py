"""How long it takes to find the recordings that may be the person's of a request, among a million.

`python -m benchmarks.bench_candidates [--recordings 1000000] [--searches 400]` fills an archive and asks for the
candidates of requests, as the search for them does: of customers by the blind tokens of all their identifiers, with the
parties that carry them, and of staff by their agent id; on SQLite and, where there is one, on PostgreSQL. The limit it is held against in the same run: fetching as many rows as were found, by their primary keys,
in one bare SQL statement, which is the least that finding them could cost.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks import archive
from governance import ids, tenancy
from governance.config import Settings
from governance.runtime import Actor, Runtime, Work
from governance.subjects import candidate_queries as candidates
from governance.subjects.candidates import BATCH
from governance.subjects.models import RequestIdentifier, SubjectRequest
from tests import peers

HOUSE = Actor.system(tenancy.DEFAULT, "svc_bench")
LIMIT_MS = 50
WARMING = 20
"""Searches whose time is not counted: what is asked first, everybody waits for once."""
_SERIALS = itertools.count(1)
_BARE = {
    "sqlite": "SELECT * FROM recording WHERE id IN (SELECT value FROM json_each(:ids))",
    "postgresql": "SELECT * FROM recording WHERE id IN (SELECT json_array_elements_text(CAST(:ids AS json)))",
}


@dataclass(frozen=True)
class Search:
    """One search: the identifiers of its request, and the question that is timed."""

    tokens: list[bytes]
    found: Callable[[Work, str], Sequence[str]]


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=400)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        for url in _databases(Path(place)):
            _measure(Path(place), url, asked.recordings, asked.searches)


def _databases(place: Path) -> Iterator[str]:
    yield f"sqlite:///{place / 'archive.db'}"
    if peers.find("postgres"):
        with peers.postgres() as server, peers.database(server) as url:
            yield url


def _measure(place: Path, url: str, recordings: int, searches: int) -> None:
    with _opened(place, url) as runtime:
        begun = time.perf_counter()
        filled = archive.fill(runtime.engine, tenancy.DEFAULT, recordings)
        name = runtime.engine.dialect.name
        print(
            f"{name}: {recordings} recordings of {filled.people} people, filled in {time.perf_counter() - begun:.0f} s"
        )
        chance = random.Random(11)
        people = [int(chance.triangular(0, filled.people - 0.001, 0)) for _ in range(searches)]
        _report(runtime, "a customer", [_customer(filled.tokens(person)) for person in people])
        agents = [f"agt-{chance.randrange(archive.AGENTS):03}" for _ in range(searches // 4)]
        _report(runtime, "a member of staff", [_staff(agent) for agent in agents])


def _customer(tokens: list[bytes]) -> Search:
    def found(work: Work, request_id: str) -> Sequence[str]:
        listed = candidates.unlisted(work, request_id, BATCH)
        return sorted({match.recording_id for match in candidates.matches(work, request_id, listed)})

    return Search(tokens, found)


def _staff(agent: str) -> Search:
    return Search([], lambda work, request_id: candidates.unlisted_of_agent(work, request_id, agent, BATCH))


def _report(runtime: Runtime, what: str, searches: list[Search]) -> None:
    took, bare, found = [], [], 0
    statement = sa.text(_BARE[runtime.engine.dialect.name])
    for search in [*searches[:WARMING], *searches]:
        with runtime.work(HOUSE) as work:
            request_id = _request(work, search.tokens)
        with runtime.work(HOUSE, write=False) as work:
            begun = time.perf_counter()
            recordings = search.found(work, request_id)
            took.append((time.perf_counter() - begun) * 1000)
            begun = time.perf_counter()
            work.session.connection().execute(statement, {"ids": json.dumps(list(recordings))}).all()
            bare.append((time.perf_counter() - begun) * 1000)
        found += len(recordings)
    cuts, floor = (statistics.quantiles(times[WARMING:], n=100) for times in (took, bare))
    verdict = "within" if cuts[98] <= LIMIT_MS else "OVER"
    ratio = statistics.median(took[WARMING:]) / statistics.median(bare[WARMING:])
    print(
        f"  {what:<18} p50 {cuts[49]:6.2f} ms   p99 {cuts[98]:6.2f} ms ({verdict} {LIMIT_MS} ms)   "
        f"{ratio:4.1f} x the bare rows by key (p99 {floor[98]:.2f} ms)   {found / len(took):.1f} found",
        flush=True,
    )


def _request(work: Work, tokens: Sequence[bytes]) -> str:
    """Return a request with these identifiers, as far as a search looks at it."""
    request = SubjectRequest(
        id=ids.new("srq"), tenant=work.tenant, year=work.now.year, serial=next(_SERIALS), regime="gdpr", kind="access",
        channel="api", requester="customer", place="DE", language="en", box=b"", state="open", opened_by="bench",
        opened_at=work.now, received_at=work.now, due_on=work.now.date(), due_at=work.now, identity="no_doubt",
    )  # fmt: skip
    work.session.add(request)
    work.session.flush()
    for token in tokens:
        work.session.add(
            RequestIdentifier(tenant=work.tenant, request_id=request.id, token=token, kind="tel")
        )
    return request.id


@contextmanager
def _opened(place: Path, url: str) -> Iterator[Runtime]:
    folder = place / sa.make_url(url).get_backend_name()
    runtime = Runtime.open(
        Settings.from_env({"GOVERNANCE_HOME": str(folder), "GOVERNANCE_DATABASE_URL": url})
    )
    try:
        with runtime.work(HOUSE) as work:
            tenancy.ensure(work, "Benchmark")
        yield runtime
    finally:
        runtime.close()


if __name__ == "__main__":
    main()
