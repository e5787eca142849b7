"""`governance sign-in-link`: a link that signs an account in once."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `sign-in-link`."""
    parser = commands.add_parser("sign-in-link", help="Print a link that signs an account in once")
    parser.add_argument("login")
    parser.set_defaults(run=_issue)


def _issue(arguments: argparse.Namespace) -> None:
    from governance.access import queries
    from governance.access import service as access
    from governance.cli._open import open_runtime, operator

    with open_runtime(arguments.tenant) as runtime:
        with runtime.work(operator(arguments.tenant)) as work:
            account = queries.account_called(work, arguments.login)
            token = access.issue_link(work, account.id)
            minutes = work.policies.access.sign_in.link_minutes
        print(runtime.settings.sign_in_address(token))
        print(f"valid once, for {minutes} minutes")
