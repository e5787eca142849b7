"""What the checks ask stays quick at a million recordings: every question is answered by an index, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from governance.audit import service as audit
from governance.findings import queries
from governance.findings.checks import CHECKS
from governance.runtime import Runtime
from tests.findings.pretended import HOUSE

# Small by their nature: accounts, keys, matters, the runs of checks and jobs, the logs of a tenant and whom they are told.
SMALL = {
    "account", "account_session", "api_key", "audit_log", "break_glass", "check_run", "job_run", "matter",
    "retention_proof", "tenant_key", "audit_checkpoint", "audit_sink", "audit_sink_cursor", "subject_request",
}  # fmt: skip
# Reading everything that a tenant has is reading the table, unless the index holds few of its rows, or the first is enough.
FEW = "ix_retention_schedule_review|ix_retention_schedule_asked|ix_quarantine_open|ix_recording_round"
SCAN = re.compile(
    rf"SCAN (\w+)|Seq Scan on (\w+)|SEARCH (\w+) USING (?:COVERING )?INDEX (?!{FEW})\w+ \(tenant=\?\)$"
)


@contextmanager
def asked(runtime: Runtime) -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def note(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append((statement, parameters))

    event.listen(runtime.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(runtime.engine, "before_cursor_execute", note)


def scanned(runtime: Runtime, statements: list[tuple[str, Any]]) -> set[str]:
    """Return the large tables that a statement would read from their beginning to their end."""
    found: set[str] = set()
    with runtime.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if not is_sqlite:
            # An empty table is read whole whatever indexes it has: ask what would be done if that cost a fortune.
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in statements:
            prefix = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
            plan = connection.exec_driver_sql(prefix + statement, parameters).all()
            for line in plan:
                for names in SCAN.findall(str(line[-1])):
                    found |= set(names) - {""}
    return found - SMALL


def test_a_check_reads_no_large_table_whole(runtime: Runtime) -> None:
    with runtime.work(HOUSE) as work:
        audit.heartbeat(work)
    whole = {}
    for check in CHECKS:
        for only in (None, ["rec_1", "rec_2"]):
            with asked(runtime) as statements, runtime.work(HOUSE, write=False) as work:
                list(check.failing(work, only))
            if tables := scanned(runtime, statements):
                whole[check.kind, only is None] = tables
    assert not whole


def test_neither_lists_nor_jobs_read_the_findings_whole(runtime: Runtime) -> None:
    with asked(runtime) as statements, runtime.work(HOUSE) as work:
        for state in ("open", "closed"):
            queries.findings(work, queries.Filters(state=state), None, 50)
            queries.findings(work, queries.Filters(state=state, late=True), None, 50)
        queries.findings(work, queries.Filters(subject_kind="recording", subject_id="rec_1"), None, 50)
        queries.summary(work)
        queries.untold(work, "dpo", 50)
        queries.owners_untold(work)
        queries.to_escalate(work, 50)
        queries.open_ones(work, "sad_suspected", "", 50)
        queries.of_subjects(work, "sad_suspected", ["rec_1"])
        queries.of_subject(work, "sad_suspected", ("recording", "rec_1"))
        queries.history(work, "fnd_1")
        queries.notes_about_erased(work, 50)
    assert len(statements) >= 12
    assert not scanned(runtime, statements)


def test_a_plan_that_reads_a_table_whole_would_be_seen(runtime: Runtime) -> None:
    with asked(runtime) as statements, runtime.engine.connect() as connection:
        connection.execute(sa.text("SELECT count(*) FROM finding_event WHERE because = 'x'"))
    assert scanned(runtime, statements) == {"finding_event"}
