"""Fixture for lib/dataset/coco: what pycocotools makes of polygons and runs.

`python test/reference/coco_masks.py` writes test/fixtures/coco.json. Lengths are counted in the decoded
masks, column by column; the scenes are painted here with numpy by the rule that lib/dataset/coco/paint.ts
states.
"""

import json
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "coco.json"


def lengths(mask: np.ndarray) -> list[int]:
    """Pixels outside and inside in turn, outside first."""
    flat = mask.ravel(order="F").astype(np.int8)
    ends = [*(np.flatnonzero(np.diff(flat)) + 1), flat.size]
    result = np.diff([0, *ends]).tolist()
    return [0, *result] if flat[0] else result


def decoded(segmentation, height: int, width: int) -> np.ndarray:
    if isinstance(segmentation, list):
        rle = coco.merge(coco.frPyObjects(segmentation, height, width))
    elif isinstance(segmentation["counts"], list):
        rle = coco.frPyObjects(segmentation, height, width)
    else:
        rle = segmentation
    return coco.decode(rle)


def random_polygon(random: np.random.Generator, height: int, width: int) -> list[float]:
    count = int(random.integers(3, 12))
    span = random.uniform(0.1, 1.3)
    center = random.uniform(0, 1, 2)
    points = (center + span * random.uniform(-0.5, 0.5, (count, 2))) * [width, height]
    style = random.integers(0, 4)
    if style == 0:
        points = np.round(points)
    elif style == 1:
        points = np.round(points * 2) / 2
    elif style == 2:
        points = np.round(points, 2)
    if random.random() < 0.2:
        points = np.repeat(points, 2, axis=0)
    return points.ravel().tolist()


SPECIAL = [
    [1, 1, 1, 4, 4, 4, 4, 1],
    [0, 0, 7, 0, 7, 5, 0, 5],
    [-3, -2, 9, -2, 9, 8, -3, 8],
    [2, 2, 2, 2, 2, 2],
    [1.5, 1, 1.5, 4, 1.5, 2],
    [0.5, 0.5, 6.5, 0.5, 0.5, 4.5, 6.5, 4.5],
    [3, 0, 3, 5, 3.2, 5, 3.2, 0],
    [6.9, 1, 7, 1, 7, 3, 6.9, 3],
]


def generate() -> None:
    random = np.random.default_rng(11)
    polygons = []
    for i in range(300):
        height, width = (5, 7) if i < len(SPECIAL) else random.integers(1, 40, 2).tolist()
        points = SPECIAL[i] if i < len(SPECIAL) else random_polygon(random, height, width)
        mask = decoded([points], height, width)
        polygons.append({"size": [height, width], "points": points, "lengths": lengths(mask)})
    texts = []
    for i in range(60):
        height, width = random.integers(1, 300 if i < 5 else 30, 2).tolist()
        mask = np.asfortranarray(random.random((height, width)) < random.choice([0, 0.02, 0.5, 1]))
        text = coco.encode(mask.astype(np.uint8))["counts"].decode()
        if len(text) < 2000:
            texts.append({"size": [height, width], "text": text, "lengths": lengths(mask)})
    scenes = [scene(random) for _ in range(8)]
    lines = [
        f'"{name}":[\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]"
        for name, cases in (("polygons", polygons), ("texts", texts), ("scenes", scenes))
    ]
    FIXTURE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{FIXTURE.name}: {FIXTURE.stat().st_size / 1024:.1f} KiB")


def scene(random: np.random.Generator) -> dict:
    height, width = random.integers(12, 40, 2).tolist()
    objects = []
    for i in range(int(random.integers(2, 7))):
        segmentation = [random_polygon(random, height, width) for _ in range(random.integers(1, 3))]
        crowd = bool(random.random() < 0.3)
        if crowd:
            segmentation = {
                "size": [height, width],
                "counts": lengths(decoded(segmentation, height, width)),
            }
        elif random.random() < 0.3:
            rle = coco.encode(np.asfortranarray(decoded(segmentation, height, width)))
            segmentation = {"size": [height, width], "counts": rle["counts"].decode()}
        value = int(random.integers(1, 21))
        objects.append({"id": i, "value": value, "isCrowd": crowd, "area": 0, "segmentation": segmentation})
    masks = np.stack([decoded(o["segmentation"], height, width) for o in objects])
    single = np.array([not o["isCrowd"] for o in objects])
    values = np.array([o["value"] for o in objects])
    labels = np.zeros((height, width), int)
    if single.any():
        count = masks[single].sum(0)
        labels = np.where(count > 1, 255, (masks[single] * values[single, None, None]).max(0))
    else:
        count = np.zeros((height, width), int)
    if not single.all():
        labels = np.where((count == 0) & masks[~single].any(0), 255, labels)
    return {"height": height, "width": width, "objects": objects, "labels": labels.ravel().tolist()}


if __name__ == "__main__":
    generate()
