"""Writes every fixture of test/fixtures: `python test/reference/generate.py [--only NAME ...]`."""

import argparse
import importlib

import torch

PARTS = {
    "fill": "fill_fixtures",
    "ops": "ops",
    "hard-pixels": "hard_pixels",
    "dice": "dice",
    "segmentation": "segmentation_fixtures",
    "supernet": "supernet_fixtures",
    "metrics": "metrics",
    "labels": "label_counts",
    "masks": "masks",
    "mat": "mat_files",
    "coco": "coco_masks",
    "optimizers": "optimizers",
    "moving-average": "moving_average",
    "rare-classes": "rare_classes",
    "early-stopping": "early_stopping",
    "study-statistics": "study_statistics",
    "train-steps": "train_steps",
    "verification": "verification",
    "pictures": "pictures",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for part in parser.parse_args().only:
        importlib.import_module(PARTS[part]).generate()


if __name__ == "__main__":
    main()
