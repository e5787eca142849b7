"""The design: colours that can be read, icons that are there, places that lead somewhere, words that templates know."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fastapi.routing import APIRoute

from governance.access.permissions import PERMISSIONS
from governance.console import navigation, pages
from governance.console.navigation import PLACES

CONSOLE = Path(pages.__file__).parent
SHEET = (CONSOLE / "static" / "console.css").read_text(encoding="utf-8")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "console.md"

# Text on what it stands on: at least 4.5 : 1 (WCAG 2.2, 1.4.3).
TEXT = [
    *((ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "sheet", "tint", "field")),
    ("act-ink", "act"),
    ("bar-ink", "bar"),
    *((tone, f"{tone}-bg") for tone in ("good", "warn", "bad", "info")),
    *((tone, ground) for tone in ("good", "warn", "bad") for ground in ("sheet", "paper", "tint")),
    ("sheet", "bad"),
]
# Signs, edges of fields and the focus: at least 3 : 1 (1.4.11).
SIGNS = [
    *((f"{tone}-mark", "sheet") for tone in ("plain", "soft", "good", "warn", "bad")),
    *((f"{tone}-mark", "paper") for tone in ("plain", "soft", "good", "warn", "bad")),
    *(("focus", ground) for ground in ("paper", "sheet", "tint")),
    # The tape: what lies on a lane, and its key in a list and on the page.
    *((tone, ground) for tone in ("bar", "info", "suspected") for ground in ("paper", "sheet", "tint")),
    ("field-line", "sheet"),
    ("field-line", "paper"),
]


def palette(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        overridden = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
        assert overridden.keys() == found.keys(), "a colour of one scheme is missing in the other"
        found = overridden
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_of_colours_that_occurs_can_be_told_apart(scheme: str) -> None:
    colours = palette(scheme)
    weak = [
        f"{ink} on {ground}: {contrast(colours[ink], colours[ground]):.2f}, not {least}"
        for pairs, least in ((TEXT, 4.5), (SIGNS, 3.0))
        for ink, ground in pairs
        if contrast(colours[ink], colours[ground]) < least
    ]
    assert not weak, "\n".join(weak)


def templates() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (CONSOLE / "templates").glob("*.html")}


def test_every_icon_that_is_asked_for_is_drawn_and_every_one_drawn_is_asked_for() -> None:
    sprite = ET.fromstring((CONSOLE / "static" / "icons.svg").read_bytes())
    drawn = {one.attrib["id"] for one in sprite}
    words = "\n".join(templates().values())
    asked = set(re.findall(r"icons\.svg'\) \}\}#([a-z]+)", words)) | {place.icon for place in PLACES}
    for component in (r"icon\(", r"empty\([^)]*?, ", r"empty\([^)]*?picture="):
        asked |= set(re.findall(rf'\b{component}"([a-z]+)"', words))
    # What needs somebody has a picture of its own kind.
    asked |= set(
        re.findall(r'(?:Need|_more)\(\s*"([a-z]+)"', (CONSOLE / "needs.py").read_text(encoding="utf-8"))
    )
    asked |= {"check"}  # what parts.empty shows if nothing else is said
    assert asked - drawn == set()
    assert drawn - asked == set(), "drawn, and shown nowhere"


def test_every_place_leads_to_a_page_and_every_template_names_a_place() -> None:
    routes = [route for router in pages.ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    paths = {route.path for route in routes if "GET" in (route.methods or ())}
    keys = {place.key: {tab.key for tab in place.tabs} for place in PLACES}
    for place in PLACES:
        for tab in place.tabs:
            assert tab.path in paths, f"{place.title}: nothing is at {tab.path}"
            assert set(tab.permissions) <= set(PERMISSIONS)
    for name, text in templates().items():
        found = re.search(r'{% set here = "([a-z_]*)" %}', text)
        if found and found.group(1):
            below = re.search(r'{% set tab_here = "([a-z_]*)" %}', text)
            assert found.group(1) in keys, name
            assert below is None or below.group(1) in keys[found.group(1)], name
            assert below or len(keys[found.group(1)]) == 1, f"{name}: which page of its place?"


def test_the_navigation_offers_what_one_may_open_and_leads_there() -> None:
    everything = [(place.key, path) for place, path in navigation.offered(lambda _: True)]
    assert everything == [(place.key, place.tabs[0].path) for place in PLACES]
    assert [place.key for place, _ in navigation.offered(lambda _: False)] == ["today"]
    asks = navigation.offered(lambda permission: permission == "break_glass:request")
    assert [(place.key, path) for place, path in asks] == [("today", "/"), ("people", "/break-glass")]
    assert navigation.tabs("people", lambda permission: permission == "break_glass:request") == []


def test_the_page_about_pages_names_every_component_and_token() -> None:
    told = DOCS.read_text(encoding="utf-8")
    parts = re.findall(
        r"{% macro ([a-z_]+)\(", (CONSOLE / "templates" / "parts.html").read_text(encoding="utf-8")
    )
    unsaid = [name for name in parts if f"parts.{name}" not in told]
    assert not unsaid, f"docs/console.md says nothing of {unsaid}"
    for token in palette("light"):
        stem = token.removesuffix("-bg").removesuffix("-ink")
        assert f"`--{token}`" in told or f"`--{stem}`" in told, f"docs/console.md says nothing of --{token}"
