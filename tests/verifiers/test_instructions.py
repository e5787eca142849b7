"""The commands that VERIFY.md prints do what it says they do, word for word, and fail where they should."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import peers
from tests.verifiers.writing import Written, flip, forged_signature

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = re.findall(
    r"^```sh\n(.*?)^```$", (ROOT / "auditor/VERIFY.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
)


def obey(command: str, bundle: Written, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the text in the folder it speaks of, with the environment of the verifiers first on the path."""
    verifiers = peers.require_verifiers()
    peers.require("openssl")
    env = {
        "PATH": f"{verifiers / 'bin'}:{os.environ['PATH']}",
        "TMPDIR": str(home),
        "GOCACHE": str(verifiers / "go"),
        "BUNDLE": str(bundle.folder),
        "TRUSTFILE": str(bundle.trust),
        "CERTIFICATES": str(bundle.certificates),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if command.startswith("GO111MODULE"):
        peers.require("go")
    if command.startswith("node"):
        peers.require("node")
    # `sh` ends at the first command that fails, as a person would.
    cwd = verifiers if command.startswith("node") else bundle.folder
    return subprocess.run(
        ["sh", "-ec", command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def test_the_instructions_speak_of_every_program() -> None:
    names = (
        "verify.py",
        "go run",
        "sigstore",
        "node",
        "pymerkle",
        "pkeyutl",
        "sha256sum",
        "dgst",
        "openssl ts",
    )
    told = [name for name in names if any(name in command for command in COMMANDS)]
    assert (told, len(COMMANDS)) == (list(names), len(names))
    packages = {**_pinned((ROOT / "tests/verifiers/requirements.in").read_text()), **_pinned_by_npm()}
    text = (ROOT / "auditor/VERIFY.md").read_text(encoding="utf-8")
    for name in ("sigstore", "pymerkle", "@sigstore/verify", "@transmute/rfc9162"):
        assert re.search(rf"{re.escape(name)}(==|@){re.escape(packages[name])}\b", text), (
            f"{name} is another than is tested"
        )


@pytest.mark.peer("go, node, openssl and the verifiers of make verifiers")
@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_each_command_holds_for_what_the_service_wrote(number: int, written: Written, tmp_path: Path) -> None:
    told = obey(COMMANDS[number], written, tmp_path)
    assert told.returncode == 0, told.stdout + told.stderr


def text(bundle: Written) -> None:
    path = bundle.folder / "checkpoint"
    path.write_text(path.read_text().replace("audit/default", "audit/defaulT", 1))


def signature(bundle: Written) -> None:
    path = bundle.folder / "checkpoint"
    path.write_text(forged_signature(path.read_text()))


def entry(bundle: Written) -> None:
    path = bundle.folder / "tile/entries/000"
    flip(path, 40)


def hashes(bundle: Written) -> None:
    flip(bundle.folder / "tile/0/000", 5000)


def stamped(bundle: Written) -> None:
    flip(bundle.folder / "timestamps/64.checkpoint")


Forge = Callable[[Written], None]
FORGERIES: list[tuple[str, Forge]] = [
    ("pkeyutl", text),
    ("pkeyutl", signature),
    ("sha256sum", entry),
    ("dgst", hashes),
    ("openssl ts", stamped),
    ("verify.py", entry),
    ("verify.py", hashes),
]


@pytest.mark.peer("openssl and the verifiers of make verifiers")
@pytest.mark.parametrize(("words", "forge"), FORGERIES, ids=lambda each: getattr(each, "__name__", str(each)))
def test_a_command_fails_for_what_was_forged(
    words: str, forge: Forge, written: Written, tmp_path: Path
) -> None:
    (command,) = [each for each in COMMANDS if words in each]
    forged = written.copy(tmp_path)
    assert obey(command, forged, tmp_path).returncode == 0
    forge(forged)
    assert obey(command, forged, tmp_path).returncode != 0


def _pinned(requirements: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)==([\w.]+)", requirements, re.MULTILINE))


def _pinned_by_npm() -> dict[str, str]:
    import json

    found: dict[str, str] = json.loads((ROOT / "tests/verifiers/package.json").read_text())["dependencies"]
    return found
