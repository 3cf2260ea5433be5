"""Cross-entropy plus a Dice term, class by class in float64."""

from ops import case, mean_cross_entropy, spec
from output import write_json


def dice_loss(logits, labels):
    """One minus the mean Dice coefficient of the classes among the pixels that are not 255."""
    counted = labels != 255
    if not counted.any():
        return 0 * logits.sum()
    q, y = logits[counted].softmax(-1), labels[counted]
    coefficients = []
    for c in y.unique().tolist():
        overlap = q[y == c, c].sum()
        coefficients.append(2 * overlap / (q[:, c].sum() + (y == c).sum()))
    return 1 - sum(coefficients) / len(coefficients)


def make(name, shape, labels, weight):
    def forward(t):
        return {"y": mean_cross_entropy(t["x"], t["labels"]) + weight * dice_loss(t["x"], t["labels"])}

    return case(name, {"x": spec(f"{name}/x", shape), "labels": labels}, {"weight": weight}, forward, ["x"])


def cases():
    for shape, weight in (((2, 5, 5, 4), 1), ((1, 4, 6, 19), 0.5)):
        name = f"dice of {shape[3]} classes"
        yield make(name, shape, spec(f"{name}/labels", shape[:3], "labels", classes=shape[3]), weight)
    name = "dice, one class only"
    yield make(name, (1, 3, 4, 3), spec(f"{name}/labels", (1, 3, 4), "constant", value=2), 2)
    name = "dice, every pixel ignored"
    yield make(name, (1, 3, 4, 3), spec(f"{name}/labels", (1, 3, 4), "constant", value=255), 2)


def generate() -> None:
    write_json("ops/dice.json", {"family": "dice", "cases": list(cases())})
