"""The child process that runs one work in PyTorch; the twin of main.ts.

The networks are those of test/reference; optimizers and loss are set as the library sets them. The
last argument is the job (messages.ts).
"""

import atexit
import json
import math
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "reference"))

import torch
import torch.nn.functional as F

from architectures import PUBLISHED_GENOTYPE, PUBLISHED_PATH
from segmentation import SegmentationNetwork
from supernet import Options, Supernet

FORMATS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def peak_mib() -> float:
    """The most memory that this process has held at any time."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1]) / 1024
    except (OSError, TypeError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def groups(network, decay: float, rate: float, bias_scale: float = 1.0):
    """Weight decay for the weights of convolutions only; the classifier's bias learns at its own rate."""
    named = [(n, p) for n, p in network.named_parameters() if not n.startswith("architecture.")]
    return [
        {"params": [p for _, p in named if p.dim() == 4], "weight_decay": decay},
        {"params": [p for n, p in named if p.dim() != 4 and n != "decoder.logits.bias"], "weight_decay": 0.0},
        {
            "params": [p for n, p in named if n == "decoder.logits.bias"],
            "weight_decay": 0.0,
            "lr": rate * bias_scale,
        },
    ]


def sgd(network, decay: float, rate: float, bias_scale: float = 1.0):
    parameters = [group for group in groups(network, decay, rate, bias_scale) if group["params"]]
    # fused: all parameters in one call, the fastest form on CPU
    return torch.optim.SGD(parameters, lr=rate, momentum=0.9, fused=True)


def square_batch(work: dict, classes: int):
    generator = torch.Generator().manual_seed(1)
    size = (work["batch"], work["crop"], work["crop"])
    image = 2 * torch.rand((size[0], 3, *size[1:]), generator=generator) - 1
    return image, torch.randint(0, classes, size, generator=generator)


def autocast(work: dict):
    """bfloat16 where the job asks for it: weights, losses and the optimizer's state stay float32."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=work.get("precision") == "bfloat16")


def timed(step):
    start = time.perf_counter()
    result = step()
    return result, 1000 * (time.perf_counter() - start)


class Search:
    """Weight step (SGD), then architecture step (Adam on alpha and beta)."""

    def __init__(self, work, classes, _):
        options = Options(work["layers"], work["filterMultiplier"], work["blocks"], classes)
        self.network = Supernet(options)
        self.image, self.labels = square_batch(work, classes)
        self.autocast = autocast(work)
        self.weights = list(self.network.weights())
        self.architecture = list(self.network.architecture.parameters())
        self.sgd = sgd(self.network, 3e-4, 0.025)
        self.adam = torch.optim.Adam(self.architecture, lr=0.003, betas=(0.5, 0.999), weight_decay=1e-3)

    def move(self, optimizer, trained, fixed) -> float:
        for parameter in trained:
            parameter.requires_grad_(True)
        for parameter in fixed:
            parameter.requires_grad_(False)
        optimizer.zero_grad(set_to_none=True)
        with self.autocast:
            scores = self.network(self.image)
        loss = F.cross_entropy(scores.float(), self.labels, ignore_index=255)
        loss.backward()
        optimizer.step()
        return loss.item()

    def run(self):
        loss, weights = timed(lambda: self.move(self.sgd, self.weights, self.architecture))
        _, architecture = timed(lambda: self.move(self.adam, self.architecture, self.weights))
        return {"weights": weights, "architecture": architecture}, loss


def small(classes: int, filter_multiplier: int) -> SegmentationNetwork:
    return SegmentationNetwork(PUBLISHED_PATH, PUBLISHED_GENOTYPE, filter_multiplier, classes)


class Retrain:
    """Forward, backward, SGD."""

    def __init__(self, work, classes, filter_multiplier):
        self.network = small(classes, filter_multiplier)
        self.autocast = autocast(work)
        self.image, self.labels = square_batch(work, classes)
        self.sgd = sgd(self.network, 4e-5, 0.01, bias_scale=2.0)

    def run(self):
        self.sgd.zero_grad(set_to_none=True)
        with self.autocast:
            scores = self.network(self.image)
        loss = F.cross_entropy(scores.float(), self.labels, ignore_index=255)
        loss.backward()
        self.sgd.step()
        return {}, loss.item()


class Infer:
    """From an image to its label map."""

    def __init__(self, work, classes, filter_multiplier):
        self.network = small(classes, filter_multiplier).eval()
        self.autocast = autocast(work)
        generator = torch.Generator().manual_seed(1)
        shape = (work["batch"], 3, work["height"], work["width"])
        self.image = 2 * torch.rand(shape, generator=generator) - 1

    def run(self):
        with torch.inference_mode(), self.autocast:
            self.network(self.image).argmax(1).numpy()
        return {}, None


KINDS = {"search": Search, "retrain": Retrain, "infer": Infer}


def send(event: str, **fields) -> None:
    print(json.dumps({"event": event, **fields}, separators=(",", ":")), flush=True)


def apply(work, settings: dict) -> None:
    """Sets threads and memory format."""
    torch.set_num_threads(settings["threads"])
    memory_format = FORMATS[settings["memoryFormat"]]
    work.network.to(memory_format=memory_format)
    work.image = work.image.contiguous(memory_format=memory_format)


def best_time(work) -> float:
    """The fastest of a few runs after a warm-up; of very long runs the first counts."""
    _, first = timed(work.run)
    if first > 20_000:
        return first
    return min(timed(work.run)[1] for _ in range(3 if first < 5000 else 1))


def tune(work) -> list[dict]:
    """Times of one step with every thread count and memory format."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    trials = []
    for memory_format in FORMATS:
        for threads in sorted({1, min(2, cores), cores}):
            settings = {"threads": threads, "memoryFormat": memory_format}
            apply(work, settings)
            trials.append({**settings, "ms": best_time(work)})
    return trials


def compiled(work) -> None:
    """Has the network compiled by its first step, with nothing that an earlier process has left."""
    folder = tempfile.mkdtemp(prefix="autodeeplab-inductor-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder
    work.network.compile()


def step(work) -> dict:
    (parts, loss), ms = timed(work.run)
    finite = loss if loss is not None and math.isfinite(loss) else None
    return {"ms": ms, "parts": parts, "peakMiB": peak_mib(), "loss": finite}


def work_of(job: dict) -> dict:
    return {**job["work"], "precision": job.get("precision", "float32")}


def serve(job: dict) -> None:
    torch.manual_seed(1)
    work, setup_ms = timed(lambda: KINDS[job["work"]["kind"]](work_of(job), job["classes"], job["filterMultiplier"]))
    if "torch" not in job:
        send("tuned", trials=tune(work))
        return
    apply(work, job["torch"])
    if job.get("compile"):
        compiled(work)
    setup_peak = peak_mib()
    warm_up = [step(work)["ms"] for _ in range(job["warmUp"])]
    send(
        "ready",
        setupMs=setup_ms,
        setupPeakMiB=setup_peak,
        estimate=None,
        warmUpMs=warm_up,
        threads={"intra": torch.get_num_threads(), "inter": 1},
        versions={"python": sys.version.split()[0], "torch": torch.__version__},
    )
    for line in sys.stdin:
        if line.strip() == "step":
            send("step", **step(work))


try:
    serve(json.loads(sys.argv[1]))
except Exception as error:
    send("error", message=f"{type(error).__name__}: {error}")
