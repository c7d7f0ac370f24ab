"""JSON whose numbers stay text, and the canonical form that is hashed.

Numbers never pass through float: `1794879012345678901` and `0.10` arrive in landing exactly as received, as strings.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from extract.errors import BadPayload


class AmbiguousObject(dict[str, Any]):
    """An object in which a key occurs twice. Engines disagree on which one counts, so the record is rejected."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else AmbiguousObject(plain)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_pairs)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parse(body: bytes) -> Any:
    """Parse UTF-8 JSON (BOM tolerated) with numbers as text. Raises BadPayload without quoting the content."""
    try:
        return _DECODER.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadPayload(
            f"expected UTF-8 JSON, got {len(body)} bytes that are not UTF-8 at byte {error.start}"
        ) from None
    except json.JSONDecodeError as error:
        raise BadPayload(
            f"expected JSON, got {len(body)} bytes that break at character {error.pos} ({error.msg})"
        ) from None
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"expected JSON, got {len(body)} bytes: {type(error).__name__}") from None


def canonical(record: dict[str, Any]) -> tuple[str, str]:
    """The canonical text of a record and its sha256 (hex). Lone surrogates, which UTF-8 cannot hold, become `?`."""
    text = _ENCODER.encode(record)
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "replace")
        text = raw.decode("utf-8")
    return text, hashlib.sha256(raw).hexdigest()
