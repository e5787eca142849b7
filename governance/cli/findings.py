"""`governance findings list|show|check|assign|note`: what is wrong, until proven right. There is no command that closes one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.findings.models import Finding
    from governance.runtime import Actor


def register(commands: Commands) -> None:
    """Add `findings` and its commands."""
    parser = commands.add_parser("findings", help="List, check, assign and note what is wrong")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    listing = below.add_parser("list", help="List findings, the earliest deadline first")
    listing.add_argument("--state", choices=("open", "closed"), default="open")
    listing.add_argument("--kind", metavar="KIND", help="such as request_due (docs/findings.md)")
    listing.add_argument("--owner", metavar="ROLE", help="the role it belongs to")
    listing.add_argument("--late", action="store_true", help="only those past their deadline")
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    listing.add_argument("--after", metavar="CURSOR", help="go on where a page ended")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=_list)
    show = below.add_parser("show", help="Show one finding as JSON, with its path, its history and its notes")
    show.add_argument("id", metavar="ID")
    show.set_defaults(run=_show)
    check = below.add_parser(
        "check",
        help="Make every check now, or that of one finding",
        description="A finding closes where its check passes. Ends 1 where one fails or cannot be made.",
    )
    check.add_argument("id", metavar="ID", nargs="?")
    check.set_defaults(run=_check)
    assign = below.add_parser("assign", help="Give a finding to somebody, or back to its owners")
    assign.add_argument("id", metavar="ID")
    assign.add_argument("login", metavar="LOGIN", nargs="?", help="without: back to its owners")
    assign.set_defaults(run=_assign)
    note = below.add_parser(
        "note", help="Write down what was found out or done (read from standard input; stored sealed)"
    )
    note.add_argument("id", metavar="ID")
    note.set_defaults(run=_note)


def _list(arguments: argparse.Namespace) -> int:
    import sys

    import orjson

    from governance.access import service as access
    from governance.cli._open import open_runtime
    from governance.findings import queries
    from governance.policy.interventions import KINDS

    if arguments.kind is not None and arguments.kind not in KINDS:
        from governance.errors import InvalidError

        raise InvalidError(f"no such kind; there are {', '.join(KINDS)}", "kind")
    filters = queries.Filters(
        kind=arguments.kind,
        owner=arguments.owner,
        state=arguments.state,
        late=True if arguments.late else None,
    )
    limit = max(1, min(arguments.limit, 500))
    with open_runtime(arguments.tenant) as runtime, runtime.work(_actor(arguments), write=False) as work:
        access.require(work, "finding:read")
        rows, following = queries.findings(work, filters, arguments.after, limit)
        now = work.now
    for row in rows:
        if arguments.json:
            print(orjson.dumps(_facts(row)).decode())
        else:
            late = "late" if row.state == "open" and row.due_at < now else "    "
            due = f"{row.due_at:%Y-%m-%d %H:%M}"
            print(f"{row.id}  {due}  {late}  {row.severity:<8}  {row.kind:<24}  {row.subject_id}")
    if following:
        print(f"More: --after {following}", file=sys.stderr)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    import orjson

    from governance.cli._open import open_runtime
    from governance.findings import service as findings

    with open_runtime(arguments.tenant) as runtime, runtime.work(_actor(arguments)) as work:
        found = findings.read(work, arguments.id)
        shown = _facts(found.finding) | {
            "checked_at": found.checked_at,
            "path": found.path.model_dump(mode="json", exclude_none=True),
            "history": [
                {"act": one.act, "at": one.at, "by": one.by, "because": one.because, **one.det}
                | ({"text": found.notes[one.id]} if one.id in found.notes else {})
                for one in found.history
            ],
        }
    print(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime
    from governance.findings import service as findings

    with open_runtime(arguments.tenant) as runtime:
        if arguments.id is not None:
            row = findings.check(runtime, _actor(arguments), arguments.id)
            print(f"{row.id}: {row.state}. {row.because if row.state == 'open' else 'Its check passes.'}")
            return 0 if row.state == "closed" else 1
        report = findings.check_all(runtime, _actor(arguments))
    for kind, count in report.failing.items():
        print(f"{kind:<26} {'could not be checked' if kind in report.broken else count}")
    print(f"{report.opened} opened, {report.reopened} opened again, {report.closed} closed.")
    return 1 if report.broken or any(report.failing.values()) else 0


def _assign(arguments: argparse.Namespace) -> int:
    from governance.access import queries as people
    from governance.cli._open import open_runtime
    from governance.findings import service as findings

    with open_runtime(arguments.tenant) as runtime, runtime.work(_actor(arguments)) as work:
        account_id = people.account_called(work, arguments.login).id if arguments.login else None
        row = findings.assign(work, arguments.id, account_id)
        print(
            f"{row.id}: {f'assigned to {arguments.login}' if account_id else f'back to the role {row.owner}'}."
        )
    return 0


def _note(arguments: argparse.Namespace) -> int:
    import sys

    from governance.cli._open import open_runtime
    from governance.findings import service as findings

    text = sys.stdin.read(8192)
    with open_runtime(arguments.tenant) as runtime, runtime.work(_actor(arguments)) as work:
        findings.note(work, arguments.id, text)
    print(f"{arguments.id}: noted.")
    return 0


def _actor(arguments: argparse.Namespace) -> Actor:
    from governance.cli._open import operator

    return operator(arguments.tenant)


def _facts(row: Finding) -> dict[str, Any]:
    names = (
        "id", "kind", "state", "severity", "owner", "assignee", "subject_kind", "subject_id", "because", "opened_at",
        "due_at", "closed_at", "escalation_level", "times_reopened",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}
