"""What the tests of the console share: sample calls, redacted, and browsers of people of every role."""

from __future__ import annotations

import html
import json
import re
import warnings
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from governance.access import service as access
from governance.app import build
from governance.audit import service as audit
from governance.findings import service as findings
from governance.policy import PolicySet
from governance.policy.redaction import Sampling
from governance.recordings import erasure, intake
from governance.recordings.importers import folder
from governance.recordings.selection import Selection
from governance.redaction import service as redaction
from governance.retention import matters
from governance.retention import service as retention
from governance.runtime import Actor, Runtime
from governance.subjects import letters
from governance.subjects import service as requests
from governance.subjects.service import Asked, Identifier
from governance.subjects.service import Person as Requester

with warnings.catch_warnings():
    # The test client would rather have a successor of httpx that nothing else here needs.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    from fastapi.testclient import TestClient
    from httpx import Response

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
RELEASED, ELSEWHERE, SUSPECTED = "card-visa-single-digits", "plain-dates", "suspected-code"
GONE = "no-transcript"
RECORDER = Actor(kind="service", id="recorder", tenant="default", role="integration")
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

PEOPLE: dict[str, dict[str, str]] = {
    "agent": {"as_role": "agent", "agent_id": "agt-101", "team": "payments", "site": "leeds"},
    "supervisor": {"as_role": "supervisor", "team": "payments", "site": "leeds"},
    "outsider": {"as_role": "supervisor", "team": "claims", "site": "york"},
    "dpo": {"as_role": "dpo"},
    "ciso": {"as_role": "ciso"},
    "admin": {"as_role": "administrator"},
}


@dataclass
class Person:
    """Somebody at a browser: the page before them, and the forms on it."""

    client: TestClient
    page: Response = field(init=False)

    def get(self, path: str, status: int = 200) -> str:
        """Open a page and return what it says."""
        self.page = self.client.get(path)
        assert self.page.status_code == status, self.text
        return self.text

    def post(self, path: str, status: int = 200, /, **fields: str) -> str:
        """Send a form of the page before them, with the proof that stands in it."""
        found = re.search(r'name="proof" value="([0-9a-f]{64})"', self.page.text)
        assert found, "there is no form on the page"
        self.page = self.client.post(path, data={"proof": found.group(1), **fields})
        assert self.page.status_code == status, self.text
        return self.text

    @property
    def text(self) -> str:
        """The words of the page, without its markup."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.page.text)).split())

    def sources(self) -> list[str]:
        """Return where the page's players get their sound."""
        return [html.unescape(one) for one in re.findall(r'<audio[^>]* src="([^"]*)"', self.page.text)]


@dataclass
class House:
    """The application over a runtime, the accounts that may come in, and the calls that lie in it by their sample's name."""

    runtime: Runtime
    app: FastAPI
    house: Actor
    accounts: dict[str, str]
    calls: dict[str, str] = field(default_factory=dict)

    def link(self, login: str) -> str:
        """Return the token of a new one-time link."""
        with self.runtime.work(self.house) as work:
            return access.issue_link(work, self.accounts[login])

    def stranger(self) -> Person:
        """Return a browser that knows nobody."""
        client = TestClient(
            self.app, base_url="http://testserver", headers=BROWSER, raise_server_exceptions=False
        )
        return Person(client)

    def person(self, login: str) -> Person:
        """Return the browser of somebody who has signed in by a link."""
        person = self.stranger()
        person.get("/sign-in")
        person.post("/sign-in/link", token=self.link(login), next="/")
        return person

    def take_in(self, *names: str, is_redacted: bool = True) -> None:
        """Take sample calls in, and redact them as the service does."""
        for name in names:
            done = intake.ingest(self.runtime, RECORDER, folder.read(SAMPLES / f"{name}.json"))
            self.calls[name] = done.recording_id
        if is_redacted:
            redaction.redact_pending(self.runtime, self.house)

    def take_in_as(self, name: str, language: str) -> str:
        """Take a sample call in as if it were in another language, leave it to be redacted, and return its id."""
        call = folder.read(SAMPLES / f"{name}.json")
        texts = tuple(
            replace(
                text,
                language=language,
                body=json.dumps({**json.loads(text.body), "language": language}).encode(),
            )
            for text in call.transcripts
        )
        strange = replace(call, language=language, transcripts=texts)
        return intake.ingest(self.runtime, RECORDER, strange).recording_id


def doubt(runtime: Runtime) -> None:
    """Have the policy send every finding to the review list, however sure the detectors are, and every release to the sample."""
    before = runtime.policies.default
    unsure = before.redaction.model_copy(update={"review_below": 1.0, "sampling": Sampling(share=1.0)})
    runtime.policies = PolicySet(replace(before, redaction=unsure), {})


@pytest.fixture
def house(runtime: Runtime, actor: Actor) -> House:
    """An empty house with everybody in `PEOPLE`."""
    accounts = {}
    with runtime.work(actor) as work:
        for login, facts in PEOPLE.items():
            accounts[login] = access.create_account(work, login, name=login.title(), **facts).id
    return House(runtime, build(runtime), actor, accounts)


@pytest.fixture
def calls(house: House) -> House:
    """The house with a released call, one of another team and site, and one where a code is suspected."""
    house.take_in(RELEASED, ELSEWHERE, SUSPECTED)
    return house


CALLER = "+447700900101"  # of the call RELEASED
LONG = "Wilhelmina-Alexandrina-von-und-zu-" + "Donaudampfschifffahrtsgesellschaft"


@pytest.fixture
def furnished(house: House) -> House:
    """The house with something on every page, and names as long as people have them."""
    doubt(house.runtime)
    house.take_in(RELEASED, ELSEWHERE, SUSPECTED, GONE)
    with house.runtime.work(house.house) as work:
        wide = access.create_account(work, "w" * 80, "supervisor", name=LONG, team=LONG[:80], site=LONG[:80])
        access.create_api_key(work, house.accounts["admin"], LONG[:80], ["recording:metadata:read"], days=5)
        access.disable(work, wide.id)
    supervisor = house.person("supervisor")
    supervisor.get("/break-glass")
    supervisor.post(
        "/break-glass",
        recording=house.calls[ELSEWHERE],
        purpose="quality",
        level="rendition",
        minutes="30",
        reason=f"{LONG} {LONG * 4}",
    )
    dpo = access.authenticate(house.runtime, access.redeem_link(house.runtime, house.link("dpo")))
    erasure.erase(house.runtime, dpo, house.calls[GONE], "recorded_in_error")
    with house.runtime.work(dpo) as work:
        review_by = (work.now + timedelta(days=40)).date()
        everything = Selection(everything=True)
        matters.open_matter(
            work, title=LONG[:80], because=f"{LONG} sues.", selection=everything, review_by=review_by
        )
        who = Requester(name=LONG, email="w@example.com", identifiers=(Identifier("tel", CALLER),))
        asked = requests.open_request(work, Asked(kind="access", channel="by_hand", who=who)).id
        letters.prepare(work, asked, "acknowledgement")
    requests.search_candidates(house.runtime, dpo, asked)
    retention.schedule(house.runtime, house.house)
    retention.prove(house.runtime, house.house)
    findings.check_all(house.runtime, house.house)
    audit.sequence(house.runtime, "default")
    audit.publish(house.runtime, "default")
    audit.self_audit(house.runtime, house.house)
    audit.sequence(house.runtime, "default")
    return house
