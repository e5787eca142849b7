"""The command line: one file per command group, imported when its command is asked for and not before.

A module of this folder has `register(commands)`, which adds its parsers with `add_parser` and sets what each of them
runs: `parser.set_defaults(run=function)`. `run(arguments)` returns the exit code, or None for 0. A module that knows
several commands adds those that are not there yet. A group that several modules share (`redact`) has its parser here;
each of its modules adds its commands to that.

What a body needs it imports itself, so that `governance --help` answers at once. The global `--tenant` may stand
anywhere before `--` and is in `arguments.tenant`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    # argparse gives what `add_subparsers` returns no public name.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001
Run = Callable[[argparse.Namespace], "int | None"]

DEFAULT_TENANT = "default"


class Command(NamedTuple):
    """A command of the first level, and the modules that know the rest of it."""

    name: str
    summary: str
    modules: tuple[str, ...]
    is_group: bool = False
    """Whether the modules add their commands below this one, or the one module adds this one itself."""
    example: str | None = None
    """How a group is used; the other commands have theirs where their parser is."""


COMMANDS = (
    Command("demo", "Bring the service up on sample calls and show the journey", ("demo",)),
    Command("serve", "Serve the API and the console, with the jobs inside", ("serve",)),
    Command("work", "Run the jobs as a process of its own", ("serve",)),
    Command("init", "Make the data folder, the database and the keys", ("serve",)),
    Command("ingest", "Take recordings in from files and folders", ("ingest",)),
    Command("recordings", "List and show recordings", ("recordings",)),
    Command("requests", "List and show the requests of the people recorded", ("requests",)),
    Command("erase", "Erase a recording and everything made from it", ("recordings",)),
    Command("sweep", "Erase what is due, or say what would be", ("sweep",)),
    Command("retention", "Put the policy into force, note events that start a period", ("sweep",)),
    Command(
        "redact",
        "Redact recordings, or files without a catalog",
        ("redact", "redact_text", "redact_audio"),
        True,
        "Example: governance redact audio calls/*.wav --transcripts transcripts/ --out clean/",
    ),
    Command("detect", "Find keypad tones in sound files", ("detect",), True),
    Command("findings", "List, check, assign and note what is wrong", ("findings",)),
    Command("reviews", "Decide about findings that redaction is not sure of", ("reviews",)),
    Command("samples", "The random sample that people examine whole", ("samples",)),
    Command("audit", "Read, export and verify the log", ("audit",)),
    Command("account", "Make, list, disable and unlock accounts", ("accounts",)),
    Command("sign-in-link", "Print a link that signs an account in once", ("sign_in_link",)),
    Command("key", "Make, list and revoke API keys", ("api_keys",)),
    Command("tenant", "Make and list tenants", ("tenants",)),
    Command("keys", "Rotate and retire the wrapping keys", ("keys",)),
    Command("messages", "See what could not be delivered, send it again, try mail", ("messages",)),
    Command("webhook", "Make, list and remove webhooks", ("webhooks",)),
    Command("policy", "Check and compare policy files", ("policy",)),
    Command("backup", "Write a backup into a new folder", ("backup",)),
    Command("restore", "Replace the database and the blobs by those of a backup", ("backup",)),
)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return what the words of a command line ask for. Ends the process with 2, as argparse does, for what is wrong."""
    tenant, rest = _tenant(words)
    parser = argparse.ArgumentParser(
        prog="governance",
        description="Governs contact-centre recordings: redacts card data, limits who hears what, and proves it.",
        epilog="The data folder is .governance here, unless GOVERNANCE_HOME names another.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    parser.add_argument("--tenant", metavar="ID", help=f"whose data is acted on (default: {DEFAULT_TENANT})")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    asked = next((word for word in rest if not word.startswith("-")), None)
    for command in COMMANDS:
        if command.name == asked:
            _load(command, commands)
        elif command.name not in commands.choices:
            commands.add_parser(command.name, help=command.summary, add_help=False)
    arguments = parser.parse_args(rest)
    if arguments.command is None and not arguments.version:
        parser.error("which command? governance --help lists them")
    arguments.tenant = tenant
    return arguments


def counted(number: int, noun: str) -> str:
    """Return `number` with its noun: `1 span`, `2 spans`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tenant(words: Sequence[str]) -> tuple[str, list[str]]:
    finder = argparse.ArgumentParser(prog="governance", add_help=False, allow_abbrev=False)
    finder.add_argument("--tenant", default=DEFAULT_TENANT)
    end = list(words).index("--") if "--" in words else len(words)
    found, rest = finder.parse_known_args(list(words[:end]))
    return found.tenant, [*rest, *words[end:]]


def _load(command: Command, commands: Commands) -> None:
    if command.is_group:
        parser = commands.add_parser(
            command.name, help=command.summary, description=command.summary, epilog=command.example
        )
        commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    for module in command.modules:
        import_module(f"governance.cli.{module}").register(commands)
