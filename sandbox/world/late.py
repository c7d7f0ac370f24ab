"""What a platform knows late: days completed late, and days stated anew.

A count is never changed. What is known later is another row, with the difference and the instant `known_at` from which
the platform shows it; what is shown at an instant is the sum of the rows known by then.
"""

from __future__ import annotations

import numpy as np

from sandbox.world.rng import stream
from sandbox.world.tables import Chunk
from sandbox.world.time import midnight


def append(chunk: Chunk, rows: list[tuple[int, ...]]) -> Chunk:
    """The chunk with more rows, each with its values in the order of the chunk's columns."""
    if not rows:
        return chunk
    extra = np.array(rows, np.int64).T
    return {name: np.concatenate([values, extra[i]]) for i, (name, values) in enumerate(chunk.items())}


def hold_back(rng: np.random.Generator, chunk: Chunk, amounts: tuple[str, ...], late: np.ndarray, until: int) -> Chunk:
    """Moves about a fifth of the `amounts` of the `late` rows (a mask) to rows known at `until`."""
    held = {name: np.where(late, chunk[name] - rng.binomial(chunk[name], 0.8), 0) for name in amounts}
    keep = late & np.any([held[name] > 0 for name in amounts], axis=0)
    moved = {name: (held[name] if name in amounts else values)[keep] for name, values in chunk.items()}
    moved["known_at"] = np.full(int(keep.sum()), until, np.int64)
    first = {name: values - held[name] if name in amounts else values for name, values in chunk.items()}
    return {name: np.concatenate([first[name], moved[name]]) for name in chunk}


def one_in_fifty(seed: int, name: str, account: int, day: int) -> bool:
    """True on exactly one day of every fifty."""
    block = day // 50
    return int(stream(seed, name, account, block).integers(50)) == day % 50


def correction_at(rng: np.random.Generator, day: int, first: int = 2, last: int = 3) -> int:
    """Instant at which a day is stated anew: between 01:00 and 07:00, `first` to `last` days after it began."""
    return midnight(day + int(rng.integers(first, last + 1))) + int(rng.integers(3600, 7 * 3600))


def restate(
    rng: np.random.Generator,
    chunk: Chunk,
    amounts: tuple[str, ...],
    day: int,
    *,
    share: float = 0.02,
    part: tuple[float, float] = (0.005, 0.03),
    days: tuple[int, int] = (2, 3),
) -> Chunk:
    """States about `share` of the rows anew: a later row takes `part` of every amount off, at least 1 in all.

    Only rows with a positive amount can be struck. Their correction is known `days` days after the day began.
    """
    struck = np.flatnonzero(
        (rng.random(len(chunk["known_at"])) < share) & np.any([chunk[n] > 0 for n in amounts], axis=0)
    )
    later: list[tuple[int, ...]] = []
    for row in struck:
        lost = float(rng.uniform(*part))
        known = correction_at(rng, day, *days)
        taken = {name: int(chunk[name][row] * lost) for name in amounts}
        if not any(taken.values()):
            taken[next(name for name in amounts if chunk[name][row] > 0)] = 1
        later.append(
            tuple(
                -taken[name] if name in amounts else known if name == "known_at" else int(values[row])
                for name, values in chunk.items()
            )
        )
    return append(chunk, later)
