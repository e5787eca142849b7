"""OCSF: every act has its place, the schema admits each event, and the copy leads back into the tree."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given

from governance.audit import merkle
from governance.audit.acts import ACTS
from governance.siem import ocsf
from governance.siem.ocsf_table import TABLE
from tests.siem.entries import entry, events

needs_schema = pytest.mark.skipif(
    importlib.util.find_spec("ocsf_json_schema") is None,
    reason="ocsf-json-schema is not installed (the extra `test`)",
)


@lru_cache
def validator(class_uid: int) -> Any:
    from jsonschema import Draft202012Validator
    from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=ocsf.VERSION))
    name = schema.lookup_class_name_from_uid(class_uid=class_uid)
    return Draft202012Validator(schema.get_class_schema(class_name=name, profiles=["security_control"]))


def test_every_act_of_the_log_is_mapped_and_nothing_else() -> None:
    assert sorted(TABLE) == sorted(ACTS)


@needs_schema
@pytest.mark.parametrize("out", ["success", "failure", "denied"])
@pytest.mark.parametrize("act", ACTS)
def test_the_schema_admits_every_act(act: str, out: str) -> None:
    opened = {"actor.name": "Ana", "actor.email": "ana@example.test", "src.ip": "192.0.2.7"}
    for event in (entry(act, out=out), entry(act, out=out, opened=opened, res=[], why={"code": "because"})):
        made = json.loads(ocsf.line(event))
        wrong = [error.message for error in validator(made["class_uid"]).iter_errors(made)]
        assert not wrong, f"{act}: {wrong[:3]}"


@needs_schema
def test_the_schema_refuses_what_is_not_an_event() -> None:
    made = ocsf.as_object(entry())
    del made["file"]
    assert list(validator(made["class_uid"]).iter_errors(made))


def test_an_act_of_a_later_release_is_told_all_the_same() -> None:
    made = ocsf.as_object(entry("something.new"))
    assert (made["class_uid"], made["activity_id"], made["activity_name"]) == (6003, 99, "something.new")


def test_a_denied_attempt_keeps_its_class_and_says_that_it_was_denied() -> None:
    made = ocsf.as_object(entry("recording.playback", out="denied", why={"code": "out_of_scope"}))
    assert (made["class_uid"], made["activity_id"]) == (6006, 9)
    assert (made["status_id"], made["action_id"], made["disposition_id"]) == (2, 2, 2)
    assert (made["status_detail"], made["severity_id"]) == ("out_of_scope", 3)


@given(events())
def test_what_a_siem_keeps_of_an_event_gives_back_the_leaf_and_its_hash(event: Any) -> None:
    told = ocsf.line(event)
    assert told.isascii()
    assert told.isprintable()
    kept = json.loads(told)
    leaf = kept["raw_data"].encode()
    assert leaf == event.leaf
    assert kept["raw_data_hash"]["value"] == hashlib.sha256(leaf).hexdigest()
    assert kept["unmapped"]["tlog_leaf_hash"] == merkle.leaf_hash(leaf).hex()
    assert kept["metadata"]["sequence"] == event.index == kept["unmapped"]["tlog_index"]


def test_nothing_personal_is_told_that_was_not_opened() -> None:
    plain, told = ocsf.line(entry()), ocsf.line(entry(opened={"actor.name": "Ana", "src.ip": "192.0.2.7"}))
    assert "Ana" not in plain
    assert "Ana" in told
    assert json.loads(plain)["src_endpoint"] == {"name": "undisclosed"}
    assert json.loads(told)["src_endpoint"] == {"ip": "192.0.2.7"}


def test_a_finding_keeps_its_id_from_opening_to_close() -> None:
    opened, closed = ocsf.as_object(entry("finding.opened")), ocsf.as_object(entry("finding.closed"))
    assert opened["finding_info"]["uid"] == closed["finding_info"]["uid"] == "fin_1"
    assert (opened["status_id"], closed["status_id"]) == (1, 4)
