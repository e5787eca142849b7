"""The acts that can be searched for are those that the programs record, no more and no fewer."""

from __future__ import annotations

import pytest

from governance.audit import service as audit
from governance.audit.acts import ACTS
from governance.errors import InvalidError
from governance.runtime import Actor, Runtime
from tests.test_docs import acts


def test_the_catalogue_names_every_act_that_is_recorded() -> None:
    assert sorted(ACTS) == sorted(acts())
    assert list(ACTS) == sorted(set(ACTS))


def test_a_search_for_an_act_that_there_is_not_is_an_error_that_names_those_there_are(
    runtime: Runtime, actor: Actor
) -> None:
    with runtime.work(actor) as work, pytest.raises(InvalidError, match=r"recording\.playback"):
        audit.search(work, act="nope")
