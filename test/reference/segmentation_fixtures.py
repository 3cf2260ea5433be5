"""Fixtures of the retrain network: logits at inference; loss and gradients in training."""

import torch

import architectures
from layers import ConvBn, fill_variables, gradients
from ops import mean_cross_entropy
from output import digits, flat, write_json
from segmentation import SegmentationNetwork
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

PUBLISHED = architectures.PUBLISHED_PATH, architectures.PUBLISHED_GENOTYPE
INFERENCE, FROZEN, TRAINING = "inference", "frozen", "training"
# name: (path, genotype, F, classes, (height, width), image, modes). The gradients of a deep ReLU
# network in training mode jump where an activation crosses zero; the images are chosen so that
# none is within the rounding of float32 (sign_margin).
CASES = {
    "published-f4-65x65": (*PUBLISHED, 4, 19, (65, 65), "image0", (INFERENCE,)),
    "published-f4-64x96": (*PUBLISHED, 4, 19, (64, 96), "image0", (INFERENCE,)),
    "published-f20-97x65": (*PUBLISHED, 20, 19, (97, 65), "image0", (INFERENCE,)),
    "published-f20-65x65": (*PUBLISHED, 20, 19, (65, 65), "image0", (INFERENCE, FROZEN)),
    "published-f4-33x33": (*PUBLISHED, 4, 19, (33, 33), "image14", (INFERENCE, TRAINING)),
    "published-f4-34x48": (*PUBLISHED, 4, 19, (34, 48), "image5", (INFERENCE, TRAINING)),
}
# name: (path, B, F, classes, size, image)
RANDOM = {
    "random-starts-at-8": ([1, 0, 0, 1, 0, 1], 5, 4, 5, (49, 33), "image1"),
    "random-ends-at-4": ([0, 1, 2, 1, 0], 3, 3, 21, (33, 33), "image3"),
    "random-ends-at-32": ([0, 1, 1, 2, 3], 4, 4, 4, (33, 49), "image5"),
    "random-never-at-4": ([1, 2, 3, 2], 2, 8, 3, (49, 49), "image1"),
    "random-only-at-4": ([0, 0, 0], 4, 3, 2, (33, 25), "image4"),
    "random-even-size": ([1, 2, 1, 0, 1, 2, 3, 3], 2, 5, 6, (40, 46), "image1"),
    "random-stem-width": ([1, 1, 0, 1], 2, 32, 3, (33, 33), "image3"),
}
for name, (path, blocks, *rest) in RANDOM.items():
    CASES[name] = (path, architectures.random_genotype(name, blocks), *rest, (INFERENCE, FROZEN, TRAINING))

# Parameters by F: stem, cells, ASPP, decoder without and with the 19-class logits (paper: 10.15 / 21.62 / 44.42 M)
COUNTS = {
    20: (
        10_147_427,
        [38240, 38960, 38400, 135200, 512000, 151200, 536000, 536000, 2038400, 2102400, 616000, 175200],
        1_815_552,
        1_296_160,
    ),
    32: (
        21_622_451,
        [89216, 92288, 93312, 336128, 1290752, 377088, 1352192, 1352192, 5178368, 5342208, 1556992, 438528],
        2_706_432,
        1_299_040,
    ),
    48: (
        44_424_691,
        [189888, 198336, 203712, 743808, 2879232, 835968, 3017472, 3017472, 11601408, 11970048, 3478272, 974208],
        3_894_272,
        1_302_880,
    ),
}
TOTALS = {
    (20, 21): 10_147_941,
    (32, 21): 21_622_965,
    (48, 21): 44_425_205,
    (20, 150): 10_181_094,
    (32, 150): 21_656_118,
    (48, 150): 44_458_358,
}
BATCH = 2
BATCH_NORMS = ("stem/conv3", "cell0/previous", "aspp/pool", "decoder/conv2")


def parameters(module) -> int:
    return sum(p.numel() for p in module.parameters())


def check_counts() -> None:
    """The parameters of the published architecture must be the paper's, cell by cell."""
    for multiplier, (total, cells, aspp, decoder) in COUNTS.items():
        network = SegmentationNetwork(*PUBLISHED, multiplier, 19)
        assert parameters(network) == total
        assert parameters(network.stem) == 112_832
        assert [parameters(cell) for cell in network.cells()] == cells
        assert parameters(network.aspp) == aspp
        assert parameters(network.decoder) == decoder + 4_883
    for (multiplier, classes), total in TOTALS.items():
        assert parameters(SegmentationNetwork(*PUBLISHED, multiplier, classes)) == total
    check_shapes(10, (321, 321), [81, 81, 81, 41, 21, 41, 21, 21, 11, 11, 21, 41])
    check_shapes(20, (769, 769), [193, 193, 193, 97, 49, 97, 49, 49, 25, 25, 49, 97])
    print("segmentation: parameter counts and shapes are the paper's")


def check_shapes(multiplier, size, expected) -> None:
    """Feature maps of the published architecture, found without arithmetic."""
    with torch.device("meta"):
        network = SegmentationNetwork(*PUBLISHED, multiplier, 19).eval()
        stem, outputs = network.backbone(torch.empty(1, 3, *size))
    assert stem.shape == (1, 128, expected[0], expected[0])
    channels = [5 * multiplier * 2**level for level in PUBLISHED[0]]
    assert [tuple(o.shape) for o in outputs] == [(1, c, n, n) for c, n in zip(channels, expected)]


class BatchNormInputs:
    """Batch mean and biased variance of what enters the batch norm of some ConvBn layers."""

    def __init__(self, network):
        self.statistics = {}
        for name, module in network.named_modules():
            library = name.replace(".", "/")
            if library in BATCH_NORMS and isinstance(module, ConvBn):
                module.bn.register_forward_pre_hook(self.keep(library))

    def keep(self, name):
        def hook(_, inputs):
            variance, mean = torch.var_mean(inputs[0].detach(), (0, 2, 3), correction=0)
            self.statistics[name] = {"mean": flat(mean), "variance": flat(variance)}

        return hook


def backward(network, image, labels):
    """Loss and gradients, without dropout."""
    loss = mean_cross_entropy(network(image).permute(0, 2, 3, 1), labels)
    network.zero_grad()
    loss.backward()
    return loss, gradients(network)


def build(path, genotype, multiplier, classes, dtype):
    network = SegmentationNetwork(path, genotype, multiplier, classes, dropout=0).to(dtype)
    fill_variables(network)
    return network


def fixture(name, path, genotype, multiplier, classes, size, image_name, modes):
    single, double = (build(path, genotype, multiplier, classes, t) for t in (torch.float32, torch.float64))
    image, labels = image_input(size, BATCH, image_name), label_input(size, BATCH, classes)
    x, y = tensors(image, labels)
    document = {
        "name": name,
        "architecture": {"path": path, "genotype": genotype},
        "filterMultiplier": multiplier,
        "classes": classes,
        "image": image,
        "labels": labels,
        "parameters": parameters(double),
        "lowLevelCell": double.low_level_cell,
    }
    print(f"{name}, float32 against float64:")
    records = relu_inputs(single), relu_inputs(double)
    statistics = BatchNormInputs(double).statistics
    for mode in modes:
        single.train(mode == TRAINING)
        double.train(mode == TRAINING)
        for record in records:
            record.clear()
        with torch.no_grad():
            logits = double(x.double())
            document[mode] = {"logits": logits_summary(logits)} if mode != FROZEN else {}
            errors = f"logits {tensor_error(single(x), logits):.0e}"
            margin = sign_margin(*records)
            if mode == INFERENCE:
                document[mode]["cells"] = [map_summary(output) for output in double.backbone(x.double())[1]]
        if mode == TRAINING:
            document[mode]["batchNorm"] = dict(statistics)
        if mode != INFERENCE:
            loss, exact = backward(double, x.double(), y)
            document[mode]["loss"] = digits(loss)
            document[f"{mode}Gradients"] = gradient_summary(exact)
            error, worst = gradient_error(backward(single, x, y)[1], exact)
            errors += f", gradients {error:.1e} at {worst}, sign margin {margin:.1f}"
        print(f"  {mode}: {errors}")
    write_json(f"segmentation/{name}.json", document)


def generate() -> None:
    check_counts()
    for name, case in CASES.items():
        fixture(name, *case)
