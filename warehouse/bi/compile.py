"""Compile dbt's semantic manifest into Superset datasets: one file per mart, metrics as MetricFlow computes them.

A metric is defined once, in dbt. Superset evaluates SQL expressions over one table, so a metric compiles if it needs
one mart; everything else is an error that names the metric and says what to publish instead. `config.meta` of a metric
carries what Superset shows: `label_zh, description_zh, d3format, unit, owner, additivity` and `superset`: the `dataset`
it belongs to (checked), `hidden: true` for a mere part of others, and for a cumulative metric the precomputed `column`.

Expressions equal MetricFlow's (tested, row by row, against `mf query`):

| dbt | Superset |
|---|---|
| simple: sum, min, max, average, count, count_distinct, sum_boolean | the aggregate |
| semi-additive (`non_additive_dimension`, window max or min) | values of the group's last (first) date, summed |
| ratio | `CAST(num AS DOUBLE) / CAST(NULLIF(den, 0) AS DOUBLE)` |
| derived | its expression, inputs in parentheses |
| cumulative | the precomputed column, semi-additive |
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from warehouse.bi.identity import bilingual, object_uuid

DATABASE = "warehouse"
HEADER = "# Compiled from dbt's semantic manifest by `make docs`. Change the metric or the mart, not this file.\n"
#: Counts of people: the same person is in several rows, so a sum over days, contents or accounts counts nobody.
NEVER_SUMMED = re.compile(r"(.*_)?(reach|readers|viewers|authors|followers|audience|people)(_.*)?")
_AGGREGATES = {
    "sum": "SUM({})",
    "min": "MIN({})",
    "max": "MAX({})",
    "average": "AVG({})",
    "count": "COUNT({})",
    "count_distinct": "COUNT(DISTINCT {})",
    "sum_boolean": "SUM(CAST({} AS INTEGER))",
}
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL", "DOUBLE", "FLOAT", "REAL")


class CompileError(ValueError):
    """A metric or mart that Superset cannot show as it is defined. The message says which, why, and what to do."""


@dataclass(frozen=True)
class Compiled:
    """A metric as one SQL expression over one mart."""

    name: str
    table: str
    expression: str


@dataclass
class Manifests:
    """What dbt wrote into its target folder, indexed by name."""

    models: dict[str, dict[str, Any]]
    semantic_models: dict[str, dict[str, Any]]
    metrics: dict[str, dict[str, Any]]
    measures: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def load(cls, target: Path) -> Manifests:
        """Read `semantic_manifest.json` and `manifest.json`. Raises CompileError when dbt has not parsed yet."""
        for name in ("semantic_manifest.json", "manifest.json"):
            if not (target / name).is_file():
                raise CompileError(f"{target / name} is missing: run `dbt parse` first")
        semantic = json.loads((target / "semantic_manifest.json").read_text(encoding="utf-8"))
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
        nodes = (n for n in manifest["nodes"].values() if n["resource_type"] == "model")
        loaded = cls(
            models={n["alias"]: n for n in nodes},
            semantic_models={m["name"]: m for m in semantic["semantic_models"]},
            metrics={m["name"]: m for m in semantic["metrics"]},
        )
        for model in loaded.semantic_models.values():
            for measure in model["measures"]:
                loaded.measures[measure["name"]] = (model["name"], measure)
        return loaded

    def table_of(self, semantic_model: str) -> str:
        """The mart (table name) behind a semantic model."""
        return str(self.semantic_models[semantic_model]["node_relation"]["alias"])

    def time_of(self, table: str) -> str:
        """The date column of a mart. Marts that only hold a precomputed column have `metric_date`, as all marts do."""
        for model in self.semantic_models.values():
            time = (model.get("defaults") or {}).get("agg_time_dimension")
            if time and model["node_relation"]["alias"] == table:
                return _dimension(time, model)
        return "metric_date"

    def public_metrics(self) -> list[dict[str, Any]]:
        """Metrics people may use, by name."""
        shown = (m for m in self.metrics.values() if not m["type_params"].get("is_private"))
        return sorted((m for m in shown if not _told(m).get("hidden")), key=lambda m: str(m["name"]))


def semi_additive(date: str, value: str, choice: str = "max") -> str:
    """Sum of `value` on the group's last (`max`) or first (`min`) date, as one aggregate expression of DuckDB."""
    rows = f"list({{'d': {date}, 'v': {value}}})"
    return f"list_sum(list_transform(list_filter({rows}, x -> x.d = {choice}({date})), x -> x.v))"


def compile_metric(name: str, manifests: Manifests, path: tuple[str, ...] = ()) -> Compiled:
    """One metric as SQL. Raises CompileError for what one table and one expression cannot say."""
    if name not in manifests.metrics:
        raise CompileError(f"metric {' → '.join((*path, name))} does not exist in the semantic manifest")
    if name in path:
        raise CompileError(f"metric {' → '.join((*path, name))} refers to itself")
    metric = manifests.metrics[name]
    if metric.get("filter"):
        raise CompileError(f"metric {name} has a filter: publish the filtered column in its mart and measure that")
    kind, params = metric["type"], metric["type_params"]
    path = (*path, name)
    if kind == "simple":
        return _simple(name, params, manifests)
    if kind == "ratio":
        top, bottom = (_input(name, params[part], manifests, path) for part in ("numerator", "denominator"))
        table = _same_table(name, (top, bottom))
        expression = f"CAST({top.expression} AS DOUBLE) / CAST(NULLIF({bottom.expression}, 0) AS DOUBLE)"
        return Compiled(name, table, expression)
    if kind == "derived":
        inputs = {m.get("alias") or m["name"]: _input(name, m, manifests, path) for m in params["metrics"]}
        table = _same_table(name, inputs.values())
        names = "|".join(sorted(map(re.escape, inputs), key=len, reverse=True))
        expression = re.sub(rf"\b({names})\b", lambda hit: f"({inputs[hit[1]].expression})", params["expr"])
        return Compiled(name, table, expression)
    if kind == "cumulative":
        return _cumulative(name, metric, manifests)
    raise CompileError(f"metric {name} is of type {kind}: publish it as a column of a mart and measure that")


def _simple(name: str, params: Mapping[str, Any], manifests: Manifests) -> Compiled:
    given = params.get("measure")
    if given:
        if given["name"] not in manifests.measures:
            raise CompileError(f"metric {name}: measure {given['name']} does not exist")
        model, measure = manifests.measures[given["name"]]
        expr = measure.get("expr") or measure["name"]
        options = {**params, **{k: v for k, v in given.items() if v}}
    elif params.get("metric_aggregation_params"):
        measure = params["metric_aggregation_params"]
        model, expr = measure["semantic_model"], params.get("expr") or name
        options = dict(params)
    else:
        raise CompileError(f"metric {name} names no measure")
    if options.get("filter"):
        raise CompileError(
            f"metric {name} filters its measure: publish the filtered column in its mart and measure that"
        )
    if options.get("join_to_timespine"):
        raise CompileError(f"metric {name} joins the time spine: make its mart dense (a row per day) instead")
    aggregate = _AGGREGATES.get(measure["agg"])
    if aggregate is None:
        known = ", ".join(_AGGREGATES)
        raise CompileError(f"metric {name} aggregates by {measure['agg']}; Superset datasets can do {known}")
    over = measure.get("non_additive_dimension")
    if over:
        if over.get("window_groupings"):
            raise CompileError(
                f"metric {name} groups its window by entities: make its mart dense and drop the grouping"
            )
        if measure["agg"] != "sum":
            raise CompileError(f"metric {name}: a semi-additive measure must be a sum, got {measure['agg']}")
        date = _dimension(over["name"], manifests.semantic_models[model])
        expression = semi_additive(date, expr, over["window_choice"])
    else:
        expression = aggregate.format(expr)
        if measure["agg"] in {"sum", "sum_boolean"}:
            _refuse_sum_of_people(name, expr, manifests.metrics[name])
    if options.get("fill_nulls_with") is not None:
        expression = f"COALESCE({expression}, {options['fill_nulls_with']})"
    return Compiled(name, manifests.table_of(model), expression)


def _refuse_sum_of_people(name: str, expr: str, metric: Mapping[str, Any]) -> None:
    additivity = _meta(metric).get("additivity")
    if additivity == "never" or NEVER_SUMMED.fullmatch(expr):
        raise CompileError(
            f"metric {name} sums {expr!r} (additivity {additivity!r}): people never add up over days or contents. "
            "Use a maximum, or show the column row by row"
        )
    if str(additivity).startswith("last"):
        raise CompileError(
            f"metric {name} has additivity {additivity!r} but sums over days: give its measure a non_additive_dimension"
        )


def _cumulative(name: str, metric: Mapping[str, Any], manifests: Manifests) -> Compiled:
    told = _told(metric)
    column = told.get("column")
    if not column:
        raise CompileError(
            f"metric {name} is cumulative, which one expression over a mart cannot say: publish the running value as a "
            "column of a mart and name it in config.meta.superset {dataset, column}"
        )
    table = told.get("dataset")
    columns = manifests.models.get(str(table), {}).get("columns", {})
    if table is None or column not in columns:
        raise CompileError(
            f"metric {name}: config.meta.superset names column {column!r}, which mart {table} does not have"
        )
    time = manifests.time_of(table)
    if time not in columns:
        raise CompileError(f"metric {name}: mart {table} has no date column {time!r}")
    return Compiled(name, table, semi_additive(time, column))


def _input(name: str, given: Mapping[str, Any], manifests: Manifests, path: tuple[str, ...]) -> Compiled:
    for option in ("filter", "offset_window", "offset_to_grain"):
        if given.get(option):
            raise CompileError(f"metric {name} uses {option} on {given['name']}: publish that as a column of a mart")
    return compile_metric(given["name"], manifests, path)


def _same_table(name: str, parts: Iterable[Compiled]) -> str:
    tables = {part.table for part in parts}
    if len(tables) != 1:
        raise CompileError(
            f"metric {name} needs several marts ({', '.join(sorted(tables))}): publish one that has both"
        )
    return tables.pop()


def _dimension(name: str, semantic_model: Mapping[str, Any]) -> str:
    return next((d["expr"] or d["name"] for d in semantic_model["dimensions"] if d["name"] == name), name)


def _told(metric: Mapping[str, Any]) -> dict[str, Any]:
    """What a metric says about itself to Superset: `config.meta.superset`."""
    return _meta(metric).get("superset") or {}


def _meta(thing: Mapping[str, Any]) -> dict[str, Any]:
    config = thing.get("config") or {}
    return {**(thing.get("meta") or {}), **(config.get("meta") or {})}


def compile_datasets(
    manifests: Manifests, labels: Mapping[str, Mapping[str, str]], tables: Iterable[Mapping[str, Any]] = ()
) -> dict[str, dict[str, Any]]:
    """All datasets by table name: every mart a public metric needs, and the given `tables` without metrics.

    `labels` is column name → {en, zh}; a column's own `meta.label_en/label_zh` in dbt wins. `tables` are mappings of
    name, schema, description, written_by, columns[{name, type, description}].
    """
    by_table: dict[str, list[tuple[dict[str, Any], Compiled]]] = {}
    for metric in manifests.public_metrics():
        compiled = compile_metric(metric["name"], manifests)
        told = _told(metric).get("dataset", compiled.table)
        if told != compiled.table:
            raise CompileError(
                f"metric {metric['name']} says it belongs to dataset {told}, but is measured on {compiled.table}"
            )
        by_table.setdefault(compiled.table, []).append((metric, compiled))
    datasets = {}
    for table, metrics in sorted(by_table.items()):
        if table not in manifests.models:
            raise CompileError(f"metric {metrics[0][0]['name']}: no model builds table {table}")
        datasets[table] = _dataset(table, manifests, metrics, labels)
    for given in tables:
        datasets[given["name"]] = {
            "table_name": given["name"],
            "schema": given["schema"],
            "description": given["description"],
            "main_dttm_col": None,
            "extra": _certification("data engineering", f"written by {given['written_by']}"),
            "columns": [
                _column(c["name"], c["type"], c["description"], c, labels, is_dimension=True) for c in given["columns"]
            ],
            "metrics": [],
            **_identity(given["name"]),
        }
    return dict(sorted(datasets.items()))


def _dataset(
    table: str,
    manifests: Manifests,
    metrics: list[tuple[dict[str, Any], Compiled]],
    labels: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    model = manifests.models[table]
    semantic = [s for s in manifests.semantic_models.values() if s["node_relation"]["alias"] == table]
    dimensions = {d["expr"] or d["name"] for s in semantic for d in s["dimensions"]}
    untyped = [c["name"] for c in model["columns"].values() if not c.get("data_type")]
    if untyped or not model["columns"]:
        raise CompileError(
            f"mart {table}: columns without data_type ({', '.join(untyped) or 'none declared'}): add its contract"
        )
    return {
        "table_name": table,
        "schema": model["schema"],
        "description": _one_line(model["description"]),
        "main_dttm_col": manifests.time_of(table),
        "extra": _certification("data engineering", f"dbt model {model['name']}, contract enforced"),
        "columns": [
            _column(c["name"], c["data_type"], c["description"], _meta(c), labels, is_dimension=c["name"] in dimensions)
            for c in model["columns"].values()
        ],
        "metrics": [_metric(metric, compiled, table) for metric, compiled in metrics],
        **_identity(table),
    }


def _identity(table: str) -> dict[str, Any]:
    return {
        "filter_select_enabled": True,
        "is_managed_externally": True,
        "uuid": object_uuid("dataset", table),
        "database_uuid": object_uuid("database", DATABASE),
        "version": "1.0.0",
    }


def _certification(by: str, details: str) -> dict[str, Any]:
    return {"certification": {"certified_by": by, "details": details}}


def _column(
    name: str,
    data_type: str,
    description: str,
    meta: Mapping[str, Any],
    labels: Mapping[str, Mapping[str, str]],
    *,
    is_dimension: bool,
) -> dict[str, Any]:
    label = labels.get(name, {})
    sql_type = data_type.upper()
    english = meta.get("label_en") or meta.get("label") or label.get("en") or name.replace("_", " ").capitalize()
    return {
        "column_name": name,
        "verbose_name": bilingual(english, meta.get("label_zh") or label.get("zh")),
        "description": _one_line(description),
        "type": sql_type,
        "is_dttm": sql_type.startswith(("DATE", "TIMESTAMP")),
        "groupby": is_dimension or not sql_type.startswith(_NUMBERS),
        "filterable": True,
        "is_active": True,
    }


def _metric(metric: Mapping[str, Any], compiled: Compiled, table: str) -> dict[str, Any]:
    meta = _meta(metric)
    name = metric["name"]
    missing = [key for key in ("label_zh", "description_zh", "d3format", "owner") if not meta.get(key)]
    missing += [key for key in ("label", "description") if not metric.get(key)]
    if missing:
        raise CompileError(
            f"metric {name} says nothing for {', '.join(missing)} (label, description; the others in config.meta)"
        )
    details = f"dbt metric {name} on {table}"
    details += f"; unit {meta['unit']}" if meta.get("unit") else ""
    details += f"; additivity {meta['additivity']}" if meta.get("additivity") else ""
    return {
        "metric_name": name,
        "verbose_name": bilingual(metric["label"], meta["label_zh"]),
        "description": f"{_one_line(metric['description'])} {_one_line(meta['description_zh'])}",
        "expression": compiled.expression,
        "d3format": meta["d3format"],
        **({"currency": {"symbol": "CNY", "symbolPosition": "prefix"}} if meta.get("unit") == "yuan" else {}),
        "extra": _certification(meta["owner"], details),
    }


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def render(dataset: Mapping[str, Any]) -> str:
    """A dataset as the file's text: stable, readable, wide lines kept."""
    return HEADER + dump(dataset)


def dump(thing: Mapping[str, Any]) -> str:
    """YAML as written in this project: keys in their order, Chinese as it is."""
    return yaml.safe_dump(dict(thing), sort_keys=False, allow_unicode=True, width=4096)


def load_yaml(path: Path) -> Any:
    """One YAML file; errors name it."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CompileError(f"{path}: not YAML: {error}") from error


def compile_files(target: Path, assets: Path) -> dict[str, str]:
    """Text of every `datasets/<table>.yaml` a fresh compile would write. Reads `labels.yaml` and `tables/`."""
    labels = load_yaml(assets / "labels.yaml") or {}
    tables = [load_yaml(path) for path in sorted((assets / "tables").glob("*.yaml"))]
    datasets = compile_datasets(Manifests.load(target), labels, tables)
    return {f"{name}.yaml": render(dataset) for name, dataset in datasets.items()}


def write_datasets(target: Path, assets: Path) -> list[str]:
    """Write the compiled datasets, drop files of marts that no longer have metrics; returns what changed."""
    fresh = compile_files(target, assets)
    folder = assets / "datasets"
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for stale in folder.glob("*.yaml"):
        if stale.name not in fresh:
            stale.unlink()
            changed.append(f"removed {stale.name}")
    for name, text in fresh.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(f"wrote {name}")
    return changed
