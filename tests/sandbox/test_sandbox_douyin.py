"""Douyin in the sandbox: shapes of the samples, tokens, and a business under any seed."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sandbox_client import Running

from sandbox.platforms.douyin.numbers import DouyinNumbers
from sandbox.world import World
from sandbox.world.douyin import DouyinWorld
from sandbox.world.time import date_of, instant_of

NOW = "2026-03-10T11:45:00"


class Client:
    """One account's calls, as an application makes them."""

    def __init__(self, box: Running, number: int = 0) -> None:
        self.box = box
        self.account = box.of("douyin")[number]
        self.root = self.account["base_url"]
        self.app = {name: self.account["credentials"][name] for name in ("client_key", "client_secret")}

    def token(self, path: str, **form: str) -> dict[str, Any]:
        answer = self.box.client.post(f"{self.root}/oauth/{path}/", data={"client_key": self.app["client_key"], **form})
        assert answer.status_code == 200
        return answer.json()

    def consent(self) -> dict[str, Any]:
        self.box.client.post(f"{self.box.base}/_sandbox/consent")
        secret, code = self.app["client_secret"], self.account["credentials"]["auth_code"]
        answer = self.token("access_token", client_secret=secret, code=code, grant_type="authorization_code")
        self.box.tokens[self.account["account"]] = answer["data"]["access_token"]
        return answer

    def get(self, path: str, token: str | None = None, **query: str) -> dict[str, Any]:
        if token is None and self.account["account"] not in self.box.tokens:
            self.consent()
        headers = {"access-token": token or self.box.tokens[self.account["account"]]}
        query = {"open_id": self.account["account"], **query}
        answer = self.box.client.get(f"{self.root}{path}", params=query, headers=headers)
        assert answer.status_code == 200
        return answer.json()

    def videos(self) -> list[dict[str, Any]]:
        rows, cursor = [], "0"
        while True:
            data = self.get("/api/douyin/v1/video/video_list/", cursor=cursor, count="20")["data"]
            rows += data["list"]
            if not data["has_more"]:
                return rows
            cursor = str(data["cursor"])


def shape(value: Any) -> Any:
    """Keys and kinds of an answer; of a list, those of its first entry."""
    if isinstance(value, dict):
        return {name: shape(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def sample(samples: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((samples / "douyin" / f"{name}.json").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize(
    "name",
    [
        *(f"data_external_user_{part}" for part in ("item", "fans", "like", "comment", "share", "profile")),
        *(f"data_external_item_{part}" for part in ("base", "like", "comment", "play", "share")),
        "video_list",
        "fans_data",
    ],
)
def test_answers_have_the_shape_of_the_samples(box: Running, samples: Path, name: str) -> None:
    client, wanted = Client(box), sample(samples, name)
    query = {key: value for key, value in wanted["request"]["query"].items() if key != "open_id"}
    if "item_id" in query:
        query["item_id"] = client.videos()[5]["item_id"]
    assert shape(client.get(wanted["request"]["path"], **query)) == shape(wanted["success"])


def test_the_app_s_token_has_the_hot_list_and_nothing_else(box: Running, samples: Path) -> None:
    client, wanted = Client(box), sample(samples, "hotsearch_sentences")
    body = {**client.app, "grant_type": "client_credential"}
    answers = [box.client.post(f"{client.root}/oauth/client_token/", json=body).json() for _ in range(3)]
    first, second, third = (answer["data"]["access_token"] for answer in answers)
    answer = client.get("/hotsearch/sentences/", token=third)
    assert shape(answer) == shape(wanted["success"]) and len(answer["data"]["list"]) > 30
    levels = [row["hot_level"] for row in answer["data"]["list"]]
    assert levels == sorted(levels, reverse=True) and answer["data"]["active_time"] == "2026-03-10 10:00:00"
    assert client.get("/hotsearch/sentences/", token=first)["data"]["error_code"] == 0  # for five minutes
    box.at("2026-03-10T11:51:00")
    assert client.get("/hotsearch/sentences/", token=second)["data"]["error_code"] == 28001003
    box.at("2026-03-10T14:00:00")
    assert client.get("/hotsearch/sentences/", token=third)["data"]["error_code"] == 28001008
    assert client.get("/data/external/user/fans/", token=third, date_type="7")["data"]["error_code"] == 28001003


def test_token_answers_have_the_shape_of_the_samples(box: Running, samples: Path) -> None:
    client = Client(box)
    first = client.consent()
    assert shape(first) == shape(sample(samples, "oauth_access_token")["success"])
    old = first["data"]["refresh_token"]
    again = client.token("refresh_token", grant_type="refresh_token", refresh_token=old)
    assert shape(again) == shape(sample(samples, "oauth_refresh_token")["success"])
    assert again["data"]["refresh_token"] == old
    renewed = client.token("renew_refresh_token", refresh_token=old)
    assert shape(renewed) == shape(sample(samples, "oauth_renew_refresh_token")["success"])
    dead = client.token("refresh_token", grant_type="refresh_token", refresh_token=old)
    failure = next(e for e in sample(samples, "oauth_refresh_token")["errors"] if "expired" in e["when"])
    assert shape(dead) == shape(failure["body"]) and dead["data"]["error_code"] == 10010


def test_a_refresh_token_is_renewed_five_times_and_dies_of_age(box: Running) -> None:
    client = Client(box)
    box.at(NOW, elapse=True)
    token = client.consent()["data"]["refresh_token"]
    for _ in range(5):
        token = client.token("renew_refresh_token", refresh_token=token)["data"]["refresh_token"]
    assert client.token("renew_refresh_token", refresh_token=token)["data"]["error_code"] == 10020
    box.at("2026-04-01T10:00:00", elapse=True)
    left = client.token("refresh_token", grant_type="refresh_token", refresh_token=token)["data"]
    assert 8 * 86400 < int(left["refresh_expires_in"]) < 9 * 86400 and left["expires_in"] == "1296000"
    box.at("2026-04-10T10:00:00", elapse=True)
    dead = client.token("refresh_token", grant_type="refresh_token", refresh_token=token)
    assert dead["data"]["error_code"] == 10010


def test_errors_come_with_http_200(box: Running, samples: Path) -> None:
    client, other = Client(box), Client(box, 1)
    client.consent()
    token = box.tokens[client.account["account"]]
    wanted = sample(samples, "data_external_user_fans")["errors"]
    answers = {
        28001003: client.get("/data/external/user/fans/", token="nonsense", date_type="7"),
        28001007: client.get("/data/external/user/fans/", date_type="8"),
        28001015: other.get("/data/external/user/fans/", token=token, date_type="7"),
        28001056: client.get("/fans/list/"),
    }
    for code, answer in answers.items():
        assert shape(answer) == shape(wanted[0]["body"]) and answer["data"]["error_code"] == code


def test_fixed_windows_end_yesterday_and_come_late_in_the_morning(box: Running) -> None:
    client = Client(box)
    box.at("2026-03-10T14:00:00")
    for date_type in ("7", "15", "30"):
        days = [
            row["date"] for row in client.get("/data/external/user/like/", date_type=date_type)["data"]["result_list"]
        ]
        assert len(days) == int(date_type) and days[-1] == "2026-03-09" and days == sorted(days)
    box.at("2026-03-10T09:00:00")
    rows = client.get("/data/external/user/like/", date_type="7")["data"]["result_list"]
    assert rows[-1]["date"] == "2026-03-08" and len(rows) == 6


def test_item_calls_know_videos_of_thirty_days(box: Running) -> None:
    client = Client(box)
    videos, now = client.videos(), instant_of(NOW)
    young = [video for video in videos if now - video["create_time"] < 30 * 86_400]
    old = next(video for video in videos if now - video["create_time"] > 31 * 86_400)
    assert len(young) > 10 and len({video["item_id"] for video in videos}) == len(videos)
    path = "/data/external/item/play/"
    assert client.get(path, item_id=old["item_id"], date_type="30")["data"]["result_list"] == []
    rows = client.get(path, item_id=young[-1]["item_id"], date_type="30")["data"]["result_list"]
    assert rows[0]["play"] == 0 and sum(row["play"] for row in rows) > 0  # a zero before the publication
    assert client.get(path, item_id="@unknown", date_type="7")["data"]["error_code"] == 28001007


def test_only_one_scope_gives_the_counts(box: Running) -> None:
    assert all("statistics" in video for video in Client(box).videos())
    assert not any("statistics" in video for video in Client(box, 1).videos())


# --- a business, under any seed ---------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[1, 23])
def part(request: pytest.FixtureRequest) -> DouyinWorld:
    found = World(request.param, 1).part(DouyinWorld)
    found.ensure(239)
    return found


def daily(part: DouyinWorld, name: str, chunks: str, account: int = 0) -> np.ndarray:
    return np.array([chunk[name].sum() for chunk in getattr(part.accounts[account], chunks)])


def test_a_tenth_of_the_videos_draws_much_of_the_plays(part: DouyinWorld) -> None:
    totals: dict[int, int] = defaultdict(int)
    for chunk in part.accounts[0].plays:
        for video, plays in zip(chunk["video"].tolist(), chunk["plays"].tolist(), strict=True):
            totals[video] += plays
    ranked = sorted(totals.values(), reverse=True)
    assert 0.25 < sum(ranked[: len(ranked) // 10]) / sum(ranked) < 0.8


def test_the_brand_posts_grows_and_has_weeks(part: DouyinWorld) -> None:
    big, small = part.accounts
    assert 120 < len(big.videos) < 400 and 30 < len(small.videos) < len(big.videos)
    gained, lost = daily(part, "gained", "fans").sum(), daily(part, "lost", "fans").sum()
    assert 0 < gained - lost < big.account.followers and gained < 0.6 * big.account.followers
    plays = daily(part, "plays", "plays")[60:]
    weekend = [plays[i] for i in range(len(plays)) if date_of(60 + i).weekday() >= 5]
    assert np.mean(weekend) < np.mean(plays)


def test_the_portrait_adds_up_to_the_fans(part: DouyinWorld) -> None:
    for events in part.accounts:
        lists = DouyinNumbers(events).portrait(instant_of("2030-01-01T00:00:00"))
        known = [chunk for chunk in events.fans if len(chunk["gained"]) == 1]  # days that were not stated anew
        assert len(known) > 200
        net = sum(int(chunk["gained"][0] - chunk["lost"][0]) for chunk in events.fans)
        for name in ("gender_distributions", "age_distributions", "active_days_distributions"):
            assert sum(row["value"] for row in lists[name]) == events.account.followers + net
        places = sum(row["value"] for row in lists["geographical_distributions"])
        assert 0.4 < places / events.account.followers < 0.9
        assert min(row["value"] for rows in lists.values() for row in rows) >= 0


def test_days_are_restated_and_late(part: DouyinWorld) -> None:
    chunks = part.accounts[0].plays
    later = sum(int((chunk["plays"] < 0).sum()) for chunk in chunks)
    assert 0.008 < later / sum(len(chunk["plays"]) for chunk in chunks) < 0.04
    mornings = [int(chunk["known_at"][0]) for chunk in part.accounts[0].fans]
    late = sum((known + 8 * 3600) % 86_400 > 10 * 3600 for known in mornings)
    assert 0 < late < 0.08 * len(mornings)


def test_a_day_never_depends_on_the_horizon() -> None:
    short, long = World(7, 1).part(DouyinWorld), World(7, 1).part(DouyinWorld)
    long.ensure(80)
    for day in range(41):
        short.ensure(day)
    for events, more in zip(short.accounts, long.accounts, strict=True):
        assert events.videos == [video for video in more.videos if video.publish_day <= 40]
        for name in ("plays", "actions", "fans", "portrait"):
            for chunk, other in zip(getattr(events, name), getattr(more, name)[:41], strict=True):
                assert all((chunk[column] == other[column]).all() for column in other)
