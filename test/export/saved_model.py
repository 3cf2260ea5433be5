"""Runs a SavedModel in plain TensorFlow, for saved-model.test.ts: `saved_model.py MODEL IMAGE OUT BATCH HEIGHT WIDTH`.

IMAGE holds float32 numbers; OUT gets `logits.bin`, `labels.bin` and `signature.json`.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

model, image, out, *size = sys.argv[1:]
# without a name of its own the loaded model would be freed while its function is used
loaded = tf.saved_model.load(model)
function = loaded.signatures["serving_default"]
(name, spec), = function.structured_input_signature[1].items()
values = np.fromfile(image, np.float32).reshape(*map(int, size), 3)
results = {key: tensor.numpy() for key, tensor in function(**{name: tf.constant(values)}).items()}
for key, array in results.items():
    array.tofile(Path(out) / f"{key}.bin")
signature = {
    "tensorflow": tf.__version__,
    "inputs": {name: [spec.dtype.name, *spec.shape]},
    "outputs": {key: [array.dtype.name, *array.shape] for key, array in results.items()},
}
(Path(out) / "signature.json").write_text(json.dumps(signature))
