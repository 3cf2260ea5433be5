"""Fixture for lib/dataset: real label maps of VOC 2012 and ADE20K, read by Pillow.

`python test/reference/label_counts.py` writes test/fixtures/label-counts.json: of some label maps the
size, the number of pixels of each value, and the same after scaling the longer side to 513 pixels:
each takes the pixel whose centre is nearest, the upper at a tie, found in whole numbers; of VOC's validation split the sums over all label maps. The images themselves may not be distributed; see test/helpers/shared-data.ts
for where they are looked for.
"""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from output import write_json

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("AUTODEEPLAB_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
LONGER_SIDE = 513
FILES = {
    "voc2012_mini/VOCdevkit/VOC2012": [
        "SegmentationClass/2007_000032.png",
        "SegmentationClass/2007_000033.png",
        "SegmentationClass/2007_000063.png",
        "SegmentationClassAug/2007_000032.png",
    ],
    "ade20k_mini/ADEChallengeData2016": [
        "annotations/training/ADE_train_00000036.png",
        "annotations/validation/ADE_val_00000001.png",
        "annotations/validation/ADE_val_00000002.png",
        "annotations/validation/ADE_val_00000003.png",
        "annotations/validation/ADE_val_00001086.png",
    ],
}


def counts(image: Image.Image) -> dict:
    """Pixels of each value that occurs; of a palette image the indices."""
    return {value: count for value, count in enumerate(image.histogram()) if count > 0}


def nearest(length: int, source: int) -> np.ndarray:
    """floor((i + 1/2) source / length) for each i below length."""
    return (2 * np.arange(length) + 1) * source // (2 * length)


def describe(dataset: str, file: str) -> dict:
    image = Image.open(DATA / dataset / file)
    assert image.mode in ("L", "P"), image.mode
    scale = LONGER_SIDE / max(image.size)
    size = tuple(round(side * scale) for side in image.size)
    columns, rows = (nearest(new, old) for new, old in zip(size, image.size, strict=True))
    scaled = Image.fromarray(np.asarray(image)[rows][:, columns])
    return {
        "dataset": dataset,
        "file": file,
        "mode": image.mode,
        "width": image.width,
        "height": image.height,
        "counts": counts(image),
        "scaled": {"width": size[0], "height": size[1], "counts": counts(scaled)},
    }


def split_counts(dataset: str, split: str) -> dict:
    folder = DATA / dataset
    ids = (folder / f"ImageSets/Segmentation/{split}.txt").read_text().split()
    sums: dict = {}
    for name in ids:
        for value, count in counts(Image.open(folder / f"SegmentationClass/{name}.png")).items():
            sums[value] = sums.get(value, 0) + count
    return {"dataset": dataset, "split": split, "images": len(ids), "counts": sums}


def generate() -> None:
    if not DATA.is_dir():
        print(f"label-counts.json is left as it is: no folder {DATA}")
        return
    cases = [describe(dataset, file) for dataset, files in FILES.items() for file in files]
    split = split_counts("voc2012_mini/VOCdevkit/VOC2012", "val")
    write_json("label-counts.json", {"longerSide": LONGER_SIDE, "split": split, "cases": cases})


if __name__ == "__main__":
    generate()
