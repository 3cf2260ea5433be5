"""Statistics of a study: SciPy's rank correlations and bootstrap; exact distributions of two-level resampling.

Drawing networks, and seeds within each, gives finitely many means. With whole scores their distribution is a
convolution of that of one draw, so its quantiles are known without drawing at all.
"""

from itertools import product
from math import lcm

import numpy as np
from scipy import stats

from output import digits, write_json

LEVEL = 0.95


class Distribution:
    """Probabilities of the whole multiples of 1 / scale."""

    def __init__(self, weights: dict[int, float], scale: int):
        self.weights, self.scale = weights, scale

    @staticmethod
    def of(values: list[int]) -> "Distribution":
        weights: dict[int, float] = {}
        for value in values:
            weights[value] = weights.get(value, 0) + 1 / len(values)
        return Distribution(weights, 1)

    @staticmethod
    def mixture(parts: list["Distribution"]) -> "Distribution":
        scale = lcm(*(part.scale for part in parts))
        weights: dict[int, float] = {}
        for part in parts:
            for value, weight in part.weights.items():
                at = value * (scale // part.scale)
                weights[at] = weights.get(at, 0) + weight / len(parts)
        return Distribution(weights, scale)

    def minus(self, other: "Distribution") -> "Distribution":
        scale = lcm(self.scale, other.scale)
        weights: dict[int, float] = {}
        for a, p in self.weights.items():
            for b, q in other.weights.items():
                at = a * (scale // self.scale) - b * (scale // other.scale)
                weights[at] = weights.get(at, 0) + p * q
        return Distribution(weights, scale)

    def mean_of(self, n: int) -> "Distribution":
        """Of the mean of n independent draws."""
        low, high = min(self.weights), max(self.weights)
        one = np.zeros(high - low + 1)
        for value, weight in self.weights.items():
            one[value - low] = weight
        total = one
        for _ in range(n - 1):
            total = np.convolve(total, one)
        return Distribution({i + n * low: p for i, p in enumerate(total) if p > 0}, self.scale * n)

    def quantile(self, share: float) -> float:
        values = sorted(self.weights)
        cumulated = np.cumsum([self.weights[value] for value in values])
        return values[int(np.searchsorted(cumulated, share))] / self.scale

    def deviation(self) -> float:
        values = np.array(list(self.weights)) / self.scale
        weights = np.array(list(self.weights.values()))
        return float(np.sqrt(np.sum(weights * (values - np.sum(weights * values)) ** 2)))


def networks(scores: list[list[int]]) -> Distribution:
    """Of the mean over drawn networks of their means over drawn seeds."""
    one = Distribution.mixture([Distribution.of(seeds).mean_of(len(seeds)) for seeds in scores])
    return one.mean_of(len(scores))


def interval(distribution: Distribution) -> dict:
    tail = (1 - LEVEL) / 2
    return {
        "low": digits(distribution.quantile(tail)),
        "high": digits(distribution.quantile(1 - tail)),
        "deviation": digits(distribution.deviation()),
    }


def means(rng) -> list[dict]:
    cases = []
    for n, seeds in ((4, 2), (3, 2), (9, 2), (6, 3)):
        scores = [[int(s) for s in 400 + between + rng.normal(0, 20, seeds)] for between in rng.normal(0, 40, n)]
        cases.append({"sets": [[one] for one in scores], **interval(networks(scores))})
    for n, own, seeds in ((3, 3, 2), (4, 2, 1)):
        sets = [
            [[int(s) for s in 400 + between + rng.normal(0, 20, seeds)] for _ in range(own)]
            for between in rng.normal(0, 40, n)
        ]
        one = Distribution.mixture([networks(scores) for scores in sets])
        cases.append({"sets": sets, **interval(one.mean_of(n))})
    return cases


def paired(rng) -> list[dict]:
    cases = []
    for n, others, seeds in ((3, 1, 2), (3, 3, 2), (5, 2, 1)):
        first = [[[int(s) for s in 440 + rng.normal(0, 30, seeds)]] for _ in range(n)]
        second = [[[int(s) for s in 410 + rng.normal(0, 30, seeds)] for _ in range(others)] for _ in range(n)]
        one = Distribution.mixture([networks(a).minus(networks(b)) for a, b in zip(first, second)])
        searches = [{"first": a, "second": b} for a, b in zip(first, second)]
        cases.append({"searches": searches, **interval(one.mean_of(n))})
    return cases


def unpaired(rng) -> list[dict]:
    cases = []
    for n, m in ((3, 1), (4, 2)):
        first, second = ([[int(s) for s in at + rng.normal(0, 30, 2)] for _ in range(k)] for at, k in ((440, n), (410, m)))
        cases.append({"first": first, "second": second, **interval(networks(first).minus(networks(second)))})
    return cases


def simple(rng) -> list[dict]:
    """One level, by SciPy."""
    cases = []
    for n in (5, 12):
        values = [digits(v, 5) for v in rng.normal(0.4, 0.05, n)]
        found = stats.bootstrap(
            (values,), np.mean, n_resamples=200_000, method="percentile", confidence_level=LEVEL, rng=rng
        )
        low, high = found.confidence_interval
        cases.append(
            {"values": values, "low": digits(low), "high": digits(high), "deviation": digits(found.standard_error)}
        )
    return cases


def correlations(rng) -> list[dict]:
    cases = []
    for n, ties in ((2, False), (6, False), (6, True), (18, True), (40, False)):
        x = rng.normal(0, 1, n)
        y = x + rng.normal(0, 1, n)
        if ties:
            x, y = np.round(x), np.round(y)
        x, y = ([digits(v, 4) for v in values] for values in (x, y))
        cases.append(
            {
                "x": x,
                "y": y,
                "ranks": [float(r) for r in stats.rankdata(x)],
                "spearman": digits(stats.spearmanr(x, y).statistic, 10),
                "kendall": digits(stats.kendalltau(x, y, variant="b").statistic, 10),
            }
        )
    return cases


def quantiles(rng) -> list[dict]:
    values = sorted(digits(v, 4) for v in rng.normal(0, 1, 11))
    shares = [0, 0.025, 0.3, 0.5, 0.975, 1]
    return [{"sorted": values, "shares": shares, "quantiles": [digits(np.quantile(values, q), 10) for q in shares]}]


def randomisation(rng) -> list[dict]:
    cases = []
    for n, others, gain in ((3, 3, 0.05), (3, 3, 0.0), (4, 1, 0.02), (3, 1, 0.2), (1, 3, 0.1)):
        draws = [
            {
                "found": digits(0.4 + gain + rng.normal(0, 0.01), 4),
                "others": [digits(0.4 + rng.normal(0, 0.01), 4) for _ in range(others)],
            }
            for _ in range(n)
        ]
        sets = [[draw["found"], *draw["others"]] for draw in draws]

        def statistic(places):
            return sum(s[k] - np.mean(np.delete(s, k)) for s, k in zip(sets, places))

        observed = abs(statistic([0] * n))
        all_places = list(product(range(others + 1), repeat=n))
        p = np.mean([abs(statistic(places)) >= observed - 1e-12 for places in all_places])
        if others == 1 and n > 1:
            first, second = (np.array(column) for column in zip(*sets))
            scipy = stats.permutation_test(
                (first, second), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=np.inf
            )
            assert abs(scipy.pvalue - p) < 1e-9
        cases.append({"draws": draws, "probability": digits(p, 10)})
    return cases


def generate() -> None:
    parts = (means, paired, unpaired, simple, correlations, quantiles, randomisation)
    write_json(
        "study-statistics.json",
        {part.__name__: part(np.random.default_rng(i + 1)) for i, part in enumerate(parts)},
    )
