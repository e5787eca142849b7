"""`governance policy check`: whether the service would start on a folder of policies."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.policy import PolicySet


def register(commands: Commands) -> None:
    """Add `policy` and its commands."""
    parser = commands.add_parser("policy", help="Check policy files")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    check = below.add_parser("check", help="Say whether the service would start on these policies")
    check.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="default: GOVERNANCE_POLICIES, or the shipped ones",
    )
    check.set_defaults(run=_check)


def load(folder: Path | None) -> PolicySet:
    """Return the policies in `folder` (default: the shipped ones), with every language they name one that is known.

    Raises `PolicyError`, as `policy.load` and `refuse_unknown_languages` do.
    """
    from governance import policy

    found = policy.load(folder)
    refuse_unknown_languages(found)
    return found


def refuse_unknown_languages(policies: PolicySet) -> None:
    """Raise `PolicyError` where a policy names a language that no detector knows.

    Asked at the door, since the policies cannot know the detectors: whoever lists a language believes it is examined.
    """
    from governance.errors import PolicyError
    from governance.redaction import languages

    for one in policies.all():
        for code in one.redaction.languages:
            try:
                languages.load(code)
            except languages.UnsupportedLanguageError:
                known = ", ".join(languages.known())
                raise PolicyError(
                    f"redaction.yaml: languages: no detector knows {code}; known: {known}"
                ) from None


def _check(arguments: argparse.Namespace) -> int:
    from governance import policy
    from governance.config import Settings
    from governance.errors import PolicyError

    folder = arguments.folder or Settings.from_env().policies or policy.default_folder()
    if not folder.is_dir():
        raise PolicyError(f"{folder} is not a folder of policies")
    found = load(folder)
    print(f"{', '.join(sorted(policy.FILES))}: as they must be. Digest {found.default.digest}.")
    for sub in sorted(path for path in (folder / "tenants").glob("*") if path.is_dir()):
        print(f"tenant {sub.name}: digest {found.for_tenant(sub.name).digest}.")
    return 0
