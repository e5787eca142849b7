"""What leaves the house: a wheel that carries its policies, migrations and samples; a lock; an image and its composition."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[\w.-]+", line) for line in requirements)
    return {re.sub(r"[-_.]+", "-", match.group()).lower() for match in found if match}


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the wheel is built from, so that a build leaves nothing in the working tree."""
    copy = tmp_path_factory.mktemp("source")
    for name in ("governance", "auditor", "policies", "migrations"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="session")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built by the hatchling of the lock, with no index to ask."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(out), str(source)], check=True, capture_output=True)
    return zipfile.ZipFile(next(out.glob("*.whl")))


@pytest.fixture(scope="session")
def requirements(wheel: zipfile.ZipFile) -> list[str]:
    """What the wheel demands of whoever installs it, extras included."""
    metadata = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(metadata).decode()).get_all("Requires-Dist") or []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("auditor", "governance/_data/auditor"),
        ("policies", "governance/_data/policies"),
        ("migrations", "governance/_data/migrations"),
        ("governance", "governance"),
    ],
)
def test_the_wheel_carries_every_file_of(
    folder: str, inside: str, source: Path, wheel: zipfile.ZipFile
) -> None:
    files = [path.relative_to(source / folder) for path in (source / folder).rglob("*") if path.is_file()]
    assert files, f"{folder} is empty"
    assert {f"{inside}/{path.as_posix()}" for path in files} <= set(wheel.namelist())


@pytest.mark.slow
def test_the_wheel_carries_the_sample_calls_and_the_licence(wheel: zipfile.ZipFile) -> None:
    carried = wheel.namelist()
    assert sum(re.fullmatch(r"governance/samples/.*\.wav", name) is not None for name in carried) >= 24
    assert any(name.endswith("licenses/LICENSE") for name in carried)


@pytest.mark.slow
def test_the_wheel_runs_with_its_own_policies_and_migrations(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")
    ask = (
        "import governance, pathlib; from governance import db, policy;"
        "here = pathlib.Path(governance.__file__).parent;"
        "assert policy.default_folder() == here / '_data' / 'policies', policy.default_folder();"
        "assert db.migrations_folder() == here / '_data' / 'migrations';"
        "policy.load(); engine = db.make_engine('sqlite:///x.db'); db.migrate(engine); print(here)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, 'installed'); {ask}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == str(tmp_path / "installed" / "governance")


@pytest.mark.slow
def test_what_is_not_free_enough_is_an_extra_or_absent(requirements: list[str]) -> None:
    plain = names([line for line in requirements if "extra ==" not in line])
    assert not plain & {"psycopg", "psycopg-binary", "psycopg2"}, "LGPL: an extra (docs/decisions/0002)"
    assert not plain & {"av", "faster-whisper"}, "GPL codecs: extras (docs/decisions/0016, 0017)"
    assert not names(requirements) & {"celery", "dramatiq", "redis"}, "no broker (docs/decisions/0006)"


def lock() -> str:
    return (ROOT / "requirements.lock").read_text()


def test_the_lock_names_no_address_and_hashes_everything() -> None:
    assert "://" not in lock()
    pins = lock().replace("\\\n", " ").splitlines()
    assert len(pins) > 50
    pin = r"[a-z0-9-]+==[\w.!+]+( ; [^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+"
    wrong = [line[:60] for line in pins if not re.fullmatch(pin, line.strip())]
    assert not wrong


OUTSIDE = {"speech"}
"""Extras that are in no lock and so in no image: what they bring is not ours to ship (docs/decisions/0016)."""


def test_the_lock_knows_everything_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    asked = list(project["dependencies"])
    for name in extras.keys() - OUTSIDE:
        asked += extras[name]
    locked = names(re.findall(r"^\S+==", lock(), re.MULTILINE))
    assert names(asked) - {"recording-governance"} <= locked, "run make lock"
    outside = names([line for name in OUTSIDE for line in extras[name]])
    assert outside
    assert not (outside | {"ctranslate2"}) & (locked | names(asked)), "outside the lock (docs/decisions/0016)"
    locks = re.search(r"uv pip compile.*?pyproject\.toml", (ROOT / "Makefile").read_text(), re.DOTALL)
    assert locks
    assert set(re.findall(r"--extra (\w+)", locks.group())) == extras.keys() - OUTSIDE


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_the_image_is_built_in_stages_and_runs_as_nobody_special() -> None:
    stages = [argument for word, argument in instructions() if word == "FROM"]
    assert len(stages) == 2
    assert stages[0].endswith(" AS build")
    final = instructions()[max(n for n, (word, _) in enumerate(instructions()) if word == "FROM") :]
    users = [argument for word, argument in final if word == "USER"]
    assert users
    assert all(int(part) > 0 for part in users[-1].split(":"))
    assert all(argument.startswith("--from=build") for word, argument in final if word == "COPY")
    health = next(argument for word, argument in final if word == "HEALTHCHECK")
    assert "/healthz" in health


def test_the_image_takes_everything_by_hash_and_leaves_the_tools_of_tests_behind() -> None:
    runs = " ".join(argument for word, argument in instructions() if word == "RUN")
    assert "--require-hashes --requirement requirements.lock" in runs
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    tools = names(project["optional-dependencies"]["test"]) - {"recording-governance"}
    # GPL codecs do not travel (docs/decisions/0017).
    tools |= names(project["optional-dependencies"]["media"])
    removed = set(re.search(r"pip uninstall --yes --quiet ([\w\s-]+?)\s+&&", runs).group(1).split())  # type: ignore[union-attr]
    assert removed == tools


def test_what_enters_the_build_is_named_and_exists() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored, "everything is left out unless it is named"
    for name in (line[1:] for line in ignored if line.startswith("!")):
        assert (ROOT / name).exists(), name


def composition() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return loaded


def test_the_composition_runs_the_service_on_postgresql_once_that_is_ready() -> None:
    services = composition()["services"]
    assert services["governance"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["database"]["image"].startswith("postgres:")
    environment = services["governance"]["environment"]
    assert environment["GOVERNANCE_DATABASE_URL"].startswith("postgresql://")
    assert environment["GOVERNANCE_ENV"] == "production"


def test_the_composition_has_no_default_password_and_no_open_door() -> None:
    text = (ROOT / "compose.yaml").read_text()
    for word in re.findall(r"\$\{(\w*PASSWORD\w*)([^}]*)\}", text):
        assert word[1].startswith(":?"), f"{word[0]} must be asked for, not defaulted"
    services = composition()["services"]
    assert "ports" not in services["database"]
    assert all(port.startswith("127.0.0.1:") for port in services["governance"]["ports"])
    assert services["governance"]["read_only"] is True


def test_keys_anchor_and_ledger_have_volumes_of_their_own() -> None:
    made = composition()
    mounts = dict(volume.split(":") for volume in made["services"]["governance"]["volumes"])
    settings = {
        match[0]: match[1]
        for word, argument in instructions()
        if word == "ENV"
        for match in re.findall(r"(GOVERNANCE_[A-Z]+)=(\S+)", argument)
    }
    folders = [settings[f"GOVERNANCE_{name}"] for name in ("HOME", "KEYS", "ANCHOR", "LEDGER")]
    assert len(set(folders)) == 4
    assert set(folders) == set(mounts.values())
    assert set(mounts) <= set(made["volumes"])
    assert not any(one != other and one.startswith(other + "/") for one in folders for other in folders)
