"""The simulated brand: base tables of events, generated day by day from (seed, scale)."""

from sandbox.world.brand import World

__all__ = ["World"]
