"""That tokens of card numbers and parts of card numbers never meet in one tenant (PCI DSS 3.5.1).

A policy treats a PAN in one way, and policies change. So it is noted of every stored rendition whether its masks are
tokens or show parts, and none is released with the one while another has the other. From what was only given away, to
a caller of the API for one, no rendition is left here to ask.
"""

from dataclasses import replace

from governance import tenancy
from governance.errors import ConflictError
from governance.policy import Policies
from governance.recordings.reasons import BOTH_FORMS
from governance.redaction import marks, queries
from governance.redaction.firstlook import Obstacle
from governance.redaction.models import StoredForm
from governance.redaction.outcome import Outcome
from governance.redaction.tokens import Tokeniser
from governance.runtime import Actor, Runtime, Work

_KEY = "tokens"
_STATE = "redaction.tokenisers"
_OTHER = {marks.TOKEN: marks.PART, marks.PART: marks.TOKEN}
_SAYS = {marks.TOKEN: "tokens of card numbers", marks.PART: "parts of card numbers"}


def able(runtime: Runtime, tenant: str) -> Policies:
    """Return what applies to the tenant, with the key for its tokens where its policy gives any.

    Raises `ConflictError` where what it would show of card numbers must not stand beside what is stored.
    """
    policies = runtime.policies.for_tenant(tenant)
    form = marks.form(policies.redaction)
    if form is not None:
        with runtime.work(_house(tenant), write=False) as work:
            because = _meets(work, form)
        if because is not None:
            raise ConflictError(because)
    return with_key(runtime, tenant)


def with_key(runtime: Runtime, tenant: str) -> Policies:
    """Return what applies to the tenant, with the key for its tokens where its policy gives any; made at first use."""
    policies = runtime.policies.for_tenant(tenant)
    if not policies.redaction.gives_tokens:
        return policies
    known: dict[str, Tokeniser] = runtime.state.setdefault(_STATE, {})
    if tenant not in known:
        with runtime.work(_house(tenant)) as work:
            made = Tokeniser(tenancy.data_key(work, _KEY))
        # Only now: a key whose row was rolled back would give tokens that nobody ever gives again.
        known[tenant] = made
    return replace(policies, redaction=policies.redaction.with_tokens(known[tenant]))


def held_back(work: Work, recording_id: str, result: Outcome) -> Outcome:
    """Return what a run came to, with an obstacle where its masks must not stand beside those of other recordings."""
    form = marks.form(result.policies.redaction)
    if form is None or not result.is_clean:
        return result
    work.settle_forms()  # before the others are asked for: of two runs at once the second sees what the first has noted
    because = _meets(work, form, recording_id)
    if because is None:
        return result
    return replace(result, obstacles=(Obstacle(BOTH_FORMS, because),))


def note(work: Work, recording_id: str, result: Outcome) -> None:
    """Note what the masks of the recording say from now on, in the Work's transaction."""
    form = marks.form(result.policies.redaction)
    noted = work.session.get(StoredForm, recording_id)
    if form is not None:
        noted = noted or StoredForm(tenant=work.tenant, recording_id=recording_id, form=form)
        noted.form = form
        work.session.add(noted)
    elif noted is not None:
        work.session.delete(noted)


def _meets(work: Work, form: str, besides: str | None = None) -> str | None:
    other = _OTHER[form]
    if not queries.has_form(work, other, besides):
        return None
    return (
        f"The policy gives {_SAYS[form]}, and other recordings of this tenant still hold {_SAYS[other]}: together they "
        "would give numbers away (PCI DSS 3.5.1). Redact those again under a policy that gives labels first."
    )


def _house(tenant: str) -> Actor:
    return Actor.system(tenant, "svc_redaction")
