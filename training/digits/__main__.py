"""`python -m training.digits`: learn to hear spoken digits, and write `governance/redaction/digits.onnx`.

    python -m training.digits --data ../shared/data --out governance/redaction/digits.onnx
    python -m training.digits --data ../shared/data --without fsdd/theo fsdd/yweweler --out FOLD.onnx

Learns from the speech of `../shared/data` and from voices that read aloud (espeak-ng, flite: from Debian). `--without` keeps
speakers out; one in ten speakers of Speech Commands is always kept out: benchmarks speak with them. Needs `training/digits/requirements.txt`
(`make train-digits` installs it).
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np

from training.digits import cast, scenes
from training.digits.scenes import Cast


def is_kept_out(speaker: str, more: Sequence[str] = ()) -> bool:
    """Return whether a speaker is never learnt from: benchmarks measure on them."""
    if speaker in more:
        return True
    return speaker.startswith("commands/") and hashlib.sha256(speaker.encode()).digest()[0] % 10 == 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn and write the model."""
    asked = _parser().parse_args(arguments)
    asked.cache.mkdir(parents=True, exist_ok=True)
    cast.gather(asked.data, asked.cache / "cast.pickle", asked.seed)
    with ProcessPoolExecutor(asked.processes) as pool:
        portions = [
            (asked.data, asked.cache, asked.seed, at, tuple(asked.without))
            for at in range(asked.scenes // _PORTION)
        ]
        made = list(pool.map(_portion, portions))
    bands, labels = (np.concatenate(part) for part in zip(*made, strict=True))
    print(f"{len(bands) * scenes.SECONDS / 3600:.1f} hours of scenes", flush=True)
    from training.digits import learn

    network = learn.learn(bands, labels, asked.epochs, asked.seed)
    learn.store(network, asked.out)


_PORTION = 100


def _portion(asked: tuple[Path, Path, int, int, tuple[str, ...]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the bands and labels of a hundred scenes; kept from an earlier run with the same seed and speakers."""
    data, folder, seed, at, without = asked
    name = hashlib.sha256(repr((seed, at, without)).encode()).hexdigest()[:16]
    path = folder / f"{name}.npz"
    if not path.exists():
        from training.digits import learn

        rng = np.random.default_rng([seed, at])
        known = _known(data, folder, seed, without)
        made = [scenes.scene(known, rng) for _ in range(_PORTION)]
        part = path.with_suffix(".part.npz")
        np.savez(
            part,
            bands=learn.features([one.sound for one in made]),
            labels=np.stack([one.labels for one in made]),
        )
        part.rename(path)  # whole or not at all: the next run believes what it finds
    with np.load(path) as kept:
        return kept["bands"], kept["labels"]


@cache
def _known(data: Path, folder: Path, seed: int, without: tuple[str, ...]) -> Cast:
    everybody = cast.gather(data, folder / "cast.pickle", seed)
    return Cast(
        {name: own for name, own in everybody.digits.items() if not is_kept_out(name, without)},
        {name: own for name, own in everybody.words.items() if not is_kept_out(name, without)},
        [one for one in everybody.runs if not is_kept_out(one.speaker, without)],
        [one for one in everybody.talk if not is_kept_out(one.speaker, without)],
        everybody.noises,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.digits", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--cache", type=Path, default=Path(".training-cache"), help="where scenes are kept between runs"
    )
    parser.add_argument(
        "--without", nargs="*", default=[], metavar="SPEAKER", help="speakers that are kept out"
    )
    parser.add_argument("--scenes", type=int, default=9_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    return parser


if __name__ == "__main__":
    main()
