"""The learning itself: scenes in batches, spectra bent and blotted anew each time, and the network as ONNX at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from governance.redaction import melbands
from governance.redaction.melbands import BANDS
from training.digits.network import CLASSES, Network
from training.digits.scenes import UNSURE
from training.digits.voices import NOTHING

Bands = NDArray[np.float32]

BATCH = 32
RATE = 2e-3


def features(sounds: Sequence[NDArray[np.int16]]) -> NDArray[np.float16]:
    """Return the loudness of the bands of each sound as half floats: `(scenes, frames, BANDS)`, not yet levelled."""
    return np.stack(
        [melbands.loudness(one.astype(np.float32) / np.float32(32768)).astype(np.float16) for one in sounds]
    )


def _bent(bands: Bands, rng: np.random.Generator) -> Bands:
    """Return the bands as another throat would have filled them: the scale of pitch stretched about its lower end, parts blotted out."""
    factor = float(np.exp(rng.normal(0, 0.07)))
    at = np.clip(np.arange(BANDS) * factor + rng.normal(0, 0.5), 0, BANDS - 1)
    low = np.floor(at).astype(int)
    share = (at - low).astype(np.float32)
    out: Bands = bands[:, low] * (1 - share) + bands[:, np.minimum(low + 1, BANDS - 1)] * share
    out = out + rng.normal(0, 0.5, BANDS).astype(np.float32)
    floor = out.min()
    if rng.random() < 0.4:
        first = int(rng.integers(BANDS - 8))
        out[:, first : first + int(rng.integers(1, 8))] = floor
    if rng.random() < 0.2:
        first = int(rng.integers(len(out) - 10))
        out[first : first + int(rng.integers(2, 8))] = floor
    return out


def learn(bands: np.ndarray, labels: np.ndarray, epochs: int, seed: int) -> Network:
    """Return a network learnt from `(scenes, frames, BANDS)` and `(scenes, frames of 20 ms)`; the same seed gives the same."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    network = Network()
    steps = epochs * (len(bands) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE * 1.5, total_steps=steps, pct_start=0.2)
    weight = torch.ones(CLASSES)
    weight[NOTHING] = 0.6
    loss_of = nn.CrossEntropyLoss(weight=weight, ignore_index=UNSURE, label_smoothing=0.03)
    began = time.monotonic()
    for epoch in range(epochs):
        network.train()
        order = rng.permutation(len(bands))
        lost = []
        for at in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[at : at + BATCH]
            heard = np.stack([melbands.levelled(_bent(bands[one].astype(np.float32), rng)) for one in chosen])
            with torch.autocast(
                "cpu", dtype=torch.bfloat16
            ):  # three times as fast where the processor knows it
                scores = network(torch.from_numpy(heard).transpose(1, 2))
            loss = loss_of(scores.float(), torch.from_numpy(labels[chosen]).long())
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            schedule.step()
            lost.append(float(loss.detach()))
        print(
            f"epoch {epoch + 1}/{epochs}: loss {np.mean(lost):.4f}, {time.monotonic() - began:.0f} s",
            flush=True,
        )
    network.eval()
    return network


def store(network: Network, path: Path) -> None:
    """Write the network as ONNX: any number of frames, one stretch of sound at a time or many."""
    torch.onnx.export(
        network,
        (torch.zeros(1, BANDS, 400),),
        str(path),
        input_names=["bands"],
        output_names=["scores"],
        dynamic_axes={"bands": {0: "stretches", 2: "frames"}, "scores": {0: "stretches", 2: "steps"}},
        opset_version=17,
        dynamo=False,
    )
