"""LinkedIn's servers: the samples, tokens, versions and Restli syntax, days as of an instant, and the world."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np
import pytest
from sandbox_client import Running
from test_sandbox_contract import shape_errors

from sandbox.platforms.linkedin.rest import OLDEST_VERSION
from sandbox.world import World
from sandbox.world.linkedin import LinkedInWorld, utc_midnight
from sandbox.world.linkedin_ads import LinkedInAdsWorld
from sandbox.world.time import date_of, day_of

FIELDS = (
    "pivotValues,dateRange,impressions,clicks,costInLocalCurrency,costInUsd,landingPageClicks,likes,comments,shares,"
    "follows,totalEngagements,externalWebsiteConversions,oneClickLeads,oneClickLeadFormOpens,videoViews,videoCompletions"
)
OPTIONAL = {"nextPageToken", "uniqueImpressionsCount", "ugcPost", "share", "content", "reshareContext", "title"}
OPTIONAL |= {"altText", "totalBudget", "dailyBudget", "end"}


class Client:
    """A client of one of the two servers, with a fresh token."""

    def __init__(self, box: Running, source: str, number: int = 0) -> None:
        self.box, self.account = box, box.of(source)[number]
        self.root, self.given = self.account["base_url"], self.account["credentials"]
        box.client.post(f"{box.base}/_sandbox/consent")
        self.grant = self.token(grant_type="authorization_code", code=self.given["auth_code"]).json()
        self.urn = quote(f"urn:li:organization:{self.account['account']}", safe="")

    def token(self, **form: str) -> httpx.Response:
        own = {name: self.given[name] for name in ("client_id", "client_secret", "redirect_uri")}
        return self.box.client.post(f"{self.root}/oauth/v2/accessToken", data={**own, **form})

    def raw(self, path: str, query: str, **headers: str) -> httpx.Response:
        sent = {
            "Authorization": f"Bearer {self.grant['access_token']}",
            "LinkedIn-Version": "202610",
            "X-Restli-Protocol-Version": "2.0.0",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.box.client.get(f"{self.root}{path}?{query}", headers=sent)

    def get(self, path: str, query: str) -> Any:
        answer = self.raw(path, query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def page(self, resource: str, more: str = "") -> Any:
        query = f"q=organizationalEntity&organizationalEntity={self.urn}{more}"
        return self.get(f"/rest/organizationalEntity{resource}", query)

    def posts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = f"q=author&author={self.urn}&count=100&start={len(found)}&sortBy=LAST_MODIFIED"
            page = self.get("/rest/posts", query)["elements"]
            found += page
            if len(page) < 100:
                return found

    def report(self, first: date, last: date, finder: str = "q=analytics&pivot=CREATIVE") -> list[dict[str, Any]]:
        account = quote(f"urn:li:sponsoredAccount:{self.account['account']}", safe="")
        days = f"(start:{restli(first)},end:{restli(last)})"
        query = f"{finder}&timeGranularity=DAILY&dateRange={days}&accounts=List({account})&fields={FIELDS}"
        rows: list[dict[str, Any]] = self.get("/rest/adAnalytics", query)["elements"]
        return rows


def restli(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"


def intervals(first: date, last: date) -> str:
    start, end = (int(datetime(d.year, d.month, d.day, tzinfo=UTC).timestamp()) * 1000 for d in (first, last))
    return f"&timeIntervals=(timeRange:(start:{start},end:{end + 86_400_000}),timeGranularityType:DAY)"


def check(answer: Any, samples: Path, name: str) -> None:
    sample = json.loads((samples / "linkedin" / f"{name}.json").read_text("utf-8"))["success"]
    errors = [e for e in shape_errors(answer, sample) if e.split(":")[0].rsplit(".", 1)[-1] not in OPTIONAL]
    assert not errors, sorted(set(errors))
    assert answer["elements"]


@pytest.mark.parametrize("number", [0, 1])
def test_pages_answer_as_the_samples_do(box: Running, samples: Path, number: int) -> None:
    page = Client(box, "linkedin", number)
    days = intervals(date(2026, 2, 20), date(2026, 3, 7))
    check(page.page("FollowerStatistics"), samples, "organizationalEntityFollowerStatistics_lifetime")
    check(page.page("FollowerStatistics", days), samples, "organizationalEntityFollowerStatistics_timeIntervals")
    check(page.page("ShareStatistics", days), samples, "organizationalEntityShareStatistics_daily")
    posts = page.posts()
    check({"paging": {"start": 0, "count": 1, "links": []}, "elements": posts}, samples, "posts_by_author")
    for kind, name in (("share", "shares"), ("ugcPost", "ugcPosts")):
        urns = [quote(p["id"], safe="") for p in posts if f":{kind}:" in p["id"]][:20]
        if urns:
            counters = page.page("ShareStatistics", f"&{name}=List({','.join(urns)})")
            check(counters, samples, "organizationalEntityShareStatistics_lifetime")
            assert all(element[kind] for element in counters["elements"])
    size = page.get(f"/rest/networkSizes/{page.urn}", "edgeType=COMPANY_FOLLOWED_BY_MEMBER")
    assert list(size) == ["firstDegreeSize"] and size["firstDegreeSize"] > 3_000


def test_ads_answer_as_the_samples_do(box: Running, samples: Path) -> None:
    for number, currency in enumerate(("CNY", "USD")):
        ads = Client(box, "linkedin_ads", number)
        account = ads.account["account"]
        listed = ads.get("/rest/adAccounts", "q=search&search=(status:(values:List(ACTIVE,CANCELED,DRAFT)))&pageSize=2")
        check(listed, samples, "adAccounts")
        token = quote(listed["metadata"]["nextPageToken"], safe="")
        rest = ads.get("/rest/adAccounts", f"q=search&pageSize=2&pageToken={token}")
        assert [row["test"] for row in rest["elements"]] == [True] and rest["metadata"] == {}
        assert {str(row["id"]): row["currency"] for row in listed["elements"]}[account] == currency
        check(ads.get(f"/rest/adAccounts/{account}/adCampaigns", "q=search"), samples, "adCampaigns")
        groups = ads.get(f"/rest/adAccounts/{account}/adCampaignGroups", "q=search")["elements"]
        creatives = ads.get(f"/rest/adAccounts/{account}/creatives", "q=criteria&pageSize=100")["elements"]
        assert groups and {"id", "campaign", "intendedStatus", "content"} <= set(creatives[0])
        rows = ads.report(date(2026, 3, 1), date(2026, 3, 8))
        check(
            {"paging": {"start": 0, "count": 10, "links": []}, "elements": rows},
            samples,
            "adAnalytics_daily_by_creative",
        )
        assert {len(row["costInLocalCurrency"].partition(".")[2]) for row in rows} >= {19}


def test_totals_are_the_sum_of_the_creatives_and_pivots_name_what_is_above(box: Running) -> None:
    ads = Client(box, "linkedin_ads")
    days = (date(2026, 2, 1), date(2026, 3, 2))
    rows = ads.report(*days, finder="q=statistics&pivots=List(CREATIVE,CAMPAIGN,CAMPAIGN_GROUP)")
    plain = ads.report(*days)
    assert [{**row, "pivotValues": row["pivotValues"][:1]} for row in rows] == plain
    assert {tuple(urn.split(":")[2] for urn in row["pivotValues"]) for row in rows} == {
        ("sponsoredCreative", "sponsoredCampaign", "sponsoredCampaignGroup")
    }
    totals = ads.report(*days, finder="q=analytics&pivot=ACCOUNT")
    assert len(totals) == 30 and sum(t["impressions"] for t in totals) == sum(r["impressions"] for r in rows)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"LinkedIn_Version": ""}, 400, "VERSION_MISSING"),
        ({"LinkedIn_Version": str(int(OLDEST_VERSION) - 1)}, 426, "NONEXISTENT_VERSION"),
        ({"Authorization": ""}, 401, None),
        ({"Authorization": "Bearer made-up"}, 401, "INVALID_ACCESS_TOKEN"),
        ({"X_Restli_Protocol_Version": "1.0.0"}, 400, None),
    ],
)
def test_headers_are_checked_as_on_the_platform(
    box: Running, headers: dict[str, str], status: int, code: str | None
) -> None:
    page = Client(box, "linkedin")
    answer = page.raw("/rest/posts", f"q=author&author={page.urn}", **headers)
    assert answer.status_code == status and answer.json()["status"] == status
    assert answer.json().get("code") == code and answer.headers["x-li-uuid"]


@pytest.mark.parametrize(
    "query",
    [
        "q=search&search=%28status:%28values:List%28ACTIVE%29%29%29",  # escaped syntax
        "q=search&search=(status:ACTIVE)",
        "q=search&pageSize=5000",
        "q=search&pageToken=nonsense",
        "q=find",
    ],
)
def test_what_is_not_restli_is_refused(box: Running, query: str) -> None:
    answer = Client(box, "linkedin_ads").raw("/rest/adAccounts", query)
    assert answer.status_code == 400 and "errorDetails" in answer.json()


def test_another_ones_page_is_forbidden_and_another_ones_report_is_empty(box: Running) -> None:
    page = Client(box, "linkedin")
    page.urn = quote("urn:li:organization:1", safe="")
    assert page.raw("/rest/posts", f"q=author&author={page.urn}").status_code == 403
    ads = Client(box, "linkedin_ads")
    ads.account = {**ads.account, "account": "1"}
    assert ads.report(date(2026, 3, 1), date(2026, 3, 2)) == []


def test_the_refresh_token_stays_and_dies_after_a_year(box: Running) -> None:
    page = Client(box, "linkedin")
    assert (page.grant["expires_in"], page.grant["refresh_token_expires_in"]) == (5_183_999, 31_535_999)
    assert (
        page.token(grant_type="authorization_code", code=page.given["auth_code"]).json()["error"] == "invalid_request"
    )
    box.at("2026-05-20T10:00:00", elapse=True)  # 71 days on
    assert page.raw("/rest/posts", f"q=author&author={page.urn}").json()["code"] == "EXPIRED_ACCESS_TOKEN"
    fresh = page.token(grant_type="refresh_token", refresh_token=page.grant["refresh_token"]).json()
    assert fresh["refresh_token"] == page.grant["refresh_token"] and fresh["access_token"] != page.grant["access_token"]
    assert fresh["refresh_token_expires_in"] < 31_535_999 - 70 * 86_400
    box.at("2027-03-20T10:00:00", elapse=True)
    dead = page.token(grant_type="refresh_token", refresh_token=page.grant["refresh_token"])
    assert dead.status_code == 400 and dead.json()["error"] == "invalid_grant"


def test_utc_days_show_when_they_have_ended_and_gains_a_day_later(box: Running) -> None:
    page, ads = Client(box, "linkedin"), Client(box, "linkedin_ads")
    days = intervals(date(2026, 3, 6), date(2026, 3, 10))

    def shown(resource: str) -> int:
        return len(page.page(resource, days)["elements"])

    for now, statistics, gains, report in (
        ("2026-03-10T07:59:59", 3, 2, 3),
        ("2026-03-10T08:00:00", 4, 3, 4),
        ("2026-03-11T08:00:00", 5, 4, 5),
    ):
        box.at(now)
        assert (shown("ShareStatistics"), shown("FollowerStatistics")) == (statistics, gains), now
        rows = ads.report(date(2026, 3, 6), date(2026, 3, 10))
        assert len({row["dateRange"]["start"]["day"] for row in rows}) == report, now


def test_a_fault_strikes_the_day_that_it_names(box: Running) -> None:
    page = Client(box, "linkedin")
    days = intervals(date(2026, 3, 1), date(2026, 3, 7))
    before = page.page("ShareStatistics", days)["elements"]
    box.plant({"source": "linkedin", "kind": "off_by_one", "field": "clickCount", "day": "2026-03-04"})
    after = page.page("ShareStatistics", days)["elements"]
    changed = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert (
        changed == [3]
        and after[3]["totalShareStatistics"]["clickCount"] == before[3]["totalShareStatistics"]["clickCount"] + 1
    )


def test_lifetime_counters_are_the_sum_of_the_days_and_fall_now_and_then() -> None:
    world = World(11)
    part = world.part(LinkedInWorld)
    part.ensure(250)
    fallen = 0
    for events in part.pages:
        net = np.zeros(len(events.posts), np.int64)
        for day, chunk in enumerate(events.activity):
            days = np.bincount(chunk["post"], chunk["likes"], len(net)).astype(np.int64)
            fallen += int((days < 0).sum())
            net += days
            assert (net >= 0).all(), f"a post with fewer than no likes on {date_of(day)}"
            assert (chunk["known_at"] >= utc_midnight(day + 1)).all()
    assert fallen > 3


@pytest.mark.parametrize("seed", [1, 7, 23, 1_000])
def test_the_pages_are_a_business_under_any_seed(seed: int) -> None:
    world = World(seed)
    part, ads = world.part(LinkedInWorld), world.part(LinkedInAdsWorld)
    part.ensure(364)
    main = part.pages[0]
    seen = np.array([int(chunk["impressions"].sum()) for chunk in main.activity])
    weekday = np.array([date_of(day).weekday() for day in range(len(seen))])
    assert np.median(seen[weekday < 5]) > 1.25 * np.median(seen[weekday >= 5]), "members read in the week"
    total = np.zeros(len(main.posts))
    for chunk in main.activity:
        np.add.at(total, chunk["post"], chunk["impressions"])
    best = np.sort(total)[::-1]
    assert best[: len(best) // 10].sum() > 0.3 * best.sum(), "a tenth of the posts draws a large part of the views"
    gains = [organic + paid for organic, paid in main.gains]
    assert min(gains) < 0 < sum(gains), "followers come and go, and grow"
    assert any(post.deleted_at for post in main.posts) and any(post.parent for post in main.posts)
    assert all(int(post.urn.rsplit(":", 1)[1]) > 2**53 for post in main.posts)
    for events in ads.accounts:
        assert len({ad.id for ad in events.ads}) == len(events.ads) and len(str(events.ads[0].id)) == 9
        idle = sum(cost == 0 for cost in events.spend)
        assert idle < 20, "something always runs"


def test_a_day_does_not_depend_on_the_horizon() -> None:
    far, near = World(5).part(LinkedInWorld), World(5).part(LinkedInWorld)
    far.ensure(120)
    near.ensure(60)
    assert far.pages[0].gains[:61] == near.pages[0].gains
    assert [post for post in far.pages[0].posts if post.published_at < utc_midnight(61)] == near.pages[0].posts
    for a, b in zip(far.pages[0].activity, near.pages[0].activity, strict=False):
        assert all(np.array_equal(a[name], b[name]) for name in a)


def test_members_named_in_posts_are_planted(box: Running) -> None:
    page = Client(box, "linkedin")
    text = json.dumps(page.posts(), ensure_ascii=False)
    first, last = day_of(date(2025, 11, 1)) - 60, day_of(date(2026, 3, 11))
    values = {planted.value for planted in box.world.planted(first, last) if planted.where.startswith("linkedin ")}
    assert sum(value in text for value in values) >= 4
    assert text.count("urn:li:person:") == sum(f"urn:li:person:{value}" in text for value in values)
