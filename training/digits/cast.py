"""Everybody who speaks in the scenes, brought together once: reading aloud takes longest of all."""

from __future__ import annotations

import pickle
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from training.digits import voices
from training.digits.scenes import Cast
from training.digits.voices import DIGITS, MORE, NOTHING, OH, Espeak, Sound, Utterance

ACCENTS = (
    "gmw/en", "gmw/en-US", "gmw/en-GB-scotland", "gmw/en-GB-x-gbclan", "gmw/en-GB-x-rp", "gmw/en-GB-x-gbcwmd", "gmw/en-029",
)  # fmt: skip
VARIANTS = (
    "", "f1", "f2", "f3", "f4", "f5", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "klatt", "klatt2", "klatt4", "adam", "anika",
    "Alex", "Alicia", "Andrea", "Andy", "Annie", "antonio", "aunty", "belinda", "benjamin", "boris", "caleb", "david",
    "ed", "edward", "Gene", "grandma", "grandpa", "gustave", "Hugo", "iven", "Jacky", "john", "Lee", "linda", "marcelo", "Marco",
    "Mario", "max", "Michael", "michel", "miguel", "Mike", "norbert", "pablo", "paul", "pedro", "quincy", "rob", "robert", "sandro",
    "shelby", "steph", "travis", "victor", "zac",
)  # fmt: skip
TEMPLATES = Path(__file__).parents[2] / "benchmarks" / "spoken_cards" / "templates" / "en"
BEFORE = ("", "", "", "it's", "yes, so that's", "okay, here we go", "the number is", "and then", "right, um,")
AFTER = ("", "", "", "and that's it", "is that right?", "did you get that?", "thank you", "yeah")
FLITE = ("awb", "rms", "slt", "kal")


def gather(data: Path, cache: Path, seed: int, sizes: tuple[int, int] = (4_400, 260)) -> Cast:
    """Return everybody, from `cache` if they spoke before. `sizes`: utterances by espeak-ng, and by each voice of flite."""
    if cache.exists():
        found: Cast = pickle.loads(cache.read_bytes())  # our own file of a minute ago
        return found
    rng = np.random.default_rng(seed)
    digits: dict[str, dict[int, list[Sound]]] = defaultdict(lambda: defaultdict(list))
    words: dict[str, list[Sound]] = defaultdict(list)
    for one in voices.people(data / "spoken-digits"):
        label = one.words[0][2]
        (words[one.speaker] if label == NOTHING else digits[one.speaker][label]).append(one.sound)
    texts = voices.sentences(data, TEMPLATES)
    runs, talk = _by_espeak(rng, texts, sizes[0])
    more_runs, more_talk = _by_flite(rng, [text for text in texts if not _has_number(text)], sizes[1])
    cast = Cast(
        {name: dict(own) for name, own in digits.items()},
        dict(words),
        [*runs, *more_runs],
        [*talk, *more_talk],
        voices.noises(data / "spoken-digits"),
    )
    cache.write_bytes(pickle.dumps(cast))
    return cast


def run(rng: np.random.Generator, may_be_more: bool) -> list[str]:
    """Return a run of digits in words, with pauses where people make them."""
    spoken: list[str] = []
    group = int(rng.choice([1, 2, 3, 4, 4, 4, 30]))
    for index in range(int(rng.choice([3, 4, 6, 8, 12, 16, 16]))):
        word = str(rng.choice(MORE)) if may_be_more and rng.random() < 0.12 else str(rng.choice(DIGITS))
        spoken.append(OH if word == "zero" and rng.random() < 0.5 else word)
        if index % group == group - 1:
            spoken.append(",")
    return spoken


def _has_number(text: str) -> bool:
    known = {*DIGITS, *MORE, OH}
    return any(part.strip(".,?!;:'\"") in known for part in text.lower().replace("-", " ").split())


def _by_espeak(
    rng: np.random.Generator, texts: list[str], count: int
) -> tuple[list[Utterance], list[Utterance]]:
    engine = Espeak()
    runs: list[Utterance] = []
    talk: list[Utterance] = []
    for index in range(count):
        accent, variant = str(rng.choice(ACCENTS)), str(rng.choice(VARIANTS))
        voice = f"{accent}+{variant}" if variant else accent
        pace, pitch = int(rng.integers(110, 230)), int(rng.integers(20, 85))
        if index % 2:
            digits = " ".join(run(rng, True)).replace(" ,", ",")
            text = f"{rng.choice(BEFORE)} {digits} {rng.choice(AFTER)}".strip()
            runs.append(voices.by_espeak(engine, voice, text, pace, pitch))
        else:
            talk.append(voices.by_espeak(engine, voice, str(rng.choice(texts)), pace, pitch))
    return runs, talk


def _by_flite(
    rng: np.random.Generator, texts: list[str], count: int
) -> tuple[list[Utterance], list[Utterance]]:
    asked = [
        (voice, float(rng.uniform(0.75, 1.35)), run(rng, False), str(rng.choice(texts)))
        for voice in FLITE
        for _ in range(count)
    ]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda one: voices.by_flite(one[0], one[2], one[1]), asked))
        talk = list(pool.map(lambda one: voices.talk_by_flite(one[0], one[3], one[1]), asked))
    return runs, talk
