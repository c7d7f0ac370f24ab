"""Weibo in the sandbox: its answers have the samples' shape, its limits are the platform's, its world is a business."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
import test_sandbox_contract as contract
from sandbox_client import Running, start

from sandbox.platforms.weibo_ads.numbers import METRICS
from sandbox.truth import truth
from sandbox.world import World
from sandbox.world.time import date_of, day_of, instant_of
from sandbox.world.weibo import WeiboWorld
from sandbox.world.weibo.events import AccountEvents
from sandbox.world.weibo_ads import WeiboAdsWorld

YEAR = 365


def ask(box: Running, path: str, number: int = 0, **query: Any) -> Any:
    """A call of Weibo's open API with the account's own token."""
    account = box.of("weibo")[number]
    given = {"access_token": account["credentials"]["access_token"]} | query
    return box.client.get(f"{account['base_url']}/2/{path}.json", params=given).json()


def uid(box: Running, number: int = 0) -> str:
    account: str = box.of("weibo")[number]["account"]
    return account


def alike(value: Any) -> Any:
    """Whole numbers as fractions: the samples write 0 where they also write 800.0."""
    if isinstance(value, dict):
        return {name: alike(item) for name, item in value.items()}
    if isinstance(value, list):
        return [alike(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def same_shape(monkeypatch: pytest.MonkeyPatch, answer: Any, folder: Path, name: str, *optional: str) -> None:
    monkeypatch.setattr(contract, "OPTIONAL", {*contract.OPTIONAL, *optional})
    expected = json.loads((folder / "weibo" / f"{name}.json").read_text())["success"]
    errors = sorted(set(contract.shape_errors(alike(answer), alike(expected))))
    assert not errors, errors


# --- open API ------------------------------------------------------------------------------------------------------


def test_answers_have_the_samples_shape(box: Running, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (0, 1):
        show = ask(box, "users/show", number, uid=uid(box, number))
        show["status"].pop("retweeted_status", None)
        same_shape(monkeypatch, show, samples, "users_show")
        counts = ask(box, "users/counts", number, uids=f"{uid(box, number)},1")
        same_shape(monkeypatch, counts, samples, "users_counts")
        assert [row["id"] for row in counts] == [uid(box, number)], "an unknown user is left out"
        timeline = ask(box, "statuses/user_timeline", number)
        whole = [row for row in timeline["statuses"] if "deleted" not in row]
        same_shape(
            monkeypatch, timeline | {"statuses": whole}, samples, "statuses_user_timeline", "retweeted_status",
            "annotations",
        )  # fmt: skip
        for name, path in (("statuses", "statuses/mentions"), ("comments", "comments/mentions")):
            answer = ask(box, path, number, count=50)
            assert answer[name]
            optional = ("retweeted_status", "reply_comment", "annotations", "deleted", *HEAD)
            plain = [{k: v for k, v in row.items() if k not in ("retweeted_status", "status")} for row in answer[name]]
            same_shape(monkeypatch, answer | {name: plain}, samples, f"{path.replace('/', '_')}", "status", *optional)


HEAD = ("in_reply_to_status_id",)


def test_an_ordinary_app_gets_the_newest_five_and_a_commercial_one_all(box: Running) -> None:
    five = ask(box, "statuses/user_timeline", count=100)["statuses"]
    assert len(five) == 5
    assert [row["id"] for row in five] == sorted((row["id"] for row in five), reverse=True)
    below = ask(box, "statuses/user_timeline", count=100, max_id=five[-1]["id"] - 1)
    assert below["statuses"] == []
    every = ask(box, "statuses/user_timeline/biz", count=100)["statuses"]
    assert len(every) == 100 and every[:5] == five


def test_counters_can_be_asked_of_posts_that_left_the_timeline(box: Running) -> None:
    posts = ask(box, "statuses/user_timeline/biz", count=99)["statuses"]
    ids = ",".join(str(p["id"]) for p in posts) + ",123"
    counts = {row["id"]: row for row in ask(box, "statuses/count", ids=ids)}
    gone = {str(p["id"]) for p in posts if "deleted" in p}
    assert gone and set(counts) == {str(p["id"]) for p in posts} - gone, "deleted posts are left out"
    assert all(int(counts[str(p["id"])]["attitudes"]) == p["attitudes_count"] for p in posts if "deleted" not in p)
    assert ask(box, "statuses/count", ids=",".join(["1"] * 101))["error_code"] == 10008


def test_a_deleted_post_is_a_stub(box: Running) -> None:
    stubs = [p for p in ask(box, "statuses/user_timeline/biz", count=100)["statuses"] if "deleted" in p]
    assert stubs and set(stubs[0]) == {"created_at", "id", "idstr", "mid", "text", "deleted"}


def test_mentions_are_paged_below_max_id_and_only_by_people_who_authorised(box: Running) -> None:
    def every(path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        below = 0
        while page := ask(box, path, max_id=below, count=50)["statuses"]:
            rows += page
            below = page[-1]["id"] - 1
        return rows

    shown, whole = every("statuses/mentions"), every("statuses/mentions/biz")
    assert len({row["id"] for row in shown}) == len(shown) > 500
    assert 0.7 < len(shown) / len(whole) < 0.9
    assert {row["id"] for row in shown} <= {row["id"] for row in whole}


def test_counters_grow_by_the_hour_and_followers_too(box: Running) -> None:
    account = uid(box)
    box.at("2026-03-10T08:30:00")
    early = ask(box, "statuses/user_timeline")["statuses"][-1]
    before = int(ask(box, "users/counts", uids=account)[0]["followers_count"])
    box.at("2026-03-10T23:30:00")
    late = ask(box, "statuses/count", ids=str(early["id"]))[0]
    assert int(late["attitudes"]) > early["attitudes_count"]
    assert int(ask(box, "users/counts", uids=account)[0]["followers_count"]) != before


@pytest.mark.parametrize(
    ("path", "query", "code", "status"),
    [
        ("users/show", {"uid": "1"}, 20003, 400),
        ("users/show", {}, 10016, 400),
        ("users/show", {"uid": "1", "access_token": "WRONG"}, 21332, 400),
        ("statuses/user_timeline", {"uid": "1"}, 10014, 403),
        ("statuses/mentions", {"count": "x"}, 10008, 400),
        ("nothing/here", {}, 10021, 403),
    ],
)
def test_errors_are_the_platforms(box: Running, path: str, query: dict[str, str], code: int, status: int) -> None:
    account = box.of("weibo")[0]
    given = {"access_token": account["credentials"]["access_token"]} | query
    answer = box.client.get(f"{account['base_url']}/2/{path}.json", params=given)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    assert set(answer.json()) == {"request", "error_code", "error"} and answer.json()["request"].startswith("/2/")


# --- ads -----------------------------------------------------------------------------------------------------------


class Ads:
    """The advertiser, with a fresh consent."""

    def __init__(self, box: Running) -> None:
        self.box = box
        self.account = box.of("weibo_ads")[0]
        box.client.post(f"{box.base}/_sandbox/consent")
        given = self.account["credentials"]
        query = {k: given[k] for k in ("client_id", "redirect_uri")}
        query |= {"grant_type": "authorization_code", "code": given["auth_code"]}
        self.pair = box.client.get(f"{self.account['base_url']}/oauth/token", params=query).json()

    def refresh(self, token: str) -> Any:
        body = {"client_id": int(self.account["credentials"]["client_id"]), "refresh_token": token}
        return self.box.client.post(f"{self.account['base_url']}/oauth/refresh_token", json=body).json()

    def get(self, path: str, **query: Any) -> Any:
        given = {"advertiser_id": self.account["account"], "page": 1, "page_size": 20} | query
        headers = {"Authorization": f"Bearer {self.pair['access_token']}"}
        address = f"{self.account['base_url']}/{path}?{urlencode(given, doseq=True)}"
        return self.box.client.get(address, headers=headers).json()

    def report(self, first: str, last: str, **query: Any) -> Any:
        asked = {"start_date": first, "end_date": last, "group_by": "date", "fields": list(METRICS), "page_size": 200}
        return self.get("v3/report/effect/get_creative_data", **(asked | query))


def test_ads_answers_have_the_samples_shape(box: Running, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ads = Ads(box)
    same_shape(monkeypatch, ads.pair, samples, "biz_oauth_token")
    refreshed = ads.refresh(ads.pair["refresh_token"])
    same_shape(monkeypatch, refreshed, samples, "biz_oauth_refresh_token")
    assert ads.refresh(ads.pair["refresh_token"])["code"] == 40104, "an old refresh token is dead"
    ads.pair = refreshed["data"]
    same_shape(monkeypatch, ads.get("v3/campaigns"), samples, "ads_v3_campaigns")
    same_shape(monkeypatch, ads.get("v3/ads"), samples, "ads_v3_ads")
    same_shape(monkeypatch, ads.get("v4/creatives"), samples, "ads_v4_creatives")
    wanted = json.loads((samples / "weibo/ads_v3_report_effect_get_creative_data.json").read_text())
    left_out = ("traffic_bhv_rate", "traffic_bhv_cost", "social_bhv_rate", "social_bhv_cost", "bhv_71000001_cost")
    zeros = ("total_play_cnt", "bhv_71000001", "bhv_14000045", "bhv_14000008")
    report = ads.report("2026-03-03", "2026-03-04", fields=wanted["request"]["query"]["fields"])
    same_shape(monkeypatch, report, samples, "ads_v3_report_effect_get_creative_data", *left_out, *zeros)


def test_the_sum_of_a_report_is_that_of_all_its_pages(box: Running) -> None:
    ads = Ads(box)
    first = ads.report("2026-02-20", "2026-03-05", page_size=20)["data"]
    rows = [
        row
        for page in range(1, first["pages"] + 1)
        for row in ads.report("2026-02-20", "2026-03-05", page_size=20, page=page)["data"]["list"]
    ]
    assert first["pages"] > 1 and len(rows) == first["total_num"]
    for metric in ("pv", "bhv_14000098", "bhv_71000001"):
        assert sum(row.get(metric, 0) for row in rows) == first["sum"][metric], metric
    assert round(sum(row["consume"] * 100 for row in rows)) == round(first["sum"]["consume"] * 100)
    assert all(row["bhv"] == row["traffic_bhv"] + row["social_bhv"] for row in rows)


def test_deleted_campaigns_come_only_when_asked_for(box: Running) -> None:
    ads = Ads(box)
    box.at("2027-06-01T10:00:00")
    ads = Ads(box)
    listed = ads.get("v3/campaigns", page_size=100)["list"]
    gone = ads.get("v3/campaigns", page_size=100, is_recycled=1)["list"]
    assert gone and {row["effective_status"] for row in gone} == {2}
    assert not {row["id"] for row in gone} & {row["id"] for row in listed}


def test_ads_errors(box: Running) -> None:
    ads = Ads(box)
    assert ads.get("v3/campaigns", advertiser_id="1")["code"] == 40301
    assert ads.get("v3/campaigns", page_size=101)["code"] == 40001
    assert ads.report("2026-03-04", "2026-03-03")["code"] == 40001
    ads.pair = {"access_token": "WRONG"}
    assert ads.get("v3/campaigns")["code"] == 40101


# --- the truth -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def month() -> Any:
    """A server at the end of a month and the truth of that month."""
    running = start(23, 1, "2026-03-02T10:00:00")
    yield running, truth(running.world, date(2026, 2, 1), date(2026, 3, 1), instant_of("2026-03-02T10:00:00"))
    running.server.should_exit = True


def rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    return sorted(connection.execute(query).fetchall())


def test_the_truth_of_the_last_day_is_what_the_platform_shows(month: Any) -> None:
    box, true = month
    followers, counted, named = [], [], []
    for number in (0, 1):
        account = uid(box, number)
        followers.append((account, int(ask(box, "users/counts", number, uids=account)[0]["followers_count"])))
        known = rows(true, f"select content_id from content_daily__weibo where account_id = '{account}'")
        ids = sorted({row[0] for row in known})
        for part in range(0, len(ids), 100):
            for row in ask(box, "statuses/count", number, ids=",".join(ids[part : part + 100])):
                counted.append((row["id"], *(int(row[name]) for name in ("attitudes", "comments", "reposts"))))
        for path, name in (("statuses/mentions", "statuses"), ("comments/mentions", "comments")):
            below = 0
            while page := ask(box, path, number, max_id=below, count=200)[name]:
                below = page[-1]["id"] - 1
                counts = ("attitudes_count", "comments_count", "reposts_count")
                named += [(account, row["idstr"], *(row.get(name) for name in counts)) for row in page]
    last = "metric_date = '2026-03-01'"
    assert sorted(followers) == rows(true, f"select account_id, followers from account_daily__weibo where {last}")
    days = rows(
        true,
        "select content_id, likes_to_date, comments_to_date, shares_to_date from content_daily__weibo "
        f"where {last} and age_days < 30",
    )
    assert len(days) > 60 and set(days) <= set(counted)
    shown = {row for row in named if row[1] >= min(r[0] for r in rows(true, "select mention_id from mention__weibo"))}
    listed = rows(
        true,
        "select account_id, mention_id, likes, comments, shares from mention__weibo "
        "where vanished_at is null and mentioned_at < '2026-03-02'",
    )
    assert len(listed) > 300 and set(listed) <= shown
    later = [row for row in shown - set(listed) if row[1] <= max(r[1] for r in listed)]
    assert not later, "what the platform shows and the truth does not know"


def test_days_of_posts_add_up_to_their_counters(month: Any) -> None:
    _, true = month
    wrong = rows(
        true,
        """select content_id from content_daily__weibo
           group by content_id having min(age_days) = 0
           and sum(likes) <> max_by(likes_to_date, metric_date)""",
    )
    assert not wrong
    assert rows(true, "select count(*) from content_daily__weibo where is_correction")[0][0] > 5


def test_the_truth_of_the_ads_is_what_their_reports_say(month: Any) -> None:
    box, true = month
    ads = Ads(box)
    served = []
    data: dict[str, Any] = {"pages": 1}
    page = 0
    while page < data["pages"]:
        page += 1
        data = ads.report("2026-02-01", "2026-03-01", page=page)["data"]
        names = ("pv", "traffic_bhv", "bhv_14000098", "bhv_14000045", "bhv_14000008")
        leads = ("bhv_71000001", "bhv_71000002", "bhv_71000003")
        served += [
            (
                str(row["creative_id"]),
                row["date"],
                round(row["consume"] * 100),
                *(row.get(name, 0) for name in names),
                sum(row.get(name, 0) for name in leads),
            )
            for row in data["list"]
        ]
    expected = rows(
        true,
        "select ad_id, metric_date::varchar, (spend_amount * 100)::bigint, impressions, clicks, likes, saves, "
        "new_follows, leads from ad_daily__weibo_ads",
    )
    assert len(expected) > 50 and sorted(served) == expected


# --- the world -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=(7, 11, 2024))
def year(request: pytest.FixtureRequest) -> WeiboWorld:
    part = World(request.param).part(WeiboWorld)
    part.ensure(YEAR - 1)
    return part


def test_the_year_is_a_brands(year: WeiboWorld) -> None:
    for events, (least, most) in zip(year.accounts, ((1.5, 4), (0.6, 2.2)), strict=True):
        assert least < len(events.posts) / YEAR < most
        ids = [post.id for post in events.posts]
        assert ids == sorted(set(ids)) and all(len(str(number)) == 16 for number in ids)
        likes = np.sort(events.totals[:, 2])[::-1]
        assert likes[: len(likes) // 10].sum() > 0.4 * likes.sum(), "a tenth of the posts draws most likes"
        assert (events.totals >= 0).all()
        assert any(post.deleted_at for post in events.posts)
        assert any((chunk["amount"] < 0).any() for chunk in events.counts), "counters fall now and then"
        won = sum(int(chunk["amount"].sum()) for chunk in events.follows)
        assert -0.15 < won / events.account.followers < 0.25
    main = year.accounts[0]
    by_day = np.bincount([post.publish_day for post in main.posts], minlength=YEAR)
    assert (by_day > 5).sum() >= 5, "on some days more is posted than one look at the timeline shows"
    per_weekday = [
        sum(len(day) for i, day in enumerate(year.mentions[0]) if date_of(i).weekday() == weekday)
        for weekday in range(7)
    ]
    assert min(per_weekday[:4]) > max(per_weekday[5:]) * 0.85, "people talk less at the week-end"


def test_posts_never_count_before_they_are_there_nor_after_they_are_gone(year: WeiboWorld) -> None:
    for events in year.accounts:
        born = np.array([post.published_at for post in events.posts])
        gone = np.array([post.deleted_at or 1 << 40 for post in events.posts])
        for chunk in events.counts:
            added = chunk["amount"] > 0
            post, known = chunk["post"][added], chunk["known_at"][added]
            assert (known > born[post]).all() and (known < gone[post]).all()


def test_mentions_stand_under_posts_that_are_there(year: WeiboWorld) -> None:
    for events in year.accounts:
        for item in (item for day in year.mentions[events.account.index] for item in day):
            if item.under is not None:
                post = events.posts[item.under]
                assert post.published_at < item.created_at and (post.deleted_at or 1 << 40) > item.created_at
            assert (item.stands_on is None) == (item.kind == "post" or item.under is not None)


def test_a_day_does_not_depend_on_the_horizon() -> None:
    short, long = (World(7).part(WeiboWorld) for _ in range(2))
    short.ensure(30)
    long.ensure(90)

    def facts(part: WeiboWorld) -> list[Any]:
        def of(events: AccountEvents) -> list[Any]:
            chunks = [{k: v.tolist() for k, v in c.items()} for c in (*events.counts[:31], *events.follows[:31])]
            return [[p for p in events.posts if p.publish_day <= 30], chunks]

        return [[of(events) for events in part.accounts], [days[:31] for days in part.mentions]]

    assert facts(short) == facts(long)


def test_personal_data_is_planted_in_posts_and_mentions(year: WeiboWorld) -> None:
    planted = list(year.planted(100, 160))
    assert {value.kind for value in planted} == {"weibo_uid", "nickname", "phone", "email", "at_name"}
    texts = [post.text for events in year.accounts for post in events.posts if 100 <= post.publish_day <= 160]
    texts += [item.text for days in year.mentions for day in days[100:161] for item in day]
    blob = "\n".join(texts)
    assert all(value.value in blob for value in planted if value.kind in ("phone", "email", "at_name"))


def test_ads_move_followers() -> None:
    world = World(7)
    ads = world.part(WeiboAdsWorld)
    ads.ensure(YEAR - 1)
    assert 500 < np.mean(ads.accounts[0].spend) / 100 < 4_000
    assert ads.pull(day_of(date(2026, 6, 17))) > 1.1
