"""A search stays quick however long the log is: SQLite, which keeps no statistics, is held to the index that was meant."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from governance.audit import queries
from governance.audit import service as audit
from governance.runtime import Actor, Runtime

# Through a whole log, or through all of it that lies before a place: as long as the log.
WHOLE = re.compile(
    r"SCAN audit_entry|ix_audit_entry_[a-z]+ \(log_id=\?\)$|sqlite_autoindex_audit_entry_1 \(log_id=\?( AND idx<\?)?\)$"
)


@pytest.mark.parametrize(
    "asked",
    [
        {"res": ("recording", "rec_1")},
        {"person": "+49 30 5550100"},
        {"res": ("recording", "rec_1"), "person": "par_1"},
        {"res": ("recording", "rec_1"), "actor": "usr_1"},
        {"actor": "usr_1"},
        {"act": "recording.read"},
        {"outcome": "denied"},
        {"purpose": "quality"},
        {"res": ("recording", "rec_1"), "purpose": "quality"},
        {"source": "203.0.113.7"},
        {"source": "203.0.113.7", "actor": "usr_1"},
        {"source": "203.0.113.7", "res": ("recording", "rec_1")},
    ],
    ids=" and ".join,
)
def test_a_search_goes_by_the_index_of_what_is_asked_for(
    runtime: Runtime, actor: Actor, asked: dict[str, Any]
) -> None:
    if runtime.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by statistics: benchmarks.bench_audit growth measures it")
    with runtime.work(actor) as work:
        audit.record(work, "recording.read")
    statements: list[tuple[str, Any]] = []

    def note(_con: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        statements.append((statement, parameters))

    with runtime.work(actor, write=False) as work:
        event.listen(runtime.engine, "before_cursor_execute", note)
        queries.search(work, **asked)
        event.remove(runtime.engine, "before_cursor_execute", note)
        connection = work.session.connection()
        plans = [
            str(line[3])
            for statement, parameters in statements
            if "FROM audit_entry" in statement
            for line in connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
        ]
    assert plans
    assert not [line for line in plans if WHOLE.search(line)], plans
