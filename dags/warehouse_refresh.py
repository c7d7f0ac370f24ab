"""`warehouse_refresh`: one dbt build on a clone, audit, publish, BI sync; and the deadline that starts it.

It runs when every source has emitted its asset, or when the deadline passes with what is there. A build that fails
its tests or its audit publishes nothing: the last snapshot stays served.
"""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from airflow.providers.standard.sensors.time_delta import WaitSensor
from airflow.sdk import DAG, Asset, Param, TriggerRule, task
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import ExecutionMode, InvocationMode, LoadMode, TestBehavior

from warehouse.accounts import active_sources
from warehouse.settings import REPO, Settings

SETTINGS = Settings.load()
LANDED = [Asset(f"landing/{source}") for source in active_sources(SETTINGS)]
DEADLINE = Asset("refresh/deadline")
PROJECT = REPO / "dbt_project"
FIRST = {"priority_weight": 1000, "weight_rule": "absolute"}
"""Before the accounts that still wait for a worker: a deadline that queues behind them is none."""
UNSEEN = ["path:models/staging", "path:models/intermediate", "path:models/core", "resource_type:seed"]
"""Built like the rest, but without a task of their own: a task costs more CPU than what it would show, and their number
grows with every platform."""

with DAG(
    dag_id="warehouse_refresh",
    description="Build, audit and publish the warehouse",
    schedule=reduce(and_, LANDED) | DEADLINE,
    max_active_runs=1,
    catchup=False,
    default_args=FIRST,
    params={"rebuild": Param(False, type="boolean", description="build everything from landing again")},
    tags=["warehouse"],
    doc_md=__doc__,
) as warehouse_refresh:

    @task
    def prepare_build(params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Clone the served snapshot and write which loads are wanted; of too many, build all batches but the last."""
        from dataclasses import asdict

        from airflow.sdk.exceptions import AirflowFailException

        from warehouse.build import BuildError, build_batches, prepare

        settings = Settings.load()
        try:
            prepared = prepare(settings, rebuild=(params or {}).get("rebuild") is True)
            build_batches(settings)
        except BuildError as error:
            raise AirflowFailException(str(error)) from None
        return asdict(prepared)

    dbt = DbtTaskGroup(
        group_id="dbt",
        project_config=ProjectConfig(
            dbt_project_path=PROJECT,
            manifest_path=SETTINGS.dbt_target / "manifest.json",
            install_dbt_deps=False,
        ),
        profile_config=ProfileConfig(
            profile_name="social_marketing", target_name="build", profiles_yml_filepath=PROJECT / "profiles.yml"
        ),
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.WATCHER,
            invocation_mode=InvocationMode.SUBPROCESS,
            # no task per test (it would double the tasks), but the one build runs them, between the models
            setup_operator_args={"dbt_cmd_flags": ["--resource-type", "test"]},
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST,
            test_behavior=TestBehavior.NONE,
            emit_datasets=False,
            exclude=UNSEEN,
        ),
        operator_args={
            "retries": 0,  # a consumer's retry would start a second dbt
            "deferrable": False,  # most models are done when their task starts: deferring starts each task twice
            "poke_interval": 3,
            "install_deps": False,
            "env": SETTINGS.dbt_env(),
            "append_env": True,
        },
    )

    warehouse_refresh.get_task("dbt.dbt_producer_watcher").exclude = None  # the one build leaves out nothing

    @task
    def audit_build() -> str:
        """Judge the build: dbt's results, then the suites. Fails with every failed check in its message."""
        from airflow.sdk.exceptions import AirflowFailException

        from warehouse.audit import AuditError, audit

        try:
            verdict = audit(Settings.load())
        except AuditError as error:
            raise AirflowFailException(str(error)) from None
        if not verdict.passed:
            raise AirflowFailException(f"The audit failed, nothing is published: {verdict.headline()}")
        return verdict.audit_id

    @task
    def publish_snapshot(audit_id: str) -> str:
        """Rename the build to a snapshot and serve it."""
        from warehouse.audit import load_audit
        from warehouse.publish import publish

        settings = Settings.load()
        return str(publish(settings, load_audit(settings, audit_id))["snapshot_id"])

    @task
    def sync_bi(snapshot_id: str) -> str:
        """Bring datasets, charts and dashboards up to date in a running Superset."""
        from warehouse.bi import sync_if_running

        return sync_if_running(Settings.load(), snapshot_id)

    @task
    def compact_landing(snapshot_id: str) -> str:
        """Merge the landing files of past months: no build reads them now."""
        from warehouse import extraction

        return extraction.compact_landing(Settings.load())

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def notify(dag_run: Any = None) -> str:
        """Say how it ended: in the log, in `<home>/run/last_refresh.json` and to NOTIFY_WEBHOOK if set."""
        from warehouse.notify import notify_end

        return notify_end(Settings.load(), str(dag_run.run_id))

    published = publish_snapshot(prepare_build() >> dbt >> audit_build())
    ending = notify()
    [sync_bi(published), compact_landing(published)] >> ending
    ending.as_teardown()


with DAG(
    dag_id="refresh_deadline",
    description="Start the refresh with what is there when a source is late",
    schedule=reduce(or_, LANDED),
    max_active_runs=1,
    catchup=False,
    default_args=FIRST,
    tags=["warehouse"],
) as refresh_deadline:
    wait = WaitSensor(
        task_id="wait",
        time_to_wait=timedelta(seconds=SETTINGS.refresh_deadline_seconds),
        deferrable=True,
    )

    @task(outlets=[DEADLINE])
    def call_refresh() -> str:
        """Emit the deadline unless a build has already taken up everything that landed."""
        from airflow.sdk.exceptions import AirflowSkipException

        from warehouse.build import loads_waiting

        waiting = loads_waiting(Settings.load())
        if not waiting:
            raise AirflowSkipException("every load is in the last build: nothing waits")
        return f"{waiting} loads wait: refreshing with what is there"

    wait >> call_refresh()
