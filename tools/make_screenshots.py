"""Makes the pictures of pages anew: `python -m tools.make_screenshots [--only NAME]`, from installations of its own.

It plays the journey of `make demo` in a temporary folder, serves it on loopback, signs people of the cast in and takes each
page as a browser shows it; in another folder months go by in which a random sample is examined. Needs Debian's chromium,
and ffmpeg, which reduces the pictures to a palette.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from benchmarks.bench_api import _served as served
from governance import app, log, tenancy
from governance.access import queries
from governance.access import service as access
from governance.config import Settings
from governance.demo import journey
from governance.recordings import queries as catalog
from governance.runtime import Actor, Runtime
from tests.console.browser import Look, chromium
from tools import sampled_months
from tools.pictures import MOST_BYTES, PICTURES, reduced

if TYPE_CHECKING:
    from playwright.sync_api import Page

CALL = "call-0013"
WIDE = Look("wide", 1280, 800)
WIDE_DARK = Look("wide-dark", 1280, 800, is_dark=True)
LONG = Look("long", 1280, 1270)
PHONE = Look("phone", 390, 780)
Step = Callable[["Page"], None]
House = Callable[[Runtime], None]


def _nothing(_page: Page) -> None:
    return


def _listen(page: Page) -> None:
    page.locator(".listen-form select").first.select_option("complaint")
    page.locator(".listen-form button").first.click()
    page.wait_for_selector("audio")


def _verify(page: Page) -> None:
    page.locator(".entries a[href^='/log/']").nth(6).click()
    page.locator("#verify-start").click()
    page.wait_for_selector("#verify-result.good")
    page.locator("#proof-h").scroll_into_view_if_needed()


def _first(selector: str) -> Step:
    """Return the step that follows the first link that `selector` names."""

    def followed(page: Page) -> None:
        found = page.locator(selector)
        if found.count():
            found.first.click()
            page.wait_for_load_state()

    return followed


def _demo(runtime: Runtime) -> None:
    if not journey.run(runtime, tenancy.DEFAULT, Console(file=io.StringIO())):
        raise RuntimeError("the demo did not come out as it must")


def _sampled(runtime: Runtime) -> None:
    sampled_months.fill(runtime, tenancy.DEFAULT, runtime.clock.now())


@dataclass(frozen=True)
class Picture:
    """One picture: whose page, where, how it looks, what is done before it is taken, and in which house it is."""

    name: str
    login: str
    path: str
    look: Look = WIDE
    step: Step = _nothing
    house: House = _demo


ALL = (
    Picture("today", "dora.dpo", "/"),
    Picture("recordings", "dora.dpo", "/recordings"),
    Picture("recording", "dora.dpo", CALL, step=_listen),
    Picture("requests", "dora.dpo", "/requests"),
    Picture("request", "dora.dpo", "/requests", step=_first("main a[href*='/requests/srq_']")),
    Picture("retention", "dora.dpo", "/retention"),
    Picture("matters", "dora.dpo", "/matters"),
    Picture("findings", "carl.ciso", "/findings"),
    Picture("people", "ada.admin", "/people"),
    Picture("log", "carl.ciso", "/log", WIDE_DARK),
    Picture("proof", "carl.ciso", "/log?act=recording.redacted", step=_verify),
    Picture("phone", "dora.dpo", "/", PHONE),
    Picture("leak_rate", "carl.ciso", "/samples/rate", LONG, house=_sampled),
)


def main() -> int:
    """Make the pictures; return 1 where one is larger than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="the name of one picture")
    parser.add_argument("--out", type=Path, default=PICTURES)
    asked = parser.parse_args()
    programs = {name: shutil.which(name) for name in ("chromium", "ffmpeg")}
    missing = [name for name, found in programs.items() if found is None]
    if missing:
        print(f"not installed: {', '.join(missing)} (make peers)", file=sys.stderr)
        return 2
    log.configure("ERROR")
    asked.out.mkdir(parents=True, exist_ok=True)
    program, large = Path(str(programs["chromium"])), 0
    for house in (_demo, _sampled):
        wanted = [one for one in ALL if asked.only in (None, one.name) and one.house is house]
        if wanted:
            with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as runtime:
                house(runtime)
                large += _take(runtime, program, wanted, asked.out, Path(folder))
    return 1 if large else 0


@contextmanager
def opened(folder: Path) -> Iterator[Runtime]:
    """Open an installation of its own in `folder`."""
    names = ("home", "keys", "anchor", "ledger")
    runtime = Runtime.open(
        Settings.from_env({f"GOVERNANCE_{name.upper()}": f"{folder}/{name}" for name in names})
    )
    try:
        with runtime.work(Actor.system(tenancy.DEFAULT, "svc_demo")) as work:
            tenancy.ensure(work, "Example")
        yield runtime
    finally:
        runtime.close()


def _take(runtime: Runtime, program: Path, wanted: list[Picture], out: Path, folder: Path) -> int:
    large = 0
    with served(app.build(runtime)) as url, chromium(program) as browser:
        runtime.settings = replace(runtime.settings, public_url=url)
        for picture in wanted:
            context = picture.look.context(browser, device_scale_factor=1.5)
            cookie = {"name": "governance_session", "value": _session(runtime, picture.login), "url": url}
            context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()
            page.goto(url + (_shown_call(runtime) if picture.path == CALL else picture.path))
            picture.step(page)
            raw = folder / f"{picture.name}.png"
            page.screenshot(path=raw)
            context.close()
            size = reduced(raw, out / f"{picture.name}.png")
            large += size > MOST_BYTES
            print(
                f"{picture.name:<12}{size:>8,} bytes{'  TOO LARGE' if size > MOST_BYTES else ''}", flush=True
            )
    return large


def _shown_call(runtime: Runtime) -> str:
    """Return the page of the call that the pictures show: one that may be played, with card data silenced in it."""
    with runtime.work(Actor.system(tenancy.DEFAULT, "svc_demo"), write=False) as work:
        rows = {row.external_id: row.id for row in catalog.all_recordings(work)}
    return f"/recordings/{rows[CALL]}"


def _session(runtime: Runtime, login: str) -> str:
    with runtime.work(Actor.system(tenancy.DEFAULT, "svc_demo")) as work:
        link = access.issue_link(work, queries.account_called(work, login).id)
    return access.redeem_link(runtime, link)


if __name__ == "__main__":
    sys.exit(main())
