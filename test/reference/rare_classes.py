"""Rare-class sampling: the class probabilities of DAFormer's code, and the images that follow, in float64."""

import torch

from output import flat, write_json

IMAGES = 12


def class_probabilities(pixels: torch.Tensor, temperature: float) -> torch.Tensor:
    """`get_rcs_class_probs` of DAFormer's mmseg/datasets/uda_dataset.py: classes that occur, ignored pixels left out."""
    found = pixels > 0
    freq = pixels[found] / pixels[found].sum()
    result = torch.zeros_like(pixels)
    result[found] = torch.softmax((1 - freq) / temperature, dim=-1)
    return result


def image_probabilities(counts: torch.Tensor, classes: torch.Tensor, least: int) -> torch.Tensor:
    """Class by class, then every image with enough of its pixels alike."""
    holds = (counts >= least).double()
    return (holds / holds.sum(0).clamp(min=1) * classes).sum(1)


def case(classes: int, temperature: float, least: int, seed: int) -> dict:
    generator = torch.Generator().manual_seed(seed)
    # Classes of very different frequency; each is in some of the images only, one in none.
    scale = torch.logspace(1, 4, classes).double()
    shares = torch.rand(IMAGES, classes, generator=generator).double()
    held = torch.rand(IMAGES, classes, generator=generator) < 0.6
    held[0] = True
    held[:, classes // 2] = False
    counts = (shares * scale * held).ceil()
    counts[0][counts[0] > 0] += least
    probabilities = class_probabilities(counts.sum(0), temperature)
    return {
        "name": f"{classes} classes, T = {temperature}, at least {least} pixels",
        "temperature": temperature,
        "leastPixels": least,
        "counts": counts.long().tolist(),
        "classes": flat(probabilities),
        "images": flat(image_probabilities(counts, probabilities, least)),
    }


def generate() -> None:
    cases = [case(4, 0.1, 1, 1), case(19, 0.01, 1, 2), case(19, 0.01, 300, 3), case(7, 1.0, 20, 4)]
    write_json("rare-classes.json", {"cases": cases})
