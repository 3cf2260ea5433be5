"""The retrain network: any path and genotype, with the DeepLabv3+ decoder.

A path is a list of levels 0..3 (stride 4 * 2**level), one a cell. A genotype is
`{"blocks": [{"left": {"input", "operation"}, "right": ...}]}`; input 0 is H^{l-2}, 1 is H^{l-1}.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from layers import BN_MOMENTUM, ConvBn, SeparableConv, resize

BackboneBn = partial(nn.BatchNorm2d, eps=1e-3, momentum=BN_MOMENTUM)
HeadBn = partial(nn.BatchNorm2d, eps=1e-5, momentum=BN_MOMENTUM)
HeadConv = partial(ConvBn, bn=HeadBn, after=True)


class Zero(nn.Module):
    """`none`: a contribution of zero."""

    def __init__(self, stride):
        super().__init__()
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        return torch.zeros_like(x[:, :, :: self.stride, :: self.stride])


class StridedAtrous(ConvBn):
    """An atrous convolution asked for stride 2: ReLU, half the size (bilinear), convolution at rate 1, BN."""

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2:]
        half = resize(self.before(x), ((height + 1) // 2, (width + 1) // 2))
        return self.bn(self.conv(half))


def operation(name: str, filters: int, stride: int) -> nn.Module:
    """One of the 8 primitives in its retrain form."""
    kernel = int(name[-1]) if name[-1].isdigit() else 1
    relu_conv = partial(ConvBn, filters, filters, bn=BackboneBn, before=True)
    match name.removesuffix(f"_{kernel}x{kernel}"):
        case "none":
            return Zero(stride)
        case "skip_connect":
            return nn.Identity() if stride == 1 else relu_conv(stride=stride)
        case "max_pool":
            return nn.MaxPool2d(3, stride, padding=1)
        case "avg_pool":
            return nn.AvgPool2d(3, stride, padding=1, count_include_pad=False)
        case "sep_conv":
            return SeparableConv(filters, kernel, stride, bn=BackboneBn)
        case "dil_conv" if stride == 1:
            return relu_conv(kernel=kernel, rate=2)
        case "dil_conv":
            return StridedAtrous(filters, filters, kernel, bn=BackboneBn, before=True)
    raise ValueError(name)


class Block(nn.Module):
    """Sum of two operations, each on one hidden state."""

    def __init__(self, genes, filters, stride):
        super().__init__()
        self.inputs = [genes[side]["input"] for side in ("left", "right")]
        # the two inputs of the cell carry its stride, the blocks do not
        strides = [stride if state < 2 else 1 for state in self.inputs]
        self.left = operation(genes["left"]["operation"], filters, strides[0])
        self.right = operation(genes["right"]["operation"], filters, strides[1])

    def forward(self, states: list[Tensor]) -> Tensor:
        left, right = self.inputs
        return self.left(states[left]) + self.right(states[right])


class Cell(nn.Module):
    """A cell at `filters` per block, whose level differs from the one before by `change` (-1, 0, 1)."""

    def __init__(self, genotype, filters, previous_previous, previous, change):
        super().__init__()
        self.up = change < 0
        relu_conv = partial(ConvBn, outputs=filters, bn=BackboneBn, before=True)
        self.previous_previous = nn.Identity() if previous_previous == filters else relu_conv(previous_previous)
        self.previous = relu_conv(previous)
        for i, genes in enumerate(genotype["blocks"], 1):
            self.add_module(f"block{i}", Block(genes, filters, 2 if change > 0 else 1))

    def forward(self, previous_previous: Tensor, previous: Tensor) -> Tensor:
        if self.up:
            previous = resize(previous, [2 * size - 1 for size in previous.shape[2:]])
        previous_previous = resize(previous_previous, previous.shape[2:])
        states = [self.previous_previous(previous_previous), self.previous(previous)]
        for name, block in self.named_children():
            if name.startswith("block"):
                states.append(block(states))
        return torch.cat(states[2:], 1)


class Stem(nn.Module):
    """Three 3x3 convolutions; returns the last two outputs (strides 2 and 4), not activated."""

    def __init__(self):
        super().__init__()
        self.conv1 = ConvBn(3, 64, 3, 2, bn=BackboneBn, after=True)
        self.conv2 = ConvBn(64, 64, 3, bn=BackboneBn)
        self.conv3 = ConvBn(64, 128, 3, 2, bn=BackboneBn)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        half = self.conv2(self.conv1(image))
        return half, self.conv3(F.relu(half))


class Aspp(nn.Module):
    """Image pooling, 1x1 and three atrous 3x3 branches of 256 filters; projected to 256."""

    def __init__(self, inputs, output_stride):
        super().__init__()
        self.pool = HeadConv(inputs, 256)
        self.conv1x1 = HeadConv(inputs, 256)
        for i in (1, 2, 3):
            self.add_module(f"atrous{i}", HeadConv(inputs, 256, 3, rate=96 * i // output_stride))
        self.projection = HeadConv(5 * 256, 256)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.pool(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:])
        branches = [self.conv1x1(x), self.atrous1(x), self.atrous2(x), self.atrous3(x)]
        return self.projection(torch.cat([pooled, *branches], 1))


class Decoder(nn.Module):
    """DeepLabv3+ decoder at stride 4, down to the class scores."""

    def __init__(self, low_level, classes):
        super().__init__()
        self.low_level = HeadConv(low_level, 48)
        self.conv1 = HeadConv(256 + 48, 256, 3)
        self.conv2 = HeadConv(256, 256, 3)
        self.logits = nn.Conv2d(256, classes, 1)

    def forward(self, encoded: Tensor, low_level: Tensor, size) -> Tensor:
        features = torch.cat([resize(encoded, size), resize(self.low_level(low_level), size)], 1)
        return self.logits(self.conv2(self.conv1(features)))


def low_level_cell(path: list[int]) -> int | None:
    """Index of the last cell of the first run of stride-4 cells; None (the stem) when there is none."""
    cell = None
    for index, level in enumerate(path):
        if level == 0:
            cell = index
        elif cell is not None:
            break
    return cell


class SegmentationNetwork(nn.Module):
    """The network of an architecture: image `[batch, 3, height, width]` to logits of that size."""

    def __init__(self, path, genotype, filter_multiplier, classes, dropout=0.1):
        super().__init__()
        self.path = path
        self.stem = Stem()
        self.low_level_cell = low_level_cell(path)
        channels, level = [64, 128], 0
        for index, target in enumerate(path):
            filters = filter_multiplier * 2**target
            self.add_module(f"cell{index}", Cell(genotype, filters, *channels, target - level))
            channels, level = [channels[1], len(genotype["blocks"]) * filters], target
        self.aspp = Aspp(channels[1], 4 * 2**level)
        low_level = 128
        if self.low_level_cell is not None:
            low_level = len(genotype["blocks"]) * filter_multiplier
        self.decoder = Decoder(low_level, classes)
        self.dropout = nn.Dropout(dropout)

    def cells(self) -> list[Cell]:
        return [getattr(self, f"cell{index}") for index in range(len(self.path))]

    def backbone(self, image: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The stem at stride 4 and the output of every cell, not activated."""
        previous_previous, previous = stem = self.stem(image)
        outputs = []
        for cell in self.cells():
            previous_previous, previous = previous, cell(previous_previous, previous)
            outputs.append(previous)
        return stem[1], outputs

    def forward(self, image: Tensor) -> Tensor:
        stem, outputs = self.backbone(image)
        low_level = stem if self.low_level_cell is None else outputs[self.low_level_cell]
        encoded = self.dropout(self.aspp(F.relu(outputs[-1])))
        size = [(length + 3) // 4 for length in image.shape[2:]]
        return resize(self.decoder(encoded, low_level, size), image.shape[2:])
