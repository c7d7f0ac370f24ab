"""What a file would become, without writing any of it; and a drafted mapping for a shape never seen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from extract.imports.convert import Converted, Reject
from extract.imports.draft import Draft, draft
from extract.imports.mapping import load_mappings
from extract.imports.reading import Table, UnreadableFile, read_tables
from extract.imports.take import DropFile, accounts_of, convert_file
from extract.model import ExtractContext
from extract.sources import sources

UNKNOWN_ACCOUNT = "your-account"


@dataclass
class Preview:
    """Of one file under one source: its tables, what is turned away, and drafts for tables that nothing knows."""

    source: str
    converted: list[Converted] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


def source_of_path(path: Path, drop: Path) -> str:
    """The source whose drop folder holds the file; "" if none does."""
    place = path.resolve()
    return place.relative_to(drop.resolve()).parts[0] if drop.resolve() in place.parents else ""


def preview(path: Path, source_name: str, context: ExtractContext) -> Preview:
    """Convert the file as the source's import would. A file that lies elsewhere counts as one of the first account's.

    Raises MappingError for a mapping that contradicts itself, KeyError for a source that there is none of.
    """
    source = sources()[source_name]
    accounts = accounts_of(context, source_name, UNKNOWN_ACCOUNT)
    below = context.drop / source_name
    is_dropped = below.resolve() in path.resolve().parents
    parts = path.resolve().relative_to(below.resolve()).parts if is_dropped else (accounts[0], path.name)
    file = DropFile(path, "/".join(parts), parts[0] if len(parts) > 1 else "")
    mappings = load_mappings(source_name, context.imports, drafts=True)
    converted, rejects = convert_file(file, accounts, mappings, source, context.identity_key)
    shown = Preview(source_name, converted, rejects)
    if any(reject.reason == "no_mapping" for reject in rejects):
        known = {part.table for part in converted}
        drafted = [draft(table) for table in _tables(path) if table.name not in known]
        shown.drafts = [found for found in drafted if found]
    return shown


def write_draft(found: Draft, path: Path, source_name: str, imports: Path) -> Path:
    """Keep a draft as a mapping of the user's own, under a name that no mapping of the source has, shipped or not."""
    stem = re.sub(r"[^\w]+", "_", re.sub(r"\d{4,}", "", path.name.split(".")[0])).strip("_") or "shape"
    folder = imports / source_name
    folder.mkdir(parents=True, exist_ok=True)
    taken = {mapping.shape for mapping in load_mappings(source_name, None)}
    target, number = folder / f"{stem}.yml", 1
    while target.exists() or target.stem in taken:
        number += 1
        target = folder / f"{stem}_{number}.yml"
    target.write_text(found.text, encoding="utf-8")
    return target


def _tables(path: Path) -> list[Table]:
    try:
        return read_tables(path)
    except UnreadableFile:
        return []
