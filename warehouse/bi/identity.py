"""Ids and labels of BI objects: derived from slugs, so that files carry names and no one writes a uuid."""

from __future__ import annotations

import re
import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "social-marketing-warehouse/superset")
SLUG = re.compile(r"[a-z][a-z0-9]*([_-]{1,2}[a-z0-9]+)*")


def object_uuid(kind: str, slug: str) -> str:
    """The uuid of a database, dataset, chart or dashboard: the same on every machine."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}/{slug}"))


def bilingual(english: str, chinese: str | None) -> str:
    """`Followers / 粉丝`: Superset translates its own interface but not the names of datasets and metrics."""
    return f"{english} / {chinese}" if chinese and chinese != english else english
