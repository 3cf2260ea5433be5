"""Tiny pictures that ship inside the package, in lib/verify/reference, and their pixels as Pillow reads them."""

import numpy as np
from PIL import Image, ImageOps

from fill import fill_labels
from output import FIXTURES, write_json

FOLDER = "../../lib/verify/reference"
HEIGHT, WIDTH, CLASSES = 18, 22, 4
UPRIGHT = {0x0112: 6}  # EXIF orientation: stored lying on its side


def colours() -> np.ndarray:
    """Slopes and waves of all three channels, so that neither subsampling nor ringing is without effect."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    red = 255 * x / (WIDTH - 1)
    green = 255 * y / (HEIGHT - 1)
    blue = 127.5 + 127.5 * np.sin(0.9 * x + 0.5 * y)
    return np.stack([red, green, blue], -1).round().astype(np.uint8)


def label_map() -> Image.Image:
    """A palette image, as VOC has them: its values are the labels, whatever the colours."""
    picture = Image.fromarray(fill_labels("labels", (HEIGHT, WIDTH), CLASSES).astype(np.uint8), "P")
    picture.putpalette([(37 * i + 11 * channel) % 256 for i in range(256) for channel in range(3)])
    return picture


def generate() -> None:
    image = Image.fromarray(colours())
    saved = {
        "image.png": (image, {}),
        "image.jpg": (image, {"quality": 90, "subsampling": "4:2:0"}),
        "turned.jpg": (image, {"quality": 90, "subsampling": "4:4:4", "exif": exif()}),
        "labels.png": (label_map(), {}),
    }
    pictures = []
    for name, (picture, options) in saved.items():
        file = FIXTURES / FOLDER / name
        picture.save(file, **options)
        with Image.open(file) as stored:
            pixels = np.asarray(ImageOps.exif_transpose(stored))
        height, width = pixels.shape[:2]
        pictures.append({"file": name, "height": height, "width": width, "pixels": pixels.ravel().tolist()})
    write_json(f"{FOLDER}/pictures.json", {"classes": CLASSES, "cases": pictures})


def exif() -> Image.Exif:
    tags = Image.Exif()
    for tag, value in UPRIGHT.items():
        tags[tag] = value
    return tags
