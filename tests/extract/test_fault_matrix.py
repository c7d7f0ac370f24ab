"""Every fault on every source: the same records as a clean run, or a listed gap, reject or field. Nothing silent.

One account of each source, every resource, a short look-back. After the fault the next run is complete and equals the
clean run. What each fault ends with is the table in docs/FAULTS.md; `make faults` writes it anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from extract import run as run_module
from extract.contract import FieldRule
from extract.model import AccountReport, ExtractContext
from extract.run import extract_account
from extract.sources import Source, sources
from sandbox.faults import KINDS
from tests.extract.conftest import DAY, REPO, Sandbox
from tests.extract.shortened import Landed, landed, short, source_of

TABLE = REPO / "docs" / "FAULTS.md"
API_SOURCES = [  # those that are asked over HTTP
    name
    for name, source in sources().items()
    if source.kind == "api" and not any(spec.sql for spec in source.resources.values())
]
# kind → (parameters, what it may end with beside "same" and what is listed)
FAULTS: dict[str, dict[str, Any]] = {
    "token_expired": {"after": 2, "times": 1},
    "rate_limited": {"times": 2},
    "quota_used": {"after": 2},
    "error_code": {"code": 987654},
    "http_500": {"times": 1},
    "reset": {"times": 1},
    "truncated": {"times": 1},
    "bad_json": {},
    "slow": {"times": 1, "seconds": 0.3},
    "hang": {"times": 2, "seconds": 3},
    "is_delay": {},
    "empty_day": {"times": 1},
    "duplicate_record": {},
    "repeated_record": {},
    "shrinking_pages": {"times": 1},
    "numeric_comma": {},
    "unknown_field": {"value": "13800001111"},
    "field_removed": {},
    "field_retyped": {},
    "falling_counter": {"times": 1},
}
NEEDS_FIELD = ("numeric_comma", "field_removed", "field_retyped", "falling_counter")
BELIEVED = {
    "empty_day": "believed; asked again in the look-back, and the audit of volumes sees it",
    "falling_counter": "kept as answered; core marks the day as a correction",
}


def table() -> tuple[str, dict[str, dict[str, str]]]:
    """What stands before the table in the docs, and its cells by source and kind."""
    head, *rest = TABLE.read_text("utf-8").split("| fault |")
    names, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in "".join(rest).strip().splitlines()
    ]
    return head, {name: {row[0]: row[place] for row in rows} for place, name in enumerate(names, 1)}


def tell(source: str, kind: str, came: str) -> None:
    """Hold the outcome against the table of the docs; with WRITE_FAULTS set, write it there."""
    head, told = table()
    if os.environ.get("WRITE_FAULTS"):
        told.setdefault(source, {})[kind] = came
        names = [name for name in API_SOURCES if name in told]
        lines = [f"| fault | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
        lines += [f"| {kind} | {' | '.join(told[name].get(kind, '–') for name in names)} |" for kind in FAULTS]
        TABLE.write_text(head + "\n".join(lines) + "\n", "utf-8")
    else:
        assert told.get(source, {}).get(kind) == came, "docs/FAULTS.md says otherwise: make faults writes it anew"


def number_field(source: Source) -> str:
    """The name of the first number that every record of some resource has."""

    def leaves(rules: dict[str, FieldRule]) -> Iterator[FieldRule]:
        for rule in rules.values():
            yield from leaves(dict(rule.nested)) if rule.nested else [rule]

    specs = [spec for spec in source.contract.planned if spec.window_kind == "days"] or source.contract.planned
    names = [rule.name for spec in specs for rule in leaves(dict(spec.fields)) if rule.is_number and rule.do == "keep"]
    return names[0]


@pytest.fixture(params=API_SOURCES)
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Source:
    """The source, its contract with a short look-back."""
    if all(account.source != request.param for account in sandbox.accounts):
        pytest.skip(f"the sandbox has no account of {request.param}")
    monkeypatch.setattr(run_module, "source_of", source_of)
    return short(request.param)


CLEAN: dict[str, tuple[bytes, Landed]] = {}


@pytest.fixture
def clean(source: Source, sandbox: Sandbox, context: ExtractContext, tmp_path: Path) -> tuple[ExtractContext, Landed]:
    """What a run without faults lands, and a context whose pseudonyms are the same as that run's."""
    if source.name not in CLEAN:
        there = replace(context, landing=tmp_path / "clean")
        report = ask(source, sandbox, there)
        CLEAN[source.name] = (there.identity_key, landed(there, source, report.account))
        assert report.ok, report.message()
    key, whole = CLEAN[source.name]
    return replace(context, identity_key=key), whole


def ask(source: Source, sandbox: Sandbox, context: ExtractContext, seconds: float = 120) -> AccountReport:
    account = sandbox.account(source.name)
    return extract_account(account, DAY, DAY, replace(context, deadline_seconds=seconds))


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_ends_as_the_clean_run_or_is_listed(
    source: Source, kind: str, clean: tuple[ExtractContext, Landed], sandbox: Sandbox
) -> None:
    context, whole = clean
    account = sandbox.account(source.name).account
    field = {"field": number_field(source)} if kind in NEEDS_FIELD else {}
    try:
        sandbox.plant({"source": source.name, "kind": kind, "account": account, **field, **FAULTS[kind]})
    except httpx.HTTPStatusError as refused:
        tell(source.name, kind, "–")
        pytest.skip(f"{kind} does not fit {source.name}: {refused.response.text}")
    report = ask(source, sandbox, context, seconds=20 if kind == "hang" else 120)
    struck = sum(sandbox.hits())
    sandbox.clear()
    found = landed(context, source, account)
    came = outcome(kind, whole, found, report) if struck else "does not occur"

    again = ask(source, sandbox, context)
    assert again.ok, again.message()
    mended = landed(context, source, account)
    assert mended.records == whole.records, "the next run equals the clean run"
    tell(source.name, kind, came)


def outcome(kind: str, whole: Landed, found: Landed, report: AccountReport) -> str:
    """In words what it came to. Fails when something is missing or different and nobody is told."""
    missing = {n: whole.receipts[n] - found.receipts[n] for n in whole.receipts}
    for name, windows in missing.items():
        for start, end in windows:
            gaps = [gap for gap in report.gaps if gap.window.start < end and start < gap.window.end]
            assert gaps, f"{name} {start}..{end} is not covered and not in the gaps {report.gaps}"
    assert all(gap.message for gap in report.gaps)
    told = []
    if report.gaps:
        told.append("gap: " + ", ".join(sorted({gap.reason for gap in report.gaps})))
    if found.rejects:
        told.append("reject: " + ", ".join(sorted(found.rejects)))
    if any(status in ("unknown", "retyped") for status, _ in found.fields):
        told.append("field listed")
    if kind == "field_removed" and not told:
        told.append("field listed as removed")
    if found.records == whole.records and not told:
        return "same records"
    if not told:
        assert kind in BELIEVED, "records differ from the clean run, and nothing says so"
        return BELIEVED[kind]
    return "; ".join(told)


def test_every_kind_of_fault_is_in_the_matrix() -> None:
    planted_errors = {
        "off_by_one"
    }  # a wrong number nobody marks: reconciliation and the truth see it (tests/test_truth.py)
    assert set(FAULTS) == set(KINDS) - planted_errors
