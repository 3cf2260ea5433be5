"""What `autodeeplab doctor --verify` compares a machine with: it ships inside the package, in lib/verify/reference."""

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import nn

import architectures
import dice
import hard_pixels
import ops
import segmentation_fixtures
from layers import gradients, variables
from fill import fill_variable
from ops import case, nchw, nhwc, spec
from output import digits, flat, write_json
from segmentation import operation as derived_operation
from summary import gradient_summary, image_input, label_input, tensors
from supernet import Edge
from supernet_fixtures import BATCH, SMALL, backward, build

FOLDER = "../../lib/verify/reference"

# Of ops.py: (family, names of its cases); few and small, with every kernel, stride, padding and rate of the networks
CHOSEN = {
    "conv2d": (
        "conv2d 1x1 stride 1 rate 1 groups 1 on 7x7",
        "conv2d 3x3 stride 1 rate 1 groups 1 on 6x4",
        "conv2d 3x3 stride 2 rate 1 groups 1 on 7x7",
        "conv2d 3x3 stride 2 rate 1 groups 1 on 6x4",
        "conv2d 5x5 stride 1 rate 2 groups 1 on 7x7",
        "conv2d 3x3 stride 1 rate 6 groups 1 on 8x10",
    ),
    "grouped": ("grouped 1x1 stride 1 rate 1 groups 5 on 5x5", "grouped 3x3 stride 2 rate 1 groups 2 on 6x5"),
    "depthwise": (
        "depthwise 3x3 stride 1 rate 1 groups 1 on 7x7",
        "depthwise 5x5 stride 1 rate 1 groups 1 on 6x4",
        "depthwise 5x5 stride 2 rate 1 groups 1 on 7x7",
        "depthwise 3x3 stride 2 rate 1 groups 1 on 6x4",
    ),
    "batch-norm": (
        "batch norm affine epsilon 1e-05 on 2x5x5x4",
        "batch norm plain epsilon 0.001 on 1x4x6x3",
    ),
    "pool": (
        "max pool stride 1 on 6x8",
        "max pool stride 2 on 6x8",
        "max pool stride 2 on 7x7",
        "average pool stride 1 on 6x8",
        "average pool stride 2 on 6x8",
        "average pool stride 2 on 7x7",
    ),
    "resize-bilinear": ("bilinear 5x5 to 9x9", "bilinear 8x6 to 4x3", "bilinear 5x3 to 7x11"),
    "cross-entropy": (
        "cross entropy of 4 classes, logits times 1",
        "cross entropy of 19 classes, logits times 50",
        "cross entropy, every pixel ignored",
    ),
    "weighted-cross-entropy": ("weighted cross entropy of 4 classes",),
}


def chosen(cases, names=None):
    found = [one for one in cases if names is None or one["name"] in names]
    assert names is None or len(found) == len(names), names
    return found


def grouped_norm_case():
    """Two groups of images, each normalised by statistics of its own."""
    name, groups, epsilon = "batch norm of two groups", 2, 1e-5
    inputs = {"x": spec(f"{name}/x", (4, 3, 4, 3))}
    inputs |= {key: spec(f"{name}/{key}", (3,), "variable") for key in ("gamma", "beta")}

    def forward(t):
        parts = [
            F.batch_norm(nchw(part), None, None, t["gamma"], t["beta"], training=True, eps=epsilon)
            for part in t["x"].chunk(groups)
        ]
        return {"y": nhwc(torch.cat(parts))}

    return case(name, inputs, {"epsilon": epsilon, "groups": groups}, forward, ["x", "gamma", "beta"])


def frozen_norm_case():
    name, epsilon = "batch norm by given statistics", 1e-3
    inputs = {"x": spec(f"{name}/x", (2, 4, 3, 3))}
    keys = ("gamma", "beta", "moving_mean", "moving_variance")
    inputs |= {key: spec(f"{name}/{key}", (3,), "variable") for key in keys}

    def forward(t):
        y = F.batch_norm(nchw(t["x"]), *(t[key] for key in (*keys[2:], *keys[:2])), training=False, eps=epsilon)
        return {"y": nhwc(y)}

    return case(name, inputs, {"epsilon": epsilon}, forward, ["x", "gamma", "beta"])


def shape_cases():
    def make(family, name, shape, forward, attrs):
        inputs = {"x": spec(f"{name}/x", shape)}
        return family, case(name, inputs, attrs, lambda t: {"y": forward(t["x"])}, ["x"])

    yield make("relu", "relu", (2, 3, 4, 2), F.relu, {})
    yield make("repeat-channels", "channels three times", (1, 3, 4, 2), lambda x: x.repeat(1, 1, 1, 3), {"times": 3})
    yield make(
        "repeat-pixel", "a pixel over an image", (2, 1, 1, 3), lambda x: x.expand(2, 4, 5, 3), {"size": [4, 5]}
    )


def core_cases():
    """Operations of tfjs whose gradients the library corrects."""
    shape = (2, 3, 4)

    def two(kind, function):
        inputs = {"x": spec(f"{kind}/x", shape), "z": spec(f"{kind}/z", (1, 3, 1))}
        return case(kind, inputs, {"kind": kind}, lambda t: {"y": function(t["x"], t["z"])}, ["x", "z"])

    def one(kind, function):
        inputs = {"x": spec(f"{kind}/x", shape)}
        return case(kind, inputs, {"kind": kind}, lambda t: {"y": function(t["x"])}, ["x"])

    def half_pixels(x):
        image = nchw(x.reshape(1, *shape))
        return nhwc(F.interpolate(image, (4, 7), mode="bilinear", align_corners=False))

    yield two("maximum", torch.maximum)
    yield two("minimum", torch.minimum)
    yield two("squared difference", lambda x, z: (x - z) ** 2)
    yield one("largest", lambda x: x.amax(1))
    yield one("smallest", lambda x: x.amin(-1))
    yield one("product", lambda x: x.prod(1))
    yield one("cumulated sum", lambda x: x.cumsum(-1))
    yield one("resize at half pixels", half_pixels)


class NoConnection(nn.Module):
    """`none`: zeros that do not depend on the image."""

    def forward(self, x):
        return 0 * x


def relaxed_operation(name, filters):
    if name == "none":
        return NoConnection()
    return getattr(Edge(filters, SMALL.batch_norm("cell")), name)


def module_case(name, module, attrs, shape, training):
    """A module with the weights that their names decide: output, gradients of image and weights."""
    module = module.double().train(training)
    inputs = {"x": spec(f"{name}/x", shape)}
    with torch.no_grad():
        for key, tensor in variables(module).items():
            inputs[key] = spec(f"{name}/{key}", tensor.shape, "variable")
            tensor.copy_(torch.from_numpy(fill_variable(f"{name}/{key}", tuple(tensor.shape))))
    x = ops.values(inputs["x"]).requires_grad_()
    y = nhwc(module(nchw(x)))
    inputs["dy"] = spec(f"{name}/dy", y.shape)
    (y * ops.values(inputs["dy"])).sum().backward()
    expected = {"y": flat(y), "dx": flat(x.grad)}
    expected |= {f"d{key}": flat(gradient) for key, gradient in gradients(module).items()}
    return {"name": name, "inputs": inputs, "attrs": attrs, "outputShape": list(y.shape), "expected": expected}


def space_cases():
    filters = 3
    for name in architectures.PRIMITIVES:
        attrs = {"operation": name}
        yield "relaxed", module_case(f"relaxed {name}", relaxed_operation(name, filters), attrs, (2, 5, 4, filters), True)
    for name in architectures.PRIMITIVES[1:]:
        for stride, size in ((1, (5, 4)), (2, (6, 5))):
            module = derived_operation(name, filters, stride)
            attrs = {"operation": name, "stride": stride}
            yield "derived", module_case(f"derived {name} stride {stride}", module, attrs, (1, *size, filters), False)


def write_operations() -> None:
    cases = []
    for family, names in CHOSEN.items():
        cases += [(family, one) for one in chosen(ops.FAMILIES[family](), names)]
    cases += [("hard-pixels", one) for one in chosen(hard_pixels.cases(), ["hardest 0.25 of the pixels, 4 classes"])]
    cases += [("dice", one) for one in chosen(dice.cases(), ["dice of 4 classes"])]
    cases += [("group-batch-norm", grouped_norm_case()), ("frozen-batch-norm", frozen_norm_case())]
    cases += [*shape_cases(), *(("core", one) for one in core_cases()), *space_cases()]
    write_json(f"{FOLDER}/operations.json", {"cases": [{"family": family, **one} for family, one in cases]})


class Search:
    """The two alternating steps of a search in float64: SGD with momentum and Adam, by hand; DARTS eq. 6 to 8."""

    RATE, MOMENTUM, DECAY = 0.025, 0.9, 3e-4
    ARCHITECTURE_RATE, ARCHITECTURE_DECAY, BETAS = 0.003, 1e-3, (0.5, 0.999)

    def __init__(self, options, size, images):
        self.network = build(options, torch.float64)
        self.weights = {n: p for n, p in self.network.named_parameters() if not n.startswith("architecture.")}
        self.architecture = {n: p for n, p in self.network.named_parameters() if n.startswith("architecture.")}
        self.velocity = {n: torch.zeros_like(p) for n, p in self.weights.items()}
        self.inputs = [(image_input(size, BATCH, image), label_input(size, BATCH, options.classes)) for image in images]

    def gradients(self, batch):
        self.network.zero_grad()
        image, labels = tensors(*self.inputs[batch])
        _, loss, _ = backward(self.network, image.double(), labels)
        named = {n: torch.zeros_like(p) if p.grad is None else p.grad.clone() for n, p in self.network.named_parameters()}
        return loss.detach(), named

    def move(self, gradient):
        """Velocities and weights after one step; weight decay spares batch norms and biases."""
        velocity, after = {}, {}
        for name, p in self.weights.items():
            decay = self.DECAY if p.dim() == 4 else 0
            velocity[name] = self.MOMENTUM * self.velocity[name] + gradient[name] + decay * p.detach()
            after[name] = p.detach() - self.RATE * velocity[name]
        return velocity, after

    @torch.no_grad()
    def set(self, values):
        for name, value in values.items():
            self.weights[name].copy_(value)

    def weight_step(self):
        loss, gradient = self.gradients(0)
        self.velocity, after = self.move(gradient)
        self.set(after)
        return loss

    def first_order(self):
        loss, gradient = self.gradients(1)
        return loss, {name: gradient[name] for name in self.architecture}

    def second_order(self):
        before = {name: p.detach().clone() for name, p in self.weights.items()}
        _, gradient = self.gradients(0)
        self.set(self.move(gradient)[1])
        loss, unrolled = self.gradients(1)
        direction = {name: unrolled[name] for name in self.weights}
        epsilon = 0.01 / torch.sqrt(sum((d**2).sum() for d in direction.values()))
        sides = []
        for sign in (1, -1):
            self.set({name: before[name] + sign * epsilon * direction[name] for name in before})
            sides.append(self.gradients(0)[1])
        self.set(before)
        plus, minus = sides
        return loss, {n: unrolled[n] - self.RATE * (plus[n] - minus[n]) / (2 * epsilon) for n in self.architecture}

    def moments(self, gradient):
        """Adam's mean after its first step: linear in the gradient, which the step itself is not."""
        kept = 1 - self.BETAS[0]
        return {n: kept * (g + self.ARCHITECTURE_DECAY * self.architecture[n].detach()) for n, g in gradient.items()}


def search_steps(options, size, images) -> dict:
    def run(order):
        search = Search(options, size, images)
        first = search.weight_step()
        loss, gradient = getattr(search, f"{order}_order")()
        alpha, beta = search.moments(gradient).values()
        velocity = {n: search.velocity[n] for n in search.weights}
        return {
            "order": order,
            "losses": [digits(first), digits(loss)],
            "alphaMean": flat(alpha),
            "betaMean": flat(beta),
            "velocity": gradient_summary(named(velocity)),
        }

    def named(values):
        network = build(options, torch.float64)
        for name, p in network.named_parameters():
            p.grad = values.get(name)
        return {name: g for name, g in gradients(network).items() if not name.startswith("architecture/")}

    search = Search(options, size, images)
    return {
        "name": "search",
        "options": {
            "layers": options.layers,
            "filterMultiplier": options.filter_multiplier,
            "blocks": options.blocks,
        },
        "classes": options.classes,
        "batches": [{"image": image, "labels": labels} for image, labels in search.inputs],
        "runs": [run("first"), run("second")],
    }


def retrain_step(path, genotype, multiplier, classes, size, image_name) -> dict:
    """Loss and gradients of a derived network, with batch norms by the batch and by given statistics."""
    image, labels = image_input(size, BATCH, image_name), label_input(size, BATCH, classes)
    x, y = tensors(image, labels)
    runs = {}
    for mode, training in (("training", True), ("frozen", False)):
        network = segmentation_fixtures.build(path, genotype, multiplier, classes, torch.float64).train(training)
        loss, exact = segmentation_fixtures.backward(network, x.double(), y)
        runs[mode] = {"loss": digits(loss), "gradients": gradient_summary(exact)}
    return {
        "name": "retrain",
        "architecture": {"path": path, "genotype": genotype},
        "filterMultiplier": multiplier,
        "classes": classes,
        "image": image,
        "labels": labels,
        **runs,
    }


def write_networks() -> None:
    search = search_steps(replace(SMALL, layers=2, blocks=1), (33, 33), ["image0", "image1"])
    path, blocks, multiplier, classes, size, image = [0, 1, 2, 1, 0], 3, 3, 5, (33, 33), "image3"
    genotype = architectures.random_genotype("random-ends-at-4", blocks)
    retrain = retrain_step(path, genotype, multiplier, classes, size, image)
    write_json(f"{FOLDER}/networks.json", {"search": search, "retrain": retrain})


def generate() -> None:
    write_operations()
    write_networks()
