"""The door of the command line: parses, runs, and turns every error into one line on stderr and an exit code.

0 is done, 1 is not done (or not wholly), 2 is a command line that makes no sense, 130 is interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from governance import cli
from governance.errors import GovernanceError


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that `words` (default: those of this process) ask for, and return its exit code.

    An error is one line: what was meant for the person who caused it, or, where nobody foresaw it, its type and
    place, since the message of somebody else's error may quote what it failed on.
    """
    arguments = cli.parse(sys.argv[1:] if words is None else words)
    if arguments.version:
        from governance import __version__

        return _tell(f"governance {__version__}", 0, sys.stdout)
    try:
        code = arguments.run(arguments)
        sys.stdout.flush()
    except GovernanceError as error:
        return _tell(f"governance: {_one_line(str(error)) or error.code}", 1)
    except KeyboardInterrupt:
        return _tell("governance: interrupted", 130)
    except BrokenPipeError:
        # Whoever read our output has gone. The interpreter must not try to flush it again on its way out.
        sys.stdout = None
        return 1
    except Exception as error:  # noqa: BLE001 - a traceback can quote what it failed on: nobody is shown one
        return _tell(f"governance: {_unforeseen(error)}", 1)
    return code or 0


def _unforeseen(error: Exception) -> str:
    name = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{where}"
    if type(error).__module__.startswith("sqlalchemy") and name == "OperationalError":
        return "the database cannot be reached, or is not one of ours (GOVERNANCE_DATABASE_URL)"
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"this should not have happened: {name} at {place}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tell(text: str, code: int, stream: TextIO | None = None) -> int:
    (stream or sys.stderr).write(text + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
