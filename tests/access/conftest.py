"""Accounts for the tests of access, made by the house."""

from collections.abc import Callable
from typing import Any

import pytest

from governance.access import service as access
from governance.access.models import Account
from governance.runtime import Actor, Runtime


@pytest.fixture
def enrol(runtime: Runtime) -> Callable[..., Account]:
    """Make an account, committed."""

    def make(login: str, role: str, *, tenant: str = "default", **more: Any) -> Account:
        with runtime.work(Actor.system(tenant, "svc_test")) as work:
            return access.create_account(work, login, role, **more)

    return make
