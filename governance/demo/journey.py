"""The journey, step by step, each step as somebody of the cast."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from governance.access import queries as access_queries
from governance.access import service as access
from governance.audit import policyfile, verify
from governance.audit import service as audit
from governance.demo import calls, governing, summary
from governance.demo.summary import Attempt, Story
from governance.errors import ConflictError, DeniedError, GovernanceError
from governance.recordings import erasure, intake, people, playback
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.interaction import Interaction
from governance.recordings.models import ERASED, Recording
from governance.recordings.reasons import AWAITING_REDACTION
from governance.redaction import service as redaction
from governance.runtime import Actor, Runtime

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


def run(runtime: Runtime, tenant: str, console: Console) -> bool:
    """Play the journey on `tenant` and print it; return whether the log verifies at its end.

    Raises `ConflictError` where there are recordings already that are not samples: their people and their log are no
    place for a play.
    """
    story = Story()
    _refuse_real_data(runtime, tenant)
    cast = _cast(runtime, tenant)
    _take_in(runtime, cast["ada.admin"], story, console)
    _redact(runtime, cast["ada.admin"], story, console)
    _listen(runtime, tenant, cast, story)
    holds = _prove(runtime, tenant, cast["carl.ciso"], console, story)
    return holds and bool(story.attempts)


def _refuse_real_data(runtime: Runtime, tenant: str) -> None:
    with runtime.work(Actor.system(tenant, "svc_demo"), write=False) as work:
        if any(row.source != "samples" for row in catalog.all_recordings(work)):
            raise ConflictError(
                "there are recordings here that are not samples: name another GOVERNANCE_HOME"
            )


def _operator(tenant: str) -> Actor:
    return Actor(kind="admin", id="cli", tenant=tenant, role="administrator")


def _cast(runtime: Runtime, tenant: str) -> dict[str, Actor]:
    """Return the people of the demo, each signed in by a one-time link as a new user would be."""
    signed_in = {}
    for login, role, agent_id, team, site in CAST:
        with runtime.work(_operator(tenant)) as work:
            row = access_queries.account_by_login(work, login) or access.create_account(
                work, login, role, name=login.split(".")[0].title(), agent_id=agent_id, team=team, site=site
            )
            token = access.issue_link(work, row.id)
        signed_in[login] = access.authenticate(runtime, access.redeem_link(runtime, token))
    return signed_in


def _take_in(runtime: Runtime, actor: Actor, story: Story, console: Console) -> None:
    paths = calls.paths()
    today = runtime.clock.now().date()
    with _progress(console) as progress:
        task = progress.add_task("Taking calls in", total=len(paths))
        for path in paths:
            try:
                call = calls.read(path, today)
                if _is_known(runtime, actor, call):
                    story.known += 1
                else:
                    story.took_in += intake.ingest(runtime, actor, call).created
            except GovernanceError as error:
                story.refused.append(f"{path.name}: {error}")
            progress.advance(task)


def _is_known(runtime: Runtime, actor: Actor, call: Interaction) -> bool:
    """Whether the call was taken in before: under the date of that day, so that today's would be another one."""
    with runtime.work(actor, write=False) as work:
        gone = people.erased_id(work, call.source, call.external_id)
        return any(catalog.by_external_id(work, call.source, known) for known in (call.external_id, gone))


def _redact(runtime: Runtime, actor: Actor, story: Story, console: Console) -> None:
    with runtime.work(actor, write=False) as work:
        waiting = len(catalog.quarantined_for(work, [AWAITING_REDACTION], 10_000))
    if not waiting:
        return
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


def _listen(runtime: Runtime, tenant: str, cast: dict[str, Actor], story: Story) -> None:
    """Ask, as different people, for what they may and may not have."""
    with runtime.work(cast["ada.admin"], write=False) as work:
        everything = catalog.all_recordings(work)
        rows = [row for row in everything if row.state != ERASED]
        suspected = {row.id for row in rows if catalog.facts(work, row).suspected_sad}
    released = sorted((row for row in rows if row.state == "released"), key=lambda row: row.started_at)
    own = next(row for row in released if row.agent_id == "agt-101")
    quarantined = next((row for row in rows if row.id in suspected), None)

    def attempt(login: str, what: str, act: Callable[[Actor], str]) -> None:
        try:
            story.attempts.append(Attempt(login, what, "allowed", act(cast[login])))
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
    governing.play(runtime, tenant, attempt, released)
    gone = next((row for row in everything if row.state == ERASED), None)
    if gone is None:
        _hold_and_erase(runtime, released, attempt)
    else:
        attempt("dora.dpo", "plays the call erased before", play(gone, "complaint"))


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

    def review(actor: Actor) -> str:
        with runtime.work(actor) as work:
            access.review_break_glass(work, asked[0], "Opened once, for what was asked.")
            return "and it closes"

    attempt("carl.ciso", "plays a call to look into fraud", play(row, purpose))
    attempt("carl.ciso", "asks to break the glass", ask)
    attempt("carl.ciso", "approves his own request", approve)
    attempt("dora.dpo", "approves it", approve)
    attempt("carl.ciso", "plays the call to look into fraud", play(row, purpose))
    attempt("dora.dpo", "reviews what was opened", review)


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
    attempt("carl.ciso", "releases the hold himself", release)
    attempt("dora.dpo", "releases the hold", release)
    attempt("dora.dpo", "erases the call", erase)


def _prove(runtime: Runtime, tenant: str, ciso: Actor, console: Console, story: Story) -> bool:
    """Put the log in order, have it signed, hand it out as an auditor gets it, and verify it offline."""
    audit.sequence(runtime, tenant)
    audit.publish(runtime, tenant)
    workplace = Path(tempfile.mkdtemp(prefix="bundle-"))
    try:
        with runtime.work(ciso, write=False) as work:
            trust = audit.trust(work)
        signed = audit.bundle(runtime, ciso, workplace / "bundle")
        report = verify.verify_bundle(workplace / "bundle", policyfile.parse(trust))
    finally:
        shutil.rmtree(workplace)
    summary.tell(runtime, tenant, console, story)
    console.print(f"\n[bold]The log[/]  {signed.origin}")
    console.print(f"  {signed.size} entries, root {signed.root.hex()[:32]}…, signed with Ed25519")
    found = report.because.removeprefix(f"{signed.origin}: ")
    console.print(f"  verified offline against a trust file handed over by another way: [bold]{found}[/]")
    return report.is_proven


def sign_in_link(runtime: Runtime, tenant: str) -> str:
    """Return a one-time link by which the demo's data protection officer signs in."""
    with runtime.work(_operator(tenant)) as work:
        token = access.issue_link(work, access_queries.account_called(work, "dora.dpo").id)
    return runtime.settings.sign_in_address(token)
