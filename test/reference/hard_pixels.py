"""Hard example mining as in the authors' train_utils.py, by torch.topk, in float64."""

import torch
import torch.nn.functional as F

from ops import case, spec
from output import write_json


def hard_pixel_loss(logits, labels, weights, share):
    """Mean of the non-zero ones among the top k of the weighted losses of all pixels."""
    losses = F.cross_entropy(logits, labels, ignore_index=255, reduction="none")
    losses = losses * torch.where(labels == 255, 0, weights[labels.clamp(max=len(weights) - 1)])
    hardest = losses.topk(int(share * losses.numel())).values
    return hardest.sum(), (hardest != 0).sum().clamp(min=1)


def cases():
    for shape in ((2, 5, 5, 4), (1, 4, 6, 19)):
        for share in (0.25, 0.5, 0.95):
            name = f"hardest {share} of the pixels, {shape[3]} classes"
            labels = spec(f"{name}/labels", shape[:3], "labels", classes=shape[3])

            def forward(t):
                rows = t["x"].reshape(-1, shape[3])
                total, count = hard_pixel_loss(rows, t["labels"].reshape(-1), torch.ones(shape[3]).double(), share)
                return {"y": total / count}

            yield case(name, {"x": spec(f"{name}/x", shape), "labels": labels}, {"share": share}, forward, ["x"])


def generate() -> None:
    write_json("ops/hard-pixels.json", {"family": "hard-pixels", "cases": list(cases())})
