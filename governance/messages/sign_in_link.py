"""A sign-in link by mail, for whoever names a login at the console's door.

Asking writes one row, whatever was named; who that is is found out when the mail leaves. So the answer and the time it
takes say nothing about which logins there are, and no link lies in the database: it is made at the moment it is sent.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import orjson

from governance.access import queries as people
from governance.access import service as access
from governance.access.models import Account
from governance.audit import service as audit
from governance.messages import rules
from governance.messages.envelope import Letter
from governance.messages.models import Message
from governance.messages.outbox import put
from governance.runtime import Actor, Runtime, Work

KIND: Final = "sign_in_link"
MOST_AN_HOUR: Final = 5
"""Links made for one account: counted in the database, since a stranger may ask at every process there is."""
_PLAIN = re.compile(r"[\x21-\x7e]{1,80}")
_TEXT = """\
Somebody, we hope you, asked for a way to sign in to Recording Governance.

{address}

Open it in the browser you want to sign in with, and press the button there. It works once, within {minutes} minutes.

If it was not you, do nothing: without this link nobody gets in by it.
"""


def ask_for_link(runtime: Runtime, tenant: str, login: str) -> None:
    """Have a one-time sign-in link mailed to the account called `login`, if there is one and it has an address.

    Nothing tells whether it does: neither what is returned nor what is done meanwhile.
    """
    if not _PLAIN.fullmatch(tenant):
        return
    house = Actor.system(tenant, "svc_messages")
    with runtime.work(house, write=False) as work:
        exists = people.tenant_exists(work)
    if exists:
        # What cannot be a login is nobody's, and costs the same: a database would stumble over some of it.
        named = login if _PLAIN.fullmatch(login) else ""
        with runtime.work(house) as work:
            put(work, KIND, orjson.dumps({"login": named}))


def letter(work: Work, row: Message, content: bytes) -> Letter | None:
    """Return the mail with a link made now; None where there is nobody to send it to, or it is too late or too much.

    A refusal is logged with its code; what was typed as a login is not.
    """
    minutes = work.policies.access.sign_in.link
    account = people.account_by_login(work, orjson.loads(content)["login"])
    address = None if account is None else access.mailbox(work, account)
    code = None
    if work.now - row.created_at >= minutes:
        code = "too_late"  # mail was down: by now they have asked again
    elif account is None:
        code = "unknown_login"
    elif account.disabled_at is not None:
        code = "account_disabled"
    elif address is None:
        code = "no_address"
    elif people.links_since(work, account.id, work.now - timedelta(hours=1)) >= MOST_AN_HOUR:
        code = "too_many_links"
    if code is not None or account is None or address is None:
        _refuse(work, row, account, code or "no_address")
        return None
    token = access.issue_link(work, account.id)
    text = _TEXT.format(
        address=work.runtime.settings.sign_in_address(token), minutes=int(minutes.total_seconds() // 60)
    )
    return Letter(rules.address(address), "Your sign-in link", text)


def _refuse(work: Work, row: Message, account: Account | None, code: str) -> None:
    res = [("message", row.id)] + ([("account", account.id)] if account is not None else [])
    audit.record(work, "auth.link.issued", res=res, why={"code": code}, out="failure")
