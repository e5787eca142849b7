"""The house keeps its own rules (docs/architecture.md), and the programs that hold them would notice if it did not."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from governance import errors
from tests import house_rules
from tests.house_rules import Rule, Source

ROOT = Path(__file__).resolve().parent.parent


def sources(*folders: str) -> list[Source]:
    return [Source.read(ROOT, path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


HOUSE = sources("governance")
OUTBUILDINGS = sources("tests", "tools", "benchmarks")


@pytest.mark.parametrize("rule", house_rules.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule) -> None:
    broken = [line for source in HOUSE for line in rule(source)]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize("rule", house_rules.RULES_OUTSIDE_THE_HOUSE, ids=lambda rule: rule.__name__)
def test_tests_and_tools_keep_the_rule(rule: Rule) -> None:
    broken = [line for source in OUTBUILDINGS for line in rule(source)]
    assert not broken, "\n" + "\n".join(broken)


PLANTED: dict[Rule, str] = {
    house_rules.every_module_says_what_lives_here: "x = 1\n",
    house_rules.everything_public_says_what_it_promises: '"""M."""\nclass A:\n    """A."""\n    def f(self): ...\n',
    house_rules.files_stay_small: '"""M."""\n' + "x = 1\n" * 300,
    house_rules.functions_stay_small: "def f():\n" + "    x = 1\n" * 60,
    house_rules.only_the_runtime_commits: "work.session.commit()\n",
    house_rules.only_queries_select: "rows = session.exec(sa.select(Hold))\n",
    house_rules.only_access_grants: "grant = models.Grant(permission='x')\n",
    house_rules.only_doors_print: "print('x')\n",
    house_rules.only_the_clock_tells_the_time: "now = datetime.datetime.now(tz=UTC)\n",
    house_rules.only_settings_read_the_environment: "x = os.environ['HOME']\n",
}


@pytest.mark.parametrize("rule", PLANTED, ids=lambda rule: rule.__name__)
def test_a_planted_breach_is_found(rule: Rule) -> None:
    assert list(rule(Source.parse("governance/somewhere.py", PLANTED[rule])))


def test_a_name_that_says_nothing_is_found() -> None:
    assert list(house_rules.names_come_from_the_field(Source.parse("governance/audit/helpers.py", "")))


def test_every_exception_is_still_needed() -> None:
    idle = []
    for rule, exceptions in house_rules.EXCEPTIONS.items():
        for path in list(exceptions):
            reason = exceptions.pop(path)
            try:
                if (ROOT / path).exists() and not list(rule(Source.read(ROOT, ROOT / path))):
                    idle.append(f"{path} no longer needs its exception from {rule.__name__}")
            finally:
                exceptions[path] = reason
    assert not idle, "\n".join(idle)


def leaves(error: type[errors.GovernanceError]) -> Iterator[type[errors.GovernanceError]]:
    below = error.__subclasses__()
    if not below:
        yield error
    for narrower in below:
        yield from leaves(narrower)


def test_every_error_becomes_a_problem_with_a_type_of_its_own() -> None:
    from governance.api import problems

    _import_everything()
    missing = [error.__name__ for error in leaves(errors.GovernanceError) if error not in problems.PROBLEMS]
    assert not missing, f"not in governance/api/problems.py: {missing}"
    codes = [error.code for error in leaves(errors.GovernanceError)]
    assert len(codes) == len(set(codes)), "two errors share a code: a client could not tell them apart"


def routes() -> list[APIRoute]:
    from governance.api.routes import ROUTERS

    found = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(found) > 20
    return found


def test_every_route_declares_its_permission_or_is_open_with_a_reason() -> None:
    from governance.api.deps import permissions_of
    from governance.api.routes import OPEN_TO_EVERYBODY

    for route in routes():
        declared, is_open = permissions_of(route) is not None, route.path in OPEN_TO_EVERYBODY
        assert declared != is_open, (
            f"{sorted(route.methods or ())} {route.path}: declared {declared}, open {is_open}"
        )
    assert set(OPEN_TO_EVERYBODY) <= {route.path for route in routes()}, "open to everybody, and not there"


# Permissions that no route asks for by name, and where they are asked for instead.
ASKED_ELSEWHERE = {
    "recording:original:play": "nobody may have it: there is no route to ask for it",
    "keys:rotate": "an act of the command line",
    "backup:make": "an act of the command line",
    "tenant:manage": "an act of the command line",
}


def test_every_permission_is_asked_for_by_a_route_or_elsewhere_with_a_reason() -> None:
    from governance.api.deps import permissions_of
    from governance.policy.vocabulary import PERMISSIONS

    asked = {permission for route in routes() for permission in permissions_of(route) or ()}
    idle = sorted(set(PERMISSIONS) - asked - set(ASKED_ELSEWHERE))
    assert not idle, f"granted in policies, asked for by nobody: {idle}"
    assert not asked & set(ASKED_ELSEWHERE), "no longer elsewhere"


def _import_everything() -> None:
    package = importlib.import_module("governance")
    for module in pkgutil.walk_packages(package.__path__, "governance."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def tracked_text() -> Iterator[tuple[str, str]]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git checkout: what is tracked cannot be asked")
    for name in filter(None, listing.stdout.decode().split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content:
            yield name, content.decode("utf-8", errors="replace")


def test_no_file_names_an_index_of_packages_or_a_folder_of_one_machine() -> None:
    # Written in two halves, or this file would name them.
    hosts = [
        a + b
        for a, b in (("pypi", ".org"), ("python", "hosted.org"), ("npmjs", ".org"), ("deb.", "debian.org"))
    ]
    folders = [str(ROOT) + "/", "/home" + "/", "/root" + "/"]
    named = [
        f"{name}: {needle}"
        for name, text in tracked_text()
        for needle in (*hosts, *folders)
        if needle in text
    ]
    assert not named, "\n".join(named)
