"""Sinks behind TLS: a real rsyslog and a collector, and what becomes of entries where one refuses, hangs or hangs up."""

from __future__ import annotations

import dataclasses
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.audit import merkle
from governance.clock import FakeClock
from governance.messages.outside import Outside
from governance.messages.rules import Outcome
from governance.runtime import Runtime
from governance.siem import destinations, queries, receiver, service
from tests.siem.conftest import HOUSE, Sinks
from tests.siem.receivers import OURSELVES, SIEM, Authority, Rsyslog, collector, listening, rsyslog

HERE = Outside(resolve=lambda _host, _port: ["127.0.0.1"])
SECRET = "s3cret-token-of-the-collector"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("authority"))
    made.vouch("siem", SIEM)
    made.vouch("own", OURSELVES)
    made.vouch("other", "other.example.test")
    (made.folder / "token").write_text(f"{SECRET}\n")
    return made


@pytest.fixture
def house(sinks: Sinks, authority: Authority) -> Sinks:
    """A house that may reach the receivers, and has their secrets."""
    sinks.runtime.settings = dataclasses.replace(
        sinks.runtime.settings, sink_secrets=authority.folder, sink_hosts=frozenset({SIEM})
    )
    return sinks


@pytest.fixture
def daemon(authority: Authority) -> Iterator[Rsyslog]:
    with rsyslog(authority) as running:
        yield running


def soc(port: int, **more: Any) -> dict[str, Any]:
    own = {"certificate": "own.pem", "key": "own.key"}
    return {"kind": "syslog", "host": SIEM, "port": port, "ca": "ca.pem"} | own | more


def lake(port: int, **more: Any) -> dict[str, Any]:
    return {"kind": "https", "url": f"https://{SIEM}:{port}/in", "ca": "ca.pem", "token": "token"} | more


def deliver(house: Sinks, outside: Outside = HERE) -> int:
    return service.deliver_due(house.runtime, HOUSE, outside)


def error(house: Sinks, name: str) -> str | None:
    with house.runtime.work(HOUSE, write=False) as work:
        return queries.sink(work, name).error


def index_of(message: dict[str, str]) -> int:
    found = re.search(r'index="(\d+)"', message["sd"])
    assert found
    return int(found[1])


def test_rsyslog_takes_every_entry_in_order_over_tls(house: Sinks, daemon: Rsyslog) -> None:
    house.set(soc=soc(daemon.port, format="ocsf", message_bytes=65536, confirm="close"))
    house.write(600)
    taken = deliver(house)
    assert taken >= 601, error(house, "soc")
    told = daemon.messages(taken)
    assert [index_of(one) for one in told] == list(range(taken))
    for one in (told[0], told[-1]):
        event = json.loads(one["msg"].lstrip().removeprefix("\ufeff"))
        digest = merkle.leaf_hash(event["raw_data"].encode()).hex()
        assert f'leaf="{digest}"' in one["sd"]
        assert one["msgid"] == event["message"]
        assert int(one["pri"]) // 8 == 13


def test_rsyslog_takes_cef_and_leef(house: Sinks, daemon: Rsyslog) -> None:
    house.set(soc=soc(daemon.port, confirm="close"), qradar=soc(daemon.port, format="leef", confirm="close"))
    house.write(2)
    taken = deliver(house)
    assert taken >= 6
    told = daemon.messages(taken)
    texts = [one["msg"].lstrip().removeprefix("\ufeff") for one in told]
    assert {text.split(":")[0] for text in texts} == {"CEF", "LEEF"}
    assert sum("CEF:1|Recording Governance|" in text for text in texts) * 2 == len(texts)


def test_a_receiver_that_merely_closes_counts_only_where_policy_says_so(
    house: Sinks, daemon: Rsyslog
) -> None:
    house.set(soc=soc(daemon.port))
    house.write(2)
    assert deliver(house) == 0
    assert error(house, "soc") == "dropped"


def test_rsyslog_that_does_not_know_us_takes_nothing_and_nothing_counts_as_told(
    house: Sinks, daemon: Rsyslog
) -> None:
    house.set(
        soc=soc(daemon.port, certificate=None, key=None, confirm="close"),
        other=soc(daemon.port, certificate="other.pem", key="other.key", confirm="close"),
        strict=soc(daemon.port, certificate=None, key=None),
    )
    house.write(2)
    assert deliver(house) == 0
    assert {error(house, name) for name in ("soc", "other", "strict")} <= {"tls_failed", "dropped"}
    assert not daemon.file.exists()


def test_a_receiver_with_another_certificate_is_told_nothing(house: Sinks, authority: Authority) -> None:
    heard: list[bytes] = []

    def impostor(caller: socket.socket) -> None:
        with authority.shown("other").wrap_socket(caller, server_side=True) as secured:
            heard.append(secured.recv(65536))

    with listening(impostor) as port:
        house.set(soc=soc(port), lake=lake(port))
        house.write()
        assert deliver(house) == 0
    assert error(house, "soc") == "certificate_refused"
    assert error(house, "lake") == "tls_failed"
    assert not any(heard)


def test_a_receiver_that_hangs_up_before_it_has_confirmed_is_told_again(
    house: Sinks, authority: Authority, clock: FakeClock
) -> None:
    heard: list[bytes] = []

    def takes(caller: socket.socket, *, confirms: bool) -> None:
        secured = authority.shown("siem").wrap_socket(caller, server_side=True)
        told = b""
        while piece := secured.recv(65536):
            told += piece
        heard.append(told)
        if confirms:
            secured.unwrap().close()
        else:
            secured.close()  # Python says no `close_notify` here

    with listening(lambda caller: takes(caller, confirms=False)) as port:
        house.set(soc=soc(port))
        house.write(2)
        assert deliver(house) == 0
        assert error(house, "soc") == "dropped"
    clock.advance(timedelta(minutes=5))
    with listening(lambda caller: takes(caller, confirms=True)) as port:
        house.set(soc=soc(port))
        assert deliver(house) >= 3
    assert heard[1].startswith(heard[0])


def test_a_receiver_that_is_not_there_or_hangs_is_left_within_the_deadline(
    house: Sinks, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "DEADLINE_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        house.set(soc=soc(silent.getsockname()[1]))
        house.write()
        began = time.monotonic()
        assert deliver(house) == 0
        assert time.monotonic() - began < 10
        assert error(house, "soc") == "timed_out"
    clock.advance(timedelta(minutes=5))
    assert deliver(house) == 0
    assert error(house, "soc") == "connect_failed"


def test_a_receiver_in_the_house_that_no_setting_names_is_not_called(
    house: Sinks, runtime: Runtime, authority: Authority
) -> None:
    runtime.settings = dataclasses.replace(runtime.settings, sink_hosts=frozenset())
    with listening(lambda _: pytest.fail("called")) as port:
        house.set(soc=soc(port), lake=lake(port))
        house.write()
        assert deliver(house) == 0
        assert (error(house, "soc"), error(house, "lake")) == ("forbidden_address", "forbidden_address")


def test_a_collector_takes_lines_and_knows_us_by_a_token_that_nothing_else_holds(
    house: Sinks, authority: Authority, capfd: pytest.CaptureFixture[str]
) -> None:
    with collector(authority) as there:
        house.set(lake=lake(there.port, scheme="Splunk"))
        house.write(900)
        taken = deliver(house)
        assert [one["metadata"]["sequence"] for one in there.lines()] == list(range(taken))
        assert max(len(body) for body in there.bodies) <= 1024 * 1024
        assert there.seen[0]["authorization"] == f"Splunk {SECRET}"
        assert there.seen[0]["content-type"] == "application/x-ndjson"
        assert json.loads(there.seen[0]["x-tlog-range"])[1] == 0
        there.status = 500
        house.write()
        deliver(house)
    assert error(house, "lake") == "answered_500"
    entries = [one.members for act in ("enabled", "failed") for one in house.entries(f"audit.sink.{act}")]
    said = capfd.readouterr()
    assert SECRET not in json.dumps(entries) + said.out + said.err


def test_a_collector_takes_a_batch_of_cloudevents(house: Sinks, authority: Authority) -> None:
    with collector(authority) as there:
        house.set(lake=lake(there.port, format="cloudevents"))
        house.write(2)
        taken = deliver(house)
        (batch,) = [json.loads(body) for body in there.bodies]
    assert [one["tlogindex"] for one in batch] == [str(index) for index in range(taken)]
    assert there.seen[0]["content-type"] == "application/cloudevents-batch+json"


@pytest.mark.parametrize("status", [301, 401, 410, 429, 503])
def test_a_collector_that_refuses_is_told_again_later_and_loses_nothing(
    house: Sinks, authority: Authority, clock: FakeClock, status: int
) -> None:
    with collector(authority) as there:
        there.status, there.headers = status, {"retry-after": "120", "location": "https://elsewhere.example/"}
        house.set(lake=lake(there.port))
        house.write(2)
        assert deliver(house) == 0
        assert error(house, "lake") == f"answered_{status}"
        assert len(there.seen) == 1
        there.status = 204
        clock.advance(timedelta(minutes=5))
        while deliver(house):
            house.sequence()
        told = [one["metadata"]["sequence"] for one in there.lines()]
    assert told == list(range(len(told)))


def test_a_collector_that_stores_and_dies_is_told_again(
    house: Sinks, authority: Authority, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = destinations.deliver

    def lost(*given: Any) -> Outcome:
        real(*given)
        return Outcome("later", "dropped", is_way=True)

    with collector(authority) as there:
        house.set(lake=lake(there.port))
        house.write(2)
        with monkeypatch.context() as dying:
            dying.setattr(destinations, "deliver", lost)
            assert deliver(house) == 0
        clock.advance(timedelta(minutes=5))
        deliver(house)
    first, second = there.bodies
    assert second.startswith(first)


@pytest.mark.parametrize("content", [None, b"", b"two\nlines", "ä".encode()])
def test_a_secret_that_is_missing_or_none_stops_the_sink_and_is_not_repeated(
    house: Sinks, tmp_path: Path, authority: Authority, content: bytes | None
) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "ca.pem").write_bytes((authority.folder / "ca.pem").read_bytes())
    if content is not None:
        (folder / "token").write_bytes(content)
    house.runtime.settings = dataclasses.replace(house.runtime.settings, sink_secrets=folder)
    house.set(lake=lake(9))
    house.write()
    assert deliver(house) == 0
    assert error(house, "lake") == "secret_unusable"


def test_no_sink_is_spoken_to_without_verifying_it(authority: Authority) -> None:
    from governance.policy.sinks import SyslogSink
    from governance.siem import credentials

    sink = SyslogSink.model_validate(soc(6514))
    context = credentials.tls(authority.folder, sink, HERE)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
