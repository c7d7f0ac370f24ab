"""Random streams: one generator per (seed, stream name, keys), so that a day never depends on the horizon."""

from __future__ import annotations

import hashlib
import zlib

import numpy as np

_SHIFT = 1_000_000
"""Makes day numbers before the epoch usable as entropy, which must not be negative."""


def stream(seed: int, name: str, *keys: int) -> np.random.Generator:
    """A fresh generator for one purpose; equal arguments give equal numbers on every machine."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode()), *(_SHIFT + key for key in keys)]))


def digest(*parts: object) -> str:
    """64 hex characters that look random and are fixed by their parts."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()
