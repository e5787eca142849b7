"""`governance demo`: the journey on the sample calls, then the service."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands


def register(commands: Commands) -> None:
    """Add `demo`."""
    parser = commands.add_parser("demo", help="Bring the service up on sample calls and show the journey")
    parser.add_argument("--no-serve", action="store_true", help="end after the summary")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Play the journey, print it, and serve unless told not to. 1 where it did not come out as it must."""
    from rich.console import Console

    from governance import demo, log
    from governance.cli._open import open_runtime

    log.configure("WARNING")
    console = Console(soft_wrap=True, highlight=False)
    with open_runtime(arguments.tenant) as runtime:
        holds = demo.run(runtime, arguments.tenant, console)
        if not holds:
            return 1
        if arguments.no_serve:
            return 0
        return demo.serve(runtime, arguments.tenant, console)
