"""Settings of the sandbox from its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Seed, scale and the instant to start at (None: the machine's clock)."""

    seed: int
    scale: float
    now: str | None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """From SANDBOX_SEED (7), SANDBOX_SCALE (1), SANDBOX_NOW. Raises ValueError naming the bad one."""
        try:
            seed = int(environment.get("SANDBOX_SEED") or 7)
        except ValueError:
            raise ValueError(f"SANDBOX_SEED must be a whole number, got {environment['SANDBOX_SEED']!r}") from None
        try:
            scale = float(environment.get("SANDBOX_SCALE") or 1)
        except ValueError:
            raise ValueError(f"SANDBOX_SCALE must be a number, got {environment['SANDBOX_SCALE']!r}") from None
        return cls(seed, scale, environment.get("SANDBOX_NOW") or None)
