"""`governance requests list|show`: the requests of the people recorded, by clock."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.subjects.models import SubjectRequest


def register(commands: Commands) -> None:
    """Add `requests` and its commands."""
    parser = commands.add_parser("requests", help="List and show the requests of the people recorded")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    listing = below.add_parser("list", help="List requests by clock: what ends first stands first")
    listing.add_argument("--all", action="store_true", help="those that were answered too")
    listing.add_argument("--kind", choices=("access", "objection", "marketing_objection", "opt_out"))
    listing.add_argument("--regime", metavar="LAW")
    listing.add_argument("--limit", type=int, default=50, metavar="N")
    listing.add_argument("--after", metavar="CURSOR", help="go on where a page ended")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=_list)
    show = below.add_parser("show", help="Show one request with its history as JSON; nobody is named in it")
    show.add_argument("number", metavar="NUMBER", help="2026-0007, or the id")
    show.set_defaults(run=_show)


def _list(arguments: argparse.Namespace) -> int:
    import sys

    import orjson

    from governance.access import service as access
    from governance.cli._open import open_runtime, operator
    from governance.subjects import queries

    filters = queries.Filters(
        is_open=None if arguments.all else True, kind=arguments.kind, regime=arguments.regime
    )
    limit = max(1, min(arguments.limit, 500))
    who = operator(arguments.tenant, "dpo")
    with open_runtime(arguments.tenant) as runtime, runtime.work(who, write=False) as work:
        access.require(work, "request:read")
        rows, following = queries.requests(work, filters, arguments.after, limit)
        for row in rows:
            if arguments.json:
                print(orjson.dumps(_facts(row)).decode())
            else:
                clock = (
                    f"stands still ({row.paused_for})"
                    if row.paused_at
                    else f"{(row.due_at - work.now).days} days"
                )
                print(
                    f"{row.number}  {row.due_on}  {clock:<28}  {row.state:<10}  {row.kind:<20}  {row.regime}"
                )
    if following:
        print(f"More: --after {following}", file=sys.stderr)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    import orjson

    from governance.access import service as access
    from governance.audit import service as audit
    from governance.cli._open import open_runtime, operator
    from governance.errors import NotFoundError
    from governance.subjects import acts, queries, rules

    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant, "dpo")) as work,
    ):
        access.require(work, "request:read")
        row = queries.by_number(work, arguments.number) or queries.request(work, arguments.number)
        if row is None:
            raise NotFoundError("there is no such request")
        audit.record(work, "request.read", res=[("request", row.id)])
        shown = _facts(row) | {
            "candidates": queries.tally(work, row.id),
            "steps": rules.possible(acts.situation(work, row)),
            "history": [
                {"at": one.at, "act": one.act, "by": one.by, "code": one.code, "det": one.det}
                for one in queries.history(work, row.id)
            ],
        }
    print(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    return 0


def _facts(row: SubjectRequest) -> dict[str, Any]:
    names = (
        "id", "number", "kind", "regime", "place", "requester", "channel", "language", "state", "identity", "received_at",
        "due_on", "due_at", "acknowledged_at", "paused_at", "paused_for", "paused_days", "extended_at",
        "extension_told_at", "purposes", "grounds", "outcome", "refusal", "decided_at", "answered_at", "ended_at",
        "earlier_id",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}
