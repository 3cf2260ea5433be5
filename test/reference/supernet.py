"""The search network in its plain form: every edge of every cell on its own.

    sH^l = sum over the arrows into (l, s) of beta * Cell(H^{l-1}, H^{l-2}; alpha)

alpha is `[edges, 8]`, one table for all cells; beta has one entry an arrow, ordered by layer, level
left, level entered, and goes through a softmax over the arrows that leave a node.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial, reduce

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from architectures import PRIMITIVES
from layers import ConvBn, SeparableConv, resize

LEVELS = 4


@dataclass(frozen=True)
class Options:
    """Size of the supernet, and what the paper leaves open."""

    layers: int = 12
    filter_multiplier: int = 8
    blocks: int = 5
    classes: int = 19
    stem: tuple[int, int] | None = None  # widths; B F / 2 (rounded down) and B F if None
    missing: str = "resize"  # H^{l-2} of a level that layer l-2 lacks: "resize" another, or "drop" it
    share_cell_weights: bool = True  # the operations of the up to three Cell terms of a node
    projection: str = "none"  # "conv": 1x1 convolution, BN, ReLU between ASPP and classifier
    affine: dict[str, bool] = field(default_factory=lambda: {"stem": True, "cell": False, "head": True})

    @property
    def stem_widths(self) -> tuple[int, int]:
        width = self.blocks * self.filter_multiplier
        return self.stem or (max(1, width // 2), width)

    @property
    def edges(self) -> int:
        return self.blocks * (self.blocks + 3) // 2

    def batch_norm(self, part: str):
        """Batch statistics always; there is no moving average."""
        return partial(nn.BatchNorm2d, eps=1e-5, affine=self.affine[part], track_running_stats=False)


@dataclass(frozen=True)
class Arrow:
    """A connection from level `source` of layer `layer` - 1 to level `target` of `layer`."""

    index: int
    layer: int
    source: int
    target: int

    @property
    def direction(self) -> str:
        return ("up", "same", "down")[self.target - self.source + 1]


def levels_at(layer: int) -> range:
    """The levels of a layer; layer 0 is the stem."""
    return range(min(layer + 1, LEVELS))


def arrows(layers: int) -> list[Arrow]:
    found = []
    for layer in range(1, layers + 1):
        for source in levels_at(layer - 1):
            for target in range(max(0, source - 1), min(LEVELS - 1, source + 1) + 1):
                found.append(Arrow(len(found), layer, source, target))
    return found


def add(terms) -> Tensor:
    return reduce(torch.add, terms)


class Edge(nn.Module):
    """The mixed operation (eq. 2): a weighted sum of the 8 primitives, of which `none` adds nothing."""

    def __init__(self, filters: int, bn):
        super().__init__()
        relu_conv = partial(ConvBn, filters, filters, rate=2, bn=bn, before=True)
        average = nn.AvgPool2d(3, 1, padding=1, count_include_pad=False)
        self.max_pool_3x3 = nn.Sequential(OrderedDict(pool=nn.MaxPool2d(3, 1, padding=1), bn=bn(filters)))
        self.avg_pool_3x3 = nn.Sequential(OrderedDict(pool=average, bn=bn(filters)))
        self.skip_connect = nn.Identity()
        self.sep_conv_3x3 = SeparableConv(filters, 3, bn=bn)
        self.sep_conv_5x5 = SeparableConv(filters, 5, bn=bn)
        self.dil_conv_3x3 = relu_conv(3)
        self.dil_conv_5x5 = relu_conv(5)

    def forward(self, x: Tensor, alpha: tuple[Tensor, ...]) -> Tensor:
        return add(weight * getattr(self, name)(x) for name, weight in zip(PRIMITIVES[1:], alpha[1:]))


class Cell(nn.Module):
    """All edges between the two inputs and the blocks (eq. 1); edges from a dropped input do not exist."""

    def __init__(self, blocks: int, filters: int, bn, has_previous_previous: bool):
        super().__init__()
        self.blocks = blocks
        for block in range(blocks):
            for state in range(0 if has_previous_previous else 1, block + 2):
                self.add_module(self.edge(block, state), Edge(filters, bn))

    @staticmethod
    def edge(block: int, state: int) -> str:
        return f"edge{block * (block + 3) // 2 + state}"

    def forward(self, previous_previous: Tensor | None, previous: Tensor, alpha) -> Tensor:
        states = [previous_previous, previous]
        for block in range(self.blocks):
            terms = (
                getattr(self, self.edge(block, state))(x, alpha[block * (block + 3) // 2 + state])
                for state, x in enumerate(states)
                if x is not None
            )
            states.append(add(terms))
        return torch.cat(states[2:], 1)


class Node(nn.Module):
    """One layer at one level (eq. 6). Its cell is shared by the incoming arrows, or each has its own."""

    def __init__(self, options: Options, level: int, directions: dict[str, int], previous_previous):
        super().__init__()
        filters = options.filter_multiplier * 2**level
        bn = options.batch_norm("cell")
        shared = options.share_cell_weights
        self.cells = {direction: "cell" if shared else f"{direction}_cell" for direction in directions}
        for name in dict.fromkeys(self.cells.values()):
            self.add_module(name, Cell(options.blocks, filters, bn, previous_previous is not None))
        if previous_previous is not None:
            channels, ratio = previous_previous
            self.previous_previous = ConvBn(channels, filters, 1 if ratio == 1 else 3, ratio, bn=bn, before=True)
        for direction, channels in directions.items():
            kernel, stride = (3, 2) if direction == "down" else (1, 1)
            self.add_module(direction, ConvBn(channels, filters, kernel, stride, bn=bn, before=True))

    def forward(self, previous_previous: Tensor | None, inputs, size, alpha) -> Tensor:
        """`inputs`: (direction, H^{l-1}, beta) of every incoming arrow."""
        if previous_previous is not None:
            previous_previous = self.previous_previous(previous_previous)
        terms = []
        for direction, previous, beta in inputs:
            previous = getattr(self, direction)(resize(previous, size) if direction == "up" else previous)
            cell = getattr(self, self.cells[direction])
            terms.append(beta * cell(previous_previous, previous, alpha))
        return add(terms)


class Head(nn.Module):
    """ReLU, ASPP of three branches, classifier: the class scores of one level.

    The image-pooling branch has no batch norm: at batch 2 it would normalise two values.
    """

    def __init__(self, options: Options, level: int):
        super().__init__()
        channels = options.blocks * options.filter_multiplier * 2**level
        conv = partial(ConvBn, bn=options.batch_norm("head"), after=True)
        self.conv1x1 = conv(channels, channels)
        self.atrous = conv(channels, channels, 3, rate=96 // (4 * 2**level))
        self.pool = nn.Sequential(OrderedDict(conv=nn.Conv2d(channels, channels, 1, bias=False)))
        projected = options.projection == "conv"
        self.projection = conv(3 * channels, channels) if projected else nn.Identity()
        self.logits = nn.Conv2d(channels if projected else 3 * channels, options.classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(x)
        pooled = F.relu(self.pool(x.mean((2, 3), keepdim=True))).expand_as(x)
        return self.logits(self.projection(torch.cat([self.conv1x1(x), self.atrous(x), pooled], 1)))


def children(**modules: nn.Module) -> nn.Module:
    """A module that only holds others."""
    parent = nn.Module()
    for name, module in modules.items():
        parent.add_module(name, module)
    return parent


class Supernet(nn.Module):
    """Image `[batch, 3, height, width]` to logits of that size."""

    def __init__(self, options: Options):
        super().__init__()
        self.options = options
        self.arrows = arrows(options.layers)
        bn = options.batch_norm("stem")
        half, quarter = options.stem_widths
        self.stem = children(
            conv1=ConvBn(3, half, 3, 2, bn=bn), conv2=ConvBn(half, quarter, 3, 2, bn=bn, before=True)
        )
        for layer in range(1, options.layers + 1):
            nodes = {f"stride{4 * 2**level}": self.make_node(layer, level) for level in levels_at(layer)}
            self.add_module(f"layer{layer}", children(**nodes))
        self.head = children(
            **{f"stride{4 * 2**level}": Head(options, level) for level in levels_at(options.layers)}
        )
        self.architecture = nn.Module()
        self.architecture.alpha = nn.Parameter(1e-3 * torch.randn(options.edges, len(PRIMITIVES)))
        self.architecture.beta = nn.Parameter(1e-3 * torch.randn(len(self.arrows)))

    def incoming(self, layer: int, level: int) -> list[Arrow]:
        return [arrow for arrow in self.arrows if (arrow.layer, arrow.target) == (layer, level)]

    def channels(self, layer: int, level: int) -> int:
        """Of a node's output; layer -1 is the first stem convolution, layer 0 the second."""
        if layer <= 0:
            return self.options.stem_widths[layer + 1]
        return self.options.blocks * self.options.filter_multiplier * 2**level

    def previous_previous_level(self, layer: int, level: int) -> int | None:
        """The level that stands for H^{l-2}; -1 is the first stem convolution (stride 2)."""
        nearest = min(level, -1 if layer == 1 else levels_at(layer - 2)[-1])
        return None if self.options.missing == "drop" and nearest != level else nearest

    def make_node(self, layer: int, level: int) -> Node:
        directions = {a.direction: self.channels(layer - 1, a.source) for a in self.incoming(layer, level)}
        nearest = self.previous_previous_level(layer, level)
        previous_previous = None
        if nearest is not None:
            previous_previous = self.channels(layer - 2, nearest), 2 ** (level - nearest)
        return Node(self.options, level, directions, previous_previous)

    def weights(self) -> Iterator[nn.Parameter]:
        """All parameters but alpha and beta."""
        return (p for name, p in self.named_parameters() if not name.startswith("architecture."))

    def gates(self) -> list[Tensor]:
        """beta of every arrow after the softmax over the arrows that leave the same node (eq. 7)."""
        groups: dict[tuple[int, int], list[int]] = {}
        for arrow in self.arrows:
            groups.setdefault((arrow.layer, arrow.source), []).append(arrow.index)
        # the arrows of a group follow one another, and so do the groups
        sizes = [len(group) for group in groups.values()]
        return [gate for part in self.architecture.beta.split(sizes) for gate in F.softmax(part, 0)]

    def trellis(self, image: Tensor) -> list[dict[int, Tensor]]:
        """The outputs of the stem (levels -1 and 0), then those of each layer by level."""
        alpha = [row.unbind() for row in F.softmax(self.architecture.alpha, 1)]
        gates = self.gates()
        half = self.stem.conv1(image)
        outputs = [{-1: half}, {0: self.stem.conv2(half)}]
        for layer in range(1, self.options.layers + 1):
            nodes = {}
            for level in levels_at(layer):
                size = [-(-length // (4 * 2**level)) for length in image.shape[2:]]
                node = getattr(getattr(self, f"layer{layer}"), f"stride{4 * 2**level}")
                nearest = self.previous_previous_level(layer, level)
                inputs = [(a.direction, outputs[-1][a.source], gates[a.index]) for a in self.incoming(layer, level)]
                nodes[level] = node(None if nearest is None else outputs[-2][nearest], inputs, size, alpha)
            outputs.append(nodes)
        return outputs

    def forward(self, image: Tensor) -> Tensor:
        heads = self.head.children()
        last = self.trellis(image)[-1].values()
        return add(resize(head(x), image.shape[2:]) for head, x in zip(heads, last))
