"""Fixture for lib/dataset/reading/masks: shapes drawn by pycocotools, Pillow and OpenCV.

`python test/reference/masks.py` writes test/fixtures/masks.json. Each case has the size, what was
drawn and the mask as COCO run lengths (column by column, zeros first), which numpy computes.
"""

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw
from pycocotools import mask as coco

from output import write_json

LINE_WIDTH = 10  # labelme's utils.shape.shape_to_mask
POINT_SIZE = 5


def runs(mask: np.ndarray) -> list:
    """Run lengths of a mask of zeros and ones, column by column, zeros first."""
    flat = np.asarray(mask, dtype=np.int8).ravel(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    bounds = np.concatenate([[0], changes, [flat.size]])
    lengths = np.diff(bounds).tolist()
    return [0, *lengths] if flat[0] == 1 else lengths


def random_points(random: np.random.Generator, count: int, width: int, height: int) -> np.ndarray:
    """Points in and a little outside of the image, a third of them at whole or half positions."""
    points = random.uniform(-0.2, 1.2, (count, 2)) * [width, height]
    kind = random.integers(0, 3)
    return np.round(points * kind) / kind if kind else np.round(points, 3)


def star(random: np.random.Generator, count: int, width: int, height: int) -> np.ndarray:
    """A polygon that does not cross itself, as annotators draw them."""
    angles = np.sort(random.uniform(0, 2 * math.pi, count))
    radius = random.uniform(0.1, 0.6, count)
    points = np.stack([np.cos(angles) * radius * width, np.sin(angles) * radius * height], 1)
    return np.round(points + [width / 2, height / 2], 2)


def polygons(seed: int, number: int, inside: bool = False):
    random = np.random.default_rng(seed)
    for index in range(number):
        width, height = (int(side) for side in random.integers(1, 40, 2))
        make = star if index % 2 else random_points
        points = make(random, int(random.integers(3, 9)), width, height)
        yield width, height, points.clip(0, [width - 1, height - 1]) if inside else points


def coco_polygons() -> list:
    cases = []
    for width, height, points in polygons(1, 60):
        flat = points.ravel().tolist()
        rle = coco.frPyObjects([flat], height, width)[0]
        mask = coco.decode(rle)
        text = rle["counts"].decode()
        cases.append({"rule": "coco", "width": width, "height": height, "points": flat,
                      "text": text, "area": int(coco.area(rle)), "runs": runs(mask)})
    return cases


def pillow_shapes() -> list:
    cases = []
    for index, (width, height, points) in enumerate(polygons(2, 120)):
        mask = Image.new("L", (width, height))
        draw = ImageDraw.Draw(mask)
        shape = ["polygon", "polygon", "polygon", "line", "linestrip", "circle", "rectangle", "point"][index % 8]
        points = points[: {"line": 2, "circle": 2, "rectangle": 2, "point": 1}.get(shape)]
        pairs = [tuple(pair) for pair in points.tolist()]
        if shape == "polygon":
            draw.polygon(pairs, outline=1, fill=1)
        elif shape in ("line", "linestrip"):
            draw.line(pairs, fill=1, width=LINE_WIDTH)
        elif shape == "rectangle":
            (x0, y0), (x1, y1) = pairs
            pairs = [(min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))]
            draw.rectangle(pairs, outline=1, fill=1)
        else:
            (x, y) = pairs[0]
            radius = math.dist(*pairs) if shape == "circle" else POINT_SIZE
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=1, fill=1)
        flat = [value for pair in pairs for value in pair]
        cases.append({"rule": "pillow", "shape": shape, "width": width, "height": height,
                      "points": flat, "runs": runs(np.asarray(mask))})
    return cases


def opencv_polygons() -> list:
    cases = []
    for width, height, points in polygons(3, 60, inside=True):
        mask = np.zeros((height, width), np.uint8)
        whole = np.round(points).astype(np.int32)
        cv2.fillPoly(mask, [whole], 1)
        cases.append({"rule": "opencv", "width": width, "height": height,
                      "points": whole.ravel().tolist(), "runs": runs(mask)})
    return cases


def generate() -> None:
    cases = coco_polygons() + pillow_shapes() + opencv_polygons()
    write_json("masks.json", {"lineWidth": LINE_WIDTH, "pointSize": POINT_SIZE, "cases": cases})


if __name__ == "__main__":
    generate()
