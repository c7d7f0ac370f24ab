"""Every fact equals the sandbox's truth to the unit (a second brand; the first in tests/dags); one unit off is seen.

The truth is computed from the world's events by code that shares nothing with the servers, the extractors or the
models. Restated days arrive because the last days are refreshed one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from extract.landing import list_loads
from extract.run import plan_account
from tests import pipeline
from tests.conftest import settings_at
from tests.mart_truth import mart_differences
from tests.truth import differences, explain, spend_in_yuan
from tests.truth_persons import person_differences
from warehouse import extraction
from warehouse.audit import audit
from warehouse.settings import Settings

FIRST, LAST = date(2026, 5, 20), date(2026, 6, 22)  # 618 lies in it
DAY_BY_DAY = 2


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Another brand than that of tests/dags (seed 7), refreshed up to LAST: the last days one by one."""
    settings = settings_at(tmp_path_factory.mktemp("brand"), sandbox_seed=23)
    with pipeline.sandbox(settings):
        pipeline.refresh(settings, FIRST, LAST - timedelta(days=DAY_BY_DAY))
        for ago in reversed(range(DAY_BY_DAY)):
            day = LAST - timedelta(days=ago)
            pipeline.refresh(settings, day, day)
        yield settings


def test_facts_equal_the_truth(brand: Settings) -> None:
    found = differences(brand, FIRST, LAST, until=LAST - timedelta(days=1))  # the last day may still be delayed
    assert not found, explain(found)


def test_persons_and_segments_equal_the_truth(brand: Settings) -> None:
    found = person_differences(brand, FIRST, LAST)
    assert not found, explain(found)


def test_marts_equal_the_truth(brand: Settings) -> None:
    found = mart_differences(brand, FIRST, LAST, until=LAST - timedelta(days=1))
    assert not found, explain(found)


def test_spend_in_yuan_equals_the_truth(brand: Settings) -> None:
    """Dollars by the rate of their day; a rate changes among these days."""
    truth, served = spend_in_yuan(brand, FIRST, LAST, until=LAST - timedelta(days=1))
    assert served == truth
    assert {platform for platform, _ in truth} >= {"linkedin", "douyin", "wechat"}


def test_restated_days_were_met(brand: Settings) -> None:
    """Otherwise the equality above would say nothing about restatement."""
    versions = pipeline.query(
        brand,
        """select count(*) from (
               select source, resource, account from ops.loads where payloads > 0 and resource = 'report_custom'
               group by all having count(*) > 1
           )""",
    )
    assert versions[0][0] > 0


def test_one_reader_too_many_in_an_answer_is_seen(brand: Settings) -> None:
    """No total of the platform covers article readers to the unit: only the truth can see it."""
    fault = {"source": "wechat", "path": "getarticleread", "kind": "off_by_one", "field": "read_user", "day": str(LAST)}
    morrow = LAST + timedelta(days=1)
    httpx.post(f"{brand.sandbox_url}/_sandbox/faults", json={"faults": [fault]}).raise_for_status()
    try:
        pipeline.refresh(brand, morrow, morrow)
    finally:
        httpx.delete(f"{brand.sandbox_url}/_sandbox/faults").raise_for_status()
    assert set(differences(brand, FIRST, morrow, until=LAST)) == {"core.fct_content_daily"}
    pipeline.refresh(brand, morrow, morrow)
    found = differences(brand, FIRST, morrow, until=LAST)
    assert not found, f"the right answer replaces the wrong one, but {explain(found)}"


def test_the_windows_of_an_excluded_load_are_asked_again(brand: Settings) -> None:
    account = next(a for a in pipeline.sandbox_accounts(brand) if a.source == "oceanengine")
    loads = [x for x in list_loads(brand.landing) if (x.account, x.resource) == (account.account, "report_custom")]
    context = extraction.context(brand)
    without = replace(context, excluded=frozenset({min(loads).load_id}))
    asked, again = (plan_account(account, LAST, LAST, c) for c in (context, without))
    assert len([w for w in asked if w.resource == "report_custom"]) == 8
    days = {w.first_day for w in again if w.resource == "report_custom"}
    assert LAST - timedelta(days=20) in days, "its days were covered by nothing else"


def test_one_impression_too_many_in_the_extractor_is_seen(brand: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from extract.scrub import Scrubber

    day = LAST + timedelta(days=1)
    scrub = Scrubber.__call__
    hit: list[str] = []

    def one_more(self: Scrubber, record: Any) -> dict[str, Any]:
        clean = scrub(self, record)
        metrics = clean.get("metrics")
        if "dimensions" in clean and metrics and metrics["show_cnt"] != "0" and not hit:
            metrics["show_cnt"] = str(int(metrics["show_cnt"]) + 1)
            hit.append("planted")
        return clean

    monkeypatch.setattr(Scrubber, "__call__", one_more)
    pipeline.extract(brand, day, day, only="oceanengine")
    assert hit
    pipeline.build(brand)
    verdict = audit(brand)
    assert not verdict.passed
    assert "detail rows add up to the source's own total" in verdict.headline()
