"""Verify the bundle this file lies in, or another one. Needs Python 3.11 or newer, and `cryptography`; nothing else.

    python verify.py [DIR] --policy TRUSTFILE

It runs `verifier/`: the very files behind `governance audit verify`, few enough to be read. Whoever hands out a forged
bundle can hand out a forged verifier with it: take this file and that folder from a release of the program, or use
one of the other programs that VERIFY.md names.
"""

from __future__ import annotations

import argparse
import json
import sys
import types
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


class _NotJsonError(ValueError):
    """What stands there is no JSON that could be a leaf."""


def _no_number(name: str) -> None:
    raise _NotJsonError(name)


def _loads(data: bytes) -> Any:
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        raise _NotJsonError("not JSON") from None
    return value


def _dumps(value: Any, option: int = 0) -> bytes:
    return json.dumps(value, sort_keys=bool(option), ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8"
    )


def without_orjson() -> types.ModuleType:
    """Return what stands in for `orjson` where it is not installed: Python's own reader and writer of JSON.

    Within the subset that a leaf may use both write the same bytes, and what lies outside it is refused after either.
    """
    module = types.ModuleType("orjson")
    vars(module).update(loads=_loads, dumps=_dumps, OPT_SORT_KEYS=1, JSONDecodeError=_NotJsonError)
    return module


def main() -> int:
    """Verify as the command line asks, print what came out, and return the exit code of `governance audit verify`."""
    parser = argparse.ArgumentParser(
        description="Check a bundle offline: 0 all holds, 1 something does not, 2 could not verify, 3 origin unproven."
    )
    parser.add_argument("bundle", nargs="?", type=Path, default=HERE, metavar="DIR")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="the trust file you were handed")
    arguments = parser.parse_args()

    sys.path.insert(0, str(HERE / "verifier"))
    try:
        import orjson  # noqa: F401 - the verifier's own import of it, tried
    except ImportError:
        sys.modules["orjson"] = without_orjson()
    from governance.audit import policyfile
    from governance.audit.verify import verify_bundle
    from governance.errors import InvalidError

    policy = None
    if arguments.policy is not None:
        try:
            policy = policyfile.parse(arguments.policy.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, InvalidError) as error:
            print(f"the trust file cannot be used: nothing was verified ({error})", file=sys.stderr)
            return 2
    verdict = verify_bundle(arguments.bundle, policy)
    if verdict.exit_code in (1, 2):
        print(verdict.because, file=sys.stderr)
        return verdict.exit_code
    print(verdict.because)
    for shard in verdict.shards[:-1]:
        print(f"Before it, {shard.origin}: {shard.size} entries")
    for told in (*verdict.losses, *verdict.notes):
        print(f"Note: {told}")
    if verdict.stamped:
        print(
            f"Note: {len(verdict.stamped)} time stamps lie in it; `openssl ts -verify` checks them (VERIFY.md)"
        )
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main())
