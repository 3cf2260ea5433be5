"""Tensor values from a name alone, so that fixtures need not store weights.

The TypeScript twin is lib/verify/fill.ts; both must give the same bits.
Indices run in C order over the TensorFlow layout (NHWC, HWIO).
"""

import math

import numpy as np


def fnv1a32(text: str) -> int:
    """32-bit FNV-1a hash of the UTF-8 bytes of `text`."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def hashes(name: str, count: int) -> np.ndarray:
    """`count` 32-bit hashes: the murmur3 finalizer of seed + i * 0x9e3779b9, seed = fnv1a32(name)."""
    h = np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B9) + np.uint64(fnv1a32(name))
    h = h.astype(np.uint32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def unit(name: str, shape) -> np.ndarray:
    """float64 values in [-1, 1)."""
    return (hashes(name, math.prod(shape)) / 2.0**31 - 1.0).reshape(shape)


def fill(name: str, shape, fan_in: float) -> np.ndarray:
    """float32 values in [-a, a) with a = sqrt(3 / fan_in), hence variance 1 / fan_in."""
    return (math.sqrt(3.0 / fan_in) * unit(name, shape)).astype(np.float32)


def fill_image(name: str, shape) -> np.ndarray:
    """float32 values in [-1, 1): images, inputs, cotangents and probes."""
    return fill(name, shape, 3)


def fill_variable(name: str, shape) -> np.ndarray:
    """float32 values of a variable; the last part of the name decides their kind."""
    u = unit(name, shape)
    if name.startswith("architecture/"):
        return u.astype(np.float32)
    match name.rsplit("/", 1)[-1]:
        case "gamma":
            return (1 + 0.25 * u).astype(np.float32)
        case "beta":
            return (0.75 + 0.25 * u).astype(np.float32)
        case "moving_mean" | "bias":
            return (0.1 * u).astype(np.float32)
        case "moving_variance":
            return (1 + 0.5 * np.abs(u)).astype(np.float32)
    window = shape[0] * shape[1]
    return fill(name, shape, window if "depthwise" in name else window * shape[2])


def fill_labels(name: str, shape, classes: int) -> np.ndarray:
    """int32 labels in 0..classes-1, about one in classes + 1 of them the ignore label 255."""
    labels = (hashes(name, math.prod(shape)) % np.uint32(classes + 1)).astype(np.int32)
    return np.where(labels == classes, 255, labels).reshape(shape)
