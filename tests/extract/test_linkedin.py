"""LinkedIn pages: the contract, the calls as they go out, tokens and errors; against a stub and the samples."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from linkedin_stub import CREDENTIALS, GRANT, LinkedIn, elements, error
from test_contract import numbers_as_text, scrubbed

from extract.client import RATE_ATTEMPTS
from extract.linkedin import client as linkedin
from extract.linkedin.resources import LinkedInSession
from extract.linkedin_ads.resources import _row
from extract.model import AccountReport, Deadline, ExtractContext, ResourceReport, Window
from extract.run import extract_account, plan_account
from extract.sources import sources
from tests.extract.conftest import DAY, SAMPLES, Ask, Sandbox, Stub, at, records, sample

FOLLOWERS = "/rest/organizationalEntityFollowerStatistics"
SHARES = "/rest/organizationalEntityShareStatistics"


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def landed(context: ExtractContext, name: str) -> list[dict[str, Any]]:
    return records(context.landing, "linkedin", "999000111", name)


# --- samples ------------------------------------------------------------------------------------------------------


def day_of(element: Any) -> Any:
    return {**element, "day": "2026-11-16"}


def segments(answer: Any) -> list[Any]:
    session = LinkedInSession.__new__(LinkedInSession)
    session._page = "urn:li:organization:999000111"
    spec = sources()["linkedin"].resources["follower_statistics"]
    return [
        session._segment(spec, facet, entry)
        for facet, entries in answer["elements"][0].items()
        if isinstance(entries, list)
        for entry in entries
    ]


@pytest.mark.parametrize(
    ("source", "resource", "name", "cut"),
    [
        ("linkedin", "follower_statistics", "organizationalEntityFollowerStatistics_lifetime", segments),
        ("linkedin", "follower_gains", "organizationalEntityFollowerStatistics_timeIntervals", day_of),
        ("linkedin", "share_statistics_daily", "organizationalEntityShareStatistics_daily", day_of),
        (
            "linkedin",
            "share_statistics",
            "organizationalEntityShareStatistics_lifetime",
            lambda e: {**e, "post": e.get("share") or e["ugcPost"]},
        ),
        ("linkedin", "posts", "posts_by_author", lambda e: e),
        ("linkedin_ads", "ad_account", "adAccounts", lambda e: e),
        ("linkedin_ads", "campaign", "adCampaigns", lambda e: e),
        ("linkedin_ads", "ad_analytics", "adAnalytics_daily_by_creative", lambda e: _row(e, "sample")),
    ],
)
def test_samples_fit(source: str, resource: str, name: str, cut: Any) -> None:
    answer = numbers_as_text(sample("linkedin", name)["success"])
    rows = cut(answer) if cut is segments else [cut(element) for element in answer["elements"]]
    clean = scrubbed(sources()[source].resources[resource], rows)
    assert clean and "urn:li:person" not in json.dumps(clean)
    if name == "adAnalytics_daily_by_creative":
        assert clean[0]["costInLocalCurrency"] == "107.5300000000000335346" and clean[0]["day"] == "2026-11-17"
    if cut is segments:
        assert len(clean) == 13 and {row["facet"] for row in clean} > {
            "followerCountsByGeo",
            "followerCountsBySeniority",
        }


def test_the_calls_are_those_of_the_samples(stub: Stub, own_tokens: ExtractContext) -> None:
    """Paths, parameters and texts between them, dates and lists aside."""
    posts = elements(
        *(
            {"id": f"urn:li:{k}:1", "lifecycleState": "PUBLISHED", "publishedAt": 1794816000078}
            for k in ("share", "ugcPost")
        )
    )
    server = LinkedIn(stub, posts=posts)
    for account in (server.page, server.ads):
        extract_account(account, DAY, DAY, own_tokens)
    asked = [(call.path, set(call.query) - {"pageToken"}) for call in stub.calls]
    names = sorted(path.stem for path in (SAMPLES / "linkedin").glob("*.json"))
    assert names or pytest.skip(f"no samples at {SAMPLES}")
    for name in names:
        request = sample("linkedin", name)["request"]
        wanted = set(request["query"])
        if name == "organizationalEntityShareStatistics_lifetime":
            wanted -= {"ugcPosts"}  # one kind of urn a call
        assert (request["path"], wanted) in asked, name
    for call in stub.calls:
        if call.path.startswith("/rest/"):
            assert call.headers["linkedin-version"] == linkedin.VERSION
            assert call.headers["x-restli-protocol-version"] == "2.0.0"
            assert call.headers["authorization"] == "Bearer ACCESS-TOKEN-1"


@pytest.mark.parametrize("name", sorted(path.stem for path in (SAMPLES / "linkedin").glob("*.json")))
def test_every_error_of_the_samples_is_classified(name: str) -> None:
    for one in sample("linkedin", name)["errors"]:
        failure = linkedin.failure(numbers_as_text(one["body"])) if isinstance(one["body"], dict) else None
        code = failure.code if failure else f"HTTP {one['http_status']}"
        assert code in linkedin.CODES or one["http_status"] >= 500, one["when"]


# --- what goes out ------------------------------------------------------------------------------------------------


def test_restli_queries_go_out_unescaped_and_urns_escaped(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub)
    extract_account(server.page, DAY, DAY, own_tokens)
    extract_account(server.ads, DAY, DAY, own_tokens)
    addresses = [call.address for call in stub.calls]
    page = "urn%3Ali%3Aorganization%3A999000111"
    assert f"/rest/networkSizes/{page}?edgeType=COMPANY_FOLLOWED_BY_MEMBER" in addresses
    # 2026-11-16 and -18, UTC: yesterday's gains are there one day later than everything else
    gains = "timeIntervals=(timeRange:(start:1794787200000,end:1795046400000),timeGranularityType:DAY)"
    assert f"{FOLLOWERS}?q=organizationalEntity&organizationalEntity={page}&{gains}" in addresses
    analytics = next(a for a in addresses if "adAnalytics" in a)
    assert "?q=statistics&pivots=List(CREATIVE,CAMPAIGN,CAMPAIGN_GROUP)&timeGranularity=DAILY" in analytics
    assert "&dateRange=(start:(year:2026,month:10,day:21),end:(year:2026,month:11,day:19))&" in analytics
    assert (
        "&accounts=List(urn%3Ali%3AsponsoredAccount%3A599000001)&fields=dateRange,pivotValues,impressions," in analytics
    )
    assert "/rest/adAccounts/599000001/adCampaigns?q=search&search=(status:(values:List(ACTIVE,PAUSED," in "\n".join(
        addresses
    )


def test_the_code_is_exchanged_once_and_the_refresh_token_stays(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub)
    assert extract_account(server.page, DAY, DAY, own_tokens).ok
    forms = [call.body for call in stub.calls if call.path == linkedin.TOKEN_PATH]
    assert forms == [
        {
            "grant_type": "authorization_code",
            "code": "AUTH-CODE-ONE",
            "redirect_uri": "https://example.com/back",
            "client_id": "CLIENT-ID-1",
            "client_secret": "SECRET-OF-THE-APP",
        }
    ]
    for days, expected in ((59, 1), (61, 2), (61 + 59, 2), (61 + 61, 3)):
        day = DAY + timedelta(days=days)
        server.over["accessToken"] = GRANT | {"access_token": f"ACCESS-TOKEN-{days}"}
        assert extract_account(server.page, day, day, replace(own_tokens, now=at(day))).ok
        forms = [call.body for call in stub.calls if call.path == linkedin.TOKEN_PATH]
        assert len(forms) == expected, days
    assert {form.get("refresh_token") for form in forms[1:]} == {"REFRESH-TOKEN-1"}
    assert stub.calls[-1].headers["authorization"] == "Bearer ACCESS-TOKEN-122"


def test_tokens_are_asked_at_their_own_host_unless_the_connection_names_one() -> None:
    assert (
        linkedin.Endpoints(CREDENTIALS, linkedin.AUTH_HOST)._address == "https://www.linkedin.com/oauth/v2/accessToken"
    )


def test_a_dead_refresh_token_says_how_to_consent(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub, accessToken=(400, {"error": "invalid_grant", "error_description": "expired or revoked"}))
    report = extract_account(server.page, DAY, DAY, own_tokens)
    assert {gap.reason for gap in report.gaps} == {"consent"} and "field auth_code" in report.gaps[0].action
    assert "AUTH-CODE-ONE" not in report.message() and "SECRET" not in report.message()


def test_an_expired_token_is_renewed_and_the_call_repeated(stub: Stub, own_tokens: ExtractContext) -> None:
    def page(ask: Ask) -> Any:
        if ask.headers["authorization"] == "Bearer ACCESS-TOKEN-1":
            server.over["accessToken"] = GRANT | {"access_token": "ACCESS-TOKEN-2"}
            return error(401, "EXPIRED_ACCESS_TOKEN")
        return elements()

    server = LinkedIn(stub, posts=page)
    assert extract_account(server.page, DAY, DAY, own_tokens).ok


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "reason", "attempts", "gaps"),
    [
        (error(429), "quota", RATE_ATTEMPTS, {"share_statistics_daily", "share_statistics"}),
        ((429, b"too many"), "quota", RATE_ATTEMPTS, {"share_statistics_daily", "share_statistics"}),
        (error(403, "ACCESS_DENIED"), "permission", 1, {"share_statistics_daily", "share_statistics"}),
        ((403, b"<html>"), "permission", 1, {"share_statistics_daily", "share_statistics"}),
        (error(400, "VERSION_MISSING"), "bad_payload", 1, {"share_statistics_daily", "share_statistics"}),
        (error(418, "TEAPOT"), "unknown_code", 1, {"share_statistics_daily", "share_statistics"}),
        (error(426, "NONEXISTENT_VERSION"), "bad_payload", 1, {"share_statistics_daily", "posts", "share_statistics"}),
        (error(401, "REVOKED_ACCESS_TOKEN"), "consent", 1, {"share_statistics_daily", "posts", "share_statistics"}),
        (error(500), "unavailable", 4, {"share_statistics_daily", "share_statistics"}),
    ],
)
def test_errors_by_status(
    stub: Stub, own_tokens: ExtractContext, reply: Any, reason: str, attempts: int, gaps: set[str]
) -> None:
    posts = elements({"id": "urn:li:share:1", "lifecycleState": "PUBLISHED", "publishedAt": 1794816000078})
    server = LinkedIn(stub, organizationalEntityShareStatistics=reply, posts=posts)
    report = extract_account(server.page, DAY, DAY, own_tokens)
    assert {(gap.resource, gap.reason) for gap in report.gaps} == {(name, reason) for name in gaps}
    asked = [call for call in stub.calls if call.path == SHARES]
    assert len(asked) == attempts * (len(gaps) if "posts" not in gaps else 1)


def test_a_short_429_costs_nothing_and_a_long_one_waits_for_the_utc_day(stub: Stub, own_tokens: ExtractContext) -> None:
    left = [2]

    def busy(ask: Ask) -> Any:
        left[0] -= 1
        return error(429) if left[0] >= 0 else {"firstDegreeSize": 5}

    server = LinkedIn(stub, networkSizes=busy)
    assert extract_account(server.page, DAY, DAY, own_tokens).ok and landed(own_tokens, "network_size")
    server.over["networkSizes"] = error(429)
    (gap,) = extract_account(server.page, DAY, DAY, own_tokens).gaps
    assert gap.reason == "quota" and "00:00 UTC" in gap.action


def test_an_unknown_error_keeps_code_message_and_request_id(
    stub: Stub, own_tokens: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = LinkedIn(stub, posts=error(418, "TEAPOT", "short and stout"))
    monkeypatch.setattr(
        linkedin, "PLATFORM", replace(linkedin.PLATFORM, request_id_header="date")
    )  # the stub's only one
    (gap,) = extract_account(server.page, DAY, DAY, own_tokens).gaps
    assert gap.code == "HTTP 418" and "TEAPOT short and stout" in gap.message and gap.request_id


def test_an_old_version_is_a_notice_before_it_is_refused(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub)
    old = replace(server.page, credentials={**CREDENTIALS, "version": "202512"})
    report = extract_account(old, DAY, DAY, own_tokens)
    assert report.ok and "LinkedIn-Version 202512 is 11 months old" in report.message()
    assert stub.calls[-1].headers["linkedin-version"] == "202512"
    assert extract_account(server.page, DAY, DAY, own_tokens).notices == []
    wrong = replace(server.page, credentials={**CREDENTIALS, "version": "2026-10"})
    gaps = extract_account(wrong, DAY, DAY, own_tokens).gaps
    assert {gap.reason for gap in gaps} == {"bad_payload"} and "YYYYMM" in gaps[0].message


# --- pages --------------------------------------------------------------------------------------------------------


def test_gains_come_two_days_late_and_a_missed_day_is_caught_up(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub)
    report = extract_account(server.page, DAY - timedelta(days=5), DAY, own_tokens)
    assert report.ok, report.message()
    days = {row["day"] for row in landed(own_tokens, "follower_gains")}
    assert max(days) == str(DAY - timedelta(days=1)) and len(days) == 5
    later = DAY + timedelta(days=4)  # no run in between
    planned = plan_account(server.page, later, later, replace(own_tokens, now=at(later)))
    asked = {day for window in planned if window.resource == "follower_gains" for day in window.days}
    assert asked >= {DAY + timedelta(days=n) for n in range(4)} and later not in asked


def test_a_day_that_the_answer_leaves_out_is_a_gap_of_its_own(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub, organizationalEntityShareStatistics=lambda ask: LinkedIn.days(ask, without=(1,)))
    report = extract_account(server.page, DAY, DAY, own_tokens)
    gaps = [(gap.resource, gap.reason, str(gap.window)) for gap in report.gaps]
    assert gaps == [("share_statistics_daily", "delayed", str(DAY - timedelta(days=1)))]
    del server.over["organizationalEntityShareStatistics"]
    assert extract_account(server.page, DAY, DAY, own_tokens).ok


def test_every_facet_and_segment_is_a_record(stub: Stub, own_tokens: ExtractContext) -> None:
    counts = {"organicFollowerCount": 48, "paidFollowerCount": 0}
    facets = {
        "followerCountsBySeniority": [{"followerCounts": counts, "seniority": "urn:li:seniority:4"}],
        "followerCountsByStaffCountRange": [{"followerCounts": counts, "staffCountRange": "SIZE_1"}],
        "organizationalEntity": "urn:li:organization:999000111",
    }
    server = LinkedIn(
        stub,
        organizationalEntityFollowerStatistics=lambda ask: (
            LinkedIn.days(ask) if "timeIntervals" in ask.query else elements(facets)
        ),
    )
    assert extract_account(server.page, DAY, DAY, own_tokens).ok
    rows = landed(own_tokens, "follower_statistics")
    assert {(row["facet"], row["segment"]) for row in rows} == {
        ("followerCountsBySeniority", "urn:li:seniority:4"),
        ("followerCountsByStaffCountRange", "SIZE_1"),
    }
    assert rows[0]["followerCounts"] == {"organicFollowerCount": "48"}  # paid means nothing here
    server.over["organizationalEntityFollowerStatistics"] = lambda ask: (
        LinkedIn.days(ask) if "timeIntervals" in ask.query else elements({**facets, "newNumber": 1})
    )
    report = extract_account(server.page, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "follower_statistics").unknown_fields == {"newNumber": 2}


def posts(number: int) -> list[dict[str, Any]]:
    kinds = ("share", "ugcPost")
    return [
        {
            "id": f"urn:li:{kinds[n % 2]}:73900000000000{n:05d}",
            "author": "urn:li:organization:999000111",
            "commentary": f"post {n} @[Wang Xiaoming](urn:li:person:AbC) and @[Us](urn:li:organization:1)",
            "lifecycleState": "PUBLISHED",
            "publishedAt": 1794816000078 - n * 3_600_000,
        }
        for n in range(number)
    ]


def test_posts_are_paged_and_counted_in_batches(stub: Stub, own_tokens: ExtractContext) -> None:
    listed = posts(230)

    def page(ask: Ask) -> Any:
        start, count = int(ask.query["start"]), int(ask.query["count"])
        assert count == 100 and ask.headers["x-restli-method"] == "FINDER"
        return elements(*listed[start : start + count])

    def counters(ask: Ask) -> Any:
        if "timeIntervals" in ask.query:
            return LinkedIn.days(ask)
        kind = "share" if "shares" in ask.query else "ugcPost"
        urns = ask.query[f"{kind}s"].removeprefix("List(").removesuffix(")").split(",")
        assert len(urns) <= 20 and all(urn.startswith(f"urn:li:{kind}:") for urn in urns)
        return elements(*({kind: urn, "totalShareStatistics": {"likeCount": 1}} for urn in urns[1:]))

    server = LinkedIn(stub, posts=page, organizationalEntityShareStatistics=counters)
    report = extract_account(server.page, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "posts").landed == 230, report.message()
    assert not any(item.rejected for item in report.resources)
    assert [int(c.query["start"]) for c in stub.calls if c.path == "/rest/posts"] == [0, 99, 198]
    text = json.dumps(landed(own_tokens, "posts"))
    assert "Wang" not in text and "post 7 <name> and @[Us]" in text
    rows = landed(own_tokens, "share_statistics")
    assert len(rows) == 230  # 6 + 6 batches; the first of each was asked and not answered
    assert sum("totalShareStatistics" not in row for row in rows) == 12
    assert {row["post"]: row["publishedAt"] for row in rows} == {p["id"]: str(p["publishedAt"]) for p in listed}


def test_a_post_that_vanishes_while_paging_is_noticed(stub: Stub, own_tokens: ExtractContext) -> None:
    listed = posts(150)

    def page(ask: Ask) -> Any:
        start = int(ask.query["start"])
        answer = elements(*listed[start : start + 100])
        if start == 0 and vanishes:
            del listed[7]  # everything after it moves up by one, across the edge of the page
            vanishes.pop()
        return answer

    for vanishing, gaps in ((1, []), (2, ["posts"])):
        vanishes = [True] * vanishing
        report = extract_account(LinkedIn(stub, posts=page).page, DAY, DAY, own_tokens)
        assert [gap.resource for gap in report.gaps] == gaps, report.message()
    assert resource(report, "share_statistics").fetched == 149  # those that landed before


def test_counters_go_on_with_the_posts_of_landing_when_the_listing_fails(
    stub: Stub, own_tokens: ExtractContext
) -> None:
    server = LinkedIn(stub, posts=elements(*posts(3)))
    extract_account(server.page, DAY, DAY, own_tokens)
    server.over["posts"] = error(403, "ACCESS_DENIED")
    report = extract_account(server.page, DAY, DAY, own_tokens)
    assert [(gap.resource, gap.reason) for gap in report.gaps] == [("posts", "permission")]
    assert resource(report, "share_statistics").fetched == 3
    a_year_on = DAY + timedelta(days=400)
    report = extract_account(server.page, a_year_on, a_year_on, replace(own_tokens, now=at(a_year_on)))
    assert resource(report, "share_statistics").fetched == 0  # older than the statistics reach


def test_a_post_of_the_day_that_has_just_begun_is_counted_tomorrow(stub: Stub, own_tokens: ExtractContext) -> None:
    begins = 1795132800000  # 2026-11-20 00:00 UTC, two hours before the run
    early = [post | {"publishedAt": begins - 1 + n} for n, post in enumerate(posts(2))]
    report = extract_account(LinkedIn(stub, posts=elements(*early)).page, DAY, DAY, own_tokens)
    assert resource(report, "posts").fetched == 2
    assert [row["publishedAt"] for row in landed(own_tokens, "share_statistics")] == [str(begins - 1)]


def test_days_are_utc_days(own_tokens: ExtractContext, stub: Stub) -> None:
    """At 08:29 in Shanghai yesterday's UTC day has ended but is not asked yet."""
    server = LinkedIn(stub)
    early = replace(own_tokens, now=at(DAY, hour=8))
    windows = [w for w in plan_account(server.page, DAY, DAY, early) if w.resource == "share_statistics_daily"]
    assert max(w.last_day for w in windows) == DAY - timedelta(days=1)
    session = LinkedInSession(server.page, own_tokens, Deadline(30))
    spec = sources()["linkedin"].resources["share_statistics_daily"]
    answer = session.fetch(spec, Window.of_days(date(2026, 11, 17), date(2026, 11, 17), spec.name))
    session.close()
    assert answer.records[0]["timeRange"]["start"] == "1794873600000" and answer.records[0]["day"] == "2026-11-17"


def test_folders_hold_no_secret(stub: Stub, own_tokens: ExtractContext) -> None:
    extract_account(LinkedIn(stub).page, DAY, DAY, own_tokens)
    for path in own_tokens.tokens.rglob("*"):
        if Path(path).is_file():
            assert b"TOKEN-1" not in path.read_bytes()


# --- against the sandbox ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "number"), [("linkedin", 0), ("linkedin", 1), ("linkedin_ads", 0), ("linkedin_ads", 1)]
)
def test_everything_of_the_sandbox_lands(sandbox: Sandbox, context: ExtractContext, source: str, number: int) -> None:
    me = sandbox.account(source, number)
    report = extract_account(me, DAY - timedelta(days=20), DAY, context)
    assert report.ok and not report.notices, report.message()
    for item in report.resources:
        assert item.fetched == item.landed > 0 and not item.rejected and not item.unknown_fields, item
    again = extract_account(me, DAY, DAY, context)
    assert again.ok and all(item.landed == 0 for item in again.resources)
    written = json.dumps([records(context.landing, source, me.account, item.resource) for item in report.resources])
    assert "urn:li:person" not in written
