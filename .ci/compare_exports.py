"""The part of compare-exports.mjs that needs Python: `compare_exports.py FOLDER`.

FOLDER holds the exported models, `images.json` (`[{"name", "image", "grid"}]`, the last two `[height, width]`) and,
for each image, `NAME.image.f32` and `NAME.grid.f32`: float32 numbers, channels last, as it is and padded. Converts the
SavedModels by TFLite, runs every model and writes the label map of each image to `labels/MODEL/NAME.i32`.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import tensorflow as tf

folder = Path(sys.argv[1])
images = json.loads((folder / "images.json").read_text())


def tflite(source, change):
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / source))
    change(converter)
    interpreter = tf.lite.Interpreter(model_content=converter.convert(), num_threads=2)
    run = interpreter.get_signature_runner("serving_default")
    return lambda image: run(image=image)["labels"]


def keep(converter):
    pass


def float16(converter):
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]


def int8(converter):
    converter.optimizations = [tf.lite.Optimize.DEFAULT]


def saved_model(source):
    model = tf.saved_model.load(str(folder / source))
    return lambda image, model=model: model.signatures["serving_default"](image=tf.constant(image))["labels"].numpy()


def onnx(source):
    session = onnxruntime.InferenceSession(str(folder / source / "model.onnx"), providers=["CPUExecutionProvider"])
    return lambda image: session.run(["labels"], {"image": np.ascontiguousarray(image.transpose(0, 3, 1, 2))})[0]


models = {
    "saved-model": lambda: saved_model("saved-model"),
    "saved-model-any": lambda: saved_model("saved-model-any"),
    "onnx": lambda: onnx("onnx"),
    "onnx-any": lambda: onnx("onnx-any"),
    "tflite": lambda: tflite("saved-model", keep),
    "tflite-any": lambda: tflite("saved-model-any", keep),
    "tflite-float16": lambda: tflite("saved-model", float16),
    "tflite-int8": lambda: tflite("saved-model", int8),
}
for name, load in models.items():
    run = load()
    out = folder / "labels" / name
    out.mkdir(parents=True)
    any_size = name.endswith("-any")
    for entry in images:
        part = "image" if any_size else "grid"
        size = entry[part]
        values = np.fromfile(folder / f"{entry['name']}.{part}.f32", np.float32)
        run(values.reshape(1, *size, 3)).astype(np.int32).tofile(out / f"{entry['name']}.i32")
