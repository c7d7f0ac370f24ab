"""Writes the hot list as files, in the published shape of the Weibo archive: DIR/YYYY-MM-DD/HH.json."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sandbox.world.hot import HotList, hours_until
from sandbox.world.time import date_of, day_of


def write_drop(hot: HotList, out: Path, first: date, last: date, now: int) -> int:
    """Writes the hours of first..last that exist at `now`; returns the number of files. Missing hours have no file."""
    written = 0
    for day in range(day_of(first), day_of(last) + 1):
        folder = out / date_of(day).isoformat()
        for hour in range(hours_until(now, day)):
            rows = hot.listing(day, hour)
            if not rows:
                continue
            folder.mkdir(parents=True, exist_ok=True)
            text = json.dumps(rows, ensure_ascii=False, indent=2)
            part = folder / f".{hour:02d}.json.part"
            part.write_text(text, encoding="utf-8")
            part.replace(folder / f"{hour:02d}.json")
            written += 1
    return written
