"""From samples to weights: words by logistic regression, figures by symmetric trees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from catboost import CatBoostClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from training.talk.samples import Sample

SEEN_IN_AT_LEAST = 3  # templates: a word of one trade says nothing of the next
FOLDS = 5
NOTES_COUNT = 0.25  # of a call: what a card number's middle is in a note of one sentence nobody can tell
WORDS = {"C": 0.03, "max_iter": 400}
TREES: dict[str, Any] = {
    "depth": 7, "learning_rate": 0.07, "l2_leaf_reg": 8, "rsm": 0.5, "random_seed": 1, "verbose": 0, "allow_writing_files": False,
}  # fmt: skip
_THOUSAND = 1000
_NEGLIGIBLE = 0.02

Words = Mapping[str, Mapping[str, float]]


def truth(samples: Sequence[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """Return what every sample is (1: card data) and what it counts: all templates count the same, however long they are."""
    is_card = np.array([float(one.card > one.innocent + one.shown) for one in samples])
    size = np.array([float(max(one.card, one.innocent + one.shown)) for one in samples])
    total: dict[tuple[str, str, bool], float] = defaultdict(float)
    for one, count in zip(samples, size, strict=True):
        total[one.language, one.template, one.is_note] += count
    share = [
        (NOTES_COUNT if one.is_note else 1) * 100 / max(1.0, total[one.language, one.template, one.is_note])
        for one in samples
    ]
    return is_card, size * np.array(share)


def weigh_words(samples: Sequence[Sample]) -> tuple[Words, np.ndarray]:
    """Return what each word weighs at each place, in one language, and what the words around every sample weigh together.

    The latter by weights that were learnt without the sample's template: else the trees would believe words too much.
    """
    seen: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in samples:
        for word in one.words:
            seen[word].add(one.template)
    kept = {word for word, templates in seen.items() if len(templates) >= SEEN_IN_AT_LEAST}
    table = DictVectorizer()
    rows = table.fit_transform([{_key(word): 1.0 for word in one.words & kept} for one in samples])
    is_card, counts = truth(samples)
    counts = counts / counts.mean()
    sums = np.zeros(len(samples))
    for known, unknown in GroupKFold(FOLDS).split(rows, is_card, [one.template for one in samples]):
        fitted = LogisticRegression(**WORDS).fit(rows[known], is_card[known], counts[known])
        sums[unknown] = rows[unknown] @ fitted.coef_[0]
    fitted = LogisticRegression(**WORDS).fit(rows, is_card, counts)
    weights: dict[str, dict[str, float]] = {}
    for name, weight in zip(table.feature_names_, fitted.coef_[0], strict=True):
        if abs(weight) >= _NEGLIGIBLE:
            place, word = name.split("|", 1)
            weights.setdefault(place, {})[word] = round(float(weight) * _THOUSAND) / _THOUSAND
    return weights, sums


def sums_of(words: Mapping[str, Words], samples: Sequence[Sample]) -> np.ndarray:
    """Return what the words around samples weigh, none of which the weights were learnt from."""
    return np.array(
        [
            sum(words.get(one.language, {}).get(place, {}).get(word, 0.0) for place, word in one.words)
            for one in samples
        ]
    )


def trees(
    rows: np.ndarray, is_card: np.ndarray, counts: np.ndarray, many: int, names: Sequence[str]
) -> dict[str, Any]:
    """Return trees over figures as `weights.json` stores them."""
    counted = counts > 0
    model = CatBoostClassifier(iterations=many, **TREES)
    model.fit(rows[counted], is_card[counted], sample_weight=counts[counted])
    return _stored(model, names)


def _stored(model: CatBoostClassifier, names: Sequence[str]) -> dict[str, Any]:
    import json
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(path, format="json")
        told = json.loads(path.read_bytes())
    scale, (bias,) = told["scale_and_bias"]
    depth = TREES["depth"]
    kept_splits: list[list[list[float]]] = []
    kept_leaves: list[list[int]] = []
    for tree in told["oblivious_trees"]:
        splits = [[one["float_feature_index"], round(one["border"], 4)] for one in tree["splits"]]
        values = tree["leaf_values"]
        # A shallower tree asks a question that is always answered no, so that all have one depth.
        while len(splits) < depth:
            splits.append([0, 1e9])
            values = [*values, *([0.0] * len(values))]
        kept_splits.append(splits)
        kept_leaves.append([round(value * scale * _THOUSAND) for value in values])
    return {
        "figures": list(names),
        "bias": round(bias * _THOUSAND),
        "trees": kept_splits,
        "leaves": kept_leaves,
    }


def _key(word: tuple[str, str]) -> str:
    return "|".join(word)
