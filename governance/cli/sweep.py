"""`governance sweep`: erase what is due, show what would be, prove that nothing is late; and `governance retention event`."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.retention.models import RetentionProof
    from governance.retention.preview import Sample
    from governance.retention.sweep import SweepReport

EVENTS = ("case_closed", "contract_ended")
_DID = {"erase": "erased", "erase_master": "master erased", "review": "a person is asked"}
_WOULD = {"erase": "to be erased", "erase_master": "master to be erased", "review": "a person to be asked"}
_LEFT = {
    "legal_hold": "kept by a legal hold",
    "open_request": "kept by an open request",
    "changed": "left, since something about it changed meanwhile",
    "failed": "could not be erased; the service’s log has the error",
}


def register(commands: Commands) -> None:
    """Add `sweep` and `retention`, whichever of them is not there yet."""
    if "sweep" not in commands.choices:
        _add_sweep(commands)
    if "retention" not in commands.choices:
        parser = commands.add_parser(
            "retention", help="Put the policy into force, note events that start a period"
        )
        below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
        event = below.add_parser("event", help="Note an event for recordings, by their ids or by a customer")
        event.add_argument("event", choices=EVENTS)
        event.add_argument("ids", nargs="*", metavar="ID", help="recordings")
        event.add_argument("--at", required=True, metavar="WHEN", help="when it happened: ISO 8601")
        event.add_argument(
            "--customer-number", metavar="X", help="every recording the customer takes part in"
        )
        event.set_defaults(run=_event)
        adopt = below.add_parser(
            "adopt", help="Put the retention policy into force: what it lets fall due is erased by itself"
        )
        adopt.add_argument("--yes", action="store_true", help="do not ask")
        adopt.set_defaults(run=_adopt)


def _add_sweep(commands: Commands) -> None:
    summary = "Erase what is due under policies/retention.yaml"
    sweep = commands.add_parser(
        "sweep",
        help=summary,
        description=f"{summary}. A legal hold or an open request outranks it. Cannot be undone.",
    )
    sweep.add_argument(
        "--dry-run", action="store_true", help="say what would be done and what comes; write nothing"
    )
    sweep.add_argument(
        "--prove", action="store_true", help="check that nothing overdue is left, and keep the proof"
    )
    sweep.add_argument("--limit", type=int, metavar="N", help="end after about so many recordings")
    sweep.add_argument("--json", action="store_true", help="print one JSON object")
    sweep.set_defaults(run=_sweep)


def _sweep(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    import orjson

    from governance.cli._open import open_runtime, operator
    from governance.errors import InvalidError
    from governance.retention import service as retention

    if arguments.prove and (arguments.dry_run or arguments.limit is not None):
        raise InvalidError("a proof is of everything: --prove stands without --dry-run and --limit")
    with open_runtime(arguments.tenant) as runtime:
        actor = operator(arguments.tenant)
        if arguments.prove:
            proof = retention.prove(runtime, actor)
            print(orjson.dumps(_told(proof)).decode() if arguments.json else _proof(proof))
            return 0 if proof.holds else 1
        if not arguments.dry_run:
            retention.schedule(runtime, actor)
        report = retention.sweep(runtime, actor, dry_run=arguments.dry_run, limit=arguments.limit)
    print(orjson.dumps(asdict(report)).decode() if arguments.json else _report(report))
    return 1 if report.left.get("failed") else 0


def _report(report: SweepReport) -> str:
    """Return what a sweep did, or would do, for people."""
    words = _WOULD if report.is_dry_run else _DID
    lines = [f"{line.count:>9}  {words[line.action]:<22} {line.rule}" for line in report.done]
    lines = lines or ["Nothing is due."]
    lines += [f"{count:>9}  {_LEFT.get(code, code)}" for code, count in sorted(report.left.items())]
    if report.later:
        lines.append(f"{report.later:>9}  due later, under the policy now in force")
    if report.months:
        lines += ["", "What comes:"]
        lines += [
            f"{line.month}  {line.count:>9}  {_WOULD[line.action]:<22} {line.rule}" for line in report.months
        ]
    if report.samples:
        lines += ["", "Samples:"]
        lines += [f"{key}: {samples(found)}" for key, found in report.samples.items()]
    if report.is_dry_run:
        lines += ["", "Nothing was written: this was a dry run."]
    return "\n".join(lines)


def samples(found: tuple[Sample, ...]) -> str:
    """Return samples in a line: id, what the source calls it, and the day it falls due."""
    return ", ".join(f"{one.recording_id} ({one.external_id}, {one.due_at:%Y-%m-%d})" for one in found)


def _proof(proof: RetentionProof) -> str:
    said = "nothing overdue is left" if proof.holds else "something is overdue, or was missed"
    lines = [f"{proof.id}: {said}. Log entry {proof.entry_id}."]
    lines += [f"{count:>9}  {what.replace('_', ' ')}" for what, count in sorted(proof.counts.items())]
    lines += [
        f"{what.replace('_', ' ')}: {', '.join(found)}" for what, found in sorted(proof.samples.items())
    ]
    return "\n".join(lines)


def _told(proof: RetentionProof) -> dict[str, Any]:
    names = ("id", "at", "holds", "counts", "samples", "policy_digest", "by", "entry_id")
    return {name: getattr(proof, name) for name in names}


def _event(arguments: argparse.Namespace) -> int:
    from governance.cli import counted
    from governance.cli._open import open_runtime, operator
    from governance.errors import InvalidError
    from governance.retention import selecting
    from governance.retention import service as retention

    try:
        at = datetime.fromisoformat(arguments.at)
    except ValueError:
        raise InvalidError("--at is a moment as 2026-03-31T09:00:00+00:00") from None
    if at.tzinfo is None:
        raise InvalidError("--at needs a time zone: 2026-03-31T09:00:00+00:00")
    persons = [("customer_number", arguments.customer_number)] if arguments.customer_number else []
    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant)) as work,
    ):
        selection = selecting.chosen(work, persons, recording_ids=tuple(arguments.ids))
        count = retention.note_event(work, selection, arguments.event, at)
    print(f"Noted for {counted(count, 'recording')}.")
    return 0


def _adopt(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime, operator
    from governance.retention import service as retention

    with open_runtime(arguments.tenant) as runtime:
        actor = operator(arguments.tenant)
        with runtime.work(actor, write=False) as work:
            digest, version = work.policies.retention.digest, work.policies.retention.version
            is_in_force = retention.is_in_force(work)
        if is_in_force:
            print(f"Version {version} of the policy is in force already. Digest {digest}.")
            return 0
        print(_report(retention.sweep(runtime, actor, dry_run=True)))
        question = "\nPut this policy into force? What is due will be erased within minutes. [y/N] "
        if not arguments.yes and input(question).strip().lower() not in ("y", "yes"):
            print("Nothing was changed.")
            return 1
        with runtime.work(actor) as work:
            retention.adopt(work, digest)
    print(f"In force: version {version}, digest {digest}.")
    return 0
