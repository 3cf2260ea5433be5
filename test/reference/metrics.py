"""Fixture for lib/metrics: scikit-learn and torchmetrics on random label maps.

`python test/reference/metrics.py` writes test/fixtures/metrics.json.
"""

import warnings

import numpy as np
import sklearn
import torch
import torchmetrics
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, jaccard_score
from torchmetrics.classification import MulticlassAccuracy, MulticlassJaccardIndex

from output import digits, flat, write_json

IGNORE = 255


def label_maps(generator: np.random.Generator, classes: int, pixels: int, agreement: float):
    """Labels with ignored pixels, and predictions that agree with them at a share of the pixels."""
    labels = generator.integers(0, classes, pixels)
    other = generator.integers(0, classes, pixels)
    predictions = np.where(generator.random(pixels) < agreement, labels, other)
    labels[generator.random(pixels) < 0.1] = IGNORE
    return labels, predictions


def score(name: str, classes: int, labels: np.ndarray, predictions: np.ndarray) -> dict:
    valid = labels != IGNORE
    y, p = labels[valid], predictions[valid]
    names = list(range(classes))
    arguments = {"labels": names, "zero_division": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes without labels: left out, as we leave them out
        mean_accuracy = balanced_accuracy_score(y, p)
    torch_labels, torch_predictions = torch.from_numpy(labels), torch.from_numpy(predictions)

    def of_torchmetrics(metric) -> float:
        return digits(metric(torch_predictions, torch_labels).item())

    return {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "predictions": predictions.tolist(),
        "confusionMatrix": confusion_matrix(y, p, labels=names).tolist(),
        "sklearn": {
            "iou": flat(jaccard_score(y, p, average=None, **arguments)),
            "meanIouZero": digits(jaccard_score(y, p, average="macro", **arguments)),
            "frequencyWeightedIou": digits(jaccard_score(y, p, average="weighted", **arguments)),
            "pixelAccuracy": digits(accuracy_score(y, p)),
            "meanAccuracy": digits(mean_accuracy),
        },
        "torchmetrics": {
            "meanIou": of_torchmetrics(MulticlassJaccardIndex(classes, ignore_index=IGNORE)),
            "pixelAccuracy": of_torchmetrics(
                MulticlassAccuracy(classes, average="micro", ignore_index=IGNORE)
            ),
        },
    }


def generate() -> None:
    generator = np.random.default_rng(7)
    cases = []
    for classes, pixels, agreement in ((2, 50, 0.5), (5, 300, 0.7), (19, 500, 0.3)):
        labels, predictions = label_maps(generator, classes, pixels, agreement)
        cases.append(score(f"{classes} classes", classes, labels, predictions))
    labels, predictions = label_maps(generator, 4, 200, 0.6)
    cases.append(score("a class in neither labels nor predictions", 6, labels, predictions))
    labels[labels == 1] = IGNORE
    cases.append(score("a class that is predicted but has no labels", 6, labels, predictions))
    write_json(
        "metrics.json",
        {
            "sklearn": sklearn.__version__,
            "torchmetrics": torchmetrics.__version__,
            "cases": cases,
        },
    )


if __name__ == "__main__":
    generate()
