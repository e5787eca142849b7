"""Documentation is a test: what an operator can set, grant, decide or read in the log is documented, and no link is dead."""

from __future__ import annotations

import argparse
import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from governance import cli, policy
from governance.policy.vocabulary import PERMISSIONS

ROOT = Path(__file__).resolve().parent.parent
SETTING = re.compile(r"\bGOVERNANCE_[A-Z_]+[A-Z]\b")
# Where a setting may be named in a document without being one of the service.
NOT_SETTINGS: set[str] = set()


def document(name: str) -> str:
    path = ROOT / name
    assert path.is_file(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def documents() -> list[Path]:
    named = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "policies").rglob("*.md")]
    return sorted(path for path in named if path.is_file())


def house() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "governance").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def in_code_quotes(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


def test_every_setting_is_documented() -> None:
    known = {match for _, tree in house() for text in strings(tree) for match in SETTING.findall(text)}
    missing = sorted(known - in_code_quotes(document("docs/settings.md")))
    assert not missing, f"not in docs/settings.md: {missing}"


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {match for _, tree in house() for text in strings(tree) for match in SETTING.findall(text)}
    ghosts = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (*documents(), ROOT / "Dockerfile", ROOT / "compose.yaml")
        for name in SETTING.findall(path.read_text(encoding="utf-8"))
        if name not in known | NOT_SETTINGS
    ]
    assert not ghosts, "\n".join(ghosts)


def test_every_permission_is_documented() -> None:
    missing = sorted(set(PERMISSIONS) - in_code_quotes(document("docs/permissions.md")))
    assert not missing, f"not in docs/permissions.md: {missing}"


def test_the_table_of_permissions_says_whom_the_shipped_policy_gives_them_to() -> None:
    rows = {
        line.split("`")[1]: line
        for line in document("docs/permissions.md").splitlines()
        if line.startswith("| `")
    }
    wrong = [
        f"{permission}: {role} ({given[permission]})"
        for role, given in policy.load().default.access.roles.items()
        for permission in given
        if f"{role} ({given[permission]})" not in rows.get(permission, "")
    ]
    assert not wrong, "\n".join(wrong)


ACT = re.compile(r"[a-z_]+(\.[a-z_]+)+")
# What writes an entry, and which of its arguments is the act.
WRITERS = {"record": 1, "record_denied": 1, "_record": 1, "Draft": 0}


def acts() -> dict[str, str]:
    """Return every act the code records, with a place that records it.

    An act is written in place, in a variable called `act`, or in a constant whose name says nothing else.
    """
    found = {meaning.act: "governance/policy/vocabulary.py" for meaning in PERMISSIONS.values()}
    subjects = {act.split(".")[0] for act in found} | {
        "auth",
        "erasure",
        "hold",
        "key",
        "objection",
        "role",
        "webhook",
    }
    for path, tree in house():
        for node in ast.walk(tree):
            for expression in _acts_of(node):
                # A choice between two acts is written in place: both branches count.
                for text in filter(ACT.fullmatch, strings(expression)):
                    if text.split(".")[0] in subjects:
                        found.setdefault(text, f"{path}:{getattr(node, 'lineno', 1)}")
    return found


def _acts_of(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        position = WRITERS.get(called, len(node.args))
        return node.args[position : position + 1] + [
            word.value for word in node.keywords if word.arg == "act"
        ]
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        return [node.value] if name == "act" or (name.isupper() and name[0] != "_") else []
    return []


def test_every_event_of_the_log_is_documented() -> None:
    documented = in_code_quotes(document("docs/events.md"))
    missing = [f"{act} ({place})" for act, place in sorted(acts().items()) if act not in documented]
    assert not missing, "not in docs/events.md:\n" + "\n".join(missing)
    ghosts = sorted(name for name in documented - set(acts()) if ACT.fullmatch(name) and name != "why.code")
    assert not ghosts, f"in docs/events.md, and nothing records them: {ghosts}"


def keys_of(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield field.alias or name
        for below in models_in(field.annotation):
            yield from keys_of(below, seen)


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from models_in(argument)


@pytest.mark.parametrize("name", sorted(policy.FILES))
def test_every_key_of_a_policy_is_documented(name: str) -> None:
    documented = in_code_quotes(document("policies/README.md"))
    missing = sorted(set(keys_of(policy.FILES[name], set())) - documented)
    assert not missing, f"{name}.yaml: not in policies/README.md: {missing}"


def lines_of_help() -> Iterator[tuple[str, set[str]]]:
    """Yield every command of the command line with its options."""
    for command in cli.COMMANDS:
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers()
        cli._load(command, commands)
        yield from _below(commands.choices[command.name], command.name)


def _below(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, set[str]]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for group in groups:
        for word, one in group.choices.items():
            yield from _below(one, f"{name} {word}")
    if not groups:
        options = {word for action in parser._actions for word in action.option_strings}
        yield name, {option for option in options if option.startswith("--")} - {"--help"}


def test_every_command_is_documented_with_its_options() -> None:
    rows = {
        line.split("`")[1]: line
        for line in document("docs/commands.md").splitlines()
        if line.startswith("| `")
    }
    told = dict(lines_of_help())
    assert {name.split()[0] for name in told} == {command.name for command in cli.COMMANDS}
    missing = []
    for name, options in told.items():
        row = next((row for shown, row in rows.items() if f"{shown} ".startswith(f"{name} ")), "")
        named = set(re.findall(r"`(--[a-z-]+)", row))
        missing += [f"{name} {one}" for one in sorted(options - named)] if row else [name]
    assert not missing, f"not in docs/commands.md: {missing}"
    ghosts = [shown for shown in rows if not any(f"{shown} ".startswith(f"{name} ") for name in told)]
    assert not ghosts, f"docs/commands.md names what does not exist: {ghosts}"


FUNCTION = re.compile(r"`(governance/[\w/]+\.py):(\w+(?:\.\w+)?)`")


def test_the_functions_that_the_flows_name_exist() -> None:
    named = FUNCTION.findall(document("docs/flows.md"))
    assert len(named) >= 8, (
        "docs/flows.md names hardly any function (`governance/recordings/service.py:ingest`)"
    )
    ghosts = []
    for path, dotted in named:
        place: object = None
        if (ROOT / path).is_file():
            place = importlib.import_module(
                path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            )
            for part in dotted.split("."):
                place = getattr(place, part, None)
        if place is None:
            ghosts.append(f"{path}:{dotted}")
    assert not ghosts, f"docs/flows.md names what does not exist: {ghosts}"


@pytest.mark.parametrize("flow", ["ingest", "redact", "play", "erase"])
def test_every_flow_is_told(flow: str) -> None:
    headings = [line.casefold() for line in document("docs/flows.md").splitlines() if line.startswith("#")]
    assert any(flow in heading for heading in headings), f"docs/flows.md has no heading for {flow}"


LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")


def test_no_relative_link_is_dead() -> None:
    dead = []
    for path in documents():
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in LINK.findall(text):
            if re.match(r"[a-z]+:", target) or target.startswith("#"):
                continue
            if not (path.parent / target.split("#")[0]).exists():
                dead.append(f"{path.relative_to(ROOT)}: {target}")
    assert not dead, "\n".join(dead)


def test_the_readme_shows_the_two_commands_and_what_they_print() -> None:
    readme = document("README.md")
    for command in ("make demo", "make test"):
        assert command in readme, f"README.md does not show {command}"
    assert re.search(r"^\d+ passed", readme, re.MULTILINE) or " passed" in readme, "nor what make test prints"


def test_every_decision_is_listed_and_ends_with_what_enforces_it() -> None:
    index = document("docs/decisions/README.md")
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert records
    for record in records:
        headings = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"], record.name
        assert f"]({record.name})" in index, f"{record.name} is not in docs/decisions/README.md"


def test_every_make_target_that_a_document_names_exists() -> None:
    makefile = document("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        target
        for path in documents()
        for span in in_code_quotes(path.read_text(encoding="utf-8"))
        for target in re.findall(r"^make ([a-z-]+)", span)
    }
    assert named <= targets, f"no such target: {sorted(named - targets)}"


def test_every_policy_file_that_is_shipped_has_a_model() -> None:
    shipped = {path.stem for path in (ROOT / "policies").glob("*.yaml")}
    assert shipped == set(policy.FILES)
