"""Events as Arrow tables: what the truth is computed from. Instants stay epoch seconds; nothing is added up here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

Chunk = dict[str, np.ndarray]
"""Columns of equal length, one row per event."""
Tables = dict[str, pa.Table]
_TYPES = {"int": pa.int64(), "text": pa.string(), "bool": pa.bool_(), "real": pa.float64()}


def stack(chunks: Sequence[Chunk], **constants: int) -> Chunk:
    """All days of one account below each other, with the day of each row."""
    columns = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    sizes = [len(next(iter(chunk.values()))) for chunk in chunks]
    columns["day"] = np.repeat(np.arange(len(chunks)), sizes)
    return columns | {name: np.full(len(columns["day"]), value) for name, value in constants.items()}


def join(parts: Iterable[Chunk]) -> pa.Table:
    """Several accounts below each other."""
    return pa.concat_tables([pa.table(part) for part in parts])


def rows(items: Iterable[dict[str, Any]], **types: str) -> pa.Table:
    """Objects as a table of the columns named: int, text, bool or real. Other keys are left out, missing ones null."""
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in types.items()])
    return pa.Table.from_pylist(list(items), schema=schema)
