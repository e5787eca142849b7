"""`governance account`: people and machines that may come in."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from governance.policy.vocabulary import ROLES

if TYPE_CHECKING:
    from governance.access.models import Account
    from governance.cli import Commands
    from governance.runtime import Work


def register(commands: Commands) -> None:
    """Add `account` and its commands."""
    parser = commands.add_parser("account", help="Make, list, disable and unlock accounts")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    add = below.add_parser("add", help="Make an account")
    add.add_argument("login")
    add.add_argument("--role", required=True, choices=ROLES)
    for name, about in (
        ("--name", "what the person is called (stored sealed)"),
        ("--email", "the e-mail address (stored sealed)"),
        ("--agent-id", "the agent that recordings name"),
        ("--team", "the team"),
        ("--site", "the site"),
        ("--same-person-as", "the login of another account of the same human"),
    ):
        add.add_argument(name, help=about)
    add.add_argument(
        "--password",
        action="store_true",
        help="ask for a password (or read it from a pipe); without: links and keys only",
    )
    add.set_defaults(run=_add)
    below.add_parser("list", help="List the accounts").set_defaults(run=_list)
    for name, about in (
        ("disable", "Shut an account"),
        ("enable", "Open it again"),
        ("lock-status", "Say whether an account is locked, and until when"),
        ("unlock", "End a lock before its time, once the person is known to be who they say"),
    ):
        act = below.add_parser(name, help=about)
        act.add_argument("login")
        act.set_defaults(run=_lock_status if name == "lock-status" else _change)
    role = below.add_parser("role", help="Give an account another role")
    role.add_argument("login")
    role.add_argument("to", choices=ROLES)
    role.set_defaults(run=_role)


def _add(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    password = _password() if arguments.password else None
    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        twin = arguments.same_person_as
        account = access.create_account(
            work,
            arguments.login,
            arguments.role,
            name=arguments.name,
            email=arguments.email,
            password=password,
            agent_id=arguments.agent_id,
            team=arguments.team,
            site=arguments.site,
            same_person_as=queries.account_called(work, twin).id if twin else None,
        )
        missing = _missing(work, account)
    print(f"{account.id}  {account.login}  {account.role}")
    if missing:
        print(f"governance: warning: without {missing} {account.login} sees no recording", file=sys.stderr)


def _missing(work: Work, account: Account) -> str | None:
    """Return the option that the account's role takes its scope from and that was not given."""
    scope = work.policies.access.scope(account.role, "recording:metadata:read")
    options = {
        "own": ("--agent-id", account.agent_id),
        "team": ("--team", account.team),
        "site": ("--site", account.site),
    }
    option, value = options.get(scope or "", ("", "-"))
    return None if value else option


def _password() -> str:
    # Never an argument: the list of processes and the shell's history are open to others.
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Password: ")


def _list(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant), write=False) as work,
    ):
        access.require(work, "account:read")
        for account in queries.accounts(work):
            place = "/".join(part for part in (account.site, account.team, account.agent_id) if part) or "-"
            print(
                f"{account.id}  {account.login:<24}  {account.role:<14}  {_state(work, account):<9}  {place}"
            )


def _state(work: Work, account: Account) -> str:
    if account.disabled_at is not None:
        return "disabled"
    return "locked" if account.locked_until is not None and work.now < account.locked_until else "active"


def _change(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    verb = {"disable": access.disable, "enable": access.enable, "unlock": access.unlock}[arguments.what]
    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        account = queries.account_called(work, arguments.login)
        verb(work, account.id)
        print(f"{account.login} is {_state(work, account)}")


def _lock_status(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with (
        open_runtime(arguments.tenant) as runtime,
        runtime.work(operator(arguments.tenant), write=False) as work,
    ):
        access.require(work, "account:read")
        account = queries.account_called(work, arguments.login)
        state, until = _state(work, account), account.locked_until
        since = f" until {until:%Y-%m-%d %H:%M:%S} UTC" if state == "locked" and until is not None else ""
        print(
            f"{account.login} is {state}{since}; {account.failed_tries} failed tries since the last success or lock"
        )


def _role(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with open_runtime(arguments.tenant) as runtime, runtime.work(operator(arguments.tenant)) as work:
        account = queries.account_called(work, arguments.login)
        access.change_role(work, account.id, arguments.to)
        print(f"{account.login} is {account.role}")
