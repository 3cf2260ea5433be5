"""Writing fixtures: compact JSON with numbers of 7 significant digits."""

import json
from pathlib import Path

import numpy as np
import torch

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def digits(value: float, count: int = 7) -> float | int:
    """`value` rounded to `count` significant digits; a whole number comes without a decimal point."""
    rounded = float(f"{float(value.detach() if isinstance(value, torch.Tensor) else value):.{count}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def flat(tensor) -> list:
    """All elements in C order, rounded."""
    array = tensor.detach().numpy() if isinstance(tensor, torch.Tensor) else np.asarray(tensor)
    return [digits(value) for value in array.ravel()]


def write_json(path: str, document) -> None:
    """Writes `document` to test/fixtures/`path`: one line for each case, or for each field."""
    target = FIXTURES / path
    target.parent.mkdir(parents=True, exist_ok=True)
    fields = []
    for key, value in document.items():
        if key in ("cases", "examples") or key.endswith("Gradients"):
            pair = "[]" if isinstance(value, list) else "{}"
            rows = (
                (compact(row) for row in value)
                if isinstance(value, list)
                else (f"{json.dumps(name)}:{compact(row)}" for name, row in value.items())
            )
            fields.append(f"{json.dumps(key)}:{pair[0]}\n" + ",\n".join(rows) + f"\n{pair[1]}")
        else:
            fields.append(f"{json.dumps(key)}:{compact(value)}")
    text = "{\n" + ",\n".join(fields) + "\n}\n"
    target.write_text(text)
    print(f"{path}: {len(text) / 1024:.1f} KiB")


def compact(value) -> str:
    return json.dumps(value, separators=(",", ":"))
