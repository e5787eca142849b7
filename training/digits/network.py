"""The network: bands in, the class of the word that is being said out, every 20 ms; about 0.65 s of sound on either side."""

from __future__ import annotations

import torch
from torch import nn

from governance.redaction.melbands import BANDS

CLASSES = 12
WIDTH = 96
DILATIONS = (1, 2, 4, 8, 1, 2, 4, 8, 1, 2)


class Block(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """One step of the network: three moments `dilation` apart, and what was there before."""

    def __init__(self, dilation: int, width: int) -> None:
        super().__init__()
        self.mix = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, heard: torch.Tensor) -> torch.Tensor:
        """Return what is heard, refined."""
        return torch.relu(heard + self.norm(self.mix(heard)))


class Network(nn.Module):  # type: ignore[misc]
    """`(batch, BANDS, frames of 10 ms)` to `(batch, CLASSES, frames of 20 ms)`, as scores whose softmax is the chance."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.enter = nn.Sequential(
            nn.Conv1d(BANDS, width, 5, stride=2, padding=2, bias=False), nn.BatchNorm1d(width), nn.ReLU()
        )
        self.blocks = nn.Sequential(*(Block(dilation, width) for dilation in DILATIONS))
        self.leave = nn.Conv1d(width, CLASSES, 1)

    def forward(self, bands: torch.Tensor) -> torch.Tensor:
        """Return the scores."""
        scores: torch.Tensor = self.leave(self.blocks(self.enter(bands)))
        return scores
