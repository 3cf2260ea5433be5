"""Examples of fill.py that test/helpers/fill.test.ts compares with its TypeScript twin."""

from fill import fill, fill_image, fill_labels, fill_variable
from output import write_json

VARIABLES = {
    "stem/conv1/weights": (3, 3, 3, 4),
    "cell0/block1/left/depthwise1": (5, 5, 2, 1),
    "cell0/block1/left/bn1/gamma": (5,),
    "cell0/block1/left/bn1/beta": (5,),
    "cell0/block1/left/bn1/moving_mean": (5,),
    "cell0/block1/left/bn1/moving_variance": (5,),
    "decoder/logits/bias": (5,),
    "architecture/alpha": (2, 8),
    "architecture/beta": (7,),
}


def example(kind, name, shape, array, **extra):
    # float32 values as the shortest text that a float32 is read back from exactly
    stored = [int(v) if array.dtype == "int32" else float(str(v)) for v in array.ravel()]
    return {"kind": kind, "name": name, "shape": list(shape), **extra, "values": stored}


def generate() -> None:
    examples = [example("variable", n, s, fill_variable(n, s)) for n, s in VARIABLES.items()]
    examples.append(example("array", "probe1/x", (3, 7), fill("probe1/x", (3, 7), 10), fanIn=10))
    examples.append(example("image", "image", (1, 3, 4, 3), fill_image("image", (1, 3, 4, 3))))
    examples.append(example("labels", "labels", (2, 5, 6), fill_labels("labels", (2, 5, 6), 4), classes=4))
    write_json("fill.json", {"examples": examples})
