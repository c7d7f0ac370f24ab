"""What the tests of every source share: contracts with short look-backs and small pages, and what a run left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from extract import run as run_module
from extract.contract import ResourceSpec
from extract.landing import SCHEMA
from extract.model import Account, ExtractContext
from extract.sources import Source, sources
from tests.extract.conftest import landed_rows

LOOK_BACK = 2
PAGE = 10


def short(name: str) -> Source:
    """The source NAME, its resources looking back two days and asking small pages, so that there is a next one."""

    def shorter(spec: ResourceSpec) -> ResourceSpec:
        pages = {n: min(int(spec.request[n]), PAGE) for n in ("page_size", "count") if n in spec.request}
        request = {**spec.request, **pages}
        return replace(spec, look_back=min(spec.look_back, LOOK_BACK), tells_days=1, request=request)

    contract = sources()[name].contract
    return Source(replace(contract, resources={n: shorter(s) for n, s in contract.resources.items()}))


def source_of(account: Account) -> Source:
    """The account's source, shortened."""
    return short(account.source)


def shorten() -> None:
    """For a whole process."""
    run_module.source_of = source_of


@dataclass
class Landed:
    """What one run left: hashes and receipts by resource, the newest load only."""

    records: dict[str, set[str]]
    receipts: dict[str, set[tuple[Any, Any]]]
    rejects: set[str]
    fields: set[tuple[str, str]]


def _events(rows: list[dict[str, Any]]) -> set[str]:
    """Bulk events, which have no hash, by their own columns; core counts an id once."""
    own = {str([value for name, value in row.items() if name not in (*SCHEMA.names, "kind")]) for row in rows}
    return {text for text in own if text.strip("[]None, ")}


def landed(context: ExtractContext, source: Source, account: str) -> Landed:
    found = Landed({}, {}, set(), set())
    for name in source.resources:
        rows = landed_rows(context.landing, source.name, account, name)
        newest = max((row["load_id"] for row in rows), default="")
        rows = [row for row in rows if row["load_id"] == newest]
        found.records[name] = {row["record_hash"] for row in rows if row["record_hash"]} | _events(rows)
        found.receipts[name] = {(r["window_start"], r["window_end"]) for r in rows if r["kind"] == "receipt"}
    found.rejects = {r["record"]["reason"] for r in landed_rows(context.landing, source.name, account, "_rejects")}
    listed = landed_rows(context.landing, source.name, account, "_fields")
    found.fields = {(r["record"]["status"], r["record"]["field"]) for r in listed}
    return found
