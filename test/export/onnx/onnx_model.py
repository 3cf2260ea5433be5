"""Checks an ONNX model and runs it by onnxruntime, for the tests here.

`onnx_model.py MODEL IMAGE OUT BATCH HEIGHT WIDTH CHANNELS`: IMAGE holds float32 numbers, channels last; OUT
gets `NAME.bin` for each output, channels last too, and `signature.json`.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

model, image, out, *size = sys.argv[1:]
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
values = np.fromfile(image, np.float32).reshape(*map(int, size)).transpose(0, 3, 1, 2)
results = session.run(None, {"image": np.ascontiguousarray(values)})
outputs = session.get_outputs()
for end, result in zip(outputs, results):
    last = result.transpose(0, 2, 3, 1) if result.ndim == 4 else result
    np.ascontiguousarray(last).tofile(Path(out) / f"{end.name}.bin")
ends = lambda list: {end.name: [end.type, *end.shape] for end in list}
signature = {
    "inputs": ends(session.get_inputs()),
    "outputs": ends(outputs),
    "metadata": json.loads(session.get_modelmeta().custom_metadata_map["autodeeplab"]),
}
(Path(out) / "signature.json").write_text(json.dumps(signature))
