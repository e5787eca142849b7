"""`governance recordings list|show|certificate` and `governance erase`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.recordings.models import Recording
    from governance.runtime import Work

REASONS = (
    "subject_request",
    "objection",
    "consent_withdrawn",
    "no_longer_needed",
    "unlawful",
    "legal_obligation",
    "recorded_in_error",
)
"""Codes, because they stay in the log for ever."""


def register(commands: Commands) -> None:
    """Add `recordings` and `erase`, whichever of them is not there yet."""
    if "recordings" not in commands.choices:
        parser = commands.add_parser("recordings", help="List and show recordings")
        below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
        listing = below.add_parser("list", help="List recordings, newest first")
        listing.add_argument("--state", choices=("quarantined", "released"))
        for name in ("agent", "team", "site", "source", "external-id"):
            listing.add_argument(f"--{name}", metavar="X")
        listing.add_argument("--limit", type=int, default=50, metavar="N")
        listing.add_argument("--after", metavar="CURSOR", help="go on where a page ended")
        listing.add_argument("--json", action="store_true", help="one JSON object a line")
        listing.set_defaults(run=_list)
        show = below.add_parser("show", help="Show one recording as JSON, without what identifies people")
        show.add_argument("id", metavar="ID")
        show.set_defaults(run=_show)
        certificate = below.add_parser(
            "certificate",
            help="Print the certificate of a recording's redaction as JSON; that it was handed out is logged",
            description="docs/certificates.md says how anybody checks it.",
        )
        certificate.add_argument("id", metavar="ID")
        certificate.add_argument("--certificate", metavar="ID", help="an earlier one")
        certificate.set_defaults(run=_certificate)
    if "erase" not in commands.choices:
        erase = commands.add_parser(
            "erase",
            help="Erase a recording and everything made from it",
            description="Cannot be undone, also not by restoring a backup. A legal hold outranks every reason.",
        )
        erase.add_argument("id", metavar="ID")
        erase.add_argument("--reason", required=True, choices=REASONS)
        erase.set_defaults(run=_erase)


def _list(arguments: argparse.Namespace) -> int:
    import sys

    import orjson

    from governance.access import service as access
    from governance.cli._open import open_runtime, operator
    from governance.recordings import queries

    filters = queries.Filters(
        state=arguments.state,
        agent_id=arguments.agent,
        team=arguments.team,
        site=arguments.site,
        source=arguments.source,
        external_id=arguments.external_id,
    )
    limit = max(1, min(arguments.limit, 500))
    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant), write=False) as work,
    ):
        visible = access.visible(work, "recording:metadata:read", queries.Columns(work))
        rows, following = queries.listing(work, visible, filters, arguments.after, limit)
        for row in rows:
            if arguments.json:
                print(orjson.dumps(_facts(row)).decode())
            else:
                when = f"{row.started_at:%Y-%m-%d %H:%M}"
                print(
                    f"{row.id}  {when}  {row.state:<11}  {row.team or '-':<16}  {row.source}  {row.external_id}"
                )
    if following:
        print(f"More: --after {following}", file=sys.stderr)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    import orjson

    from governance.access import service as access
    from governance.cli._open import open_runtime, operator
    from governance.errors import NotFoundError
    from governance.recordings import queries

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        row = queries.recording(work, arguments.id)
        if row is None:
            raise NotFoundError("there is no such recording")
        access.require(work, "recording:metadata:read", queries.facts(work, row))
        shown = _facts(row) | _standing(work, row)
    print(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode())
    return 0


def _certificate(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime, operator
    from governance.redaction import certificates

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant, "dpo")) as work:
        told = certificates.hand_out(work, arguments.id, arguments.certificate)
    print(told.decode())
    return 0


def _facts(row: Recording) -> dict[str, Any]:
    names = (
        "id", "source", "external_id", "state", "started_at", "ended_at", "duration_ms", "agent_id", "team", "site",
        "language", "jurisdiction", "line_of_business", "direction", "notice_given", "created_at", "erased_at",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def _standing(work: Work, row: Recording) -> dict[str, Any]:
    """Return what stands against the recording, and which versions of it there are."""
    from governance.recordings import queries

    return {
        "quarantines": [
            {"reason": q.reason, "because": q.because, "since": q.since}
            for q in queries.quarantines(work, row.id)
        ],
        "holds": [
            {"id": h.id, "matter": h.matter, "placed_at": h.placed_at} for h in queries.holds(work, row.id)
        ],
        "restrictions": [{"id": r.id, "purpose": r.purpose} for r in queries.restrictions(work, row.id)],
        "media": [
            {
                "id": m.id,
                "kind": m.kind,
                "codec": m.codec,
                "channels": m.channel_count,
                "why_absent": m.why_absent,
            }
            for m in queries.media(work, row.id)
        ],
        "renditions": [{"media_id": r.media_id, "level": r.level} for r in queries.renditions(work, row.id)],
        "transcripts": [
            {"position": t.position, "level": t.level} for t in queries.transcripts(work, row.id)
        ],
        "warnings": row.warnings,
    }


def _erase(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime, operator
    from governance.recordings import erasure

    with open_runtime(arguments.tenant) as runtime:
        state = erasure.erase(runtime, operator(arguments.tenant, "dpo"), arguments.id, arguments.reason)
    print(f"{state.recording_id}: nobody can read it any more; the erasure is {state.state}.")
    for copy, what in sorted(state.copies.items()):
        print(f"  {copy}: {what}")
    return 0
