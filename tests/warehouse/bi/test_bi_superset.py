"""A real Superset: import, numbers, parity with MetricFlow, publishing under load, security, the dashboard."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import sqlite3
import threading
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from playwright.sync_api import TimeoutError as PlaywrightTimeout

import warehouse.bi
from tests.warehouse.bi.browser import WHY_NOT, find_chromium, page
from tests.warehouse.bi.conftest import ASSETS, Bi, Dbt
from tests.warehouse.bi.world import make_warehouse, publish
from warehouse.bi import DASHBOARD
from warehouse.bi.bundle import Assets
from warehouse.bi.client import KINDS, Superset, SupersetError

DATE = "metric_date"
PATIENCE_MS = 120_000
"""A page of Superset beside other tests on two cores can take a minute."""
HOLDER = ".dashboard-component-chart-holder"


def ids(superset: Superset, kind: str) -> dict[str, int]:
    """Name → id of everything of a kind."""
    name = {"dashboard": "slug", "chart": "slice_name", "dataset": "table_name", "database": "database_name"}[kind]
    return {item[name]: item["id"] for item in superset.listing(kind)}


def axis(grain: str, day: str = DATE) -> dict[str, Any]:
    return {
        "columnType": "BASE_AXIS",
        "expressionType": "SQL",
        "label": DATE,
        "sqlExpression": day,
        "timeGrain": grain,
    }


# ── import ──


def test_import_is_idempotent(bi: Bi) -> None:
    def state() -> dict[str, Any]:
        with bi.login() as superset:
            found: dict[str, Any] = {kind: ids(superset, kind) for kind in KINDS}
            for name, key in found["dataset"].items():
                detail = superset.detail("dataset", key)
                found[name] = (
                    sorted((m["metric_name"], m["expression"]) for m in detail["metrics"]),
                    sorted(c["column_name"] for c in detail["columns"]),
                )
            return found

    before = state()
    report = bi.sync()
    assert report.removed == []
    assert state() == before
    assets = Assets.read(ASSETS)
    assert {kind: len(before[kind]) for kind in KINDS} == report.present
    for name, dataset in assets.datasets.items():
        assert before[name][0] == sorted((m["metric_name"], m["expression"]) for m in dataset["metrics"])


def test_what_leaves_the_files_leaves_superset_and_what_people_made_stays(bi: Bi, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    shutil.copytree(ASSETS, assets)
    chart = yaml.safe_load((assets / "charts" / "views-by-day.yaml").read_text())
    (assets / "charts" / "passing-chart.yaml").write_text(
        yaml.safe_dump(chart | {"title": "Passing / 临时"}, allow_unicode=True)
    )
    board = assets / "dashboards" / f"{DASHBOARD}.yaml"
    layout = yaml.safe_load(board.read_text())
    layout["tabs"][0]["rows"].append({"charts": [{"chart": "passing-chart", "width": 12, "height": 40}]})
    board.write_text(yaml.safe_dump(layout, allow_unicode=True))
    dataset = assets / "datasets" / "content__performance_daily.yaml"
    metrics = yaml.safe_load(dataset.read_text())
    metrics["metrics"].append({"metric_name": "passing_metric", "expression": "MAX(views)", "verbose_name": "x"})
    dataset.write_text(yaml.safe_dump(metrics, allow_unicode=True))
    bi.sync(assets)
    with bi.login() as superset:
        assert "Passing / 临时" in ids(superset, "chart")
        key = ids(superset, "dataset")["content__performance_daily"]
        assert "passing_metric" in {m["metric_name"] for m in superset.detail("dataset", key)["metrics"]}
        own = {
            "slice_name": "made by hand",
            "viz_type": "table",
            "datasource_id": key,
            "datasource_type": "table",
            "params": "{}",
        }
        made = superset.call("POST", "/api/v1/chart/", json=own)["id"]
    assert bi.sync().removed == ["chart Passing / 临时"]
    with bi.login() as superset:
        charts = ids(superset, "chart")
        assert "Passing / 临时" not in charts
        assert charts["made by hand"] == made
        assert "passing_metric" not in {m["metric_name"] for m in superset.detail("dataset", key)["metrics"]}
        superset.delete("chart", made)


def test_assets_that_do_not_fit_are_not_imported(bi: Bi, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    shutil.copytree(ASSETS, assets)
    chart = assets / "charts" / "views-by-day.yaml"
    chart.write_text(chart.read_text().replace("metrics: [views]", "metrics: [vews]"))
    with pytest.raises(ValueError, match=r"views-by-day\.yaml: metric vews is not in dataset"):
        bi.sync(assets)


def test_table_names_stay_unique_in_sqlite_metadata(bi: Bi) -> None:
    """SQLite keeps UNIQUE(table_name) over all schemas: two datasets of one name cannot be imported."""
    with sqlite3.connect(f"file:{bi.settings.home}/superset/superset.db?mode=ro", uri=True) as metadata:
        names = [row[0] for row in metadata.execute("select table_name from tables")]
    assert len(names) == len(set(names)) == len(Assets.read(ASSETS).datasets)


# ── numbers ──


def test_every_chart_answers_with_numbers(bi: Bi) -> None:
    assets = Assets.read(ASSETS)
    with bi.login() as superset:
        charts = ids(superset, "chart")
        assert set(charts) == {c.title for c in assets.charts.values()}
        for chart in assets.charts.values():
            rows = superset.chart_data(charts[chart.title], force=True)
            assert rows, chart.slug
            for name in chart.metrics:
                assert any(isinstance(row[name], int | float) and row[name] for row in rows), (chart.slug, name)
            assert set(chart.columns) <= set(rows[0]), chart.slug
    shown = warehouse.bi.chart_data(bi.settings)
    assert set(shown) == set(charts) and all(shown.values())


def test_superset_and_metricflow_agree_on_every_metric(bi: Bi, dbt: Dbt) -> None:
    """By day, by month, by platform and month; for what is not cumulative also by platform alone. Digit by digit."""
    assets = Assets.read(ASSETS)
    asked: list[tuple[str, list[str], list[str], str | None]] = []
    queries: list[dict[str, Any]] = []
    for table, dataset in assets.datasets.items():
        names = [m["metric_name"] for m in dataset["metrics"]]
        running_totals = [n for n in names if dbt.manifests.metrics[n]["type"] == "cumulative"]
        plain = [n for n in names if n not in running_totals]
        for metrics, groups in (
            (plain, ("day", "month", "platform,month", "platform")),
            (running_totals, ("day", "month", "platform,month")),
        ):
            for group in groups if metrics else ():
                parts = group.split(",")
                if ("platform" in parts and not _has_platform(dbt, table)) or (
                    "day" in parts and _grain(dbt, table) == "month"
                ):
                    continue
                grain = next((p for p in parts if p != "platform"), None)
                platform = _platform(dbt, metrics[0])
                by = [f"metric_time__{grain}"] if grain else []
                queries.append({"metrics": metrics, "group_by": by + ([platform] if "platform" in parts else [])})
                asked.append((table, metrics, parts, grain))
    answers = dbt.mf(bi.served, queries)
    assert not (dbt.project / "stage.duckdb").exists()  # read through the profile's read-only output
    compared, seen = 0, set()
    with bi.login() as superset:
        datasets = ids(superset, "dataset")
        for (table, metrics, parts, grain), answer in zip(asked, answers, strict=True):
            assert "error" not in answer, (table, parts, answer)
            day = assets.datasets[table]["main_dttm_col"]
            columns: list[Any] = [axis({"day": "P1D", "month": "P1M"}[grain], day)] if grain else []
            columns += ["platform"] if "platform" in parts else []
            asks = {"columns": columns, "metrics": metrics, "row_limit": 50_000, "filters": []}
            rows = superset.query(datasets[table], asks, force=True)["data"]
            ours = {_key(row, parts): row for row in rows}
            theirs = {}
            for values in answer["rows"]:
                row = dict(zip(answer["columns"], values, strict=True))
                when = row.get(f"metric_time__{grain}")
                name = next((v for k, v in row.items() if k.endswith("platform")), None)
                theirs[(when[:10] if when else None, name)] = row
            if dbt.manifests.metrics[metrics[0]]["type"] == "cumulative":
                # MetricFlow carries a running total on to the last day of the time spine's month; data ends earlier.
                theirs = {key: row for key, row in theirs.items() if key in ours}
            assert set(ours) == set(theirs), (table, parts, set(ours) ^ set(theirs))
            for key, name in itertools.product(ours, metrics):
                compared += ours[key][name] is not None
                assert _number(ours[key][name]) == _number(theirs[key][name]), (table, parts, key, name)
            seen |= set(metrics)
    assert seen == {m["name"] for m in dbt.manifests.public_metrics()}
    assert compared > 1500


def _has_platform(dbt: Dbt, table: str) -> bool:
    """Whether the metrics of a mart can be cut by platform."""
    models = (m for m in dbt.manifests.semantic_models.values() if m["node_relation"]["alias"] == table)
    return any(d["name"] == "platform" for m in models for d in m["dimensions"])


def _grain(dbt: Dbt, table: str) -> str:
    """The finest grain of a mart's dates."""
    models = (m for m in dbt.manifests.semantic_models.values() if m["node_relation"]["alias"] == table)
    times = [d["type_params"]["time_granularity"] for m in models for d in m["dimensions"] if d["type"] == "time"]
    return "month" if "month" in times else "day"


def _platform(dbt: Dbt, metric: str) -> str:
    """`<primary entity>__platform` of the semantic model behind a metric."""
    found = dbt.manifests.metrics[metric]["type_params"]
    while not found.get("measure"):
        part = found.get("numerator") or found["metrics"][0]
        found = dbt.manifests.metrics[part["name"]]["type_params"]
    model = dbt.manifests.semantic_models[dbt.manifests.measures[found["measure"]["name"]][0]]
    return f"{model['primary_entity']}__platform"


def _key(row: dict[str, Any], parts: list[str]) -> tuple[str | None, str | None]:
    day = row.get(DATE)
    text = datetime.fromtimestamp(day / 1000, UTC).date().isoformat() if day is not None else None
    return text, row["platform"] if "platform" in parts else None


def _number(value: Any) -> float | None:
    """Superset sends decimals as doubles: compare at a double's precision, which is every digit it prints."""
    return None if value is None else float(Decimal(str(value)))


# ── publishing ──


def views(rows: list[dict[str, Any]]) -> float:
    return float(rows[0]["views"])


def test_publish_under_load_serves_no_stale_answer_and_no_error(bi: Bi, dbt: Dbt) -> None:
    """Three publishes while four clients ask, cached and uncached: what is asked after a publish answers from it."""
    truth = {}
    for number in range(4):
        file = bi.home / "snapshots" / f"load{number}" / "warehouse.duckdb"
        make_warehouse(file, dbt.manifests, dbt.target, boost=100 + number)
        with duckdb.connect(str(file), read_only=True) as connection:
            row = connection.execute("select sum(views) from marts.content__performance_daily").fetchone()
            assert row is not None
            truth[number] = float(row[0])
    assert len(set(truth.values())) == 4
    published = 0
    publish(bi.home, "load0")
    stop = threading.Event()
    wrong: list[str] = []
    asked = {True: 0, False: 0}
    cached = 0

    def client(number: int) -> None:
        nonlocal cached
        force = number % 2 == 0
        with bi.login() as superset:
            key = ids(superset, "dataset")["content__performance_daily"]
            while not stop.is_set():
                before = published
                try:
                    answer = superset.query(key, {"columns": [], "metrics": ["views"], "filters": []}, force=force)
                except SupersetError as error:
                    wrong.append(str(error)[:500])
                    return
                after, got = published, views(answer["data"])
                asked[force] += 1
                cached += bool(answer["is_cached"])
                if got not in [truth[n] for n in range(before, min(after + 1, 3) + 1)]:
                    wrong.append(f"asked at {before}, answered at {after}: got {got}, expected {truth}")

    clients = [threading.Thread(target=client, args=(number,)) for number in range(4)]
    try:
        for thread in clients:
            thread.start()
        for number in (1, 2, 3):
            time.sleep(2.5)
            publish(bi.home, f"load{number}")
            published = number
        time.sleep(2.5)
    finally:
        stop.set()
        for thread in clients:
            thread.join()
        publish(bi.home, "s1")
    assert wrong == []
    assert asked[True] > 12
    assert asked[False] > 20
    assert cached > 10


def test_a_rollback_finds_its_own_cached_answers_again(bi: Bi, dbt: Dbt) -> None:
    make_warehouse(bi.home / "snapshots" / "s2" / "warehouse.duckdb", dbt.manifests, dbt.target, boost=7)
    asks = {"columns": [], "metrics": ["views", "likes"], "filters": []}
    with bi.login() as superset:
        key = ids(superset, "dataset")["content__performance_daily"]
        first = superset.query(key, asks)
        publish(bi.home, "s2")
        second = superset.query(key, asks)
        publish(bi.home, "s1")
        third = superset.query(key, asks)
    assert (first["data"] == third["data"]) and first["data"] != second["data"]
    assert (bool(second["is_cached"]), bool(third["is_cached"])) == (False, True)


def test_the_default_range_follows_the_data(bi: Bi, dbt: Dbt) -> None:
    def default_range() -> str:
        with bi.login() as superset:
            detail = superset.call("GET", f"/api/v1/dashboard/{DASHBOARD}")["result"]
        filters = json.loads(detail["json_metadata"])["native_filter_configuration"]
        chosen: str = next(f for f in filters if f["filterType"] == "filter_time")["defaultDataMask"]["filterState"][
            "value"
        ]
        return chosen

    assert default_range() == "2026-01-12 : 2026-02-11"
    make_warehouse(bi.home / "snapshots" / "s3" / "warehouse.duckdb", dbt.manifests, dbt.target, as_of=date(2026, 3, 1))
    try:
        publish(bi.home, "s3")
        assert bi.sync().as_of == date(2026, 3, 1)
        assert default_range() == "2026-01-31 : 2026-03-02"
    finally:
        publish(bi.home, "s1")
        bi.sync()


# ── security ──


@pytest.fixture(scope="module")
def secrets(bi: Bi) -> Path:
    """Files that nobody may read through Superset."""
    folder = bi.home / "private"
    folder.mkdir()
    (folder / "token.csv").write_text("token\nsecret-token-value\n")
    with duckdb.connect(str(folder / "other.duckdb")) as connection:
        connection.execute("create table t as select 'secret-token-value' as token")
    return folder


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('{folder}/token.csv')",
        "select * from read_csv('{folder}/token.csv')",
        "select * from '{folder}/token.csv'",
        "select content from read_blob('{folder}/token.csv')",
        "select * from glob('{folder}/*')",
        "attach '{folder}/other.duckdb' as other",
        "copy (select 1 as leaked) to '{folder}/leak.csv'",
        "copy marts.roi__ads_daily to '{folder}/leak.parquet'",
        "export database '{folder}/leak'",
        "set enable_external_access = true",
        "reset lock_configuration",
        "install httpfs",
        "load '{folder}/x.duckdb_extension'",
        "create table marts.mine as select 1",
        "insert into ops.snapshot select * from ops.snapshot",
        "update ops.snapshot set audit_passed = true",
        "delete from ops.snapshot",
        "drop table ops.snapshot",
        "select getenv('SUPERSET_SECRET_KEY')",
    ],
)
def test_sql_lab_reads_the_warehouse_and_nothing_else(bi: Bi, secrets: Path, statement: str) -> None:
    before = bi.served.stat().st_mtime_ns
    with bi.login() as superset:
        answer = superset.sql(ids(superset, "database")["Warehouse"], statement.format(folder=secrets))
    assert answer.status_code >= 400 or answer.json().get("status") == "failed", answer.text[:500]
    assert "secret-token-value" not in answer.text
    assert bi.settings.secrets["SUPERSET_SECRET_KEY"] not in answer.text
    assert sorted(path.name for path in secrets.iterdir()) == ["other.duckdb", "token.csv"]
    assert bi.served.stat().st_mtime_ns == before


def test_sql_lab_answers_questions_beside_charts(bi: Bi) -> None:
    """Every connection to one file must have the same settings, or DuckDB refuses the second: ask both ways at once."""
    failed: list[str] = []

    def ask(kind: str) -> None:
        with bi.login() as superset:
            database, dataset = ids(superset, "database")["Warehouse"], ids(superset, "dataset")["roi__ads_daily"]
            for _ in range(5):
                if kind == "sql":
                    answer = superset.sql(database, "select count(*) as n from marts.roi__ads_daily")
                    if answer.status_code != 200 or not answer.json()["data"][0]["n"]:
                        failed.append(answer.text[:500])
                else:
                    superset.query(dataset, {"columns": ["ad_id"], "metrics": ["spend"], "filters": []}, force=True)

    threads = [threading.Thread(target=ask, args=(kind,)) for kind in ("sql", "chart", "sql", "chart")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_no_other_duckdb_file_can_be_connected(bi: Bi, secrets: Path) -> None:
    body = {"database_name": "other", "sqlalchemy_uri": f"duckdb:///{secrets}/other.duckdb", "expose_in_sqllab": True}
    with bi.login() as superset:
        tested = superset.request("POST", "/api/v1/database/test_connection/", json=body)
        assert tested.status_code >= 400
        made = superset.request("POST", "/api/v1/database/", json=body)
        if made.status_code < 400:
            answer = superset.sql(made.json()["id"], "select * from t")
            superset.delete("database", made.json()["id"])
            assert "secret-token-value" not in answer.text


def test_nobody_gets_in_without_a_login(bi: Bi) -> None:
    with pytest.raises(SupersetError, match="401"):
        Superset(bi.url, "admin", "wrong")
    with bi.login() as superset:
        superset._http.headers.pop("Authorization")
        superset._http.cookies.clear()
        assert superset.request("GET", "/api/v1/dashboard/").status_code == 401
        headers = superset.request("GET", "/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe-eval" not in policy
    assert not re.search(r"https?://", policy)
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_running_superset_is_not_started_again(bi: Bi) -> None:
    assert not warehouse.bi.start(bi.settings)


# ── the dashboard as people see it ──


def _loaded(tab: Any) -> None:
    """Wait until no chart of the page loads any more."""
    tab.wait_for_timeout(500)
    deadline = time.monotonic() + 60
    while tab.locator(".loading:visible").count() and time.monotonic() < deadline:
        tab.wait_for_timeout(200)
    tab.wait_for_timeout(1500)  # charts fade in


def test_the_dashboard_shows_numbers_in_every_chart(bi: Bi, tmp_path: Path) -> None:
    """Logs in with a browser. Env BI_SCREENSHOT keeps the picture."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(WHY_NOT)
    assets = Assets.read(ASSETS)
    picture = Path(os.environ.get("BI_SCREENSHOT", tmp_path / "dashboard.png"))
    picture.parent.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    answered: dict[str, list[Any]] = {}
    with page(chromium, width=1600, height=3400) as tab:

        def note(response: Any) -> None:
            if response.url.startswith(bi.url) and response.status >= 400:
                failed.append(f"{response.status} {response.url}")
            if "/api/v1/chart/data" in response.url and "form_data" in response.url and response.status == 200:
                result = response.json()["result"][0]
                answered[response.url] = result["data"]

        tab.on("response", note)
        tab.set_default_timeout(PATIENCE_MS)
        tab.goto(f"{bi.url}/login/", wait_until="networkidle")
        tab.fill("#username", "admin")
        tab.fill("#password", bi.password)
        tab.click("button[type=submit]")
        try:
            tab.wait_for_url(f"{bi.url}/superset/welcome/", wait_until="commit")
        except PlaywrightTimeout:
            raise AssertionError((tab.url, failed, tab.locator("body").inner_text())) from None
        tab.goto(f"{bi.url}/superset/dashboard/{DASHBOARD}/", wait_until="networkidle")
        tab.locator(HOLDER).first.wait_for()
        board = yaml.safe_load((ASSETS / "dashboards" / f"{DASHBOARD}.yaml").read_text())
        above = [item["chart"] for row in board["rows"] for item in row.get("charts", ())]
        text = ""
        for number, part in enumerate(board["tabs"]):
            tab.locator(".ant-tabs-tab").filter(has_text=part["title"]).first.click()
            _loaded(tab)
            if number == 0:
                tab.screenshot(path=str(picture))
            names = above + [item["chart"] for row in part["rows"] for item in row.get("charts", ())]
            holders = tab.locator(f"{HOLDER}:visible")
            assert holders.count() == len(names), part["title"]
            text += tab.locator("#app").inner_text()
            for chart in (assets.charts[name] for name in names):
                holder = holders.filter(has=tab.get_by_text(chart.title, exact=True))
                assert holder.count() >= 1, chart.title
                inner = holder.first.inner_text().replace(chart.title, "")
                drawn = holder.first.locator("canvas").count()
                assert drawn or re.search(r"\d", inner), (chart.slug, inner)
    for trouble in (
        "No results were returned",
        "Unexpected error",
        "Error",
        "No data",
        "not found",
        "undefined",
        "NaN",
    ):
        assert trouble not in text, trouble
    assert "2026-01-12 ≤ col < 2026-02-11" in text
    assert failed == []
    assert len(answered) == len(assets.charts) and all(answered.values()), {u: len(r) for u, r in answered.items()}
    assert picture.stat().st_size > 50_000
