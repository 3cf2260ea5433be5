"""Fixtures of single operations: forward and gradients by PyTorch, in float64."""

import torch
import torch.nn.functional as F

from fill import fill_image, fill_labels, fill_variable
from output import flat, write_json


def spec(name, shape, kind="uniform", **extra):
    """How the reader obtains an input: see README.md."""
    return {"fill": name, "shape": list(shape), "kind": kind, **extra}


def values(entry):
    """The tensor of a spec, float64 (labels: int64), in TensorFlow layout."""
    name, shape = entry["fill"], entry["shape"]
    match entry["kind"]:
        case "uniform":
            return torch.from_numpy(fill_image(name, shape)).double()
        case "variable":
            return torch.from_numpy(fill_variable(name, shape)).double()
        case "labels":
            return torch.from_numpy(fill_labels(name, shape, entry["classes"])).long()
        case "constant":
            return torch.full(shape, entry["value"])


def nchw(x):
    return x.permute(0, 3, 1, 2)


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def case(name, inputs, attrs, forward, gradients):
    """Runs `forward` on the inputs; keeps its outputs and the gradients of sum(y * dy)."""
    tensors = {key: values(entry) for key, entry in inputs.items()}
    for key in gradients:
        tensors[key].requires_grad_()
    outputs = forward(tensors)
    y = outputs["y"]
    if y.dim():
        inputs["dy"] = spec(f"{name}/dy", y.shape)
        (y * values(inputs["dy"])).sum().backward()
    else:
        y.backward()
    expected = {key: flat(value) for key, value in outputs.items()}
    expected |= {f"d{key}": flat(tensors[key].grad) for key in gradients}
    return {
        "name": name,
        "inputs": inputs,
        "attrs": attrs,
        "outputShape": list(y.shape),
        "expected": expected,
    }


def convolution(family, shape, kernel, out, stride, rate, groups=1):
    channels = shape[3]
    depthwise = family == "depthwise"
    name = f"{family} {kernel}x{kernel} stride {stride} rate {rate} groups {groups} on {shape[1]}x{shape[2]}"
    weights_shape = (kernel, kernel, channels, 1) if depthwise else (kernel, kernel, channels // groups, out)
    inputs = {"x": spec(f"{name}/x", shape), "weights": spec(f"{name}/weights", weights_shape, "variable")}

    def forward(t):
        weights = t["weights"].permute(2, 3, 0, 1) if depthwise else t["weights"].permute(3, 2, 0, 1)
        y = F.conv2d(
            nchw(t["x"]),
            weights,
            stride=stride,
            padding=rate * (kernel - 1) // 2,
            dilation=rate,
            groups=channels if depthwise else groups,
        )
        return {"y": nhwc(y)}

    attrs = {"stride": stride, "rate": rate} | ({} if depthwise else {"groups": groups})
    return case(name, inputs, attrs, forward, ["x", "weights"])


ODD, EVEN = (1, 7, 7, 3), (2, 6, 4, 3)


def conv2d_cases():
    for kernel, rate in ((1, 1), (3, 1), (3, 2), (5, 1), (5, 2)):
        for stride in (1, 2):
            for shape in (ODD, EVEN):
                yield convolution("conv2d", shape, kernel, 2, stride, rate)
    yield convolution("conv2d", (1, 9, 9, 2), 3, 2, 1, 6)
    yield convolution("conv2d", (1, 8, 10, 2), 3, 2, 1, 6)
    yield convolution("conv2d", (1, 8, 9, 2), 3, 2, 2, 6)
    yield convolution("conv2d", (2, 1, 1, 3), 3, 2, 1, 2)


def grouped_cases():
    for groups, channels, out in ((2, 4, 6), (5, 5, 10)):
        for kernel, rate, stride in ((1, 1, 1), (3, 1, 1), (3, 1, 2), (3, 2, 1), (5, 2, 1), (5, 2, 2)):
            height, width = (5, 5) if stride == 1 else (6, 5)
            yield convolution("grouped", (1, height, width, channels), kernel, out, stride, rate, groups)


def depthwise_cases():
    for kernel in (3, 5):
        for rate in (1, 2):
            for stride in (1, 2):
                for shape in (ODD, EVEN):
                    yield convolution("depthwise", shape, kernel, 3, stride, rate)


def batch_norm_case(shape, epsilon, affine):
    name = f"batch norm {'affine' if affine else 'plain'} epsilon {epsilon} on {'x'.join(map(str, shape))}"
    inputs = {"x": spec(f"{name}/x", shape)}
    if affine:
        inputs |= {key: spec(f"{name}/{key}", shape[3:], "variable") for key in ("gamma", "beta")}

    def forward(t):
        x = t["x"]
        mean = x.mean((0, 1, 2))
        variance = x.var((0, 1, 2), unbiased=False)
        y = F.batch_norm(nchw(x), None, None, t.get("gamma"), t.get("beta"), training=True, eps=epsilon)
        return {"y": nhwc(y), "mean": mean, "variance": variance}

    keys = ["x", "gamma", "beta"] if affine else ["x"]
    return case(name, inputs, {"epsilon": epsilon, "affine": affine}, forward, keys)


def batch_norm_cases():
    for shape in ((2, 5, 5, 4), (1, 4, 6, 3), (4, 1, 1, 3)):
        for epsilon in (1e-5, 1e-3):
            for affine in (True, False):
                yield batch_norm_case(shape, epsilon, affine)


def pool_cases():
    for kind in ("max", "average"):
        for shape in ((2, 7, 7, 2), (1, 6, 8, 3), (1, 5, 4, 2), (2, 1, 2, 2)):
            for stride in (1, 2):
                name = f"{kind} pool stride {stride} on {shape[1]}x{shape[2]}"

                def forward(t):
                    x = nchw(t["x"])
                    if kind == "max":
                        y = F.max_pool2d(x, 3, stride, padding=1)
                    else:
                        y = F.avg_pool2d(x, 3, stride, padding=1, count_include_pad=False)
                    return {"y": nhwc(y)}

                inputs = {"x": spec(f"{name}/x", shape)}
                yield case(name, inputs, {"kind": kind, "size": 3, "stride": stride}, forward, ["x"])


def resize_cases():
    sizes = (
        ((5, 5), (9, 9)),  # 2 (n - 1) + 1
        ((9, 9), (5, 5)),
        ((4, 6), (8, 12)),
        ((8, 6), (4, 3)),
        ((5, 3), (7, 11)),
        ((7, 5), (3, 4)),
        ((5, 4), (1, 1)),
        ((1, 1), (4, 3)),
        ((1, 5), (3, 5)),
        ((4, 4), (4, 4)),
    )
    for source, target in sizes:
        name = f"bilinear {source[0]}x{source[1]} to {target[0]}x{target[1]}"

        def forward(t):
            return {"y": nhwc(F.interpolate(nchw(t["x"]), target, mode="bilinear", align_corners=True))}

        inputs = {"x": spec(f"{name}/x", (2, *source, 2))}
        yield case(name, inputs, {"size": list(target)}, forward, ["x"])


def mean_cross_entropy(logits, labels):
    """Mean over the pixels that are not 255; 0 when there is none. Logits `[..., classes]`."""
    total = F.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), labels.reshape(-1), ignore_index=255, reduction="sum"
    )
    return total / (labels != 255).sum().clamp(min=1)


def cross_entropy_cases():
    def make(name, shape, labels, scale):
        inputs = {"x": spec(f"{name}/x", shape), "labels": labels}

        def forward(t):
            return {"y": mean_cross_entropy(scale * t["x"], t["labels"])}

        return case(name, inputs, {"scale": scale, "ignore": 255}, forward, ["x"])

    for shape in ((2, 5, 5, 4), (1, 4, 6, 19)):
        for scale in (1, 50):
            name = f"cross entropy of {shape[3]} classes, logits times {scale}"
            labels = spec(f"{name}/labels", shape[:3], "labels", classes=shape[3])
            yield make(name, shape, labels, scale)
    name = "cross entropy, every pixel ignored"
    yield make(name, (1, 3, 4, 3), spec(f"{name}/labels", (1, 3, 4), "constant", value=255), 1)
    name = "cross entropy, no pixel ignored"
    yield make(name, (1, 3, 4, 3), spec(f"{name}/labels", (1, 3, 4), "constant", value=2), 1)


def weighted_cross_entropy_cases():
    """torch's CrossEntropyLoss(weight): divided by the sum of the weights of the pixels that count."""
    for shape in ((2, 5, 5, 4), (1, 4, 6, 19)):
        name = f"weighted cross entropy of {shape[3]} classes"
        weights = [0.1 + 0.7 * (i % 4) for i in range(shape[3])]
        labels = spec(f"{name}/labels", shape[:3], "labels", classes=shape[3])

        def forward(t):
            loss = torch.nn.CrossEntropyLoss(torch.tensor(weights).double(), ignore_index=255)
            return {"y": loss(t["x"].reshape(-1, t["x"].shape[-1]), t["labels"].reshape(-1))}

        inputs = {"x": spec(f"{name}/x", shape), "labels": labels}
        yield case(name, inputs, {"classWeights": weights}, forward, ["x"])


FAMILIES = {
    "conv2d": conv2d_cases,
    "grouped": grouped_cases,
    "depthwise": depthwise_cases,
    "batch-norm": batch_norm_cases,
    "pool": pool_cases,
    "resize-bilinear": resize_cases,
    "cross-entropy": cross_entropy_cases,
    "weighted-cross-entropy": weighted_cross_entropy_cases,
}


def generate() -> None:
    for family, cases in FAMILIES.items():
        write_json(f"ops/{family}.json", {"family": family, "cases": list(cases())})
