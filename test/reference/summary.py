"""Short descriptions of large results: sampled logits, and gradients as a norm and two projections."""

import numpy as np
import torch
from torch import Tensor, nn

from fill import fill_image, fill_labels
from output import digits, flat

POSITIONS = 64


def positions(count: int) -> list[int]:
    """64 spread indices below `count`: k * 7919 mod count (7919 is prime)."""
    return [k * 7919 % count for k in range(POSITIONS)]


def logits_summary(logits: Tensor) -> dict:
    """Logits `[batch, classes, height, width]`, at 64 of the batch * height * width pixels."""
    pixels = logits.detach().permute(0, 2, 3, 1).double()  # [batch, height, width, classes]
    rows = pixels.reshape(-1, pixels.shape[-1])
    chosen = positions(len(rows))
    return {
        "shape": list(pixels.shape),
        "mean": digits(pixels.mean()),
        "deviation": digits(pixels.std(unbiased=False)),
        "maximum": digits(pixels.abs().max()),
        "positions": chosen,
        "logits": flat(rows[chosen]),
    }


def map_summary(x: Tensor) -> dict:
    """Height, width and channels of a feature map, and the L2 norm of its values."""
    return {"shape": [*x.shape[2:], x.shape[1]], "norm": digits(x.detach().double().norm())}


def gradient_summary(gradients: dict[str, Tensor]) -> dict[str, list]:
    """For each name: L2 norm, dot product with probe1/name and with probe2/name (6 digits)."""
    summary = {}
    for name, gradient in gradients.items():
        values = gradient.detach().double().numpy()
        probes = (fill_image(f"{probe}/{name}", values.shape).astype(np.float64) for probe in ("probe1", "probe2"))
        numbers = (np.linalg.norm(values), *((values * probe).sum() for probe in probes))
        summary[name] = [digits(number, 6) for number in numbers]
    return summary


def tensor_error(actual: Tensor, expected: Tensor) -> float:
    """|actual - expected| / |expected|, L2."""
    difference = actual.detach().double() - expected.detach()
    return (difference.norm() / expected.detach().norm().clamp(min=1e-300)).item()


GRADIENT_FLOOR = 1e-3


def gradient_error(actual: dict[str, Tensor], expected: dict[str, Tensor]) -> tuple[float, str]:
    """The largest |actual - expected| / (|expected| + floor), L2, and its name.

    The floor is 1e-3 of the largest norm: shifts that the next batch norm nearly cancels have
    gradients that are a small difference of large numbers.
    """
    floor = GRADIENT_FLOOR * max(gradient.norm() for gradient in expected.values())
    errors = {
        name: ((actual[name].double() - gradient).norm() / (gradient.norm() + floor)).item()
        for name, gradient in expected.items()
    }
    worst = max(errors, key=errors.get)
    return errors[worst], worst


def sign_margin(single: list[Tensor], double: list[Tensor]) -> float:
    """How many standard deviations of the float32 error the closest ReLU input is away from zero.

    Below 1 another float32 implementation may well take the other side of a ReLU somewhere, and
    then its gradients differ by far more than rounding.
    """
    pairs = zip(single, double, strict=True)
    return min(exact.abs().min() / (rounded.double() - exact).std().clamp(min=1e-12) for rounded, exact in pairs).item()


def relu_inputs(network: nn.Module) -> list[Tensor]:
    """A record to which every forward pass appends what enters the ReLUs that are modules."""
    record = []
    for module in network.modules():
        if isinstance(module, nn.ReLU):
            module.register_forward_pre_hook(lambda _, inputs: record.append(inputs[0].detach().clone()))
    return record


def image_input(size: tuple[int, int], batch: int, name="image") -> dict:
    return {"fill": name, "shape": [batch, *size, 3], "kind": "uniform"}


def label_input(size: tuple[int, int], batch: int, classes: int) -> dict:
    return {"fill": "labels", "shape": [batch, *size], "kind": "labels", "classes": classes}


def tensors(image: dict, labels: dict) -> tuple[Tensor, Tensor]:
    """The two inputs as PyTorch takes them: float32 NCHW, int64."""
    x = torch.from_numpy(fill_image(image["fill"], image["shape"])).permute(0, 3, 1, 2)
    y = torch.from_numpy(fill_labels(labels["fill"], labels["shape"], labels["classes"])).long()
    return x, y
