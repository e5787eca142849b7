"""What the DPO and the CISO do all day, on the sample calls: a hold, a sweep, an access request, an objection, findings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from governance.demo.calls import LONG_AGO
from governance.findings import service as findings
from governance.recordings import playback, standing
from governance.recordings.models import Recording
from governance.recordings.selection import Selection
from governance.retention import matters
from governance.retention import service as retention
from governance.runtime import Actor, Runtime
from governance.subjects import candidate_queries, evidence, letters, package_queries, packages
from governance.subjects import queries as requests
from governance.subjects import service as subjects
from governance.subjects.person import Identifier, Person

Attempt = Callable[[str, str, Callable[[Actor], str]], None]

HANNAH = Person(
    name="Hannah Cole",
    email="hannah.cole@example.com",
    identifiers=(
        Identifier("tel", "+447700900101"),
        Identifier("tel", "+447700900111"),  # the telephone of the house, from which George calls too
        Identifier("email", "hannah.cole@example.com"),
    ),
)
OLIVER = Person(name="Oliver Grant", identifiers=(Identifier("tel", "+447700900142"),))


def play(runtime: Runtime, tenant: str, attempt: Attempt, released: list[Recording]) -> None:
    """Have the cast keep, erase, answer and find; nothing of it a second time."""
    with runtime.work(Actor.system(tenant, "svc_demo"), write=False) as work:
        if requests.by_number(work, f"{work.now.year}-0001") is not None:
            return
    _keep_and_erase(runtime, attempt, released)
    _object(runtime, attempt, released)
    _answer(runtime, attempt)
    _find(runtime, attempt)


def _keep_and_erase(runtime: Runtime, attempt: Attempt, released: list[Recording]) -> None:
    old = sorted(row.id for row in released if row.external_id in LONG_AGO)
    opened: list[str] = []

    def hold(actor: Actor) -> str:
        with runtime.work(actor) as work:
            matter = matters.open_matter(
                work,
                title="Delivery dispute",
                because="A customer has announced a claim about this call.",
                selection=Selection(recording_ids=(old[0],)),
                review_by=(work.now + timedelta(days=90)).date(),
            )
            opened.append(matter.id)
        standing.carry_out_all(runtime, Actor.system(actor.tenant, "svc_recordings"))
        return "it outranks every deadline"

    def look(actor: Actor) -> str:
        retention.schedule(runtime, Actor.system(actor.tenant, retention.SERVICE))
        report = retention.sweep(runtime, actor, dry_run=True)
        return f"{report.total} would be erased, {report.left.get('legal_hold', 0)} held"

    def adopt(actor: Actor) -> str:
        with runtime.work(actor) as work:
            retention.adopt(work, work.policies.retention.digest)
        return "from now on what falls due is erased by itself"

    def sweep(actor: Actor) -> str:
        report = retention.sweep(runtime, actor)
        return f"{report.total} erased and certified"

    def ask(actor: Actor) -> str:
        with runtime.work(actor) as work:
            matters.request_release(work, opened[0], "The customer has withdrawn the claim.")
        return "waits for another person"

    def release(actor: Actor) -> str:
        with runtime.work(actor) as work:
            matters.approve_release(work, opened[0])
        return "the next sweep may have it"

    def prove(actor: Actor) -> str:
        proof = retention.prove(runtime, actor)
        return "nothing overdue is left" if proof.holds else "something overdue is left"

    attempt("carl.ciso", "holds a call whose time is over, for a matter", hold)
    attempt("dora.dpo", "looks at what a sweep would erase", look)
    attempt("dora.dpo", "puts the policy into force", adopt)
    attempt("dora.dpo", "sweeps", sweep)
    attempt("carl.ciso", "asks to release the matter", ask)
    attempt("carl.ciso", "releases it himself", release)
    attempt("dora.dpo", "releases it", release)
    attempt("dora.dpo", "sweeps again", sweep)
    attempt("dora.dpo", "proves it (PCI DSS 3.2.1)", prove)


def _object(runtime: Runtime, attempt: Attempt, released: list[Recording]) -> None:
    call = next(row for row in released if row.external_id == "call-0002")

    def listen(actor: Actor) -> str:
        heard = playback.play(runtime, actor, call.id, purpose="quality")
        return f"{heard.bytes:,} bytes, {heard.content_type}"

    def file(actor: Actor) -> str:
        with runtime.work(actor) as work:
            request = subjects.open_request(work, subjects.Asked("objection", "by_hand", OLIVER))
            return (
                f"request {request.number}: {len(request.purposes)} purposes stop, for calls to come as well"
            )

    attempt("quinn.qa", "plays a call of Oliver Grant for quality", listen)
    attempt("dora.dpo", "notes that Oliver Grant objects", file)
    attempt("quinn.qa", "plays the call of Oliver Grant again", listen)


def _answer(runtime: Runtime, attempt: Attempt) -> None:
    """Answer Hannah's request for access: she names two telephones, and one of them is used by George as well."""
    asked: list[str] = []

    def file(actor: Actor) -> str:
        with runtime.work(actor) as work:
            request = subjects.open_request(work, subjects.Asked("access", "by_hand", HANNAH))
            subjects.acknowledge(work, request.id)
            asked.append(request.id)
            return f"request {request.number}, to be answered by {request.due_on:%-d %B %Y}"

    def search(actor: Actor) -> str:
        count = subjects.search_candidates(runtime, actor, asked[0])
        return f"{count} calls may be hers; somebody else used one of the numbers"

    def hurry(actor: Actor) -> str:
        with runtime.work(actor) as work:
            subjects.decide(work, asked[0], "granted", "She asks for a copy of her calls.")
        return "granted"

    def judge(actor: Actor) -> str:
        with runtime.work(actor) as work:
            request = requests.request(work, asked[0])
            assert request is not None
            for one in evidence.of(work, request, candidate_queries.candidates(work, request.id)):
                if one.hint == "differs":
                    subjects.exclude(
                        work, one.candidate_id, "Somebody else used her telephone: another name and number."
                    )
                else:
                    subjects.confirm(work, one.candidate_id, "Name and number are hers.")
            told = requests.tally(work, request.id)
        return f"{told.get('confirmed', 0)} confirmed, {told.get('excluded', 0)} excluded: a stranger's"

    def pack(actor: Actor) -> str:
        package = packages.make(runtime, actor, asked[0])
        with runtime.work(actor, write=False) as work:
            parts = package_queries.parts(work, package.id)
        return f"{len(parts)} calls, with a log of what was withheld and a manifest of hashes"

    def answer(actor: Actor) -> str:
        with runtime.work(actor) as work:
            for letter in package_queries.letters(work, asked[0]):
                if letter.state == "prepared":
                    letters.post(work, letter.id)
            subjects.answer(work, asked[0], "letter")
        return "link and code go in letters of their own"

    attempt("dora.dpo", "notes that Hannah Cole asks for her calls", file)
    attempt("dora.dpo", "looks for her calls by every number she names", search)
    attempt("dora.dpo", "grants it before she has looked at each", hurry)
    attempt("dora.dpo", "confirms or excludes each call by hand", judge)
    attempt("dora.dpo", "grants it", hurry)
    attempt("dora.dpo", "has the package made", pack)
    attempt("dora.dpo", "answers", answer)


def _find(runtime: Runtime, attempt: Attempt) -> None:
    def check(actor: Actor) -> str:
        report = findings.check_all(runtime, actor)
        return f"{report.opened} opened, {report.closed} closed; each has an owner and a deadline"

    attempt("dora.dpo", "looks for what is wrong", check)
