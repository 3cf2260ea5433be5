"""Fixtures for lib/files/mat: MATLAB files written by SciPy, and what they hold.

`python test/reference/mat_files.py` writes test/fixtures/mat/*.mat and test/fixtures/mat/expected.json.
The big-endian file is the little-endian one with the bytes of every number turned round by this
program, element by element; SciPy reads it back as the same values.
"""

import json
import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import scipy.io
import scipy.sparse

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "mat"
STAMP = b"MATLAB 5.0 MAT-file, written by scipy.io.savemat for a test".ljust(116)
ITEM_BYTES = {1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4}


def variables() -> dict:
    random = np.random.default_rng(7)
    dense = random.integers(0, 2, (5, 4)) * random.integers(1, 9, (5, 4))
    boundaries = np.empty((3, 1), object)
    for i in range(3):
        boundaries[i, 0] = scipy.sparse.csc_array((dense == i + 1).astype(float))
    cells = np.empty((2, 2), object)
    cells[0, 0], cells[0, 1] = np.array([[1, 2]], np.int16), "four"
    cells[1, 0], cells[1, 1] = np.zeros((0, 0)), np.array([[3.5 + 2j]])
    values = {
        "GTcls": {
            "Boundaries": boundaries,
            "Segmentation": dense.astype(np.uint8),
            "CategoriesPresent": np.unique(dense[dense > 0]).astype(np.uint8)[:, None],
        },
        "cells": cells,
        "sparse": scipy.sparse.csc_array(dense.astype(float)),
        "complex_sparse": scipy.sparse.csc_array(dense * (1 + 2j)),
        "no_elements": scipy.sparse.csc_array((4, 3)),
        "text": "Grüße",
        "truth": np.array([[True, False, True]]),
        "records": np.array([(1.0, "a"), (2.0, "bc")], dtype=[("number", "O"), ("name", "O")])[None],
        "cube": np.arange(24, dtype=np.float64).reshape(2, 3, 4),
    }
    for kind in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        limits = np.iinfo(kind)
        values[kind] = np.array([[limits.min, 0, limits.max], [1, 2, 3]], kind)
    for kind in ("float32", "float64"):
        values[kind] = np.array([[0.5, -1e-3], [np.inf, 1e30]], kind)
    return values


def plain(value):
    """A value as lists; arrays by their shape and their elements in MATLAB's order."""
    if scipy.sparse.issparse(value):
        matrix = scipy.sparse.csc_array(value)
        matrix.sort_indices()
        return {
            "kind": "sparse",
            "shape": list(matrix.shape),
            "columnStarts": matrix.indptr.tolist(),
            "rows": matrix.indices.tolist(),
            "data": [str(v.real) for v in matrix.data],
            "imaginary": [str(v.imag) for v in matrix.data] if np.iscomplexobj(matrix) else None,
        }
    if isinstance(value, dict):
        return {"kind": "struct", "shape": [1, 1], "fields": {k: [plain(v)] for k, v in value.items()}}
    if isinstance(value, str):
        return {"kind": "text", "shape": [1, len(value)], "text": value}
    array = np.asarray(value)
    if array.ndim == 0:
        array = array[None, None]
    shape = list(array.shape)
    flat = array.ravel(order="F")
    if array.dtype.names:
        fields = {n: [plain(v) for v in flat[n]] for n in array.dtype.names}
        return {"kind": "struct", "shape": shape, "fields": fields}
    if array.dtype == object:
        return {"kind": "cells", "shape": shape, "cells": [plain(v) for v in flat]}
    is_complex = np.iscomplexobj(array)
    return {
        "kind": "numeric",
        "shape": shape,
        "type": "float64" if is_complex else str(array.dtype).replace("bool", "uint8"),
        "isLogical": array.dtype == bool,
        "data": [number(v.real) for v in flat],
        "imaginary": [number(v.imag) for v in flat] if is_complex else None,
    }


def number(value) -> str:
    """Whole numbers of any size and the float64 nearest to others, as text."""
    return str(int(value)) if np.asarray(value).dtype.kind in "iub" else repr(float(value))


def small_doubles() -> bytes:
    """A double array that is stored as bytes, as MATLAB does; SciPy writes such files never."""

    def element(kind: int, data: bytes) -> bytes:
        return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)

    content = element(6, struct.pack("<II", 6, 0)) + element(5, struct.pack("<ii", 2, 3))
    content += struct.pack("<HH4s", 1, 4, b"tiny")  # a small element
    content += element(2, bytes([1, 2, 3, 250, 5, 6]))
    return STAMP + bytes(8) + b"\x00\x01IM" + element(14, content)


def turned(data: bytes) -> bytes:
    """A run of elements, little-endian, as big-endian ones."""
    out, at = b"", 0
    while at < len(data):
        (first,) = struct.unpack_from("<I", data, at)
        small = first >> 16 != 0
        kind = first & 0xFFFF if small else first
        size = first >> 16 if small else struct.unpack_from("<I", data, at + 4)[0]
        start = at + (4 if small else 8)
        content = data[start : start + size]
        if kind == 14:
            content = turned(content)
        else:
            item = ITEM_BYTES[kind]
            content = b"".join(content[i : i + item][::-1] for i in range(0, size, item))
        if small:
            out += struct.pack(">HH", size, kind) + content.ljust(4, b"\0")
            at += 8
        else:
            out += struct.pack(">II", kind, size) + content + bytes(-size % 8)
            at = start + size + (-size % 8)
    return out


def saved(values: dict, compressed: bool) -> bytes:
    buffer = BytesIO()
    scipy.io.savemat(buffer, values, do_compression=compressed, oned_as="column")
    data = bytearray(buffer.getvalue())
    data[:116] = STAMP
    return bytes(data)


def generate() -> None:
    FIXTURES.mkdir(parents=True, exist_ok=True)
    values = variables()
    little = saved(values, False)
    big = little[:124] + b"\x01\x00MI" + turned(little[128:])
    files = {
        "little": little,
        "compressed": saved(values, True),
        "big": big,
        "small-doubles": small_doubles(),
    }
    for name, data in files.items():
        (FIXTURES / f"{name}.mat").write_bytes(data)
    read = scipy.io.loadmat(BytesIO(big))
    for name in ("int64", "float32", "cube", "text"):
        assert np.array_equal(read[name], scipy.io.loadmat(BytesIO(little))[name]), name
    tiny = scipy.io.loadmat(BytesIO(files["small-doubles"]))["tiny"]
    assert tiny.tolist() == [[1, 3, 5], [2, 250, 6]] and tiny.dtype == np.uint8, tiny
    lines = [f"{json.dumps(name)}: {json.dumps(plain(value))}" for name, value in values.items()]
    (FIXTURES / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    generate()
