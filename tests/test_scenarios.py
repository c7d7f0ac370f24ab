"""The scenario book names tests that exist, in the form it promises."""

from __future__ import annotations

import re

import pytest

from warehouse.settings import REPO

BOOK = (REPO / "docs" / "SCENARIOS.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([^`\s]+)::(\w+)`", BOOK)))


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[f"{path}::{name}" for path, name in NAMED])
def test_a_named_test_exists(path: str, name: str) -> None:
    file = REPO / path
    assert file.exists(), f"docs/SCENARIOS.md names {path}, which is not there"
    definition = rf"^  - name: {name}$" if file.suffix == ".yml" else rf"^def {name}\("
    assert re.search(definition, file.read_text(encoding="utf-8"), re.MULTILINE), f"{path} has no test {name}"


def test_every_scenario_has_three_lines_and_a_test() -> None:
    scenarios = re.split(r"^\*\*", BOOK, flags=re.MULTILINE)[1:]
    assert len(scenarios) > 20
    for scenario in scenarios:
        lines = [line for line in scenario.splitlines()[1:] if line.startswith("* ")]
        assert [line[2:].partition(":")[0] for line in lines[:3]] == ["Arrives", "Order", "Out"], scenario
        assert len(lines) == 4 and "::" in lines[3], scenario
