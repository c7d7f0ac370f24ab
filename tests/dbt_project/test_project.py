"""The project keeps its own rules of style: grain lines, names, descriptions, contracts, grain tests."""

from __future__ import annotations

import re
from typing import Any

import pytest
from warehouse_builds import PROJECT, Warehouse

from warehouse.row_hashes import FILED_BY_DAY

FOLDERS = ("staging", "intermediate", "core", "marts", "ops")
# Rejects have no key of their own: the same line may be turned away twice.
WITHOUT_GRAIN = {"rejects"}


@pytest.fixture(scope="module")
def nodes(whole: Warehouse) -> dict[str, Any]:
    return dict(whole.manifests["manifest"].nodes)


@pytest.fixture(scope="module")
def models(nodes: dict[str, Any]) -> list[Any]:
    return [node for node in nodes.values() if node.resource_type == "model"]


def test_every_model_says_its_grain_and_stays_short() -> None:
    files = [file for folder in FOLDERS for file in (PROJECT / "models" / folder).rglob("*.sql")]
    assert len(files) > 40
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("-- Grain: one row per "), file.name
        assert len(lines) <= 135, f"{file.name}: {len(lines)} lines"


def test_names_say_the_layer(models: list[Any]) -> None:
    prefixes = {
        "staging": ("stg_",),
        "intermediate": ("int_",),
        "core": ("dim_", "fct_", "bridge_", "inf_"),
        "marts": ("user_profile__", "engagement__", "content__", "roi__"),
        "ops": ("",),
    }
    for model in models:
        assert model.name.startswith(prefixes[model.fqn[1]]), model.name


def test_every_model_and_column_is_described(models: list[Any], whole: Warehouse) -> None:
    for model in models:
        assert model.description.strip(), model.name
        for column in model.columns.values():
            assert column.description.strip(), f"{model.name}.{column.name}"
    described = {(model.schema, model.name): set(model.columns) for model in models}
    built = whole.rows(
        "select table_schema, table_name, list(column_name) from information_schema.columns "
        "where table_schema in ('core', 'marts', 'ops', 'staging', 'intermediate') group by all"
    )
    assert len(built) > 40
    for schema, table, columns in built:
        if (schema, table) != ("staging", "staged_loads"):
            assert described[(schema, table)] == set(columns), table


def test_core_marts_and_ops_have_grain_tests_and_marts_contracts(nodes: dict[str, Any], models: list[Any]) -> None:
    tested = {
        node.attached_node for node in nodes.values() if node.resource_type == "test" and node.name.startswith("grain_")
    }
    for model in models:
        if model.fqn[1] in ("core", "marts", "ops") and model.name not in WITHOUT_GRAIN:
            assert model.unique_id in tested, model.name
        if model.fqn[1] == "marts":
            assert model.config.contract.enforced, model.name


def test_marts_read_core_only(models: list[Any]) -> None:
    layer = {model.unique_id: model.fqn[1] for model in models}
    for model in models:
        if model.fqn[1] == "marts":
            for parent in model.depends_on.nodes:
                assert layer.get(parent, "seed") in ("core", "seed"), f"{model.name} reads {parent}"


def test_every_model_before_core_is_read(models: list[Any]) -> None:
    """One that is left out of macros/fact_sources.sql would be parsed, described and never asked."""
    read = {parent for model in models for parent in model.depends_on.nodes}
    assert {model.unique_id for model in models if model.fqn[1] in ("staging", "intermediate")} <= read


def test_tables_hashed_by_day_of_filing_are_rewritten_by_it(models: list[Any]) -> None:
    """And by nothing else: publishing hashes the touched days of these only."""
    rewritten = {}
    for model in models:
        hooks = [hook.sql for hook in model.config.pre_hook]
        if model.config.materialized == "incremental" and len(hooks) == 1 and "delete_touched(" in hooks[0]:
            day = re.search(r"day='(\w+)'", hooks[0])
            fact = re.search(r"fact='(\w+)'", hooks[0])
            if day and day[1] == "filed_date":
                rewritten[f"{model.schema}.{model.name}"] = fact[1] if fact else model.name
    assert rewritten == FILED_BY_DAY


def test_the_warehouse_file_holds_tables_only(whole: Warehouse) -> None:
    views = whole.rows(
        "select table_name from information_schema.tables where table_type = 'VIEW' and table_catalog = 'warehouse'"
    )
    assert views == []


def test_metrics_carry_what_people_need(whole: Warehouse) -> None:
    metrics = whole.manifests["manifest"].metrics.values()
    wanted = {
        "owner", "unit", "additivity", "label_zh", "description_zh", "question_en", "question_zh", "d3format",
        "superset",
    }  # fmt: skip
    assert len(list(metrics)) >= 30
    for metric in metrics:
        assert metric.description and metric.label
        assert wanted <= set(metric.config.meta), metric.name
