"""Early stopping: which validations PyTorch Lightning's `EarlyStopping` stops after."""

import torch
from pytorch_lightning.callbacks import EarlyStopping

from output import digits, write_json

VALIDATIONS = 14


def case(patience: int, min_improvement: float, seed: int) -> dict:
    generator = torch.Generator().manual_seed(seed)
    rise = 0.5 * (1 - torch.exp(-torch.arange(VALIDATIONS) / 3))
    scores = [digits(s, 4) for s in rise + 0.05 * torch.randn(VALIDATIONS, generator=generator)]
    scores[5] = scores[4]  # an equal score is no improvement
    callback = EarlyStopping("mIoU", mode="max", patience=patience, min_delta=min_improvement, check_finite=False)
    stops = []
    for score in scores:
        stop, _ = callback._evaluate_stopping_criteria(torch.tensor(score, dtype=torch.float64))
        stops.append(stop)
    return {
        "name": f"patience {patience}, by more than {min_improvement}, {seed}",
        "patience": patience,
        "minImprovement": min_improvement,
        "scores": scores,
        "stops": stops,
    }


def generate() -> None:
    settings = ((1, 0.0), (2, 0.0), (3, 0.0), (2, 0.05), (4, 0.1))
    cases = [case(patience, least, 10 * i + j) for i, (patience, least) in enumerate(settings) for j in range(2)]
    write_json("early-stopping.json", {"cases": cases})
