"""`governance key`: API keys of accounts. The wrapping keys of data are `governance keys`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from governance.access.models import Account, ApiKey
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `key` and its commands."""
    parser = commands.add_parser("key", help="Make, list and revoke API keys")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    create = below.add_parser(
        "create",
        help="Make a key and print it, this once",
        description="Makes a key for an account and prints it, this once. It may do no more than the account's role.",
        epilog="Example: governance key create recorder --title 'recorder, site 1' --scope recording:ingest --days 30",
    )
    create.add_argument("login", help="the account it belongs to")
    create.add_argument("--title", required=True, help="what it is for")
    create.add_argument(
        "--scope",
        action="append",
        required=True,
        metavar="PERMISSION",
        help="what it may do (repeat for more)",
    )
    create.add_argument("--days", type=int, default=90, help="how long it lives (default: 90)")
    create.set_defaults(run=_create)
    keys = below.add_parser("list", help="List the keys")
    keys.add_argument("login", nargs="?", help="of this account only")
    keys.set_defaults(run=_list)
    revoke = below.add_parser("revoke", help="End a key now")
    revoke.add_argument("id")
    revoke.set_defaults(run=_revoke)


def _create(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        account = queries.account_called(work, arguments.login)
        key = access.create_api_key(work, account.id, arguments.title, arguments.scope, days=arguments.days)
    # Printed after the commit: a key that was shown exists.
    print(f"{key.id}  until {key.expires_at:%Y-%m-%d}")
    print(key.token)


def _list(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant), write=False) as work,
    ):
        access.require(work, "account:read")
        accounts = {account.id: account for account in queries.accounts(work)}
        account_id = queries.account_called(work, arguments.login).id if arguments.login else None
        for key in queries.api_keys(work, account_id):
            state = _state(key, accounts[key.account_id], work.now)
            used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
            print(
                f"{key.id}  {key.prefix}…  {accounts[key.account_id].login:<24}  {state:<8}  until {key.expires_at:%Y-%m-%d}"
                f"  used {used}  {key.title}  [{', '.join(key.scopes)}]"
            )


def _state(key: ApiKey, account: Account, now: datetime) -> str:
    """Return what a key is good for: that of a disabled account opens nothing, until the account is opened again."""
    if key.revoked_at is not None:
        return "revoked"
    if now >= key.expires_at:
        return "expired"
    return "disabled" if account.disabled_at is not None else "active"


def _revoke(arguments: argparse.Namespace) -> None:
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        access.revoke_api_key(work, arguments.id)
    print(f"{arguments.id} is revoked")
