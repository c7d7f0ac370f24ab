"""`make bench-events EVENTS=10000000 DAYS=365`: the warehouse on many events, without a platform or Airflow.

Events are made by set-based SQL, straight into landing: visits, page views and custom events as the raw export of
product analytics tells them (30, 55 and 15 of 100), and sign-ups, consents and orders as web events of the site. Then,
each in a process of its own, measured in CPU seconds and peak memory:

* full      build with every data test on an empty warehouse (in batches, where it is too much for one), audit, publish
* daily     the next day and the seven before it told anew (RESTATED of their events differ): build, audit, publish
* bare      every statement of the full build, from dbt's log, run again in DuckDB alone (if it was one batch)

HISTORY=36 leaves out the analytics tool's events of all but the last 36 of these days: the same site, visitors, members
(sign-ups, consents and orders of every day) and next day, with a tenth of the events. What a morning costs there, and
with all of them, tells how cost follows history.

Node times are dbt's; a group's time is the sum over its nodes. Writes `<home>/bench/events-<events>-<days>.json` (and
`-last-<history>`), anew after each part, for 100 million take hours.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import duckdb

from extract.columns import landed_fields
from extract.contract import load_contract
from extract.landing import LandingWriter, folder, new_load_id
from extract.model import Window
from tests.conftest import settings_at
from tests.measuring import circumstances, write_result
from warehouse.build import next_batch, prepare
from warehouse.refresh import parse_dbt
from warehouse.settings import REPO, Settings

FIRST = date(2025, 1, 1)
EVENTS_PER_VISITOR = 50
STRIDE = 7919
"""A prime: a day's new members are any."""
RESTATED = 0.02
SHARES = {"visit": 30, "page": 55, "custom_event": 15}
PROFILES = re.compile(
    r"^(int_identit|int_shared_identities|int_served|int_profile|int_person|int_touched_(activity|identit|person|profile)"
    r"|inf_person|bridge_person|dim_person|fct_identity|user_profile__)"
)


@dataclass(frozen=True)
class Used:
    """What a process took."""

    wall_seconds: float
    cpu_seconds: float
    peak_megabytes: float

    @classmethod
    def sum(cls, several: list[Used]) -> Used:
        """One after the other."""
        peak = max(one.peak_megabytes for one in several)
        return cls(sum(one.wall_seconds for one in several), sum(one.cpu_seconds for one in several), peak)

    def told(self) -> dict[str, float]:
        """Rounded."""
        return {name: round(value, 1) for name, value in vars(self).items()}


def run(command: list[str], settings: Settings, cwd: Path = REPO) -> Used:
    """Run COMMAND to its end. RuntimeError with its last words when it fails."""
    began = time.perf_counter()
    log = settings.home / "bench.log"
    with log.open("w") as said:
        child = subprocess.Popen(command, cwd=cwd, env=settings.service_env(), stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command[:6])}: {child.returncode}\n{log.read_text()[-4000:]}")
    return Used(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


# ── the events ──


def land_day(
    connection: duckdb.DuckDBPyConnection, settings: Settings, day: date, fetched: datetime, events: int, visitors: int
) -> None:
    """One day of the analytics tool, as its bulk export lands it. A later FETCHED tells RESTATED of it otherwise."""
    number = (day - FIRST).days
    telling = int(fetched.timestamp())
    contract = load_contract("growingio")
    connection.execute(
        """create or replace temp table happened as
           select
               i,
               cast(floor(? * pow((hash(i, ?, 'who') % 1000003) / 1000003, 2)) as bigint) as visitor,
               cast(hash(i, ?, 'what') % 100 as bigint) as kind,
               cast(hash(i, ?, 'when') % 86400000 as bigint) as of_day,
               cast(hash(i, ?, 'page') % 500 as bigint) as page,
               cast(hash(i, ?, 'origin') % 20 as bigint) as origin,
               hash(i, ?, ?, 'told') % 1000 < ? as is_restated
           from range(?) as numbers (i)""",
        [visitors, *[number] * 5, number, telling, int(1000 * RESTATED), events],
    )
    told = {
        "vstRequestId": f"'v{number}-' || i",
        "pageRequestId": f"'p{number}-' || i",
        "visitUserId": "'visitor' || visitor",
        "loginUserId": "case when visitor % 10 < 4 and i % 3 = 0 then 'user' || visitor end",
        "sessionId": f"visitor || '-{number}'",
        "platform": "case when origin % 3 = 0 then 'Web' when origin % 3 = 1 then 'iOS' else 'Android' end",
        "domain": "'shop.example'",
        "page": "'/p/' || (case when is_restated then page + 500 else page end)",
        "utm_source": "case when origin < 6 then ['weibo', 'douyin', 'wechat'][1 + origin % 3] end",
        "utm_medium": "case when origin < 3 then 'cpc' when origin < 6 then 'social' end",
        "utm_campaign": "case when origin < 3 then 'c' || (page % 40) end",
        "eventName": "['add_to_cart', 'favourite', 'share'][1 + page % 3]",
        "eventNumber": "cast(page % 7 as varchar)",
        "time": f"cast(epoch_ms(timestamp '{day}') - 8 * 3600000 + of_day as varchar)",
    }
    low = 0
    for resource, share in SHARES.items():
        fields = landed_fields(contract.resources[resource])
        load_id = new_load_id(fetched)
        place = folder(settings.landing, "growingio", "bench", resource)
        place.mkdir(parents=True, exist_ok=True)
        head = f"""'growingio' as source, 'bench' as account, '{resource}' as resource,
            timestamp '{day}' as window_start, timestamp '{day + timedelta(days=1)}' as window_end,
            timestamp '{fetched}' as fetched_at, '{load_id}' as load_id,
            cast(null as varchar) as record_hash, cast(null as varchar) as record"""
        values = ", ".join(f'cast({told.get(name, "null")} as varchar) as "{name}"' for name in fields)
        nothing = ", ".join(f'cast(null as varchar) as "{name}"' for name in fields)
        connection.execute(
            f"""copy (
                select {head}, {values} from happened where kind >= {low} and kind < {low + share}
                union all select {head}, {nothing}
            ) to '{place / load_id}.parquet' (format parquet, compression zstd)"""
        )
        low += share


def site_events(number: int, visitors: int, days: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the site itself tells of its members on a day: sign-up, two consents, an order for every second."""
    day = FIRST + timedelta(days=number)
    for visitor in range(number * pow(STRIDE, -1, days) % days, visitors, days):  # visitor * STRIDE % days == number
        if visitor % 10 >= 4:
            continue
        at = f"{day} {8 + visitor % 12:02d}:{visitor % 60:02d}:00"
        who = {"visitor_id": f"visitor{visitor}", "user_id": f"user{visitor}"}
        yield "sign_up", {"event_id": f"s{visitor}", "occurred_at": at, **who}
        for purpose in ("analytics", "marketing"):
            consent = {"event_id": f"{purpose}{visitor}", "occurred_at": at, "user_id": who["user_id"]}
            yield "consent", consent | {"purpose": purpose, "is_granted": True}
        if visitor % 4 == 0:
            order = {"event_id": f"o{visitor}", "order_id": f"o{visitor}", "occurred_at": at, "user_id": who["user_id"]}
            yield "order", order | {"order_amount": 1050 + visitor % 990 * 100, "currency": "CNY"}


def land_site_day(settings: Settings, number: int, fetched: datetime, visitors: int, days: int) -> None:
    """A day of the site's own events."""
    day = FIRST + timedelta(days=number)
    window = Window(datetime.combine(day, clock()), datetime.combine(day + timedelta(days=1), clock()))
    writers: dict[str, LandingWriter] = {}
    for resource, record in site_events(number, visitors, days):
        if resource not in writers:
            writers[resource] = LandingWriter(settings.landing, "site", "bench", resource, fetched)
        writers[resource].record(window, record)
    for writer in writers.values():
        writer.receipt(window)
        writer.commit()


def land_all(settings: Settings, events: int, days: int, history: int) -> None:
    """Events of the last HISTORY days, members of all days, each as fetched on its next morning."""
    visitors = max(events // EVENTS_PER_VISITOR, 10)
    with duckdb.connect() as connection:
        for number in range(days):
            day = FIRST + timedelta(days=number)
            fetched = datetime.combine(day + timedelta(days=1), clock(2))
            if number >= days - history:
                land_day(connection, settings, day, fetched, events // days, visitors)
            land_site_day(settings, number, fetched, visitors, days)


def land_next_day(settings: Settings, events: int, days: int) -> None:
    """The day after the history, and the seven before it told anew."""
    last = FIRST + timedelta(days=days)
    fetched = datetime.combine(last + timedelta(days=1), clock(2))
    with duckdb.connect() as connection:
        for back in range(8):
            day = last - timedelta(days=back)
            if day >= FIRST:
                land_day(connection, settings, day, fetched, events // days, max(events // EVENTS_PER_VISITOR, 10))


# ── what is measured ──


def build(settings: Settings) -> dict[str, Any]:
    """Clone, control tables, one `dbt build` a batch with every data test, audit, publish."""
    python = sys.executable
    found: dict[str, Any] = {}
    began = time.perf_counter()
    prepare(settings)
    found["prepare_wall_seconds"] = round(time.perf_counter() - began, 1)
    shutil.rmtree(settings.home / "dbt" / "logs", ignore_errors=True)
    dbt = [str(Path(python).parent / "dbt"), "build", "--quiet", "--log-level-file", "debug"]
    dbt += ["--log-format-file", "json", "--log-file-max-bytes", "0"]
    batches: list[Used] = []
    seconds = Counter[str]()
    tests = Counter[str]()
    groups = Counter[str]()
    while not batches or next_batch(settings):
        batches.append(run(dbt, settings, REPO / "dbt_project"))
        for result in json.loads((settings.dbt_target / "run_results.json").read_text())["results"]:
            kind, _, name = result["unique_id"].partition(".")
            name = name.split(".")[1]
            group = "tests" if kind == "test" else "profiles" if PROFILES.match(name) else "facts and marts"
            groups[group] += result["execution_time"]
            (tests if group == "tests" else seconds)[name] += result["execution_time"]
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        rejects = connection.execute("select resource, detail, count(*) from ops.rejects group by all").fetchall()
    if rejects:
        raise RuntimeError(f"Every event of the bench should count, these were rejected: {rejects}")
    found["build"] = Used.sum(batches).told()
    found["batches"] = [one.told() for one in batches]
    found["node_seconds"] = {name: round(value, 2) for name, value in groups.most_common()}
    found["slowest_models"] = {name: round(value, 2) for name, value in seconds.most_common(12)}
    found["slowest_tests"] = {name: round(value, 2) for name, value in tests.most_common(6)}
    found["slowest_model_share"] = round(max(seconds.values()) / sum(seconds.values()), 3)
    code = "from warehouse.settings import Settings as S; s = S.load(); "
    judge = code + "from warehouse.audit import audit; print(audit(s).headline())"
    found["audit"] = run([python, "-c", judge], settings).told()
    found["audit_said"] = (settings.home / "bench.log").read_text()[-1500:]
    show = code + (
        "from dataclasses import replace; "
        "from warehouse.audit import load_audit; from warehouse.publish import publish; "
        "newest = sorted((s.warehouse / 'audits').glob('*.json'))[-1].stem; "
        "publish(s, replace(load_audit(s, newest), passed=True))"  # a landing of events alone has no totals to meet
    )
    found["publish"] = run([python, "-c", show], settings).told()
    return found


def logged_statements(settings: Settings) -> list[str]:
    """The statements of the last dbt build in order, those of tests too."""
    found = []
    for file in sorted((settings.home / "dbt" / "logs").glob("dbt.log*"), reverse=True):
        for line in file.open():
            event = json.loads(line)
            if event["info"]["name"] == "SQLQuery":
                sql = re.sub(r"/\*.*?\*/", "", event["data"]["sql"], flags=re.DOTALL).strip().rstrip(";")
                sql = sql.removesuffix("...")  # dbt's mark of an abridged statement: the seeds' COPY, which is short
                if sql.upper() not in {"BEGIN", "COMMIT", "ROLLBACK", ""}:
                    found.append(sql)
    return found


def rerun(statements: Path, build_file: Path, stage_file: Path) -> None:
    """Run statements (JSON list) in DuckDB alone, with the settings of the profile. The answers are fetched."""
    wanted = {
        "threads": os.environ["BUILD_THREADS"],
        "memory_limit": f"'{os.environ['BUILD_MEMORY']}'",
        "TimeZone": "'Asia/Shanghai'",
        "default_null_order": "'nulls_last'",
    }
    with duckdb.connect(str(build_file)) as connection:
        connection.execute(f"attach '{stage_file}' as stage")
        for name, value in wanted.items():
            connection.execute(f"set {name} = {value}")
        for statement in json.loads(statements.read_text()):
            connection.execute(statement).fetchall()


def bare_home(settings: Settings) -> Settings:
    """Files as empty as the full build found them, and its statements, for `bare` to run."""
    other = settings_at(settings.home / "bare")
    shutil.rmtree(other.home, ignore_errors=True)
    other.landing.parent.mkdir(parents=True, exist_ok=True)
    other.landing.symlink_to(settings.landing)
    prepare(other)
    text = json.dumps(logged_statements(settings))
    for ours, theirs in ((settings.build_file, other.build_file), (settings.stage_file, other.stage_file)):
        text = text.replace(str(ours), str(theirs))
    (other.home / "statements.json").write_text(text)
    return other


def bare(other: Settings) -> dict[str, Any]:
    """The statements of the full build again, in DuckDB alone."""
    code = (
        "import sys; from pathlib import Path as P; from tests.bench_events import rerun; rerun(*map(P, sys.argv[1:]))"
    )
    paths = [str(other.home / "statements.json"), str(other.build_file), str(other.stage_file)]
    return run([sys.executable, "-c", code, *paths], other).told()


def measure(settings: Settings, events: int, days: int, history: int) -> Iterator[dict[str, Any]]:
    """Land, build, build the next day, build bare: what was found so far, after each."""

    def say(text: str) -> None:
        print(f"{datetime.now():%H:%M:%S} {text}", flush=True)

    found: dict[str, Any] = {"events": events, "days": days, "history": history}
    found["events_per_visitor"] = EVENTS_PER_VISITOR
    say(f"landing the last {history} days of {events:,} events over {days}")
    land_all(settings, events, days, history)
    landed = sum(file.stat().st_size for file in settings.landing.rglob("*.parquet"))
    found["landing_megabytes"] = round(landed / 1e6)
    parse_dbt(settings, say)  # as a refresh does before Airflow draws the DAG from it
    say("full build")
    found["full"] = build(settings)
    say(json.dumps(found["full"], indent=1))
    other = bare_home(settings)
    yield found
    say("the next day, the seven before it restated")
    land_next_day(settings, events, days)
    found["daily"] = build(settings)
    say(json.dumps(found["daily"], indent=1))
    full, daily = found["full"], found["daily"]
    found["ratios"] = {
        f"daily over full: {group}": round(daily["node_seconds"][group] / full["node_seconds"][group], 3)
        for group in full["node_seconds"]
    } | {
        "daily over full: CPU of the whole build": round(
            daily["build"]["cpu_seconds"] / full["build"]["cpu_seconds"], 3
        ),
        "tests and audit over the build": round(
            (full["node_seconds"]["tests"] + full["audit"]["wall_seconds"]) / sum(full["node_seconds"].values()), 3
        ),
    }
    yield found
    if len(full["batches"]) > 1:
        return  # the log has the statements of all batches, but not what control.loads said to each
    say("the statements of the full build bare")
    found["bare"] = bare(other)
    ratio = full["build"]["cpu_seconds"] / found["bare"]["cpu_seconds"]
    found["ratios"]["pipeline over bare CPU"] = round(ratio, 2)
    yield found


def main() -> None:
    """Measure one size and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--history", type=int, help="how many days, the last ones, are landed (default: all)")
    parser.add_argument("--work", type=Path, help="where the events and builds go (default: <home>/bench/work)")
    told = parser.parse_args()
    home = Settings.load().home
    work = told.work or home / "bench" / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    settings = settings_at(work, build_batch_megabytes=Settings.load().build_batch_megabytes)
    name = f"events-{told.events}-{told.days}" + (f"-last-{told.history}" if told.history else "")
    for found in measure(settings, told.events, told.days, told.history or told.days):
        write_result(home, name, {**circumstances("tests/bench_events.py"), **found})
    print(json.dumps(found["ratios"], indent=1))
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
