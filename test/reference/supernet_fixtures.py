"""Fixtures of the search network: logits, loss and all gradients, in training mode."""

from dataclasses import replace

import torch

from layers import fill_variables, gradients
from ops import mean_cross_entropy
from output import digits, flat, write_json
from summary import (
    gradient_error,
    gradient_summary,
    image_input,
    label_input,
    logits_summary,
    map_summary,
    relu_inputs,
    sign_margin,
    tensor_error,
    tensors,
)
from supernet import Options, Supernet

BATCH = 2
SMALL = Options(layers=3, filter_multiplier=2, blocks=2, classes=5)
ALL_AFFINE = {"stem": True, "cell": True, "head": True}
NONE_AFFINE = {"stem": False, "cell": False, "head": False}
# name: (options, (height, width), image); the images keep every ReLU away from zero (sign_margin)
CASES = {
    "two-layers-one-block": (replace(SMALL, layers=2, blocks=1), (33, 33), "image0"),
    "three-layers": (replace(SMALL, filter_multiplier=4), (33, 33), "image0"),
    "four-layers": (replace(SMALL, layers=4, blocks=3, classes=19), (65, 65), "image1"),
    "even-size": (replace(SMALL, layers=4, filter_multiplier=3), (64, 48), "image0"),
    "five-blocks": (replace(SMALL, layers=2, blocks=5, classes=3), (41, 33), "image1"),
    "missing-dropped": (replace(SMALL, layers=4, missing="drop"), (33, 49), "image4"),
    "separate-cells": (replace(SMALL, share_cell_weights=False), (33, 33), "image3"),
    "projected-head": (replace(SMALL, projection="conv", stem=(6, 10)), (33, 33), "image0"),
    "all-affine": (replace(SMALL, layers=2, affine=ALL_AFFINE), (33, 41), "image6"),
    "none-affine": (replace(SMALL, affine=NONE_AFFINE), (41, 33), "image3"),
}


def build(options, dtype):
    network = Supernet(options).to(dtype).train()
    fill_variables(network)
    return network


def backward(network, image, labels):
    logits = network(image)
    loss = mean_cross_entropy(logits.permute(0, 2, 3, 1), labels)
    loss.backward()
    return logits, loss, gradients(network)


def fixture(name, options, size, image_name):
    single, double = build(options, torch.float32), build(options, torch.float64)
    image, labels = image_input(size, BATCH, image_name), label_input(size, BATCH, options.classes)
    x, y = tensors(image, labels)
    records = relu_inputs(single), relu_inputs(double)
    logits, loss, exact = backward(double, x.double(), y)
    single_logits, _, rounded = backward(single, x, y)
    error, worst = gradient_error(rounded, exact)
    print(
        f"{name}, float32 against float64: logits {tensor_error(single_logits, logits):.0e}, "
        f"gradients {error:.1e} at {worst}, sign margin {sign_margin(*records):.1f}"
    )
    with torch.no_grad():
        trellis = double.trellis(x.double())
    document = {
        "name": name,
        "options": {
            "layers": options.layers,
            "filterMultiplier": options.filter_multiplier,
            "blocks": options.blocks,
            "classes": options.classes,
            "stem": options.stem_widths,
            "missing": options.missing,
            "shareCellWeights": options.share_cell_weights,
            "projection": options.projection,
            "affine": options.affine,
        },
        "image": image,
        "labels": labels,
        "parameters": sum(p.numel() for p in double.weights()),
        "stem": map_summary(trellis[1][0]),
        "nodes": [
            {"layer": layer, "stride": 4 * 2**level, **map_summary(x)}
            for layer, nodes in enumerate(trellis[2:], 1)
            for level, x in nodes.items()
        ],
        "logits": logits_summary(logits),
        "loss": digits(loss),
        "alphaGradient": flat(exact.pop("architecture/alpha")),
        "betaGradient": flat(exact.pop("architecture/beta")),
        "weightGradients": gradient_summary(exact),
    }
    write_json(f"supernet/{name}.json", document)


def generate() -> None:
    for name, case in CASES.items():
        fixture(name, *case)
