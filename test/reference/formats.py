"""Files of the Python libraries that lib/run must read, and write alike.

`python test/reference/formats.py` writes test/fixtures/python.safetensors and
test/fixtures/pyarrow-history.arrow.
"""

import numpy as np
import pyarrow as pa
from safetensors.numpy import save

from output import FIXTURES

TYPES = "float64 float32 float16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split()


def write_safetensors() -> None:
    arrays = {f"types/{name}": (np.arange(6) % 2).astype(name).reshape(2, 3) for name in TYPES}
    arrays["scalar"] = np.array(2.5, dtype=np.float32)
    arrays["empty"] = np.zeros((0, 3), dtype=np.float32)
    arrays["10"] = np.array([0.1, -1e30, np.inf], dtype=np.float32)
    arrays['quote " \u00e9 \U0001f600 \uffee\n'] = np.array([-1, 2**31 - 1], dtype=np.int32)
    metadata = {"zeta": "1", "alpha": 'text "\u00e9"'}
    written = save(arrays, metadata)
    while written.index(b'"alpha":') > written.index(b'"zeta":'):  # the order of metadata is random
        written = save(arrays, metadata)
    (FIXTURES / "python.safetensors").write_bytes(written)


def write_history() -> None:
    logits = pa.list_(pa.float32())
    numbers = {
        name: pa.float64()
        for name in (
            "loss architectureLoss validationLoss meanIou pixelAccuracy learningRate "
            "architectureLearningRate alphaEntropy betaEntropy seconds dataSeconds memoryBytes"
        ).split()
    }
    columns = {
        "epoch": pa.int32(),
        "step": pa.int32(),
        "phase": pa.string(),
        "kind": pa.string(),
        "alpha": logits,
        "beta": logits,
        **numbers,
        "unknownToUs": pa.bool_(),
    }
    del columns["pixelAccuracy"]  # a column that an older version lacked
    schema = pa.schema(columns)
    rows = [
        {"epoch": 0, "step": 5, "phase": "weights", "kind": "step", "loss": 2.5, "alpha": [0.5, -1.0]},
        {"epoch": 1, "step": 10, "phase": "architecture", "kind": "epoch", "meanIou": 0.25},
    ]
    with pa.OSFile(str(FIXTURES / "pyarrow-history.arrow"), "wb") as sink:
        with pa.ipc.new_stream(sink, schema) as writer:
            for row in rows:
                writer.write_batch(pa.RecordBatch.from_pylist([row], schema=schema))


def generate() -> None:
    write_safetensors()
    write_history()


if __name__ == "__main__":
    generate()
