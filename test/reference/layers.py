"""Layers shared by both networks, and the names that their weights have in the library."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fill import fill_variable

BN_MOMENTUM = 0.0003  # TensorFlow's decay 0.9997


def conv(inputs: int, outputs: int, kernel=1, stride=1, rate=1, groups=1) -> nn.Conv2d:
    """Convolution without bias, padded by rate * (kernel - 1) / 2 on every side."""
    padding = rate * (kernel - 1) // 2
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, rate, groups, bias=False)


def resize(x: Tensor, size) -> Tensor:
    """Bilinear resize with aligned corners; `x` itself when it has that size."""
    if tuple(x.shape[2:]) == tuple(size):
        return x
    return F.interpolate(x, size, mode="bilinear", align_corners=True)


class ConvBn(nn.Sequential):
    """Convolution, batch norm; on request ReLU before or after."""

    def __init__(self, inputs, outputs, kernel=1, stride=1, rate=1, bn=nn.BatchNorm2d, before=False, after=False):
        super().__init__()
        if before:
            self.add_module("before", nn.ReLU())
        self.add_module("conv", conv(inputs, outputs, kernel, stride, rate))
        self.add_module("bn", bn(outputs))
        if after:
            self.add_module("after", nn.ReLU(inplace=True))


class SeparableConv(nn.Sequential):
    """(ReLU, depthwise, pointwise, batch norm) twice; a stride is in the first."""

    def __init__(self, channels, kernel, stride=1, bn=nn.BatchNorm2d):
        super().__init__()
        for i, step in ((1, stride), (2, 1)):
            self.add_module(f"relu{i}", nn.ReLU(inplace=i == 2))
            self.add_module(f"depthwise{i}", conv(channels, channels, kernel, step, groups=channels))
            self.add_module(f"pointwise{i}", conv(channels, channels))
            self.add_module(f"bn{i}", bn(channels))


BN_NAMES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
TO_TENSORFLOW = {True: (2, 3, 0, 1), False: (2, 3, 1, 0)}  # depthwise or not


def variables(network: nn.Module) -> dict[str, Tensor]:
    """All weights by their name in the library, as views in TensorFlow layout.

    Parameters come first, then the moving statistics.
    """
    tensors = dict(network.named_parameters()) | {
        name: buffer for name, buffer in network.named_buffers() if buffer.is_floating_point()
    }
    return {library_name(name): to_tensorflow(name, tensor) for name, tensor in tensors.items()}


def library_name(name: str) -> str:
    *path, last = (part for part in name.split(".") if part != "cell")
    owner = path[-1] if path else ""
    if owner.startswith("bn"):
        return "/".join([*path, BN_NAMES[last]])
    if owner == "conv":
        return "/".join([*path[:-1], "weights"])
    if owner.startswith(("depthwise", "pointwise")):
        return "/".join(path)
    return "/".join([*path, {"weight": "weights"}.get(last, last)])


def to_tensorflow(name: str, tensor: Tensor) -> Tensor:
    return tensor.permute(TO_TENSORFLOW["depthwise" in name]) if tensor.dim() == 4 else tensor


def gradients(network: nn.Module) -> dict[str, Tensor]:
    """Gradients by library name, in TensorFlow layout; zeros where nothing arrived."""
    return {
        library_name(name): to_tensorflow(name, torch.zeros_like(p) if p.grad is None else p.grad)
        for name, p in network.named_parameters()
    }


@torch.no_grad()
def fill_variables(network: nn.Module) -> None:
    """Gives every weight the value that its name decides (fill.py)."""
    for name, tensor in variables(network).items():
        tensor.copy_(torch.from_numpy(fill_variable(name, tuple(tensor.shape))))
