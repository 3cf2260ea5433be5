"""Fixture for lib/optimizer/moving-average: torch.optim.swa_utils.AveragedModel over several steps."""

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from output import flat, write_json

STEPS = 5


def case(decay: float, seed: int) -> dict:
    generator = torch.Generator().manual_seed(seed)
    model = torch.nn.Linear(3, 2).double()
    rows = {name: [] for name in ("values", "averages")}
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))
    for _ in range(STEPS):
        values = torch.tensor(flat(torch.randn(6, generator=generator))).double()
        with torch.no_grad():
            model.weight.copy_(values.reshape(2, 3))
        averaged.update_parameters(model)  # the first call copies: the average begins with the first values
        rows["values"].append(flat(model.weight))
        rows["averages"].append(flat(averaged.module.weight))
    return {"name": f"decay {decay}", "decay": decay, **rows}


def generate() -> None:
    cases = [case(decay, 7 + i) for i, decay in enumerate((0.5, 0.9, 0.999))]
    write_json("moving-average.json", {"cases": cases})
