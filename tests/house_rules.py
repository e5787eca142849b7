"""The rules of the house that a program can hold: each takes one source file and yields what breaks it.

A rule without a program decays. An exception stands beside its rule with its reason, never in the code it excuses.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_LINES = 300
MOST_LINES_OF_A_TEST_FILE = 500  # tables of cases are read by the line, not as a whole
MOST_LINES_OF_A_FUNCTION = 60
FORBIDDEN_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "core",
    "base",
    "misc",
    "manager",
    "handler",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path inside the repository, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @classmethod
    def read(cls, root: Path, path: Path) -> Source:
        """Return the file at `path`, named relative to `root`."""
        return cls.parse(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, path: str, text: str) -> Source:
        """Return a file called `path` that holds `text`."""
        return cls(path, text, ast.parse(text))

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Yield every call with the dotted name of what is called (`sa.select`; `….commit` where a call stands first)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, _dotted(node.func)


Rule = Callable[[Source], Iterator[str]]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return "…"


def _public(tree: ast.Module) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Yield what a reader may use: functions, classes and their methods without an underscore in front."""

    def inside(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
        for node in body:
            if isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
            ) and not node.name.startswith("_"):
                yield f"{prefix}{node.name}", node
                if isinstance(node, ast.ClassDef):
                    yield from inside(node.body, f"{node.name}.")

    return inside(tree.body, "")


def _decorated_as(node: Function | ast.ClassDef, *names: str) -> bool:
    return any(_dotted(decorator).rsplit(".", 1)[-1] in names for decorator in node.decorator_list)


def every_module_says_what_lives_here(source: Source) -> Iterator[str]:
    """A module opens with a paragraph: what lives here."""
    if not ast.get_docstring(source.tree):
        yield f"{source.path}: no docstring"


def everything_public_says_what_it_promises(source: Source) -> Iterator[str]:
    """A public function or class has a docstring (an overload and a setter are told by their twin)."""
    for name, node in _public(source.tree):
        if not ast.get_docstring(node) and not _decorated_as(node, "overload", "setter"):
            yield f"{source.path}:{node.lineno}: {name} has no docstring"


def files_stay_small(source: Source) -> Iterator[str]:
    """A file fits in one head."""
    lines = source.text.count("\n")
    most = MOST_LINES_OF_A_TEST_FILE if source.path.startswith("tests/") else MOST_LINES
    if lines > most:
        yield f"{source.path}: {lines} lines, at most {most}"


def functions_stay_small(source: Source) -> Iterator[str]:
    """A function fits on one screen: 60 lines, docstring included."""
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield f"{source.path}:{node.lineno}: {node.name} has {lines} lines, at most {MOST_LINES_OF_A_FUNCTION}"


def names_come_from_the_field(source: Source) -> Iterator[str]:
    """No file or folder is called after what it is not about."""
    for part in source.path.removesuffix(".py").split("/"):
        if part in FORBIDDEN_NAMES:
            yield f"{source.path}: nothing is called {part!r} here"


# Where a rule does not apply, and why. A file that no longer needs its exception fails the test of the exceptions.
COMMITS = {"governance/runtime.py": "the one commit: at the end of a Work"}
SELECTS = {
    "governance/tenancy.py": "ground: a tenant's data keys, asked for by every area, with no area's queries below it",
}
GRANTS = {"governance/access/service.py": "the one place that decides"}
CLOCKS = {
    "governance/clock.py": "the one place that asks for the time",
    "governance/ids.py": "a UUIDv7 carries the machine's time to sort by; no decision reads it",
}
ENVIRONMENTS = {
    "governance/config.py": "settings are read once, at the door",
    "governance/cli/_person.py": "who came through sudo differs from one call to the next: no setting",
}


def only_the_runtime_commits(source: Source) -> Iterator[str]:
    """Transactions end in one place, so that the log and the act stand or fall together.

    A call with arguments is another kind of commit: a cryptographic commitment to a value.
    """
    for node, name in source.calls():
        if name.endswith(".commit") and not (node.args or node.keywords) and source.path not in COMMITS:
            yield f"{source.path}:{node.lineno}: commits; only runtime.py does"


def only_queries_select(source: Source) -> Iterator[str]:
    """What is known is asked for in `queries` alone."""
    if source.path.endswith("queries.py") or source.path in SELECTS:
        return
    for node, name in source.calls():
        if name.rsplit(".", 1)[-1] == "select" and not name.startswith(("selectors.", "self.")):
            yield f"{source.path}:{node.lineno}: selects; only queries.py does"


def only_access_grants(source: Source) -> Iterator[str]:
    """A Grant is the proof of a decision: whoever could make one would not need the decision."""
    for node, name in source.calls():
        if name.rsplit(".", 1)[-1] == "Grant" and source.path not in GRANTS:
            yield f"{source.path}:{node.lineno}: makes a Grant; only access/service.py does"


def only_doors_print(source: Source) -> Iterator[str]:
    """Areas answer; the command line prints."""
    if source.path.startswith("governance/cli/"):
        return
    for node, name in source.calls():
        if name == "print":
            yield f"{source.path}:{node.lineno}: prints; only the command line does"


def only_the_clock_tells_the_time(source: Source) -> Iterator[str]:
    """One reading of the clock a Work; everything else is told the time."""
    asks = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns")
    for node, name in source.calls():
        if name.endswith(asks) and source.path not in CLOCKS:
            yield f"{source.path}:{node.lineno}: asks for the time; only clock.py does"


def only_settings_read_the_environment(source: Source) -> Iterator[str]:
    """What differs from one installation to the next is read once, checked, frozen and passed on."""
    for node in ast.walk(source.tree):
        asks = (isinstance(node, ast.Attribute) and _dotted(node) == "os.environ") or (
            isinstance(node, ast.Call) and _dotted(node.func) == "os.getenv"
        )
        if asks and source.path not in ENVIRONMENTS and isinstance(node, ast.expr):
            yield f"{source.path}:{node.lineno}: reads the environment; only config.py does"


RULES: tuple[Rule, ...] = (
    every_module_says_what_lives_here,
    everything_public_says_what_it_promises,
    files_stay_small,
    functions_stay_small,
    names_come_from_the_field,
    only_the_runtime_commits,
    only_queries_select,
    only_access_grants,
    only_doors_print,
    only_the_clock_tells_the_time,
    only_settings_read_the_environment,
)
# What excuses a file from a rule, by the rule: so that the exceptions can be tested too.
EXCEPTIONS: dict[Rule, dict[str, str]] = {
    only_the_runtime_commits: COMMITS,
    only_queries_select: SELECTS,
    only_access_grants: GRANTS,
    only_the_clock_tells_the_time: CLOCKS,
    only_settings_read_the_environment: ENVIRONMENTS,
}
# Tests, tools and benchmarks keep these; what they are called and whom they ask is their own affair.
RULES_OUTSIDE_THE_HOUSE: tuple[Rule, ...] = (every_module_says_what_lives_here, files_stay_small)
