"""Compile, check and bundle: what needs no running Superset."""

from __future__ import annotations

import copy
import dataclasses
import shutil
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.warehouse.bi.conftest import ASSETS, Dbt
from warehouse.bi.bundle import Assets, build_bundle, dashboard_asset, time_range
from warehouse.bi.checks import check, check_assets
from warehouse.bi.compile import CompileError, Manifests, compile_datasets, compile_metric, write_datasets
from warehouse.dictionary import PAGE, render

SERVED = Path("/srv/warehouse/current/warehouse.duckdb")


def metric(name: str, kind: str, params: dict[str, Any], **meta: Any) -> dict[str, Any]:
    about = {"label_zh": "指标", "description_zh": "说明", "d3format": ",d", "owner": "bi", **meta}
    return {
        "name": name, "type": kind, "label": name.title(), "description": f"About {name}.", "filter": None,
        "type_params": params, "config": {"meta": about},
    }  # fmt: skip


def measure(name: str, agg: str = "sum", **more: Any) -> dict[str, Any]:
    return {"name": name, "agg": agg, "expr": None, "non_additive_dimension": None, **more}


@pytest.fixture
def small() -> Manifests:
    """One mart `m__a` (and `m__b`), with a metric of every kind."""
    columns = {
        c: {"name": c, "data_type": "bigint", "description": c} for c in ("n", "d", "reach", "followers", "running")
    }
    columns["metric_date"] = {"name": "metric_date", "data_type": "date", "description": "day"}
    days = {"max": {"name": "metric_date", "window_choice": "max", "window_groupings": []}}
    models = {
        table: {"name": table, "alias": table, "schema": "marts", "description": table, "columns": columns}
        for table in ("m__a", "m__b")
    }
    semantic = {
        "a": [
            measure("n"),
            measure("d"),
            measure("reach"),
            measure("mention_authors"),
            measure("followers", non_additive_dimension=days["max"]),
        ],
        "b": [measure("other"), measure("topics", "count_distinct", expr="title")],
    }
    metrics = [
        metric("n", "simple", {"measure": {"name": "n"}}),
        metric("d", "simple", {"measure": {"name": "d"}}),
        metric("followers", "simple", {"measure": {"name": "followers"}}, additivity="last_over_days"),
        metric("topics", "simple", {"measure": {"name": "topics"}}, additivity="never"),
        metric("rate", "ratio", {"numerator": {"name": "n"}, "denominator": {"name": "d"}}),
        metric("n_left", "derived", {"expr": "n - d * n", "metrics": [{"name": "n"}, {"name": "d"}]}),
    ]
    built = Manifests(
        models=models,
        semantic_models={
            name: {
                "name": name,
                "node_relation": {"alias": f"m__{name}"},
                "defaults": {"agg_time_dimension": "metric_date"},
                "dimensions": [{"name": "metric_date", "expr": None}],
                "measures": measures,
            }
            for name, measures in semantic.items()
        },
        metrics={m["name"]: m for m in metrics},
    )
    built.measures = {m["name"]: (name, m) for name, measures in semantic.items() for m in measures}
    return built


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("n", "SUM(n)"),
        ("topics", "COUNT(DISTINCT title)"),
        ("rate", "CAST(SUM(n) AS DOUBLE) / CAST(NULLIF(SUM(d), 0) AS DOUBLE)"),
        ("n_left", "(SUM(n)) - (SUM(d)) * (SUM(n))"),
        (
            "followers",
            "list_sum(list_transform(list_filter(list({'d': metric_date, 'v': followers}), "
            "x -> x.d = max(metric_date)), x -> x.v))",
        ),
    ],
)
def test_expressions_are_metricflows(small: Manifests, name: str, expression: str) -> None:
    assert compile_metric(name, small).expression == expression


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (metric("x", "cumulative", {"measure": {"name": "n"}}), "publish the running value as a column"),
        (
            metric("x", "cumulative", {"measure": {"name": "n"}}, superset={"dataset": "m__a", "column": "gone"}),
            "column 'gone', which mart m__a does not have",
        ),
        (metric("x", "conversion", {}), "is of type conversion"),
        (metric("x", "simple", {"measure": {"name": "n", "filter": {"where": "1"}}}), "filters its measure"),
        (metric("x", "simple", {"measure": {"name": "n", "join_to_timespine": True}}), "make its mart dense"),
        (metric("x", "simple", {"measure": {"name": "reach"}}), "people never add up"),
        (metric("x", "simple", {"measure": {"name": "mention_authors"}}), "people never add up"),
        (metric("x", "simple", {"measure": {"name": "n"}}, additivity="never"), "people never add up"),
        (metric("x", "simple", {"measure": {"name": "n"}}, additivity="last_over_days"), "non_additive_dimension"),
        (metric("x", "ratio", {"numerator": {"name": "n"}, "denominator": {"name": "topics"}}), "needs several marts"),
        (metric("x", "derived", {"expr": "n", "metrics": [{"name": "n", "offset_window": "1 day"}]}), "offset_window"),
        (metric("x", "derived", {"expr": "x", "metrics": [{"name": "x"}]}), "refers to itself"),
        (metric("x", "simple", {"measure": {"name": "n"}}, superset={"dataset": "m__b"}), "is measured on m__a"),
        (metric("x", "simple", {"measure": {"name": "n"}}, label_zh=""), "says nothing for label_zh"),
    ],
)
def test_what_superset_cannot_say_is_an_error_that_names_the_metric(
    small: Manifests, wrong: dict[str, Any], says: str
) -> None:
    small.metrics["x"] = wrong
    with pytest.raises(CompileError, match=r"metric.* x") as error:
        compile_datasets(small, {})
    assert says in str(error.value)


def test_a_cumulative_metric_reads_its_precomputed_column_on_the_last_day(small: Manifests) -> None:
    told = {"dataset": "m__b", "column": "running"}
    small.metrics["x"] = metric("x", "cumulative", {"measure": {"name": "n"}}, superset=told)
    compiled = compile_metric("x", small)
    assert compiled.table == "m__b"
    assert compiled.expression == compile_metric("followers", small).expression.replace("followers", "running")


def test_hidden_metrics_are_parts_of_others_and_not_shown(small: Manifests) -> None:
    small.metrics["d"]["config"]["meta"]["superset"] = {"hidden": True}
    names = [m["metric_name"] for m in compile_datasets(small, {})["m__a"]["metrics"]]
    assert "d" not in names
    assert "rate" in names


def test_committed_datasets_equal_a_fresh_compile_and_every_chart_is_backed(dbt: Dbt) -> None:
    assert check(dbt.target, ASSETS) == []


def test_the_dictionary_is_compiled_from_the_metrics_as_they_are(dbt: Dbt) -> None:
    assert PAGE.read_text(encoding="utf-8") == render(dbt.manifests), "docs/metrics.md is stale: make docs writes it"
    for metric in dbt.manifests.public_metrics():
        assert f"### {metric['name']}: " in PAGE.read_text(encoding="utf-8")


def test_every_public_metric_is_in_exactly_one_dataset(dbt: Dbt) -> None:
    shown = [m["metric_name"] for d in Assets.read(ASSETS).datasets.values() for m in d["metrics"]]
    assert sorted(shown) == [m["name"] for m in dbt.manifests.public_metrics()]


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("charts/views-by-day.yaml", {"metrics": ["view"]}, "metric view is not in dataset content__performance_daily"),
        ("charts/views-by-day.yaml", {"metrics": [{"expressionType": "SQL"}]}, "it does not define one"),
        ("charts/views-by-day.yaml", {"group_by": ["acount"]}, "column acount is not in dataset"),
        ("charts/views-by-day.yaml", {"dataset": "content"}, "dataset content does not exist"),
        ("charts/views-by-day.yaml", {"time": None}, "no `time`"),
        ("charts/views-by-day.yaml", {"params": {"adhoc_filters": []}}, "params may not hold 'adhoc_filters'"),
        ("charts/views-by-day.yaml", {"title": "Views"}, "not bilingual"),
        ("charts/views-by-day.yaml", {"sql": "select 1"}, "unknown ['sql']"),
        ("charts/kpi-pacing.yaml", {"sort_by": ["is_alert", "goals asc"]}, "sorts by goals, which dataset"),
        ("charts/campaigns.yaml", {"sort_by": ["spend", "clicks"]}, "only a table of rows sorts by more than one name"),
        ("dashboards/social-marketing-overview.yaml", {"rows": []}, "no chart says as of when"),
        ("datasets/roi__ads_daily.yaml", {"description": "by hand"}, "differs from a fresh compile"),
    ],
)
def test_a_chart_without_backing_does_not_ship(
    dbt: Dbt, tmp_path: Path, file: str, change: dict[str, Any], says: str
) -> None:
    assets = tmp_path / "assets"
    shutil.copytree(ASSETS, assets)
    changed = yaml.safe_load((assets / file).read_text()) | change
    (assets / file).write_text(yaml.safe_dump(changed, allow_unicode=True))
    assert any(says in problem for problem in check(dbt.target, assets)), check(dbt.target, assets)


def test_file_names_are_slugs_and_unused_charts_are_found() -> None:
    assets = Assets.read(ASSETS)
    stray = dataclasses.replace(assets.charts["views-by-day"], slug="3f2504e0-4f89-11d3-9a0c-0305e82c3301")
    found = check_assets(dataclasses.replace(assets, charts={**assets.charts, stray.slug: stray}))
    assert any("slugs of lower-case words" in problem for problem in found)
    assert any("no dashboard shows it" in problem for problem in found)


def test_rows_are_sorted_by_each_name_in_its_direction() -> None:
    chart = Assets.read(ASSETS).charts["reconciliation"]
    assert chart.query()["orderby"][:2] == [["is_within_tolerance", True], ["metric_date", False]]
    assert chart.form_data()["order_by_cols"][:2] == ['["is_within_tolerance", true]', '["metric_date", false]']


def test_write_datasets_drops_files_that_lost_their_mart(dbt: Dbt, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    shutil.copytree(ASSETS, assets)
    (assets / "datasets" / "old__mart.yaml").write_text("x: 1\n")
    assert write_datasets(dbt.target, assets) == ["removed old__mart.yaml"]
    assert write_datasets(dbt.target, assets) == []


def test_the_same_files_give_the_same_bundle() -> None:
    first, second = (build_bundle(Assets.read(ASSETS), SERVED, date(2026, 2, 10)) for _ in range(2))
    assert first == second
    names = zipfile.ZipFile(BytesIO(first)).namelist()
    assert "assets/metadata.yaml" in names
    assert all(name.startswith("assets/") for name in names)


def test_the_default_range_is_the_last_30_days_of_the_data() -> None:
    assert time_range(date(2026, 2, 10), 30) == "2026-01-12 : 2026-02-11"
    assert time_range(None, 30) == "No filter"


def test_filters_reach_the_charts_that_have_their_column() -> None:
    assets = Assets.read(ASSETS)
    slug, spec = next(iter(assets.dashboards.items()))
    built = dashboard_asset(slug, copy.deepcopy(spec), assets.charts, None)
    by_number = {
        v["meta"]["chartId"]: k.removeprefix("CHART-") for k, v in built["position"].items() if k.startswith("CHART-")
    }
    for configured in built["metadata"]["native_filter_configuration"]:
        column = configured["targets"][0].get("column", {}).get("name")
        for number, name in by_number.items():
            columns = {c["column_name"] for c in assets.datasets[assets.charts[name].dataset]["columns"]}
            if number not in configured["scope"]["excluded"]:
                assert (column or assets.charts[name].time) in columns, (configured["name"], name)
