"""Findings at a browser: whose they are, how they are mended, and that none closes before its check passes."""

from __future__ import annotations

import re

from governance.findings import queries
from governance.findings import service as findings
from governance.runtime import Actor
from tests.console.conftest import SUSPECTED, House

CARD = "4111 1111 1111 1111"


def test_a_finding_is_noted_assigned_mended_and_closes_by_its_check(house: House) -> None:
    house.take_in(SUSPECTED)
    dpo, admin = house.person("dpo"), house.person("admin")
    assert "Nothing is wrong." in dpo.get("/findings")
    findings.check_all(house.runtime, Actor.system("default", findings.SERVICE))
    with house.runtime.work(house.house, write=False) as work:
        (row,) = queries.findings(work, queries.Filters(kind="sad_suspected"), None, 5)[0]
        path = work.policies.interventions.path("sad_suspected")
    address = f"/findings/{row.id}"
    text = dpo.get("/findings")
    assert path.title in text
    assert "0 to 1 days" in text  # the picture's numbers, as a table
    assert "No finding is like this." in admin.get("/findings?owner=administrator")
    assert "No finding is like this." in dpo.get("/findings?kind=erasure_overdue")
    dpo.get("/findings?severity=terrible", 422)

    text = dpo.get(address)
    assert path.good in text
    assert all(step in text for step in path.steps)
    assert f'href="/recordings/{house.calls[SUSPECTED]}"' in dpo.page.text
    assert "card data" in dpo.post(f"{address}/notes", 422, text=f"They said {CARD}.")
    assert CARD not in dpo.page.text
    dpo.get(address)
    assert "3 to 4000" in dpo.post(f"{address}/notes", 422, text="??")
    dpo.get(address)
    dpo.post(f"{address}/notes", text="I listen to it <b>today</b>.")
    assert "I listen to it <b>today</b>." in dpo.text
    dpo.post(f"{address}/assignment", assignee=house.accounts["dpo"])
    assert "Assigned to dpo" in dpo.text
    assert path.title in dpo.get("/findings?mine=true")
    dpo.get(address)
    dpo.post(f"{address}/check")
    assert "it still fails" in dpo.text
    assert "Check now" in dpo.text

    dpo.get(f"/recordings/{house.calls[SUSPECTED]}")
    dpo.post(f"/recordings/{house.calls[SUSPECTED]}/decision", verdict="card_data", confirmed="yes")
    dpo.get(address)
    dpo.post(f"{address}/check")
    assert "The check passes: the finding is closed." in dpo.text
    assert "Whose is it?" not in dpo.text
    assert "Nothing is wrong." in dpo.get("/findings")
    assert path.title in dpo.get("/findings?state=closed")


def test_only_who_may_see_findings_sees_them(house: House) -> None:
    house.take_in(SUSPECTED)
    findings.check_all(house.runtime, Actor.system("default", findings.SERVICE))
    for login in ("agent", "supervisor"):
        person = house.person(login)
        person.get("/findings", 403)
        assert "/findings" not in re.sub(r"<main.*", "", person.get("/"))
        person.get(f"/findings/fnd_{'0' * 32}", 403)
    house.person("ciso").get(f"/findings/fnd_{'0' * 32}", 404)
