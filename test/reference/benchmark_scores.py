"""Fixture for lib/metrics: cityscapesScripts' evaluation and boundary IoU by OpenCV's erosion.

`python test/reference/benchmark_scores.py` writes test/fixtures/benchmark-scores.json. It needs
cityscapesScripts (pip install cityscapesscripts, or a checkout of mcordts/cityscapesScripts on
PYTHONPATH) and opencv-python-headless.
"""

import json
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
IGNORE = 255
if not hasattr(np, "in1d"):  # which cityscapesScripts calls and NumPy 2.4 dropped
    np.in1d = np.isin


def rectangles(generator, height, width, values, count):
    """A map of random rectangles, so that regions have insides and contours."""
    result = np.full((height, width), generator.choice(values))
    for _ in range(count):
        y, x = generator.integers(0, height), generator.integers(0, width)
        h, w = generator.integers(1, height), generator.integers(1, width)
        result[y : y + h, x : x + w] = generator.choice(values)
    return result


def cityscapes_case(generator, images: int) -> dict:
    from cityscapesscripts.evaluation import evalPixelLevelSemanticLabeling as evaluator
    from cityscapesscripts.helpers.labels import id2label, labels, trainId2label

    ids = [label.id for label in labels if label.id >= 0]
    train_ids = sorted({label.trainId for label in labels if 0 <= label.trainId < IGNORE})
    stored, predicted_files, label_files = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for n in range(images):
            height, width = 24, 32
            label_ids = rectangles(generator, height, width, ids, 25)
            instances = label_ids.copy()
            for value in ids:
                if id2label[value].hasInstances:
                    # Things of a label in stripes; every third label has a group, which has no number.
                    mask = label_ids == value
                    number = np.broadcast_to(np.arange(width) // 7, mask.shape)
                    instances[mask] = value * 1000 + number[mask]
                    if value % 3 == 0:
                        instances[mask & (number == 0)] = value
            prediction = rectangles(generator, height, width, train_ids, 25)
            agrees = generator.random((height, width)) < 0.5
            true = np.vectorize(lambda value: id2label[value].trainId)(label_ids)
            prediction = np.where(agrees & (true != IGNORE) & (true >= 0), true, prediction)
            names = [f"{folder}/{n}_{kind}.png" for kind in ("gt_labelIds", "gt_instanceIds", "pred")]
            Image.fromarray(label_ids.astype(np.uint8)).save(names[0])
            Image.fromarray(instances.astype(np.uint16)).save(names[1])
            as_ids = np.vectorize(lambda value: trainId2label[value].id)(prediction)
            Image.fromarray(as_ids.astype(np.uint8)).save(names[2])
            label_files.append(names[0])
            predicted_files.append(names[2])
            stored.append(
                {
                    "labelIds": label_ids.ravel().tolist(),
                    "instanceIds": instances.ravel().tolist(),
                    "prediction": prediction.ravel().tolist(),
                }
            )
        evaluator.args.quiet = True
        evaluator.args.JSONOutput = False
        results = evaluator.evaluateImgLists(predicted_files, label_files, evaluator.args)
    keys = ("classScores", "classInstScores", "categoryScores", "categoryInstScores")
    averages = [f"averageScore{kind}" for kind in ("Classes", "InstClasses", "Categories", "InstCategories")]

    def number(value):
        return None if np.isnan(value) else float(value)

    return {
        "images": stored,
        "scores": {key: {name: number(v) for name, v in results[key].items()} for key in keys},
        "averages": {key: number(results[key]) for key in averages},
    }


def inner_band(mask: np.ndarray, distance: int) -> np.ndarray:
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=distance)[1:-1, 1:-1]
    return mask & (eroded == 0)


def boundary_case(generator, classes: int, sizes, width: float) -> dict:
    both, either = np.zeros(classes), np.zeros(classes)
    images = []
    for height, image_width in sizes:
        label = rectangles(generator, height, image_width, [*range(classes - 1), IGNORE], 6)
        prediction = rectangles(generator, height, image_width, range(classes - 1), 3)
        prediction = np.where(generator.random(label.shape) < 0.9, label, prediction)
        prediction[prediction == IGNORE] = 0
        distance = max(1, round(width * float(np.hypot(height, image_width))))
        counted = np.where(label == IGNORE, IGNORE, prediction)
        for k in range(classes):
            g, p = inner_band(label == k, distance), inner_band(counted == k, distance)
            both[k] += (g & p).sum()
            either[k] += (g | p).sum()
        images.append(
            {
                "height": height,
                "width": image_width,
                "labels": label.ravel().tolist(),
                "prediction": prediction.ravel().tolist(),
            }
        )
    iou = [None if e == 0 else float(b / e) for b, e in zip(both, either)]
    return {"classes": classes, "width": width, "images": images, "iou": iou}


def generate() -> None:
    generator = np.random.default_rng(11)
    document = {
        "opencv": cv2.__version__,
        "cityscapes": cityscapes_case(generator, 3),
        "boundary": [
            boundary_case(generator, 3, [(9, 14), (12, 5)], 0.02),
            boundary_case(generator, 4, [(25, 31), (40, 20)], 0.05),
            boundary_case(generator, 3, [(16, 16)], 0.15),
        ],
    }
    text = json.dumps(document, separators=(",", ":"))
    (FIXTURES / "benchmark-scores.json").write_text(text + "\n")
    print(f"benchmark-scores.json: {len(text) / 1024:.1f} KiB")


if __name__ == "__main__":
    generate()
