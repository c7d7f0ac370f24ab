"""`extract_<source>`: one DAG per source, mapped over its accounts, each run ending with the source's asset.

The asset is emitted also when an account failed: its gap is recorded, the others' data is not held back, and the run
is red so that a person sees it. Which windows are asked, and how, is the business of `extract/`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, Param, TriggerRule, task

from extract.sources import sources
from warehouse.accounts import active_sources
from warehouse.settings import Settings

SETTINGS = Settings.load()


def build(source_name: str) -> DAG:
    """The DAG of one source."""
    source = sources()[source_name]
    hour, minute = source.ready_at.split(":")
    schedule = CronTriggerTimetable(f"{minute} {hour} * * *", timezone="Asia/Shanghai") if SETTINGS.schedules else None
    dag = DAG(
        dag_id=f"extract_{source_name}",
        description=f"Fetch {source_name} into landing",
        schedule=schedule,
        max_active_runs=1,
        catchup=False,
        params={
            "first": Param(None, type=["null", "string"], format="date", description="first day; default: yesterday"),
            "last": Param(None, type=["null", "string"], format="date", description="last day; default: first"),
        },
        tags=["extract"],
        doc_md=__doc__,
    )
    with dag:

        @task
        def plan(params: dict[str, Any] | None = None) -> list[dict[str, str]]:
            """The accounts of this source and the days asked of each."""
            from warehouse import extraction

            return extraction.plan_run(Settings.load(), source_name, params or {})

        @task(
            map_index_template="{{ task.op_kwargs['slice']['account'] }}",
            retries=1,
            retry_delay=timedelta(seconds=20),
            execution_timeout=timedelta(seconds=SETTINGS.account_deadline_seconds + 60),
        )
        def extract_account(slice: dict[str, str]) -> dict[str, Any]:
            """Fetch one account; fails (without a second try) when something of it could not be had."""
            from warehouse import extraction

            return extraction.extract_slice(Settings.load(), slice)

        @task(
            trigger_rule=TriggerRule.ALL_DONE,
            outlets=[Asset(f"landing/{source_name}")],
        )
        def landed(slices: list[dict[str, str]]) -> int:
            """Record the gaps of accounts that ended without a word, then emit the asset."""
            from warehouse import extraction

            return extraction.close_run(Settings.load(), slices)

        slices = plan()
        fetched = extract_account.expand(slice=slices)
        closing = landed(slices)
        fetched >> closing
        closing.as_teardown()  # so that a failed account leaves the run red although the asset is emitted
    return dag


for _name in active_sources(SETTINGS):
    globals()[f"extract_{_name}"] = build(_name)
