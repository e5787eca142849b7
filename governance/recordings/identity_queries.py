"""What somebody is known as in the log: the parties and recordings behind a number, the account behind a login.

The log itself holds references only, so that it can outlive the people in it. Whoever asks it for a person knows them
by what they were called, and this is where the two meet. Once a recording is erased, its people are found no more.
"""

from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa
from sqlmodel import col, select

from governance.access.models import Account
from governance.audit.search_queries import Known
from governance.errors import InvalidError
from governance.recordings import identifiers, people
from governance.recordings.models import PartyIndex
from governance.runtime import Work

_SPELLINGS: dict[str, Callable[[str], str]] = {
    "tel": identifiers.telephone,
    "email": identifiers.email,
    "customer_number": identifiers.customer_number,
}


def known_as(work: Work, person: str) -> Known:
    """Return what the log may know `person` as, who is a telephone number, an e-mail address, a customer number or a login.

    Every reading that is possible counts: a customer number may look like a telephone number. A number without a
    country code is a British one, as where nothing else was said when it was taken in.
    """
    tokens = []
    for kind, spelled in _SPELLINGS.items():
        with suppress(InvalidError):
            tokens.append(people.token(work, kind, spelled(person)))
    mentioned = (PartyIndex.tenant == work.tenant, col(PartyIndex.token).in_(tokens))
    accounts = (Account.tenant == work.tenant, Account.login == person.strip().lower())
    return Known(
        subjects=[select(PartyIndex.party_id).where(*mentioned)],
        resources=[
            select(sa.literal("recording:").concat(col(PartyIndex.recording_id))).where(*mentioned),
            select(sa.literal("account:").concat(col(Account.id))).where(*accounts),
        ],
        actors=[select(Account.id).where(*accounts)],
    )
