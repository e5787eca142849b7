"""The journey of `make demo`: sample calls come in, their card data goes, people are let in and refused, the log proves it.

Everything runs through the same verbs as the service itself; nothing here knows what the samples hold. A second run
finds what the first one left and only repeats the journey.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from governance.access import queries as access_queries
from governance.access import service as access
from governance.audit import policyfile, verify
from governance.audit import service as audit
from governance.errors import DeniedError, GovernanceError
from governance.recordings import erasure, intake, playback
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.importers import folder as importers
from governance.recordings.models import ERASED, Recording
from governance.redaction import service as redaction
from governance.redaction.service import Redacted
from governance.runtime import Actor, Runtime

SAMPLES = Path(__file__).parent / "samples"
# login, role, agent id, team, site: who the sample calls know, and who looks after them.
CAST = (
    ("priya", "agent", "agt-101", "payments", "leeds"),
    ("sam.supervisor", "supervisor", None, "payments", "leeds"),
    ("rita.supervisor", "supervisor", None, "renewals", "leeds"),
    ("quinn.qa", "qa_analyst", None, None, "leeds"),
    ("dora.dpo", "dpo", None, None, None),
    ("carl.ciso", "ciso", None, None, None),
    ("ada.admin", "administrator", None, None, None),
)


@dataclass
class Attempt:
    """Somebody asked for something, and what came of it."""

    who: str
    what: str
    result: str
    reason: str


@dataclass
class Story:
    """What the demo has to tell at its end."""

    took_in: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    redacted: list[Redacted] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


def run(runtime: Runtime, tenant: str, console: Console) -> bool:
    """Play the journey on `tenant` and print it; return whether everything came out as a service must."""
    story = Story()
    people = _cast(runtime, tenant)
    _take_in(runtime, people["ada.admin"], story, console)
    _redact(runtime, people["ada.admin"], story, console)
    _listen(runtime, people, story)
    holds = _prove(runtime, tenant, people["carl.ciso"], console, story)
    return holds and bool(story.attempts)


def _operator(tenant: str) -> Actor:
    return Actor(kind="admin", id="cli", tenant=tenant, role="administrator")


def _cast(runtime: Runtime, tenant: str) -> dict[str, Actor]:
    """Return the people of the demo, each signed in by a one-time link as a new user would be."""
    people = {}
    for login, role, agent_id, team, site in CAST:
        with runtime.work(_operator(tenant)) as work:
            row = access_queries.account_by_login(work, login) or access.create_account(
                work, login, role, name=login.split(".")[0].title(), agent_id=agent_id, team=team, site=site
            )
            token = access.issue_link(work, row.id)
        people[login] = access.authenticate(runtime, access.redeem_link(runtime, token))
    return people


def _take_in(runtime: Runtime, actor: Actor, story: Story, console: Console) -> None:
    paths = list(importers.find([SAMPLES]))
    with _progress(console) as progress:
        task = progress.add_task("Taking calls in", total=len(paths))
        for path in paths:
            try:
                done = intake.ingest(runtime, actor, importers.read(path))
                story.took_in += done.created
                story.known += not done.created
            except GovernanceError as error:
                story.refused.append(f"{path.name}: {error}")
            progress.advance(task)


def _redact(runtime: Runtime, actor: Actor, story: Story, console: Console) -> None:
    with runtime.work(actor, write=False) as work:
        waiting = len(catalog.quarantined_for(work, [recordings.AWAITING_REDACTION], 10_000))
    with _progress(console) as progress:
        task = progress.add_task("Redacting and looking again", total=waiting)
        while batch := redaction.redact_pending(runtime, actor, 1):
            story.redacted += batch
            progress.advance(task)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=False,
    )


def _listen(runtime: Runtime, people: dict[str, Actor], story: Story) -> None:
    """Ask, as different people, for what they may and may not have."""
    with runtime.work(people["ada.admin"], write=False) as work:
        rows = [row for row in catalog.all_recordings(work) if row.state != ERASED]
        suspected = {row.id for row in rows if catalog.facts(work, row).suspected_sad}
    released = sorted((row for row in rows if row.state == "released"), key=lambda row: row.started_at)
    own = next(row for row in released if row.agent_id == "agt-101")
    quarantined = next((row for row in rows if row.id in suspected), None)

    def attempt(login: str, what: str, act: Callable[[Actor], str]) -> None:
        try:
            story.attempts.append(Attempt(login, what, "allowed", act(people[login])))
        except DeniedError as error:
            story.attempts.append(Attempt(login, what, "denied", error.reason))
        except GovernanceError as error:
            story.attempts.append(Attempt(login, what, "refused", error.code))

    def play(row: Recording, purpose: str, level: str = "rendition") -> Callable[[Actor], str]:
        def act(actor: Actor) -> str:
            heard = playback.play(runtime, actor, row.id, purpose=purpose, level=level)
            return f"{heard.bytes:,} bytes, {heard.content_type}"

        return act

    attempt("priya", "plays a call of her own", play(own, "training"))
    attempt("sam.supervisor", "plays a call of his team", play(own, "quality"))
    attempt("rita.supervisor", "plays a call of another team", play(own, "quality"))
    attempt("quinn.qa", "asks for the master", play(own, "quality", "master"))
    attempt("ada.admin", "plays a call: runs the service, hears nothing", play(own, "quality"))
    attempt("dora.dpo", "asks for the original", play(own, "complaint", "original"))
    if quarantined is not None:
        attempt("dora.dpo", "plays what is in quarantine", play(quarantined, "complaint"))
    _break_glass(runtime, own, attempt, play)
    _hold_and_erase(runtime, released, attempt)


def _break_glass(
    runtime: Runtime,
    row: Recording,
    attempt: Callable[[str, str, Callable[[Actor], str]], None],
    play: Callable[[Recording, str], Callable[[Actor], str]],
) -> None:
    asked: list[str] = []
    purpose = "security_investigation"

    def ask(actor: Actor) -> str:
        with runtime.work(actor) as work:
            facts = catalog.facts(work, row)
            request = access.request_break_glass(
                work, facts, level="rendition", purpose=purpose, reason="Fraud is suspected in this call.", minutes=30
            )  # fmt: skip
            asked.append(request.id)
            return "waits for another person"

    def approve(actor: Actor) -> str:
        with runtime.work(actor) as work:
            return f"open for {access.approve_break_glass(work, asked[0]).minutes} minutes"

    attempt("carl.ciso", "plays a call to look into fraud", play(row, purpose))
    attempt("carl.ciso", "asks to break the glass", ask)
    attempt("carl.ciso", "approves his own request", approve)
    attempt("dora.dpo", "approves it", approve)
    attempt("carl.ciso", "plays the call to look into fraud", play(row, purpose))


def _hold_and_erase(
    runtime: Runtime,
    released: list[Recording],
    attempt: Callable[[str, str, Callable[[Actor], str]], None],
) -> None:
    victim = released[-1]
    placed: list[str] = []

    def hold(actor: Actor) -> str:
        with runtime.work(actor) as work:
            placed.append(recordings.hold(work, victim.id, "demo matter").id)
            return "nothing of it is erased"

    def release(actor: Actor) -> str:
        with runtime.work(actor) as work:
            recordings.release_hold(work, placed[0])
            return "the hold is released"

    def erase(actor: Actor) -> str:
        done = erasure.erase(runtime, actor, victim.id, "data_subject_request")
        return f"{done.copies['keys']} keys destroyed, {done.state}"

    attempt("carl.ciso", "places a legal hold", hold)
    attempt("dora.dpo", "erases a call under hold", erase)
    attempt("carl.ciso", "releases the hold", release)
    attempt("dora.dpo", "erases the call", erase)


def _prove(runtime: Runtime, tenant: str, ciso: Actor, console: Console, story: Story) -> bool:
    """Put the log in order, have it signed, hand it out as an auditor gets it, and verify it offline."""
    audit.sequence(runtime, tenant)
    checkpoint = audit.publish(runtime, tenant)
    workplace = Path(tempfile.mkdtemp(prefix=f"bundle-{secrets.token_hex(4)}-"))
    try:
        bundle = workplace / "bundle"
        with runtime.work(ciso, write=False) as work:
            trust = audit.trust(work)
        audit.bundle(runtime, ciso, bundle)
        report = verify.verify_bundle(bundle, policyfile.parse(trust))
    finally:
        shutil.rmtree(workplace)
    _summary(runtime, tenant, console, story)
    console.print()
    if checkpoint is not None:
        console.print(f"[bold]The log[/]  {checkpoint.origin}")
        console.print(f"  {checkpoint.size} entries, root {checkpoint.root.hex()[:32]}…, signed with Ed25519")
    console.print(
        f"  verified offline, against a trust file handed over by another way: [bold]{report.because}[/]"
    )
    return report.is_proven


def _summary(runtime: Runtime, tenant: str, console: Console, story: Story) -> None:
    with runtime.work(Actor.system(tenant, "svc_demo"), write=False) as work:
        states = catalog.counts_by_state(work)
        quarantined = [
            (row, catalog.quarantines(work, row.id))
            for row in catalog.all_recordings(work)
            if row.state == "quarantined"
        ]
    console.print()
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    console.print(f"[bold]Calls[/]    {story.took_in} taken in, {story.known} known already. Now {told}.")
    for line in story.refused:
        console.print(f"  refused  {line}")
    for row, reasons in quarantined:
        console.print(f"  quarantined  {row.external_id}: {reasons[0].because if reasons else ''}")
    found: dict[str, int] = {}
    for one in story.redacted:
        for kind, count in one.counts.items():
            found[kind] = found.get(kind, 0) + count
    if found:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
        console.print(f"[bold]Silenced[/] {listed}; every rendition was then decoded and looked at again.")
    table = Table(
        "who", "what", "outcome", "", expand=False, title=None, box=None, pad_edge=False, header_style="dim"
    )
    colours = {"allowed": "green", "denied": "red", "refused": "yellow"}
    for attempt in story.attempts:
        table.add_row(
            attempt.who, attempt.what, f"[{colours[attempt.result]}]{attempt.result}[/]", attempt.reason
        )
    console.print()
    console.print(table)


def sign_in_link(runtime: Runtime, tenant: str) -> str:
    """Return a one-time link by which the demo's data protection officer signs in."""
    with runtime.work(_operator(tenant)) as work:
        token = access.issue_link(work, access_queries.account_called(work, "dora.dpo").id)
    return runtime.settings.sign_in_address(token)
