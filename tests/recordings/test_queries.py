"""What one answer says of a recording is of one moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from governance.recordings import queries
from governance.recordings import service as recordings
from governance.recordings.models import QUARANTINED, RELEASED
from governance.recordings.reasons import AWAITING_REDACTION
from governance.runtime import Actor, Runtime


def test_the_state_of_a_recording_and_its_reasons_agree_while_it_is_released(
    runtime: Runtime, actor: Actor, take_in: Callable[..., str]
) -> None:
    recording_id = take_in()

    def release() -> None:
        with runtime.work(Actor.system("default", "svc_test")) as work:
            row = queries.for_update(work, recording_id)
            assert row is not None
            recordings.end_quarantine(work, row, AWAITING_REDACTION, "Nothing was found.")

    releasing = Thread(target=release)
    with runtime.work(actor) as work:
        row = queries.while_reading(work, recording_id)
        assert row is not None
        assert row.state == QUARANTINED
        releasing.start()
        releasing.join(0.5)  # it waits for us; did it not, it would be done long before
        assert [one.reason for one in queries.quarantines(work, recording_id)] == [AWAITING_REDACTION]
    releasing.join()
    with runtime.work(actor, write=False) as work:
        row = queries.recording(work, recording_id)
        assert row is not None
        assert row.state == RELEASED
