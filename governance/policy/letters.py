"""policies/letters/<language>/<kind>.txt: what is written to the people recorded, one template a kind and language.

A template is a subject line, an empty line and a text with placeholders such as `$name`; `$$` is a dollar sign. There
is no logic and nothing is evaluated: a template is read once, at the start, into words and places, and a value is put
into its place as the text it is. Whoever is called `{{7*7}}` or `$due` reads their own name (CVE-2024-45053).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from governance.errors import InvalidError, PolicyError

FOLDER = "letters"
MOST = 20_000
CODE_HERE = "⟦code⟧"
"""Stands in a prepared letter for the code, which is made when the letter goes and is stored nowhere in clear."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_PLACE = re.compile(r"\$(\$|[a-z][a-z0-9_]*)?")
_LOGIC = ("{{", "{%", "{#", "<%", "${")
_SUBJECT = "Subject: "

EVERYWHERE = frozenset({"name", "number", "today", "received", "controller", "address", "contact"})
"""Placeholders that every letter may have."""

SEVERAL_LINES = frozenset(
    {"address", "authority", "evidence", "purposes", "reasons", "remedy", "recordings", "withheld"}
)
"""Placeholders whose value may break into lines. Every other value is one line, whatever is in it."""


@dataclass(frozen=True)
class Kind:
    """What a letter of one kind must say, and what it may say beyond `EVERYWHERE`."""

    must: frozenset[str]
    may: frozenset[str] = frozenset()

    @property
    def known(self) -> frozenset[str]:
        """Every placeholder a template of this kind may have."""
        return self.must | self.may | EVERYWHERE


def _kind(must: str, may: str = "") -> Kind:
    return Kind(frozenset(must.split()), frozenset(may.split()))


KINDS: dict[str, Kind] = {
    "acknowledgement": _kind("number received due"),
    "identity_needed": _kind("number reasons evidence", "due"),
    "identity_code": _kind("number code expires", "link"),
    "extension": _kind("number due reasons", "authority remedy"),  # GDPR Art. 12(3)
    "access_answer": _kind("number recordings withheld", "authority remedy expires"),
    "access_none": _kind("number authority remedy"),
    "objection_upheld": _kind("number purposes"),
    "objection_grounds": _kind("number reasons authority remedy", "purposes"),
    "refusal": _kind("number reasons authority remedy"),  # GDPR Art. 12(4)
    "restriction_ends": _kind("number purposes ends reasons", "authority remedy"),  # GDPR Art. 18(3)
    "package_ready": _kind("number link expires manifest", "fetches"),
    "package_code": _kind("number code expires"),
    "ccpa_confirmation": _kind("number received due"),
    "ccpa_extension": _kind("number due reasons"),
    "ccpa_opt_out": _kind("number purposes"),
    "ccpa_refusal": _kind("number reasons"),
}
"""Every letter there is. The link to a package and its code never stand in one letter."""


class Template(BaseModel):
    """One template, known to be of words and known placeholders alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    body: str

    def fill(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and text with every placeholder replaced, once: what a value holds is never looked at again.

        A value in the subject, and every value that has no business with lines, is one line: nobody adds a header to
        a mail by their name. Raises `InvalidError` naming a placeholder that has no value.
        """
        return _fill(self.subject, values, frozenset()), _fill(self.body, values, SEVERAL_LINES)


class Letters(BaseModel):
    """The templates by language and kind. `fallback` is the language of whoever writes in one that is not there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fallback: str
    templates: dict[str, dict[str, Template]]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Return the languages there are, the fallback first."""
        return (self.fallback, *sorted(set(self.templates) - {self.fallback}))

    def template(self, kind: str, language: str | None) -> tuple[Template, str]:
        """Return the template of `kind` in `language`, or what comes nearest, and the language it is in.

        `de-AT` is served by `de`, and what is not there in a language by the fallback, which has every kind.
        """
        for tag in (language or "", (language or "").partition("-")[0], self.fallback):
            if kind in self.templates.get(tag, {}):
                return self.templates[tag][kind], tag
        raise InvalidError("There is no letter of this kind.", "kind")


def load(folder: Path, fallback: str, below: Letters | None = None) -> Letters:
    """Return the templates in `folder`; what is not there comes from `below`, the house's own.

    Raises `PolicyError` naming file and line for anything that is no template, and for a kind that the fallback
    language lacks: a letter the law asks for would otherwise fail on the day it is due.
    """
    found = {language: dict(kinds) for language, kinds in below.templates.items()} if below else {}
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if place.name.startswith(".") or place.suffix == ".md":
            continue
        if not place.is_dir() or not _LANGUAGE.fullmatch(place.name):
            raise PolicyError(f"{FOLDER}/{place.name} is no language: {FOLDER}/<language>/<kind>.txt")
        for path in sorted(place.iterdir()):
            if not path.name.startswith("."):
                found.setdefault(place.name, {})[path.stem] = read(path)
    missing = sorted(set(KINDS) - set(found.get(fallback, {})))
    if missing:
        raise PolicyError(
            f"{FOLDER}/{fallback} has no {', '.join(missing)}: it is the fallback of every language"
        )
    return Letters(fallback=fallback, templates=found)


def read(path: Path) -> Template:
    """Return the template in the file at `path`. Raises `PolicyError` naming the file and what is wrong in which line."""
    name = f"{FOLDER}/{path.parent.name}/{path.name}"
    kind = KINDS.get(path.stem)
    if kind is None or path.suffix != ".txt":
        raise PolicyError(f"{name} is no letter; letters are {', '.join(f'{one}.txt' for one in KINDS)}")
    try:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{name} cannot be read: {type(error).__name__}") from None
    lines = text.splitlines()
    if len(text) > MOST or len(lines) < 3 or not lines[0].startswith(_SUBJECT) or lines[1].strip():
        raise PolicyError(
            f"{name}: a letter is a line `{_SUBJECT}…`, an empty line and at most {MOST} characters"
        )
    used: set[str] = set()
    for number, line in enumerate(lines, 1):
        used |= set(_places(line, f"{name}, line {number}", kind))
    template = Template(
        subject=lines[0].removeprefix(_SUBJECT).strip(), body="\n".join(lines[2:]).strip() + "\n"
    )
    if "code" in _names(template.subject):
        raise PolicyError(
            f"{name}, line 1: a code has no place in a subject, which is shown on locked screens"
        )
    if "code" in used and list(_names(template.body)).count("code") != 1:
        raise PolicyError(f"{name}: the code stands once in a letter")
    missing = sorted(kind.must - used)
    if missing:
        raise PolicyError(f"{name} does not say {', '.join('$' + one for one in missing)}")
    return template


def _places(line: str, where: str, kind: Kind) -> Iterable[str]:
    for sign in _LOGIC:
        if sign in line:
            raise PolicyError(f"{where}: {sign} is no part of a letter: there is no logic, only placeholders")
    if CODE_HERE[0] in line or CODE_HERE[-1] in line or any(_is_invisible(sign) for sign in line):
        raise PolicyError(f"{where}: a character that does not belong in a letter")
    for match in _PLACE.finditer(line):
        named = match.group(1)
        if named is None:
            raise PolicyError(f"{where}: $ stands alone; a dollar sign is $$")
        if named != "$" and named not in kind.known:
            raise PolicyError(
                f"{where}: ${named} is no placeholder here; known: {', '.join(sorted(kind.known))}"
            )
        if named != "$":
            yield named


def _names(text: str) -> Iterable[str]:
    return (match.group(1) for match in _PLACE.finditer(text) if match.group(1) != "$")


def _fill(text: str, values: Mapping[str, str], broken: frozenset[str]) -> str:
    def put(match: re.Match[str]) -> str:
        named = match.group(1)
        if named == "$":
            return "$"
        if named == "code":
            return CODE_HERE
        if named not in values:
            raise InvalidError(f"The letter has nothing to say for ${named}.", named)
        return clean(values[named], several_lines=named in broken)

    return _PLACE.sub(put, text)


def clean(value: str, *, several_lines: bool = False) -> str:
    """Return `value` as a letter may carry it: on one line, unless it may have several."""
    text = plain(value)
    return (
        "\n".join(line.rstrip() for line in text.split("\n")).strip()
        if several_lines
        else " ".join(text.split())
    )


def plain(text: str) -> str:
    """Return `text` without characters that nobody sees, that break a header, or that pass for the place of the code.

    Its lines, and the spaces in them, stay.
    """
    text = (
        text.replace(CODE_HERE[0], "[").replace(CODE_HERE[-1], "]").replace("\r\n", "\n").replace("\r", "\n")
    )
    return "".join(" " if sign != "\n" and _is_invisible(sign) else sign for sign in text)


def _is_invisible(sign: str) -> bool:
    """Whether a character is a control, a line separator, or one that turns the direction of the text.

    The two that join and part letters within a word belong to names.
    """
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and sign not in "\u200c\u200d"
