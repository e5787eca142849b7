"""`governance messages`: what could not be delivered, sending it again, and whether mail works."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands

_SHOWN = 200


def register(commands: Commands) -> None:
    """Add `messages` and its commands."""
    parser = commands.add_parser("messages", help="See what could not be delivered, send it again, try mail")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    dead = below.add_parser("dead", help="List what could not be delivered, newest first")
    dead.set_defaults(run=_dead)
    retry = below.add_parser("retry", help="Have a message that could not be delivered sent again")
    retry.add_argument("id")
    retry.set_defaults(run=_retry)
    test = below.add_parser(
        "test-mail",
        help="Send a test mail now and say what became of it",
        description="Sends a test mail through the mail server of the settings, now, and says what became of it.",
    )
    test.add_argument("address")
    test.set_defaults(run=_test_mail)


def _dead(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.messages import queries
    from governance.messages import service as messages

    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant), write=False) as work,
    ):
        messages.may_manage(work)
        rows, stands = queries.dead(work, limit=_SHOWN), queries.standing(work)
        about = queries.about(work, [row.id for row in rows])
        for row in rows:
            named = " ".join(f"{kind}:{ident}" for kind, ident in about[row.id])
            what = row.event or row.kind
            print(
                f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}  {what:<20}  {row.attempts:>2} tries  {row.error}  {named}"
            )
    mail = "" if stands.has_mail else "; no mail server is set up (GOVERNANCE_SMTP_URL)"
    print(f"{stands.dead} undeliverable, {stands.waiting} waiting{mail}")


def _retry(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.messages import service as messages

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        messages.retry(work, arguments.id)
    print(f"{arguments.id} will be sent again")


def _test_mail(arguments: argparse.Namespace) -> int:
    from governance.cli._open import open_runtime, operator
    from governance.messages import service as messages

    with open_runtime(arguments.tenant) as runtime:
        outcome = messages.send_test_mail(runtime, operator(arguments.tenant), arguments.address)
    print("the mail server has taken it" if outcome.end == "sent" else f"not sent: {outcome.code}")
    return 0 if outcome.end == "sent" else 1
