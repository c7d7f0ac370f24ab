"""A refresh with an account that hangs, through a real Airflow: the deadline builds without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from tests import pipeline
from tests.conftest import settings_at
from tests.dags.refreshes import plant, run
from warehouse import refresh as refreshing

LAST = date(2026, 11, 18)


def test_the_deadline_starts_the_refresh_without_a_hanging_account(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = replace(
        settings_at(tmp_path_factory.mktemp("late")), refresh_deadline_seconds=3, account_deadline_seconds=300
    )
    with refreshing.running(settings, LAST, Console(file=StringIO())) as api:
        slow, quick = sorted(a.account for a in pipeline.sandbox_accounts(settings) if a.source == "wechat")
        plant(settings, {"source": "wechat", "account": slow, "kind": "hang", "seconds": 500})
        outcome, screen = run(settings, LAST, LAST)
        assert outcome.published, screen
        assert "some sources came after the deadline" in screen
        first_build = api.tasks("warehouse_refresh", api.runs("warehouse_refresh")[-1]["dag_run_id"])
        began = min(t.started for t in first_build if t.started)
        hanging = api.tasks("extract_wechat", api.runs("extract_wechat")[0]["dag_run_id"])
        assert any(t.label == slow and t.state == "failed" and t.ended and t.ended > began for t in hanging)
        assert all(t.state == "success" for t in hanging if t.label == quick)
        accounts = {a for (a,) in pipeline.query(settings, "select distinct account_id from core.fct_account_daily")}
        assert quick in accounts and slow not in accounts
        assert pipeline.query(settings, "select count(*) from core.fct_ad_daily")[0][0] > 0
        reasons = pipeline.query(settings, "select distinct reason, action from ops.gaps where account = ?", slow)
        assert {r for r, _ in reasons} == {"timeout"}
        assert all(action for _, action in reasons)
