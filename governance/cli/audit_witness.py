"""`governance audit witness`, a witness anybody can run, and the two commands that exchange files with one.

A witness opens no database and no key of the house: it is for people who do not trust this house.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.audit.witness import Witness
    from governance.cli import Commands

FORK, NOT_COSIGNED = 1, 2


def register(verbs: Commands) -> None:
    """Add the commands to those of `governance audit`; each leaves its function in `run`."""
    witness = verbs.add_parser(
        "witness",
        help="cosign what extends what was seen before: 0 cosigned, 1 another history, 2 not cosigned",
        description="Run a witness in the folder DIR (C2SP tlog-witness), on a machine that the administrators of the "
        "log cannot touch. It serves until it is stopped; with --request it answers one file instead and ends with 0 "
        "when it cosigned, with 1 when the log shows another history than before, and with 2 when it did not cosign "
        "for another reason. The first call makes the witness and needs --name and --trust.",
    )
    witness.add_argument("folder", type=Path, metavar="DIR")
    witness.add_argument("--name", metavar="NAME", help="what a new witness is called: witness.example/w1")
    witness.add_argument(
        "--trust", type=Path, metavar="FILE", help="the logs it knows: what `audit trust` prints"
    )
    witness.add_argument("--request", type=Path, metavar="FILE", help="answer this file, on standard output")
    witness.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")
    witness.add_argument("--port", type=int, default=8090, metavar="PORT")
    witness.set_defaults(run=_witness)

    request = verbs.add_parser("witness-request", help="print what asks a witness to cosign, for --request")
    request.add_argument("name", metavar="NAME", help="what GOVERNANCE_WITNESSES calls it")
    request.add_argument("--old", type=int, metavar="SIZE", help="the size it saw last, where it says so")
    request.set_defaults(run=_request)

    cosigned = verbs.add_parser("cosigned", help="store what a witness answered to a file")
    cosigned.add_argument("name", metavar="NAME", help="what GOVERNANCE_WITNESSES calls it")
    cosigned.add_argument("file", type=Path, metavar="FILE")
    cosigned.set_defaults(run=_cosigned)


def _witness(arguments: argparse.Namespace) -> int:
    from governance.audit import witness as witnesses
    from governance.errors import InvalidError

    if arguments.name is not None or arguments.trust is not None:
        if arguments.name is None or arguments.trust is None:
            raise InvalidError("--name and --trust belong together", "name")
        own = witnesses.make(arguments.folder, arguments.name, _text(arguments.trust))
        print(f"governance: the witness is {own.key}", file=sys.stderr)
    else:
        own = witnesses.Witness(arguments.folder)
    if arguments.request is not None:
        return _answer(own, arguments.request)
    return _serve(own, arguments.bind, arguments.port)


def _answer(own: Witness, request: Path) -> int:
    from governance.clock import SystemClock

    answer = own.add_checkpoint(_text(request).encode(), int(SystemClock().now().timestamp()))
    if answer.status == 200:
        print(answer.body, end="")
        return 0
    if answer.is_fork:
        print(f"governance: {answer.body.strip()}: both histories are kept in forks", file=sys.stderr)
        return FORK
    what = (
        f"it has seen {answer.body.strip()} entries: ask for it with --old"
        if answer.status == 409
        else answer.body.strip()
    )
    print(f"governance: not cosigned ({answer.status}): {what}", file=sys.stderr)
    return NOT_COSIGNED


def _serve(own: Witness, bind: str, port: int) -> int:
    from contextlib import suppress

    from governance.audit.witness_server import WitnessServer
    from governance.clock import SystemClock

    clock = SystemClock()
    with WitnessServer((bind, port), own, lambda: int(clock.now().timestamp())) as server:
        host, taken = server.server_address[:2]
        print(f"governance: {own.key.name} listens on http://{host!s}:{taken}", file=sys.stderr, flush=True)
        with suppress(KeyboardInterrupt):
            server.serve_forever()
    return 0


def _request(arguments: argparse.Namespace) -> int:
    from governance.audit import witnessing
    from governance.cli.audit import opened

    with opened(arguments) as (runtime, actor), runtime.work(actor, write=False) as work:
        print(witnessing.request(work, arguments.name, arguments.old), end="")
    return 0


def _cosigned(arguments: argparse.Namespace) -> int:
    from governance.audit import witnessing
    from governance.cli.audit import opened

    with opened(arguments) as (runtime, actor), runtime.work(actor) as work:
        size = witnessing.take(work, arguments.name, _text(arguments.file))
    print(f"{arguments.name} has cosigned the checkpoint of {size} entries")
    return 0


def _text(path: Path) -> str:
    from governance.errors import InvalidError

    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidError("the file cannot be read", "file") from None
