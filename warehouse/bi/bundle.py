"""Assets as files → the one zip Superset imports. Same files, same bytes.

`superset/assets/` holds, as readable slugs:

* `database.yaml`: the connection; its address is filled in here.
* `datasets/<table>.yaml`: compiled (`warehouse.bi.compile`).
* `charts/<slug>.yaml`: title, dataset, viz, metrics, group_by, … (`Chart`); never an expression.
* `dashboards/<slug>.yaml`: title, filters, rows of charts, tabs of rows.

Superset wants more than that says: form data for the browser, a query for its REST interface, a grid of nested
components, uuids. All of it is derived here.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from warehouse.bi.compile import DATABASE, CompileError, dump, load_yaml
from warehouse.bi.identity import object_uuid

ROOT = "assets"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_NO_FILTER = "No filter"
#: Keys of a chart file. `params` passes settings of the visualisation through as they are.
CHART_KEYS = {
    "title", "description", "dataset", "viz", "metrics", "group_by", "columns", "time", "grain", "sort_by", "limit",
    "series_limit", "params",
}  # fmt: skip
VIZ_TYPES = {"big_number_total", "echarts_timeseries_bar", "echarts_timeseries_line", "table"}
_ON_TIME_AXIS = {"echarts_timeseries_bar", "echarts_timeseries_line"}


@dataclass(frozen=True)
class Chart:
    """A chart file. `metrics` name metrics of the dataset, `group_by` and `columns` its columns.

    `sort_by`: metrics or columns, each with whether it ascends; in the files `name` (the largest first) or `name asc`,
    one or, for a table of rows, a list. `series_limit`: that many lines or colours, the largest by the first metric;
    the rest is one series, "Others".
    """

    slug: str
    title: str
    dataset: str
    viz: str
    description: str
    metrics: tuple[str, ...]
    group_by: tuple[str, ...]
    columns: tuple[str, ...]
    time: str | None
    grain: str
    sort_by: tuple[tuple[str, bool], ...]
    limit: int
    series_limit: int
    params: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Chart:
        """Parse one file. Raises CompileError naming the file and what is wrong."""
        raw = load_yaml(path)
        wrong = set(raw) - CHART_KEYS if isinstance(raw, dict) else {"not a mapping"}
        missing = {"title", "dataset", "viz"} - set(raw)
        if wrong or missing:
            raise CompileError(
                f"{path.name}: unknown {sorted(wrong)}, missing {sorted(missing)}; keys are {sorted(CHART_KEYS)}"
            )
        return cls(
            slug=path.stem,
            title=raw["title"],
            dataset=raw["dataset"],
            viz=raw["viz"],
            description=raw.get("description", ""),
            metrics=tuple(raw.get("metrics", ())),
            group_by=tuple(raw.get("group_by", ())),
            columns=tuple(raw.get("columns", ())),
            time=raw.get("time"),
            grain=raw.get("grain", "P1D"),
            sort_by=_order(raw.get("sort_by", [])),
            limit=int(raw.get("limit", 10_000)),
            series_limit=int(raw.get("series_limit", 0)),
            params=raw.get("params", {}),
        )

    @property
    def is_raw(self) -> bool:
        """A table of rows as they are, without metrics."""
        return self.viz == "table" and not self.metrics

    @property
    def names(self) -> set[str]:
        """Every column the chart uses."""
        return {*self.group_by, *self.columns, *([self.time] if self.time else [])}

    def form_data(self) -> dict[str, Any]:
        """What the browser builds its queries from."""
        data: dict[str, Any] = {"viz_type": self.viz, "adhoc_filters": [], "row_limit": self.limit}
        if self.time:
            data["adhoc_filters"] = [
                {
                    "clause": "WHERE",
                    "comparator": _NO_FILTER,
                    "expressionType": "SIMPLE",
                    "operator": "TEMPORAL_RANGE",
                    "subject": self.time,
                }
            ]
        if self.viz == "big_number_total":
            data |= {"metric": self.metrics[0]}
        elif self.viz in _ON_TIME_AXIS:
            data |= {
                "x_axis": self.time,
                "time_grain_sqla": self.grain,
                "metrics": list(self.metrics),
                "groupby": list(self.group_by),
                "order_desc": True,
                "truncate_metric": True,
                "show_empty_columns": True,
                "x_axis_sort_asc": True,
            }
            if self.series_limit:
                data |= {
                    "limit": self.series_limit,
                    "timeseries_limit_metric": self.metrics[0],
                    "group_others_when_limit_reached": True,
                }
        elif self.is_raw:
            data |= {
                "query_mode": "raw",
                "all_columns": list(self.columns),
                "order_by_cols": [json.dumps(key) for key in self.sort_by],
                "server_pagination": False,
            }
        else:
            data |= {
                "query_mode": "aggregate",
                "groupby": list(self.group_by),
                "metrics": list(self.metrics),
                "all_columns": [],
                "timeseries_limit_metric": self.sort_by[0][0] if self.sort_by else None,
                "order_desc": not (self.sort_by and self.sort_by[0][1]),
                "server_pagination": False,
            }
        return {**data, **self.params}

    def query(self) -> dict[str, Any]:
        """The same question for `POST /api/v1/chart/data`: one query object."""
        columns: list[Any] = list(self.columns if self.is_raw else self.group_by)
        order: list[Any] = [list(key) for key in self.sort_by]
        if self.viz in _ON_TIME_AXIS:
            axis = {
                "columnType": "BASE_AXIS",
                "expressionType": "SQL",
                "label": self.time,
                "sqlExpression": self.time,
                "timeGrain": self.grain,
            }
            columns = [axis, *columns]
            order = order or [[self.metrics[0], False]]
        query: dict[str, Any] = {
            "filters": [{"col": self.time, "op": "TEMPORAL_RANGE", "val": _NO_FILTER}] if self.time else [],
            "extras": {"having": "", "where": ""},
            "columns": columns,
            "orderby": order,
            "row_limit": self.limit,
        }
        if self.viz in _ON_TIME_AXIS and self.series_limit:
            query |= {
                "series_columns": list(self.group_by),
                "series_limit": self.series_limit,
                "series_limit_metric": self.metrics[0],
                "group_others_when_limit_reached": True,
            }
        if not self.is_raw:
            query["metrics"] = list(self.metrics)
        return query

    def query_context(self) -> dict[str, Any]:
        """What Superset stores beside a chart to answer for it without a browser."""
        return {
            "datasource": {"id": 0, "type": "table"},  # the importer fills in the id
            "force": False,
            "queries": [self.query()],
            "form_data": self.form_data(),
            "result_format": "json",
            "result_type": "full",
        }

    def asset(self) -> dict[str, Any]:
        """The chart as Superset imports it."""
        return {
            "slice_name": self.title,
            "description": self.description,
            "viz_type": self.viz,
            "params": self.form_data(),
            "query_context": json.dumps(self.query_context(), sort_keys=True),
            "certified_by": None,
            "cache_timeout": None,
            "uuid": object_uuid("chart", self.slug),
            "dataset_uuid": object_uuid("dataset", self.dataset),
            "is_managed_externally": True,
            "version": "1.0.0",
        }


def _order(keys: str | list[str]) -> tuple[tuple[str, bool], ...]:
    """`spend` or [`is_alert`, `metric asc`] as names, each with whether it ascends."""
    named = [keys] if isinstance(keys, str) else keys
    return tuple((key.removesuffix(" asc"), key.endswith(" asc")) for key in named)


@dataclass(frozen=True)
class Assets:
    """The files under `superset/assets/`, read."""

    database: dict[str, Any]
    datasets: dict[str, dict[str, Any]]
    charts: dict[str, Chart]
    dashboards: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> Assets:
        """Read every file. Raises CompileError naming the first that cannot be read."""
        return cls(
            database=load_yaml(folder / "database.yaml"),
            datasets={p.stem: load_yaml(p) for p in sorted((folder / "datasets").glob("*.yaml"))},
            charts={p.stem: Chart.read(p) for p in sorted((folder / "charts").glob("*.yaml"))},
            dashboards={p.stem: load_yaml(p) for p in sorted((folder / "dashboards").glob("*.yaml"))},
        )

    def uuids(self) -> dict[str, set[str]]:
        """Ids of everything these files define, by kind."""
        return {
            "dashboard": {object_uuid("dashboard", slug) for slug in self.dashboards},
            "chart": {object_uuid("chart", slug) for slug in self.charts},
            "dataset": {object_uuid("dataset", slug) for slug in self.datasets},
            "database": {object_uuid("database", DATABASE)},
        }


def time_range(as_of: date | None, days: int) -> str:
    """The last `days` days of data: `2026-01-02 : 2026-02-01` (the end is exclusive).

    Relative to the data, not to the wall clock: the sandbox's days, a failed night or a restored snapshot would leave
    'last 30 days' empty. Without data there is no filter.
    """
    if as_of is None:
        return _NO_FILTER
    return f"{as_of - timedelta(days=days - 1)} : {as_of + timedelta(days=1)}"


def dashboard_asset(
    slug: str, spec: Mapping[str, Any], charts: Mapping[str, Chart], as_of: date | None
) -> dict[str, Any]:
    """One dashboard: the grid and the filters from rows of slugs.

    `rows` holds headers (`{header: text}`) and lists of `{chart, width, height}`; a row is 12 wide. `tabs`, below them,
    are mappings of title and rows. Raises CompileError for a chart that does not exist or a row that is too wide.
    """
    used = [item["chart"] for row in rows_of(spec) for item in row.get("charts", ())]
    numbers = {chart: index + 1 for index, chart in enumerate(used)}
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": [], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": spec["title"]}},
    }
    grid = ["ROOT_ID", "GRID_ID"]
    for index, row in enumerate(spec.get("rows", ())):
        _place_row(slug, row, f"{index}", grid, position, charts, numbers)
    if spec.get("tabs"):
        position["GRID_ID"]["children"].append("TABS-0")
        position["TABS-0"] = {"id": "TABS-0", "type": "TABS", "children": [], "parents": grid, "meta": {}}
        for number, tab in enumerate(spec["tabs"]):
            key = f"TAB-{number}"
            position["TABS-0"]["children"].append(key)
            position[key] = {
                "id": key,
                "type": "TAB",
                "children": [],
                "parents": [*grid, "TABS-0"],
                "meta": {"text": tab["title"], "defaultText": tab["title"], "placeholder": tab["title"]},
            }
            for index, row in enumerate(tab["rows"]):
                _place_row(slug, row, f"{number}-{index}", [*grid, "TABS-0", key], position, charts, numbers)
    return {
        "dashboard_title": spec["title"],
        "description": spec.get("description", ""),
        "slug": slug,
        "css": spec.get("css", ""),
        "uuid": object_uuid("dashboard", slug),
        "position": position,
        "metadata": {
            "native_filter_configuration": [_filter(slug, f, numbers, charts, as_of) for f in spec["filters"]],
            "color_scheme": spec.get("color_scheme", "supersetColors"),
            "cross_filters_enabled": True,
            "refresh_frequency": 0,
            "expanded_slices": {},
            "label_colors": {},
            "shared_label_colors": [],
            "filter_bar_orientation": spec.get("filter_bar", "HORIZONTAL"),
        },
        "certified_by": spec.get("certified_by"),
        "certification_details": spec.get("certification_details"),
        "is_managed_externally": True,
        "published": True,
        "version": "1.0.0",
    }


def rows_of(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every row of a dashboard, those above the tabs first."""
    return [*spec.get("rows", ()), *(row for tab in spec.get("tabs", ()) for row in tab["rows"])]


def _place_row(
    dashboard: str,
    row: Mapping[str, Any],
    place: str,
    parents: list[str],
    position: dict[str, Any],
    charts: Mapping[str, Chart],
    numbers: Mapping[str, int],
) -> None:
    """Put a header or a row of charts into the last of PARENTS."""
    if "header" in row:
        key = f"HEADER-{place}"
        meta = {"text": row["header"], "headerSize": "MEDIUM_HEADER", "background": "BACKGROUND_TRANSPARENT"}
        position[key] = {"id": key, "type": "HEADER", "children": [], "parents": parents, "meta": meta}
    else:
        key = f"ROW-{place}"
        if sum(item["width"] for item in row["charts"]) > 12:
            raise CompileError(f"dashboard {dashboard}: row {place} is wider than 12")
        position[key] = {
            "id": key,
            "type": "ROW",
            "children": [f"CHART-{item['chart']}" for item in row["charts"]],
            "parents": parents,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for item in row["charts"]:
            name = item["chart"]
            if name not in charts:
                raise CompileError(f"dashboard {dashboard}: chart {name} does not exist")
            position[f"CHART-{name}"] = {
                "id": f"CHART-{name}",
                "type": "CHART",
                "children": [],
                "parents": [*parents, key],
                "meta": {
                    "chartId": numbers[name],
                    "uuid": object_uuid("chart", name),
                    "sliceName": charts[name].title,
                    "width": item["width"],
                    "height": item["height"],
                },
            }
    position[parents[-1]]["children"].append(key)


def _filter(
    dashboard: str, spec: Mapping[str, Any], numbers: Mapping[str, int], charts: Mapping[str, Chart], as_of: date | None
) -> dict[str, Any]:
    """A native filter; it reaches the charts that have its column (a time filter: those with a time column)."""
    column = spec.get("column")
    kind = "filter_time" if column is None else "filter_select"
    excluded = [
        numbers[name]
        for name in numbers
        if (charts[name].time is None if column is None else charts[name].dataset in spec.get("excluded_datasets", ()))
    ]
    mask: dict[str, Any] = {"extraFormData": {}, "filterState": {}, "ownState": {}}
    if column is None:
        chosen = time_range(as_of, int(spec["last_days"]))
        mask = {"extraFormData": {"time_range": chosen}, "filterState": {"value": chosen}, "ownState": {}}
    targets: list[dict[str, Any]] = [{}]
    if column is not None:
        targets = [{"column": {"name": column}, "datasetUuid": object_uuid("dataset", spec["dataset"])}]
    return {
        "id": "NATIVE_FILTER-" + object_uuid("filter", f"{dashboard}/{spec['name']}"),
        "type": "NATIVE_FILTER",
        "name": spec["name"],
        "description": spec.get("description", ""),
        "filterType": kind,
        "targets": targets,
        "controlValues": {"enableEmptyFilter": False}
        | ({} if column is None else {"multiSelect": True, "searchAllOptions": False, "inverseSelection": False}),
        "defaultDataMask": mask,
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": excluded},
    }


def database_asset(spec: Mapping[str, Any], warehouse_file: Path) -> dict[str, Any]:
    """The connection to the served file, through `current/` (not resolved: a publish switches it)."""
    return {
        **spec,
        "sqlalchemy_uri": f"duckdb:///{warehouse_file.absolute()}",
        "uuid": object_uuid("database", DATABASE),
        "is_managed_externally": True,
        "version": "1.0.0",
    }


def bundle_files(assets: Assets, warehouse_file: Path, as_of: date | None) -> dict[str, str]:
    """Every file of the bundle, path → text."""
    files = {
        "metadata.yaml": dump({"version": "1.0.0", "type": "assets", "timestamp": "1980-01-01T00:00:00+00:00"}),
        f"databases/{DATABASE}.yaml": dump(database_asset(assets.database, warehouse_file)),
    }
    for name, dataset in assets.datasets.items():
        files[f"datasets/{DATABASE}/{name}.yaml"] = dump(dataset)
    for slug, chart in assets.charts.items():
        files[f"charts/{slug}.yaml"] = dump(chart.asset())
    for slug, spec in assets.dashboards.items():
        files[f"dashboards/{slug}.yaml"] = dump(dashboard_asset(slug, spec, assets.charts, as_of))
    return files


def build_bundle(assets: Assets, warehouse_file: Path, as_of: date | None = None) -> bytes:
    """The zip for `POST /api/v1/assets/import/`: sorted, without times, so the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(bundle_files(assets, warehouse_file, as_of).items()):
            entry = zipfile.ZipInfo(f"{ROOT}/{path}", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return buffer.getvalue()
