"""`governance webhook`: receivers of webhooks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `webhook` and its commands."""
    parser = commands.add_parser("webhook", help="Make, list and remove webhooks")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    add = below.add_parser(
        "add",
        help="Make a webhook and print its secret, this once",
        description="Makes a webhook and prints the secret to verify it by, this once. docs/webhooks.md lists the events.",
        epilog="Example: governance webhook add https://hooks.example.com/in --title desk --event finding.opened",
    )
    add.add_argument("url", help="https, at a public address unless GOVERNANCE_WEBHOOK_HOSTS names the host")
    add.add_argument("--title", required=True, help="whose it is")
    add.add_argument(
        "--event",
        action="append",
        required=True,
        metavar="EVENT",
        help="what it is told of (repeat for more); * for everything",
    )
    add.set_defaults(run=_add)
    listing = below.add_parser("list", help="List the webhooks")
    listing.set_defaults(run=_list)
    for word, summary, run in (
        ("rotate", "Give a webhook a new secret and print it, this once", _rotate),
        ("test", "Send the event webhook.test to a webhook", _test),
        ("remove", "Remove a webhook and what waits for it", _remove),
    ):
        one = below.add_parser(word, help=summary)
        one.add_argument("id")
        one.set_defaults(run=run)


def _add(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.messages import service as messages

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        made = messages.add_endpoint(work, arguments.url, arguments.event, arguments.title)
    # Printed after the commit: a secret that was shown signs.
    print(made.id)
    print(made.secret)


def _list(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.messages import queries
    from governance.messages import service as messages

    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant), write=False) as work,
    ):
        messages.may_manage(work)
        for row in queries.endpoints(work):
            state = "active" if row.disabled_at is None else f"gone since {row.disabled_at:%Y-%m-%d}"
            print(f"{row.id}  {state}  {row.title}  {messages.url_of(work, row)}  [{', '.join(row.events)}]")


def _rotate(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.messages import service as messages

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        made = messages.rotate_secret(work, arguments.id)
    print(made.secret)
    print("the former secret signs as well for 24 hours")


def _test(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.messages import service as messages

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        message_id = messages.test_endpoint(work, arguments.id)
    print(f"{message_id} is sent by the jobs")


def _remove(arguments: argparse.Namespace) -> None:
    from governance.cli._open import open_runtime, operator
    from governance.messages import service as messages

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        messages.remove_endpoint(work, arguments.id)
    print(f"{arguments.id} is removed")
