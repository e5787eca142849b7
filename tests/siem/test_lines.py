"""CEF, LEEF, syslog and CloudEvents: what is parsed back is what went in, and no line break gets out."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given

from governance.siem import cef, cloudevents, leef, syslog
from governance.siem.event import Event
from tests.siem.entries import ORIGIN, entry, events

BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
"""Everything that some reader cuts lines at, and all other controls but the tab, which parts attributes in LEEF."""


def plain(text: str, kept: str = "") -> str:
    return "".join(sign if sign in kept else cef.CONTROLS.sub(" ", sign) for sign in text)


def split(text: str, sign: str, most: int) -> list[str]:
    """Cut `text` at `sign` where no backslash escapes it, and take the escapes away: as the standards describe."""
    parts: list[str] = []
    part, rest = "", iter(text)
    for one in rest:
        if one == "\\":
            part += {"n": "\n", "r": "\r"}.get(following := next(rest), following)
        elif one == sign and len(parts) < most:
            parts.append(part)
            part = ""
        else:
            part += one
    return [*parts, part]


def extension(text: str) -> dict[str, str]:
    found = list(re.finditer(r"(?:^|(?<= ))([A-Za-z0-9]+)=", text))
    ends = [one.start() - 1 for one in found[1:]] + [len(text)]
    return {one[1]: split(text[one.end() : end], "\0", 0)[0] for one, end in zip(found, ends, strict=True)}


@given(events())
def test_cef_gives_back_what_went_in(event: Event) -> None:
    line = cef.line(event)
    assert not BREAKS.search(line)
    assert "\t" not in line
    *head, rest = re.split(r"(?<!\\)(?:\\\\)*\|", line, maxsplit=7)
    assert head[0] == "CEF:1"
    assert len(head) == 7
    read = extension(rest)
    assert read["suid"] == plain(event.actor["id"], "\n\r")
    assert read["fileId"] == plain(event.resources[0]["id"], "\n\r")
    assert read["suser"] == plain(event.opened["actor.name"], "\n\r")
    assert (read["cn1"], read["cs1"], read["cs2"]) == (str(event.index), event.leaf_hash, ORIGIN)


def test_the_header_of_cef_escapes_what_parts_fields() -> None:
    assert cef.header("a|b\\c\nd") == "a\\|b\\\\c d"
    assert cef.line(entry()).startswith(
        "CEF:1|Recording Governance|recording-governance|0.1.0|recording.playback|"
    )


@given(events())
def test_leef_gives_back_what_went_in(event: Event) -> None:
    line = leef.line(event)
    assert not BREAKS.search(line)
    head = line.split("|", 6)
    assert head[0] == "LEEF:2.0"
    assert head[5] == "x09"
    read = dict(part.split("=", 1) for part in head[6].split("\t"))
    assert read["usrName"] == plain(event.actor["id"])
    assert read["resource"] == plain(event.resources[0]["id"])
    assert read["accountName"] == plain(event.opened["actor.name"])
    assert (read["tlogIndex"], read["tlogLeafHash"]) == (str(event.index), event.leaf_hash)
    assert read["devTime"] == "1772442000123"


HEAD = re.compile(
    r"<(\d+)>1 (\S+) (\S{1,255}) (\S{1,48}) - (\S{1,32}) \[tlog@32473 ((?:[^\]\\]|\\.)*)\](?: (.*))?",
    re.DOTALL,
)


@given(events())
def test_syslog_gives_back_what_went_in(event: Event) -> None:
    whole = syslog.message(event, cef.line(event), 32473)
    assert not BREAKS.search(whole.decode())
    read = HEAD.fullmatch(whole.decode())
    assert read is not None
    assert int(read[1]) // 8 == 13
    assert (read[2], read[5]) == ("2026-03-02T09:00:00.123456Z", "recording.playback")
    given = dict(re.findall(r'(\w+)="((?:[^"\\\]]|\\.)*)"', read[6]))
    assert given == {"origin": ORIGIN, "index": str(event.index), "leaf": event.leaf_hash, "id": event.id}
    assert read[7] == "\ufeff" + cef.line(event)
    length, _, framed = syslog.frame(whole).partition(b" ")
    assert int(length) == len(framed) == len(whole)


def test_structured_data_escapes_quote_backslash_and_bracket() -> None:
    assert syslog.element("x@1", {"a": 'q"w\\e]r\n'}) == '[x@1 a="q\\"w\\\\e\\]r "]'


def test_a_message_too_long_for_its_receiver_leaves_its_text_behind_and_not_its_place() -> None:
    event = entry(res=[{"kind": "recording", "id": "r" * 4000}])
    assert len(syslog.fitted(event, (cef.line(event),), 32473, 8192)) > 4000
    short = syslog.fitted(event, ("x" * 5000, cef.line(event)), 32473, 2048).decode()
    assert short.endswith('"]')
    assert event.leaf_hash in short


@given(events())
def test_a_cloudevent_gives_back_what_went_in(event: Event) -> None:
    told = cloudevents.line(event)
    assert told.isascii()
    assert told.isprintable()
    read: dict[str, Any] = json.loads(told)
    assert read["data"]["raw_data"].encode() == event.leaf
    assert read["subject"] == event.resources[0]["id"]
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in read)
    assert read["source"] == f"//{ORIGIN}"
    assert read["type"] == "org.governance.audit.recording.playback.v1"


def test_nothing_personal_is_in_a_line_that_was_not_opened() -> None:
    for line in (cef.line, leef.line):
        assert "src=" not in line(entry())
        assert "src=192.0.2.7" in line(entry(opened={"src.ip": "192.0.2.7"}))
