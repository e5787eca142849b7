"""A threshold is proposed on evidence and never on little of it; precision is all that decisions say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from governance import policy
from governance.policy.redaction import CARD_THRESHOLD_AT_MOST, RedactionPolicy
from governance.redaction import thresholds
from governance.redaction.review_queries import Opinion
from governance.redaction.thresholds import NEEDED, Evidence, weigh, wilson

SHIPPED = policy.load(Path(__file__).resolve().parents[2] / "policies").default.redaction


def policy_for(*languages: str) -> RedactionPolicy:
    return SHIPPED.model_copy(update={"languages": languages})


def said(
    decision: str,
    score: float,
    count: int = 1,
    entity: str = "PAN",
    language: str = "en",
    level: str = "master",
) -> list[Opinion]:
    return [Opinion(entity, language, score, decision, level)] * count


def of(opinions: list[Opinion], *languages: str) -> Evidence:
    [found] = weigh(opinions, policy_for(*(languages or ("en",))))
    return found


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 100, 0.0018, 0.0545)],
)
def test_wilsons_interval_is_that_of_the_books(right: int, count: int, low: float, high: float) -> None:
    found = wilson(right, count)
    assert found.low == pytest.approx(low, abs=5e-4)
    assert found.high == pytest.approx(high, abs=5e-4)


def test_nothing_known_is_everything_possible() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_its_proportion_and_narrows(count: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, count))
    found, more = wilson(right, count), wilson(right * 4, count * 4)
    assert 0.0 <= found.low <= right / count <= found.high <= 1.0
    assert more.high - more.low <= found.high - found.low + 1e-12


def test_a_threshold_is_raised_where_enough_was_rejected_and_nothing_accepted() -> None:
    found = of(said("reject", 0.35, NEEDED) + said("accept", 0.6, 3))
    assert (found.proposal.change, found.proposal.threshold) == ("raise", 0.5)
    assert str(NEEDED) in found.proposal.because
    assert found.proposal.yaml is not None
    assert yaml.safe_load(found.proposal.yaml) == {"entities": {"PAN": {"threshold": 0.5}}}


def test_one_rejection_too_few_keeps_it_and_says_how_many_are_needed() -> None:
    found = of(said("reject", 0.35, NEEDED - 1))
    assert (found.proposal.change, found.proposal.yaml) == ("keep", None)
    assert f"Needed, all rejected: {NEEDED}" in found.proposal.because
    assert f"en has {NEEDED - 1}" in found.proposal.because


def test_it_is_never_raised_above_what_was_accepted() -> None:
    found = of(said("reject", 0.35, NEEDED * 3) + said("widen", 0.41))
    assert (found.proposal.change, found.proposal.threshold) == ("raise", 0.4)
    at_it = of(said("reject", 0.35, NEEDED * 3) + said("accept", 0.3))
    assert at_it.proposal.change == "keep"
    assert "would have dropped it" in at_it.proposal.because


def test_it_is_raised_for_all_languages_or_for_none() -> None:
    opinions = said("reject", 0.35, NEEDED)
    assert of(opinions, "en", "de").proposal.change == "keep"
    assert "de has 0" in of(opinions, "en", "de").proposal.because
    both = opinions + said("reject", 0.35, NEEDED, language="de")
    assert of(both, "en", "de").proposal.change == "raise"


def test_card_data_stays_below_the_bound_of_the_policy() -> None:
    found = of(said("reject", 0.65, NEEDED * 5))
    assert found.proposal.threshold <= CARD_THRESHOLD_AT_MOST
    personal = of(said("reject", 0.55, NEEDED * 2, entity="EMAIL"))
    assert (personal.proposal.change, personal.proposal.threshold) == ("raise", 1.0)


def test_it_is_lowered_where_most_of_what_is_just_above_it_was_right() -> None:
    found = of(said("accept", 0.33, 40) + said("reject", 0.33, 5))
    assert (found.proposal.change, found.proposal.threshold) == ("lower", 0.2)
    assert of(said("accept", 0.33, thresholds.NEEDED_LOWER - 1)).proposal.change == "keep"


def test_who_read_the_mask_alone_counts_for_authentication_data_only() -> None:
    assert weigh(said("reject", 0.35, 5, level="rendition"), policy_for("en")) == []
    [found] = weigh(said("reject", 0.35, 5, entity="CVV", level="rendition"), policy_for("en"))
    assert found.bands[0].precision.count == 5


def test_precision_is_told_by_language_and_band() -> None:
    opinions = (
        said("accept", 0.61, 3)
        + said("reject", 0.65)
        + said("accept", 0.7)
        + said("reject", 0.45, language="fr")
    )
    told = [(one.language, one.start, one.precision.right, one.precision.count) for one in of(opinions).bands]
    assert told == [("en", 0.6, 3, 4), ("en", 0.7, 1, 1), ("fr", 0.4, 0, 1)]


OPINIONS = st.lists(
    st.builds(
        Opinion, st.sampled_from(["PAN", "CVV", "EMAIL"]), st.sampled_from(["en", "de"]),
        st.floats(0.0, 1.0).map(lambda score: round(score, 3)), st.sampled_from(["accept", "widen", "reject"]),
        st.just("master"),
    ),
    max_size=60,
)  # fmt: skip


@given(OPINIONS, st.sampled_from([0, 1, 200]))
def test_no_proposal_ever_drops_what_somebody_accepted(opinions: list[Opinion], times: int) -> None:
    opinions += [one for one in opinions if one.decision == "reject"] * times
    for found in weigh(opinions, policy_for("en")):
        accepted = [one.score for one in opinions if one.entity == found.entity and one.decision != "reject"]
        if found.proposal.change == "raise":
            assert found.proposal.threshold > found.threshold
            assert all(score >= found.proposal.threshold for score in accepted)
        if found.entity in SHIPPED.entities:
            assert found.proposal.threshold <= max(CARD_THRESHOLD_AT_MOST, found.threshold)
