"""Half a year and more in which releases were drawn and examined, made up: what the picture of the leak rate is taken of.

Calls are taken in, redacted, drawn, heard, read and judged by the real verbs, month after month by a clock that is moved.
What examiners found missing is made up by lot, so the rates are nobody's: they show the page, not the product.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import soundfile

from governance import policy
from governance.access import service as access
from governance.clock import FakeClock
from governance.demo import calls
from governance.policy.redaction import Sampling
from governance.recordings import intake
from governance.recordings.interaction import Interaction, MediaFacts
from governance.redaction import sample_queries, samples
from governance.redaction import service as redaction
from governance.redaction.models import WAITING
from governance.redaction.sample_rules import Miss
from governance.redaction.spans import Entity
from governance.runtime import Actor, Runtime

MONTHS, A_MONTH = 9, 40
NAMES = (
    "plain-outage",
    "plain-order-number",
    "german-delivery",
    "plain-callback-number",
    "card-maestro-twelve",
    "keyed-maestro-twelve",
    "german-delivery",
    "card-visa-thirteen",
)
"""Short calls, in two languages and two codecs; every third becomes a mono mix in a third."""
PURPOSE = "redaction_review"
_FIRST_RATE, _LAST_RATE = 0.12, 0.02  # it becomes better, as one would hope
_UNJUDGED = 0.12
_LOT = 20_261
PEOPLE = (("dora.dpo", "dpo"), ("carl.ciso", "ciso"))


def fill(runtime: Runtime, tenant: str, today: datetime) -> None:
    """Have the months pass, up to `today`. Every release is drawn, so that a small archive shows what a large one would."""
    operator = Actor(kind="admin", id="cli", tenant=tenant, role="administrator")
    actors = dict(_people(runtime, operator))
    before = runtime.policies.default
    everything = before.redaction.model_copy(update={"sampling": Sampling(share=1.0)})
    runtime.policies = policy.PolicySet(replace(before, redaction=everything), {})
    recorder = Actor(kind="service", id="recorder", tenant=tenant, role="integration")
    lot = random.Random(_LOT)  # answers for a picture
    for at, month in enumerate(_months(today)):
        runtime.clock = FakeClock(month)
        for number in range(A_MONTH):
            intake.ingest(runtime, recorder, _call(at * A_MONTH + number, month))
        redaction.redact_pending(runtime, operator, A_MONTH)
        rate = _FIRST_RATE + (_LAST_RATE - _FIRST_RATE) * at / (MONTHS - 1)
        is_last = at == MONTHS - 1
        _examine(runtime, actors["dora.dpo"], lot, rate, 0.6 if is_last else _UNJUDGED)
    runtime.clock = FakeClock(today)


def _people(runtime: Runtime, operator: Actor) -> Iterator[tuple[str, Actor]]:
    for login, role in PEOPLE:
        with runtime.work(operator) as work:
            row = access.create_account(work, login, role, name=login.split(".")[0].title())
            token = access.issue_link(work, row.id)
        yield login, access.authenticate(runtime, access.redeem_link(runtime, token))


def _months(today: datetime) -> Iterator[datetime]:
    """Yield the third of each month, by UTC as the rate counts, the last of them today's."""
    for back in range(MONTHS - 1, -1, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        yield min(datetime(year, month + 1, 3, 9, tzinfo=UTC), today)


def _call(number: int, at: datetime) -> Interaction:
    call = calls.read(calls.SAMPLES / f"{NAMES[number % len(NAMES)]}.json", at.date())
    numbered = replace(call, external_id=f"{call.external_id}-{number}")
    return numbered if number % 3 else _mixed(numbered)


def _mixed(call: Interaction) -> Interaction:
    """Return the call as a recorder with one channel would have it, in FLAC."""
    return replace(
        call,
        media=tuple(_flac(one) for one in call.media),
        transcripts=tuple(replace(one, body=_of_one_channel(one.body)) for one in call.transcripts),
        channels=(),
        parties=tuple(replace(one, channel=None) for one in call.parties),
    )


def _of_one_channel(transcript: bytes) -> bytes:
    told = json.loads(transcript)
    words = [{**word, "channel": 0} for word in told["words"]]
    return json.dumps({**told, "words": words}).encode()


def _flac(media: MediaFacts) -> MediaFacts:
    with media.open() as source:
        sound, rate = soundfile.read(io.BytesIO(source.read()), always_2d=True)
    mixed = io.BytesIO()
    soundfile.write(mixed, sound.mean(axis=1), rate, format="FLAC", subtype="PCM_16")
    return replace(media, content_type="audio/flac", body=mixed.getvalue(), path=None, hashes=())


def _examine(runtime: Runtime, actor: Actor, lot: random.Random, rate: float, unjudged: float) -> None:
    """Take, hear, read and judge what waits, as one person does; some of it is left for later."""
    with runtime.work(actor, write=False) as work:
        waiting = [one.id for one in sample_queries.listing(work, WAITING, None, 10 * A_MONTH)[0]]
    for sample_id in waiting:
        if lot.random() < unjudged:
            continue
        with runtime.work(actor) as work:
            whole = samples.claim(work, sample_id)
        if whole.streams:
            with samples.hear(runtime, actor, sample_id, purpose=PURPOSE).reader as sound:
                sound.read()
        for text in whole.transcripts:
            with samples.read(
                runtime, actor, sample_id, purpose=PURPOSE, position=text.position
            ).reader as said:
                said.read()
        missed = [Miss(Entity.CVV, stream=0, start_ms=1_500, end_ms=2_500)] if lot.random() < rate else []
        samples.judge(runtime, actor, sample_id, missed)
        if isinstance(runtime.clock, FakeClock):
            runtime.clock.advance(timedelta(minutes=4))
