"""Sending a letter, and the step of the request that telling somebody is: both in one transaction, or neither.

Whoever was told of the receipt was told, an extension begins with the letter that gives its reason (GDPR Art. 12(3)),
and a letter with the answer is the answer. Where grounds outweigh an objection a person chooses that moment by hand.
"""

from __future__ import annotations

from governance.errors import ConflictError
from governance.runtime import Work
from governance.subjects import acts, letters, package_queries, queries, rules
from governance.subjects import service as requests
from governance.subjects.letters import Shown
from governance.subjects.package_models import Letter


def send(work: Work, letter_id: str, revision: int | None = None) -> Letter:
    """Return the letter, on its way by mail, with what follows from it done.

    Where nothing can leave nobody is told, and no clock may stop for it: without a mail server this raises
    `ConflictError`. Otherwise as `letters.send` does.
    """
    acts.allow(work, "request:manage")
    package_queries.letter(work, letter_id)
    if work.runtime.settings.mail is None:
        raise ConflictError(
            "No mail server is set up, so nothing would leave. Print the letter for the post instead."
        )
    row = letters.send(work, letter_id, revision)
    _follow(work, row)
    return row


def post(work: Work, letter_id: str, revision: int | None = None) -> Shown:
    """Return the letter as it is to be printed, with what follows from it done. Raises as `letters.post` does."""
    shown = letters.post(work, letter_id, revision)
    _follow(work, package_queries.letter(work, letter_id))
    return shown


def _follow(work: Work, letter: Letter) -> None:
    request = queries.request(work, letter.request_id)
    if request is None:
        return
    lacks = rules.possible(acts.situation(work, request))
    if letter.kind in ("acknowledgement", "ccpa_confirmation") and lacks["acknowledge"] is None:
        requests.acknowledge(work, request.id)
    elif letter.kind in ("extension", "ccpa_extension") and lacks["tell_extension"] is None:
        requests.tell_extension(work, request.id)
    elif (
        letter.kind in queries.ANSWERS and lacks["answer"] is None and request.refusal != "compelling_grounds"
    ):
        requests.answer(work, request.id, "letter")
