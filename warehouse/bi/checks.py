"""Before anything ships: chart → dataset → metric or column → model, and names that people can read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from warehouse.bi.bundle import VIZ_TYPES, Assets, Chart, dashboard_asset, rows_of
from warehouse.bi.compile import CompileError, Manifests, compile_files
from warehouse.bi.identity import SLUG

#: Settings that would let a chart bring an expression of its own, or a filter that nobody sees.
_FORBIDDEN = ("sqlExpression", "expressionType", "having", "adhoc_filters", "extra_form_data", "where")


def check_assets(assets: Assets) -> list[str]:
    """What is wrong inside the files: every finding as one sentence that names the file."""
    problems: list[str] = []
    for kind in ("datasets", "charts", "dashboards"):
        for slug in getattr(assets, kind):
            if not SLUG.fullmatch(slug):
                problems.append(f"{kind}/{slug}.yaml: file names are slugs of lower-case words, never ids")
    for chart in assets.charts.values():
        problems += _check_chart(chart, assets)
    used = set()
    for slug, spec in assets.dashboards.items():
        try:
            dashboard_asset(slug, spec, assets.charts, None)
        except (CompileError, KeyError, TypeError) as error:
            problems.append(f"dashboards/{slug}.yaml: {error!r}")
            continue
        names = [item["chart"] for row in rows_of(spec) for item in row.get("charts", ())]
        used.update(names)
        problems += [
            f"dashboards/{slug}.yaml: chart {name} is there twice" for name in set(names) if names.count(name) > 1
        ]
        for filter_spec in spec["filters"]:
            problems += _check_filter(slug, filter_spec, assets)
        if not any(assets.charts[name].dataset == "snapshot" for name in names):
            problems.append(f"dashboards/{slug}.yaml: no chart says as of when the data is (dataset snapshot)")
    problems += [f"charts/{slug}.yaml: no dashboard shows it" for slug in sorted(set(assets.charts) - used)]
    return problems


def _check_chart(chart: Chart, assets: Assets) -> list[str]:
    where = f"charts/{chart.slug}.yaml"
    dataset = assets.datasets.get(chart.dataset)
    if dataset is None:
        return [f"{where}: dataset {chart.dataset} does not exist; there are {', '.join(assets.datasets)}"]
    problems = []
    if chart.viz not in VIZ_TYPES:
        problems.append(f"{where}: viz {chart.viz} is not used here; known are {', '.join(sorted(VIZ_TYPES))}")
    if " / " not in chart.title:
        problems.append(f"{where}: the title is not bilingual (`English / 中文`)")
    metrics = {m["metric_name"] for m in dataset["metrics"]}
    columns = {c["column_name"]: c for c in dataset["columns"]}
    for name in chart.metrics:
        if not isinstance(name, str):
            problems.append(f"{where}: a chart names metrics of its dataset, it does not define one: {name!r}")
        elif name not in metrics:
            problems.append(f"{where}: metric {name} is not in dataset {chart.dataset}")
    problems += [
        f"{where}: column {name} is not in dataset {chart.dataset}" for name in sorted(chart.names - set(columns))
    ]
    if chart.time and chart.time in columns and not columns[chart.time]["is_dttm"]:
        problems.append(f"{where}: {chart.time} is not a date")
    if dataset["main_dttm_col"] and not chart.time:
        problems.append(f"{where}: no `time`, so the dashboard's date range would not reach it")
    problems += [
        f"{where}: sorts by {name}, which dataset {chart.dataset} does not have"
        for name, _ in chart.sort_by
        if name not in metrics | set(columns)
    ]
    if len(chart.sort_by) > 1 and not chart.is_raw:
        problems.append(f"{where}: only a table of rows sorts by more than one name")
    if not chart.metrics and not chart.columns:
        problems.append(f"{where}: shows neither metrics nor columns")
    text = json.dumps(chart.params)
    problems += [f"{where}: params may not hold {key!r}" for key in _FORBIDDEN if f'"{key}"' in text]
    problems += [
        f"{where}: params formats {name}, which it does not show" for name in _formatted(chart) - _shown(chart)
    ]
    return problems


def _formatted(chart: Chart) -> set[str]:
    return set(chart.params.get("column_config", {}))


def _shown(chart: Chart) -> set[str]:
    return {*(m for m in chart.metrics if isinstance(m, str)), *chart.group_by, *chart.columns}


def _check_filter(slug: str, spec: dict[str, Any], assets: Assets) -> list[str]:
    where = f"dashboards/{slug}.yaml: filter {spec.get('name')}"
    if "column" not in spec:
        return [] if spec.get("last_days") else [f"{where} is on time but says no last_days"]
    dataset = assets.datasets.get(spec.get("dataset", ""))
    if dataset is None:
        return [f"{where}: dataset {spec.get('dataset')} does not exist"]
    if spec["column"] not in {c["column_name"] for c in dataset["columns"]}:
        return [f"{where}: column {spec['column']} is not in dataset {spec['dataset']}"]
    return []


def check_against_models(target: Path, assets_folder: Path) -> list[str]:
    """What is wrong between the files and dbt: committed datasets must equal a fresh compile."""
    try:
        fresh = compile_files(target, assets_folder)
    except CompileError as error:
        return [str(error)]
    folder = assets_folder / "datasets"
    committed = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    problems = [
        f"datasets/{name}: no mart with metrics behind it any more" for name in sorted(set(committed) - set(fresh))
    ]
    problems += [f"datasets/{name}: missing, compile it" for name in sorted(set(fresh) - set(committed))]
    changed = (name for name in sorted(set(fresh) & set(committed)) if fresh[name] != committed[name])
    return problems + [f"datasets/{name}: differs from a fresh compile of dbt's manifest" for name in changed]


def check(target: Path, assets_folder: Path) -> list[str]:
    """`make bi-check`: all findings, empty when everything fits. `target` is dbt's target folder after a parse."""
    try:
        assets = Assets.read(assets_folder)
    except CompileError as error:
        return [str(error)]
    problems = check_against_models(target, assets_folder) + check_assets(assets)
    try:
        models = Manifests.load(target).models
    except CompileError:
        return problems
    for name, dataset in assets.datasets.items():
        lacking = {c["column_name"] for c in dataset["columns"]} - set(models.get(name, {}).get("columns", {}))
        if name in models and lacking:
            problems.append(f"datasets/{name}.yaml: model {name} has no column {', '.join(sorted(lacking))}")
    return problems
