"""`governance policy check|diff`: whether the service would start on policies, and what other ones would erase when."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from governance.cli import Commands
    from governance.policy import PolicySet
    from governance.policy.retention import RetentionPolicy
    from governance.retention.preview import Difference


def register(commands: Commands) -> None:
    """Add `policy` and its commands."""
    parser = commands.add_parser("policy", help="Check and compare policy files")
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
    diff = below.add_parser(
        "diff",
        help="Say what would be erased sooner or later under other retention rules",
        description="Decides for every recording under both; nothing is written.",
    )
    diff.add_argument("old", type=Path, metavar="OLD", help="a folder of policies, or a retention.yaml")
    diff.add_argument("new", type=Path, metavar="NEW", help="likewise")
    diff.add_argument("--json", action="store_true", help="print one JSON object")
    diff.set_defaults(run=_diff)


def load(folder: Path | None) -> PolicySet:
    """Return the policies in `folder` (default: the shipped ones), with every language they name one that is known.

    Raises `PolicyError`, as `policy.load` and `refuse_unknown_languages` do.
    """
    from governance import policy

    found = policy.load(folder)
    refuse_unknown_languages(found)
    return found


def refuse_unknown_languages(policies: PolicySet) -> None:
    """Raise `PolicyError` where a policy names a language that no detector knows, or a language model or speech engine that is not here.

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
        if one.redaction.nlp is not None:
            from governance.redaction import language_models

            language_models.check(one.redaction)
        if one.redaction.speech is not None:
            from governance.redaction.engines import choice

            choice.engine(one.redaction.speech)


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
    for one in found.all():
        for rule, earlier in one.retention.never_winning():
            print(
                f"governance: warning: retention.yaml: the rule {rule.name} can never win: {earlier.name}, which stands "
                "before it, matches all that it does",
                file=sys.stderr,
            )
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    import orjson

    from governance.cli._open import open_runtime, operator
    from governance.retention import service as retention

    old, new = (_retention(path, arguments.tenant) for path in (arguments.old, arguments.new))
    with open_runtime(arguments.tenant) as runtime:
        found = retention.compare(runtime, operator(arguments.tenant), old, new)
    print(orjson.dumps(asdict(found)).decode() if arguments.json else _difference(found))
    return 0


def _retention(path: Path, tenant: str) -> RetentionPolicy:
    """Return the retention policy of a folder, as it is for `tenant`, or of a file."""
    from governance import policy
    from governance.errors import PolicyError
    from governance.policy.retention import RetentionPolicy

    if path.is_dir():
        return load(path).for_tenant(tenant).retention
    if not path.is_file():
        raise PolicyError(f"{path} is neither a folder of policies nor a retention.yaml")
    return policy.read(path, RetentionPolicy)


def _difference(found: Difference) -> str:
    """Return what a change of policy does, for people."""
    from governance.cli import counted
    from governance.cli.sweep import samples

    lines = [f"{counted(found.recordings, 'recording')}, {found.unchanged} of them as before."]
    for title, moves in (("At once due:", found.at_once), ("Moved:", found.moves)):
        lines += ["", title] if moves else []
        for one in moves:
            change = one.old_rule if one.old_rule == one.new_rule else f"{one.old_rule} → {one.new_rule}"
            lines.append(f"{one.count:>9}  {one.action:<13} {one.direction:<10} {change}")
            lines.append(f"           {samples(one.samples)}")
    if found.at_once or found.moves:
        before = {(one.month, one.rule, one.action): one.count for one in found.old}
        after = {(one.month, one.rule, one.action): one.count for one in found.new}
        lines += ["", "month         old       new"]
        for key in sorted(before | after):
            if before.get(key, 0) != after.get(key, 0):
                month, rule, action = key
                counts = f"{before.get(key, 0):>9} {after.get(key, 0):>9}"
                lines.append(f"{month} {counts}  {action:<13} {rule}")
    return "\n".join(lines)
