"""Fixture for lib/optimizer: torch.optim over several steps, computed in float64.

`python test/reference/optimizers.py` writes test/fixtures/optimizers.json.
"""

import torch

from output import digits, flat, write_json

SHAPES = {"cell0/weights": (2, 3), "cell0/bn/gamma": (3,), "logits/bias": (2,)}
STEPS = 7


def starting_point(generator: torch.Generator) -> dict[str, torch.Tensor]:
    return {
        name: torch.randn(shape, generator=generator, dtype=torch.float64)
        for name, shape in SHAPES.items()
    }


def gradient_at(generator: torch.Generator, shape, scale: float) -> torch.Tensor:
    """Rounded first, so that the TypeScript test reads what is used here."""
    gradient = scale * torch.randn(shape, generator=generator, dtype=torch.float64)
    return torch.tensor([digits(value) for value in gradient.ravel()], dtype=torch.float64).reshape(shape)


def run(case: dict, seed: int) -> dict:
    generator = torch.Generator().manual_seed(seed)
    start = {
        name: torch.tensor(flat(value), dtype=torch.float64).reshape(value.shape)
        for name, value in starting_point(generator).items()
    }
    parameters = {name: value.clone().requires_grad_() for name, value in start.items()}
    decay = case.get("weightDecay", 0.0)
    groups = [
        {
            "params": [parameter],
            "weight_decay": 0.0 if name in case.get("notDecayed", []) else decay,
            "multiplier": case.get("multiplier", {}).get(name, 1.0),
        }
        for name, parameter in parameters.items()
    ]
    if case["optimizer"] == "sgd":
        optimizer = torch.optim.SGD(groups, lr=1.0, momentum=case["momentum"])
    else:
        optimizer = torch.optim.Adam(groups, lr=1.0, betas=tuple(case["betas"]), eps=1e-8)
    steps = []
    for step in range(STEPS):
        rate = case["learningRate"] * (1 - step / 10)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["multiplier"]
        skipped = case.get("skipped", {}).get(str(step), [])
        gradients = {
            name: gradient_at(generator, shape, case.get("scale", 1.0))
            for name, shape in SHAPES.items()
            if name not in skipped
        }
        optimizer.zero_grad(set_to_none=True)
        for name, gradient in gradients.items():
            parameters[name].grad = gradient.clone()
        if "clipNorm" in case:
            torch.nn.utils.clip_grad_norm_(list(parameters.values()), case["clipNorm"])
        optimizer.step()
        steps.append(
            {
                "learningRate": digits(rate),
                "gradients": {name: flat(gradient) for name, gradient in gradients.items()},
                "parameters": {name: flat(value) for name, value in parameters.items()},
            }
        )
    return {**case, "start": {name: flat(value) for name, value in start.items()}, "steps": steps}


SKIPPED = {
    "0": ["logits/bias"],
    "1": ["logits/bias"],
    "3": ["cell0/weights"],
    "4": ["cell0/weights", "cell0/bn/gamma"],
}

CASES = [
    {"name": "sgd without momentum", "optimizer": "sgd", "momentum": 0.0, "learningRate": 0.1},
    {
        "name": "sgd of the search: momentum 0.9, weight decay 3e-4",
        "optimizer": "sgd",
        "momentum": 0.9,
        "weightDecay": 3e-4,
        "learningRate": 0.025,
    },
    {
        "name": "sgd with a large weight decay on the convolution only and a doubled bias rate",
        "optimizer": "sgd",
        "momentum": 0.9,
        "weightDecay": 0.3,
        "notDecayed": ["cell0/bn/gamma", "logits/bias"],
        "multiplier": {"logits/bias": 2.0},
        "learningRate": 0.05,
    },
    {
        "name": "sgd with gradients clipped at some steps only",
        "optimizer": "sgd",
        "momentum": 0.9,
        "weightDecay": 0.1,
        "clipNorm": 3.0,
        "learningRate": 0.1,
    },
    {
        "name": "sgd with parameters left out at some steps",
        "optimizer": "sgd",
        "momentum": 0.9,
        "weightDecay": 0.1,
        "learningRate": 0.1,
        "skipped": SKIPPED,
    },
    {
        "name": "adam of the search: rate 0.003, weight decay 1e-3",
        "optimizer": "adam",
        "betas": [0.9, 0.999],
        "weightDecay": 1e-3,
        "learningRate": 0.003,
    },
    {
        "name": "adam with the betas of DARTS and small gradients",
        "optimizer": "adam",
        "betas": [0.5, 0.999],
        "weightDecay": 1e-3,
        "learningRate": 0.003,
        "scale": 1e-3,
    },
    {
        "name": "adam with parameters left out at some steps",
        "optimizer": "adam",
        "betas": [0.9, 0.99],
        "weightDecay": 0.1,
        "learningRate": 0.1,
        "skipped": SKIPPED,
    },
]


def generate() -> None:
    write_json(
        "optimizers.json",
        {
            "torch": torch.__version__.split("+")[0],
            "shapes": {name: list(shape) for name, shape in SHAPES.items()},
            "cases": [run(case, 100 + i) for i, case in enumerate(CASES)],
        },
    )


if __name__ == "__main__":
    generate()
