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

    from governance.cli import serve
    from governance.cli._open import open_runtime
    from governance.config import Settings
    from governance.demo import journey as demo

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=150)  # a pipe has no width of its own: lines stay whole
    if arguments.no_serve:
        with open_runtime(arguments.tenant, None, "ERROR", makes=True, warns=True) as runtime:
            return 0 if demo.run(runtime, arguments.tenant, console) else 1
    settings, listener = serve.listen(Settings.from_env())
    opened = open_runtime(arguments.tenant, settings, "ERROR", makes=True, warns=True)
    with listener, opened as runtime:
        if not demo.run(runtime, arguments.tenant, console):
            return 1

        def announce() -> None:
            console.print(f"\n[bold]Serving[/] on {settings.public_url}  (Ctrl-C ends it)")
            console.print(
                f"Sign in once, as the data protection officer: {demo.sign_in_link(runtime, arguments.tenant)}"
            )

        serve.serve(runtime, listener, announce)
    return 0
