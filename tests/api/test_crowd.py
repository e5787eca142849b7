"""Many at once: requests that wait for the database's one writer do not keep the threads from the one that has it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.api.conftest import ON_SQLITE, Door

CROWD = 60  # more than the threads of the pool


@ON_SQLITE
def test_more_writers_than_threads_all_get_their_turn(door: Door) -> None:
    made = door.ingest().json()["id"]

    def hold(number: int) -> int:
        asked = {"matter": f"case {number}"}
        url = f"/v1/recordings/{made}/holds"
        return int(door.client.post(url, json=asked, headers=door.as_("dpo")).status_code)

    with ThreadPoolExecutor(CROWD) as crowd:
        assert set(crowd.map(hold, range(CROWD))) == {201}
    assert len(door.client.get(f"/v1/recordings/{made}/holds", headers=door.as_("dpo")).json()) == CROWD
