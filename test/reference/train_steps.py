"""Whole steps of retraining: losses, optimizer, accumulation and averages, in float64 by torch.optim and autograd."""

import torch
import torch.nn.functional as F
from torch.optim.swa_utils import get_ema_multi_avg_fn

from dice import dice_loss
from fill import fill_image, fill_labels, fill_variable
from output import flat, write_json

STEPS, BATCH, SIZE, CLASSES, WIDTH = 3, 4, 6, 3, 5
EPSILON, DECAY, MOMENTUM, RATE = 1e-3, 1e-3, 0.9, 0.1

SHAPES = {
    "conv/weights": (3, 3, 3, WIDTH),
    "bn/gamma": (WIDTH,),
    "bn/beta": (WIDTH,),
    "logits/weights": (1, 1, WIDTH, CLASSES),
    "logits/bias": (CLASSES,),
}


def network(p: dict, image: torch.Tensor) -> torch.Tensor:
    """Convolution, batch norm by the batch, ReLU, 1x1 convolution with bias; channels last outside."""
    x = F.conv2d(image.permute(0, 3, 1, 2), p["conv/weights"].permute(3, 2, 0, 1), padding=1)
    x = F.batch_norm(x, None, None, p["bn/gamma"], p["bn/beta"], training=True, eps=EPSILON)
    y = F.conv2d(x.relu(), p["logits/weights"].permute(3, 2, 0, 1), p["logits/bias"])
    return y.permute(0, 2, 3, 1)


def sums(logits, labels, options):
    """The numerator and the denominator of the loss of a batch."""
    rows, targets = logits.reshape(-1, CLASSES), labels.reshape(-1)
    w = torch.tensor(options.get("classWeights", [1.0] * CLASSES)).double()
    weights = torch.where(targets == 255, 0, w[targets.clamp(max=CLASSES - 1)])
    losses = weights * F.cross_entropy(rows, targets, ignore_index=255, reduction="none")
    if "hardPixelShare" in options:
        losses, kept = losses.topk(int(options["hardPixelShare"] * losses.numel()))
        weights = weights[kept] * (losses != 0)
    total, weight = losses.sum(), weights.sum()
    return total + options.get("diceWeight", 0) * dice_loss(rows, targets) * weight, weight


def case(name: str, **options) -> dict:
    p = {key: torch.tensor(fill_variable(key, shape)).double().requires_grad_() for key, shape in SHAPES.items()}
    averages = [value.detach().clone() for value in p.values()]
    groups = [
        {"params": [v for k, v in p.items() if k.endswith("weights")], "weight_decay": DECAY},
        {"params": [v for k, v in p.items() if not k.endswith("weights")], "weight_decay": 0},
    ]
    is_adam = options.get("optimizer") == "adam"
    optimizer = torch.optim.Adam(groups, lr=RATE) if is_adam else torch.optim.SGD(groups, lr=RATE, momentum=MOMENTUM)
    parts = options.get("accumulate", 1)
    losses = []
    for step in range(STEPS):
        image = torch.tensor(fill_image(f"train-steps/image{step}", (BATCH, SIZE, SIZE, 3))).double()
        labels = torch.tensor(fill_labels(f"train-steps/labels{step}", (BATCH, SIZE, SIZE), CLASSES)).long()
        labels[0, 1:] = 255  # the images have different numbers of pixels that count
        optimizer.zero_grad()
        total = weight = 0
        for images, maps in zip(image.chunk(parts), labels.chunk(parts)):
            t, w = sums(network(p, images), maps, options)
            t.backward()
            total, weight = total + t.detach(), weight + w
        for value in p.values():
            value.grad /= weight
        losses.append(total / weight)
        optimizer.step()
        if "emaDecay" in options:
            get_ema_multi_avg_fn(options["emaDecay"])(averages, [v.detach() for v in p.values()], step)
    result = {"name": name, "options": options, "losses": flat(torch.stack(losses))}
    result["variables"] = {key: flat(value) for key, value in p.items()}
    if "emaDecay" in options:
        result["averages"] = {key: flat(value) for key, value in zip(p, averages)}
    return result


def generate() -> None:
    weights, hard, dice = {"classWeights": [0.5, 1.0, 3.0]}, {"hardPixelShare": 0.4}, {"diceWeight": 0.7}
    ema, parts, adam = {"emaDecay": 0.9}, {"accumulate": 2}, {"optimizer": "adam"}
    cases = [
        case("nothing"),
        case("class weights", **weights),
        case("hardest pixels", **hard),
        case("Dice term", **dice),
        case("average", **ema),
        case("accumulation", **parts),
        case("weights of hardest pixels", **weights, **hard),
        case("Adam", **adam),
        case("Adam, all at once", **adam, **weights, **hard, **dice, **ema, **parts),
        case("all at once", **weights, **hard, **dice, **ema, **parts),
    ]
    document = {"batch": BATCH, "size": SIZE, "classes": CLASSES, "width": WIDTH, "epsilon": EPSILON}
    document |= {"weightDecay": DECAY, "momentum": MOMENTUM, "learningRate": RATE, "cases": cases}
    write_json("train-steps.json", document)
