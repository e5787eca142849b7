"""Real calls for packages, a request that is granted over them, and the package as whoever fetches it gets it."""

from __future__ import annotations

import io
import itertools
import zipfile
from dataclasses import replace

from governance.recordings import intake
from governance.recordings.interaction import PartyFacts, Role
from governance.redaction import service as redaction
from governance.runtime import Runtime
from governance.subjects import candidate_queries, letters, package_queries, package_reading, packages
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.package_models import Package
from governance.subjects.service import Asked, Identifier, Person
from tests.faults.calls import called
from tests.subjects.conftest import DPO, HOUSE, RECORDER, TEL

ME = PartyFacts(role=Role.CUSTOMER, name="Jane Roe", tel=TEL, channel=1)
AGENT_PARTY = PartyFacts(role=Role.AGENT, name="Sofia Marsh", channel=0)
_number = itertools.count()


def take_in(runtime: Runtime, *parties: PartyFacts) -> str:
    """Take a short call in, with a PIN in it, as if these had spoken; redact it, and return its id."""
    spoken = called(f"call-{next(_number)}")
    facts = replace(spoken, parties=parties or (AGENT_PARTY, ME), channels=())
    recording_id = intake.ingest(runtime, RECORDER, facts).recording_id
    assert redaction.redact(runtime, HOUSE, recording_id).state == "released"
    return recording_id


def granted(runtime: Runtime, request: SubjectRequest, *, excluded: str = "") -> None:
    """Confirm every candidate but `excluded`, and grant access."""
    requests.search_candidates(runtime, DPO, request.id)
    with runtime.work(DPO) as work:
        for one in candidate_queries.candidates(work, request.id):
            judge = requests.exclude if one.recording_id == excluded else requests.confirm
            judge(work, one.id, "I have listened to it.")
        requests.decide(work, request.id, "granted", "It is all hers.")


def archive(runtime: Runtime, package: Package) -> zipfile.ZipFile:
    """Return the whole package, as whoever fetches it gets it."""
    read = package_reading.Archive(runtime, "default", package.id)
    return zipfile.ZipFile(io.BytesIO(b"".join(read.portions(0, read.size))))


def ready(runtime: Runtime, calls: int = 1) -> tuple[Package, str]:
    """Return a package of so many calls, and the code that the person was sent."""
    for _ in range(calls):
        take_in(runtime)
    who = Person(name="Jane Roe", email="jane@example.com", identifiers=(Identifier("tel", TEL),))
    with runtime.work(DPO) as work:
        request = requests.open_request(work, Asked(kind="access", channel="by_hand", who=who))
    granted(runtime, request)
    made = packages.make(runtime, DPO, request.id)
    return made, code_of(runtime, made)


def code_of(runtime: Runtime, package: Package) -> str:
    """Return a new code of the package, as the letter brings it."""
    with runtime.work(DPO) as work:
        found = [
            one for one in package_queries.letters(work, package.request_id) if one.kind == "package_code"
        ]
        letter = found[-1]
        if letter.state != "prepared":
            facts = {"expires": "soon"}
            letter = letters.prepare(
                work, package.request_id, "package_code", facts=facts, package_id=package.id
            )
        body = letters.post(work, letter.id).body
    return next(line.strip() for line in body.splitlines() if line.startswith("    "))
