"""What the demo has to tell at its end, and how it tells it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from governance.recordings import queries as catalog
from governance.redaction.service import Redacted
from governance.runtime import Actor, Runtime


@dataclass
class Attempt:
    """Somebody asked for something, and what came of it."""

    who: str
    what: str
    result: str
    reason: str


@dataclass
class Story:
    """What the demo has to tell at its end."""

    took_in: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    redacted: list[Redacted] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


def tell(runtime: Runtime, tenant: str, console: Console, story: Story) -> None:
    """Print what came in, what was silenced, what waits and why, and who was let in and refused."""
    with runtime.work(Actor.system(tenant, "svc_demo"), write=False) as work:
        states = catalog.counts_by_state(work)
        quarantined = [
            (row, catalog.quarantines(work, row.id))
            for row in catalog.all_recordings(work)
            if row.state == "quarantined"
        ]
    console.print()
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    console.print(f"[bold]Calls[/]    {story.took_in} taken in, {story.known} known already. Now {told}.")
    for line in story.refused:
        console.print(f"  refused  {line}")
    for row, reasons in quarantined:
        console.print(f"  quarantined  {row.external_id}: {reasons[0].because if reasons else ''}")
    found: dict[str, int] = {}
    for one in story.redacted:
        for kind, count in one.counts.items():
            found[kind] = found.get(kind, 0) + count
    if found:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
        console.print(f"[bold]Silenced[/] {listed}; every rendition was then decoded and looked at again.")
    table = Table(
        "who", "what", "outcome", "", expand=False, title=None, box=None, pad_edge=False, header_style="dim"
    )
    colours = {"allowed": "green", "denied": "red", "refused": "yellow"}
    for attempt in story.attempts:
        table.add_row(
            attempt.who, attempt.what, f"[{colours[attempt.result]}]{attempt.result}[/]", attempt.reason
        )
    console.print()
    console.print(table)
