"""Fixture for lib/evaluate: what whole evaluations must report, by the code of the benchmarks.

`python test/reference/evaluation.py` writes test/fixtures/evaluation.json. It needs OpenCV, and
test/fixtures/benchmark-scores.json, whose images of Cityscapes it scores otherwise too.

- VOC: the rules of VOCevalseg.m of the development kit (pixels labelled 255 left out of the joint
  histogram; mean over all 21 classes).
- ADE20K: those of intersectionAndUnion and pixelAccuracy of the benchmark's development kit
  (predictions where the label is 0 left out; union + eps, so that an absent class scores 0).
- Mean class accuracy and frequency-weighted IoU: areas of intersection and label by numpy.histogram.
- Boundary IoU: the masks of boundary_utils.py of boundary-iou-api (erosion by OpenCV, width 0.02).
"""

import json

import numpy as np
from benchmark_scores import FIXTURES, IGNORE, inner_band, rectangles


def number(value):
    return None if np.isnan(value) else float(value)


def areas(pairs, classes: int):
    """Intersection, label and prediction per class; labels outside of the classes do not count."""
    edges = np.arange(classes + 1) - 0.5
    totals = np.zeros((3, classes))
    for label, prediction in pairs:
        counted = label < classes
        label, prediction = label[counted], prediction[counted]
        hits = label[label == prediction]
        for row, values in enumerate((hits, label, prediction)):
            totals[row] += np.histogram(values, edges)[0]
    return totals


def boundary(pairs, classes: int):
    both, either = np.zeros(classes), np.zeros(classes)
    for label, prediction in pairs:
        distance = max(1, int(round(0.02 * np.sqrt(label.shape[0] ** 2 + label.shape[1] ** 2))))
        counted = np.where(label == IGNORE, IGNORE, prediction)
        for k in range(classes):
            g, p = inner_band(label == k, distance), inner_band(counted == k, distance)
            both[k] += (g & p).sum()
            either[k] += (g | p).sum()
    with np.errstate(invalid="ignore"):
        return both / either


def overall(pairs, classes: int) -> dict:
    """Scores of maps of train ids."""
    hits, label, prediction = areas(pairs, classes)
    with np.errstate(invalid="ignore", divide="ignore"):
        iou, accuracy = hits / (label + prediction - hits), hits / label
    band = boundary(pairs, classes)
    return {
        "iou": [number(value) for value in iou],
        "accuracy": [number(value) for value in accuracy],
        "meanIou": float(np.nanmean(iou)),
        "pixelAccuracy": float(hits.sum() / label.sum()),
        "meanAccuracy": float(np.nanmean(accuracy)),
        "frequencyWeightedIou": float(np.nansum(iou * label) / label.sum()),
        "boundaryIou": [number(value) for value in band],
        "meanBoundaryIou": float(np.nanmean(band)),
    }


def voc_kit(pairs) -> dict:
    num = 21
    counts = np.zeros(num * num)
    for label, result in pairs:
        locs = label < 255
        joint = label.astype(int) + result.astype(int) * num
        counts += np.bincount(joint[locs], minlength=num * num)
    counts = counts.reshape(num, num).T  # first index is the true label
    hits = np.diag(counts)
    accuracies = hits / (counts.sum(1) + counts.sum(0) - hits)
    return {"accuracies": accuracies.tolist(), "average": float(accuracies.mean())}


def ade_kit(pairs) -> dict:
    """`pairs` as stored: 0 is none of the classes, 1 to 150 are."""
    classes = 150
    intersection, union = np.zeros(classes), np.zeros(classes)
    correct = labelled = 0
    for label, result in pairs:
        result = result * (label > 0)
        same = result * (result == label)
        counts = [np.bincount(v.ravel(), minlength=classes + 1)[1:] for v in (same, result, label)]
        intersection += counts[0]
        union += counts[1] + counts[2] - counts[0]
        labelled += (label > 0).sum()
        correct += ((result == label) * (label > 0)).sum()
    mean_iou = float((intersection / (np.spacing(1) + union)).mean())
    accuracy = float(correct / labelled)
    return {"meanIou": mean_iou, "accuracy": accuracy, "score": (accuracy + mean_iou) / 2}


def images(generator, sizes, values, predicted, rectangles_of: int):
    """Pairs of maps as stored."""
    pairs = []
    for height, width in sizes:
        label = rectangles(generator, height, width, values, rectangles_of)
        prediction = rectangles(generator, height, width, predicted, rectangles_of)
        agrees = (generator.random(label.shape) < 0.6) & np.isin(label, predicted)
        pairs.append((label, np.where(agrees, label, prediction)))
    return pairs


def stored(pairs) -> list:
    return [
        {
            "height": label.shape[0],
            "width": label.shape[1],
            "labels": label.ravel().tolist(),
            "prediction": prediction.ravel().tolist(),
        }
        for label, prediction in pairs
    ]


def cityscapes() -> dict:
    """The images of benchmark-scores.json, 24 x 32."""
    from cityscapesscripts.helpers.labels import id2label

    document = json.loads((FIXTURES / "benchmark-scores.json").read_text())
    pairs = []
    for image in document["cityscapes"]["images"]:
        ids = np.array(image["labelIds"]).reshape(24, 32)
        label = np.vectorize(lambda value: id2label[value].trainId)(ids)
        pairs.append((label, np.array(image["prediction"]).reshape(24, 32)))
    return overall(pairs, 19)


def generate() -> None:
    generator = np.random.default_rng(12)
    voc = images(generator, [(30, 31), (33, 28)], [*range(21), IGNORE], range(21), 60)
    voc[0][0][0, :22] = [*range(21), IGNORE]  # each class occurs: else the kit's mean is NaN
    ade = images(generator, [(24, 30), (19, 25)], range(151), range(1, 151), 60)
    as_train_ids = [
        (np.where(label == 0, IGNORE, label - 1), prediction - 1) for label, prediction in ade
    ]
    document = {
        "cityscapes": {"overall": cityscapes()},
        "voc": {"images": stored(voc), "overall": overall(voc, 21), "kit": voc_kit(voc)},
        "ade20k": {
            "images": stored(ade),
            "overall": overall(as_train_ids, 150),
            "kit": ade_kit(ade),
        },
    }
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    (FIXTURES / "evaluation.json").write_text(text + "\n")
    print(f"evaluation.json: {len(text) / 1024:.1f} KiB")


if __name__ == "__main__":
    generate()
