"""The published architecture, and random ones."""

import random

PRIMITIVES = (
    "none",
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
)


def genotype(*blocks) -> dict:
    """Blocks are ((input, operation), (input, operation)): left and right."""
    return {
        "blocks": [
            {side: {"input": i, "operation": name} for side, (i, name) in zip(("left", "right"), block)}
            for block in blocks
        ]
    }


PUBLISHED_PATH = [0, 0, 0, 1, 2, 1, 2, 2, 3, 3, 2, 1]
PUBLISHED_GENOTYPE = genotype(
    ((0, "dil_conv_5x5"), (1, "sep_conv_3x3")),
    ((0, "sep_conv_3x3"), (1, "dil_conv_3x3")),
    ((3, "sep_conv_3x3"), (0, "sep_conv_3x3")),
    ((4, "sep_conv_5x5"), (2, "sep_conv_5x5")),
    ((3, "sep_conv_5x5"), (5, "dil_conv_5x5")),
)


def random_genotype(seed: str, blocks: int) -> dict:
    """Every block has two distinct inputs; the operations come round in a shuffled order, so all occur."""
    source = random.Random(seed)
    operations = []
    while len(operations) < 2 * blocks:
        operations += source.sample(PRIMITIVES, len(PRIMITIVES))
    pairs = [source.sample(range(i + 2), 2) for i in range(blocks)]
    named = [list(zip(pair, operations[2 * i :])) for i, pair in enumerate(pairs)]
    return genotype(*named)
