"""A small brand written straight into landing, for tests of the models: no server, every number known.

Twelve days of one Official Account, one advertiser and a hot list, as fetched each morning with look-back: restated
ads, cumulative article counters (one of them falls), a code nobody documented, changing campaigns, a comment that
vanishes, the same hot hours in two shapes, a day without an answer, a record that does not parse.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("account", pa.string()),
        ("resource", pa.string()),
        ("window_start", pa.timestamp("us")),
        ("window_end", pa.timestamp("us")),
        ("fetched_at", pa.timestamp("us")),
        ("load_id", pa.string()),
        ("record_hash", pa.string()),
        ("record", pa.string()),
    ]
)
FIRST = date(2026, 3, 2)
DAYS = 12
WECHAT, ADVERTISER, ARCHIVE = "wx0a1b2c3d4e5f6071", "1790000000000000017", "archive"
Record = dict[str, Any]


@dataclass(frozen=True)
class Load:
    """One landing file; `fetched_at` is naive UTC."""

    load_id: str
    source: str
    account: str
    resource: str
    path: Path
    fetched_at: datetime

    @property
    def key(self) -> str:
        """Unique over all resources."""
        return f"{self.source}/{self.resource}/{self.account}/{self.load_id}"


@dataclass(frozen=True)
class Answer:
    """What came for one window: whole days first..last, or one hour of a day; complete means a receipt."""

    first: date
    last: date
    records: Sequence[Record]
    complete: bool = True
    hour: int | None = None

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Half open, business time."""
        if self.hour is not None:
            start = datetime.combine(self.first, time(self.hour))
            return start, start + timedelta(hours=1)
        return datetime.combine(self.first, time()), datetime.combine(self.last + timedelta(days=1), time())


@dataclass
class Landing:
    """Writes landing files; remembers which payloads landed, so that later ones are sightings."""

    root: Path
    loads: list[Load] = field(default_factory=list)
    known: set[tuple[str, str, str, str]] = field(default_factory=set)

    def write(
        self,
        source: str,
        account: str,
        resource: str,
        fetched_at: datetime,
        answers: Iterable[Answer],
    ) -> Load:
        """One file: payloads, sightings of what is known, receipts of complete answers."""
        load_id = f"{fetched_at:%Y%m%dT%H%M%SZ}-{len(self.loads):012x}0000"
        rows: list[tuple[datetime, datetime, str | None, str | None]] = []
        for answer in answers:
            start, end = answer.window
            seen: set[str] = set()
            for record in answer.records:
                text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                digest = hashlib.sha256(text.encode()).hexdigest()
                if digest in seen:
                    continue
                seen.add(digest)
                key = (source, account, resource, digest)
                is_new = resource.startswith("_") or key not in self.known
                self.known.add(key)
                rows.append((start, end, digest, text if is_new else None))
            if answer.complete:
                rows.append((start, end, None, None))
        folder = self.root / source / resource / f"account={account}"
        folder.mkdir(parents=True, exist_ok=True)
        columns: dict[str, list[Any]] = {
            "source": [source] * len(rows),
            "account": [account] * len(rows),
            "resource": [resource] * len(rows),
            "window_start": [row[0] for row in rows],
            "window_end": [row[1] for row in rows],
            "fetched_at": [fetched_at] * len(rows),
            "load_id": [load_id] * len(rows),
            "record_hash": [row[2] for row in rows],
            "record": [row[3] for row in rows],
        }
        path = folder / f"{load_id}.parquet"
        pq.write_table(pa.table(columns, schema=SCHEMA), path, compression="zstd")
        load = Load(load_id, source, account, resource, path, fetched_at)
        self.loads.append(load)
        return load


# ── what each platform would answer on the morning after a day ──────────────────────────────────────────────────────


def day(number: int) -> date:
    """Day 0 is FIRST."""
    return FIRST + timedelta(days=number)


def follows(number: int) -> list[tuple[str, int, int]]:
    """(code, new, lost) of a day; 777 is a code nobody documented."""
    rows = [("1", 10 + number, 3), ("30", 5, number % 3)]
    return [*rows, ("777", 2, 1)] if number % 4 == 0 else rows


def followers(number: int) -> int:
    """People following at the end of a day: 1000, then new minus lost, exactly."""
    return 1000 + sum(new - lost for n in range(number + 1) for _, new, lost in follows(n))


def articles() -> dict[str, int]:
    """msgid and the day of publication: one article on days 0, 3, 6 and 9, two on day 6."""
    return {"2247500000_1": 0, "2247500003_1": 3, "2247500006_1": 6, "2247500006_2": 6, "2247500009_1": 9}


def actions(msgid: str, number: int) -> dict[str, int]:
    """What happened on a day (not since publication); empty before publication."""
    age = number - articles()[msgid]
    if age < 0:
        return {}
    weight = int(msgid[-3]) + int(msgid[-1]) + 1
    likes = 20 * weight // (age + 1)
    if msgid == "2247500003_1" and age == 4:
        likes = -6  # the platform takes likes back: the counter falls
    return {
        "read_user": 300 * weight // (age + 1),
        "like_user": likes,
        "zaikan_user": 4 * weight // (age + 1),
        "comment_count": 1 if age < 3 else 0,
        "share_user": 9 * weight // (age + 1),
        "collection_user": 3 * weight // (age + 1),
        "read_subscribe_user": 2 if age < 2 else 0,
        "praise_money": 650 if age == 1 else 0,
    }


def total_details(published: int, as_of: int) -> list[Record]:
    """getarticletotaldetail of a publish day, cumulative, seen on the morning after `as_of`."""
    records = []
    for msgid, of_day in articles().items():
        if of_day != published:
            continue
        counters: dict[str, int] = {}
        for number in range(published, as_of + 1):
            for name, amount in actions(msgid, number).items():
                counters[name] = counters.get(name, 0) + amount
            detail = {name: str(value) for name, value in counters.items()}
            detail |= {"stat_date": str(day(number)), "read_finish_rate": "0.4812", "read_avg_activetime": "1.42"}
            mid, idx = msgid.split("_")
            records.append(
                {
                    "ref_date": str(day(published)),
                    "msgid": msgid,
                    "publish_type": "0",
                    "title": f"文章 {msgid}",
                    "content_url": f"https://mp.weixin.qq.com/s?__biz=B==&mid={mid}&idx={idx}&sn=s{as_of}&chksm=c&scene=0",
                    "detail": detail,
                }
            )
    return records


def article_days(number: int, field_name: str) -> list[Record]:
    """getarticleread or getarticleshare of a day."""
    found = [(msgid, actions(msgid, number)) for msgid in articles()]
    return [
        {"ref_date": str(day(number)), "msgid": msgid, "detail": {field_name: str(done[field_name])}}
        for msgid, done in found
        if done.get(field_name)
    ]


def biz_summary(number: int) -> Record:
    """getbizsummary of a day; readers overlap by one in ten."""
    done = [actions(msgid, number) for msgid in articles()]
    detail = {name: str(sum(max(a.get(name, 0), 0) for a in done)) for name in actions("2247500000_1", 0)}
    detail["read_user"] = str(sum(a.get("read_user", 0) for a in done) * 9 // 10)
    for name in ("read_subscribe_user", "praise_money"):
        detail.pop(name)
    detail["send_page_count"] = str(sum(1 for of_day in articles().values() if of_day == number))
    return {"ref_date": str(day(number)), "detail": detail}


ADS = {
    "7450000000000010001": "7450000000000000001",
    "7450000000000010002": "7450000000000000001",
    "7450000000000010003": "7450000000000000002",
}


def ad_metrics(number: int, ad: str, as_of: int) -> dict[str, str]:
    """Metrics of an ad and day; attributed conversions grow until 7 days later, spend is an estimate on its day."""
    weight = int(ad[-1])
    cents = 12345 * weight + 100 * number - (17 if as_of == number else 0)
    return {
        "stat_cost": f"{cents // 100}.{cents % 100:02d}",
        "show_cnt": str(4000 * weight + number),
        "click_cnt": str(100 * weight + number),
        "convert_cnt": str(3 * weight),
        "deep_convert_cnt": str(weight),
        "attribution_convert_cnt": str(3 * weight + min(as_of - number, 7)),
        "attribution_deep_convert_cnt": str(weight),
        "total_play": str(3000 * weight),
        "valid_play": str(1000 * weight),
        "play_duration_3s": str(1500 * weight),
        "play_over_rate": "7.31",
    }


def report_rows(number: int, as_of: int) -> list[Record]:
    """report_custom of a day. On day 5 the first ad is gone from answers given after day 7: a row that vanishes."""
    return [
        {
            "dimensions": {
                "stat_time_day": str(day(number)),
                "cdp_project_id": campaign,
                "cdp_project_name": "计划",
                "cdp_promotion_id": ad,
                "cdp_promotion_name": "单元",
            },
            "metrics": ad_metrics(number, ad, as_of),
        }
        for ad, campaign in ADS.items()
        if not (number == 5 and as_of >= 7 and ad.endswith("1"))
    ]


def report_total(number: int, as_of: int) -> Record:
    """total_metrics of the same answer."""
    rows = [row["metrics"] for row in report_rows(number, as_of)]
    totals = {
        name: str(sum(int(row[name]) for row in rows))
        for name in rows[0]
        if name not in ("stat_cost", "play_over_rate")
    }
    cents = sum(int(row["stat_cost"].replace(".", "")) for row in rows)
    return {"stat_time_day": str(day(number)), "metrics": totals | {"stat_cost": f"{cents // 100}.{cents % 100:02d}"}}


def projects(as_of: int) -> list[Record]:
    """Campaign list. The first is renamed on day 4, the second pauses on days 6 to 8, a third appears on day 8."""
    changes = {"7450000000000000001": [0, 4], "7450000000000000002": [0, 6, 9], "7450000000000000003": [8]}
    records = []
    for campaign, days in changes.items():
        done = [n for n in days if n <= as_of]
        if not done:
            continue
        paused = campaign.endswith("2") and len(done) == 2
        records.append(
            {
                "project_id": campaign,
                "advertiser_id": ADVERTISER,
                "name": "上新 改名" if campaign.endswith("1") and len(done) == 2 else "上新",
                "status_first": "PROJECT_STATUS_DISABLE" if paused else "PROJECT_STATUS_ENABLE",
                "marketing_goal": "VIDEO_AND_IMAGE",
                "landing_type": "LINK",
                "delivery_setting": {"budget_mode": "BUDGET_MODE_DAY", "budget": "3000.0", "cpa_bid": "85.5"},
                "project_create_time": "2026-02-01 10:00:00",
                "project_modify_time": f"{day(done[-1])} 09:30:00",
            }
        )
    return records


def promotions(as_of: int) -> list[Record]:
    """Ad list."""
    return [
        {
            "promotion_id": ad,
            "project_id": campaign,
            "promotion_name": f"单元 {ad[-1]}",
            "status_first": "PROMOTION_STATUS_ENABLE",
            "learning_phase": "LEARNING" if as_of < 5 else "LEARNED",
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": "300.0",
            "cpa_bid": "85.5",
            "promotion_materials": {"video_material_list": [{"item_id": f"744000000000002000{ad[-1]}"}]},
            "promotion_create_time": "2026-02-01 11:00:00",
            "promotion_modify_time": "2026-02-01 11:00:00",
        }
        for ad, campaign in ADS.items()
    ]


def wechat_comments(as_of: int) -> list[Record]:
    """Comments of posts; the second of each article vanishes after three days, the first is answered after two."""
    records = []
    for msgid, published in articles().items():
        mid, idx = msgid.split("_")
        for number in (1, 2):
            if as_of < published or (number == 2 and as_of > published + 3):
                continue
            record: Record = {
                "msg_data_id": mid,
                "index": str(int(idx) - 1),
                "user_comment_id": str(number),
                "openid": hashlib.sha256(f"{msgid}{number}".encode()).hexdigest()[:32],
                "create_time": str(int(datetime.combine(day(published), time(4)).timestamp())),
                "content": f"示例留言 {number}",
                "comment_type": "1" if number == 1 else "0",
            }
            if number == 1 and as_of >= published + 2:
                record["reply"] = {"content": "谢谢", "create_time": record["create_time"]}
            records.append(record)
    return records


def ad_comments(as_of: int) -> list[Record]:
    """Comments of the last seven days; likes grow."""
    return [
        {
            "comment_id": f"74500000000000500{number:02d}",
            "text": "示例",
            "create_time": f"{day(number)} 21:14:03",
            "like_count": str(as_of - number),
            "reply_count": "0",
            "hide_status": "HIDE" if number == 2 else "NOT_HIDE",
            "level_type": "LEVEL_ONE",
            "is_stick": "0",
            "emotion_type": "POSITIVE",
            "aweme_id": hashlib.sha256(str(number).encode()).hexdigest()[:32],
            "promotion_id": "7450000000000010001" if number % 2 else "0",
            "project_id": "7450000000000000001" if number % 2 else "0",
            "item_id": "7440000000000020001",
            "comment_type": "TEXT_COMMENT",
        }
        for number in range(max(0, as_of - 6), as_of + 1)
    ]


def hot_list(number: int, hour: int, shape: str) -> list[Record]:
    """Ten titles of an hour; the JSON shape has reads, description and url, the CSV shape fewer columns."""
    records = []
    for rank in range(1, 11):
        head: Record = {"snapshot_date": str(day(number)), "snapshot_hour": f"{hour:02d}"}
        title, heat = f"话题 {(number * 7 + hour + rank) % 23}", str(1_000_000 - rank * 1000 + hour)
        if shape == "json":
            record = head | {"rank": str(rank), "title": title, "category": "社会  ", "hot": heat, "ads": rank == 4}
            records.append(
                record
                | {"readCount": "21486000", "discussCount": "5998", "origin": "1466", "url": "https://m.weibo.cn/"}
            )
        else:
            record = head | {"rank_in_file": str(rank), "title": title, "category": "社会  ", "hot": heat}
            records.append(record | {"ads": str(rank == 4), "read_count": "", "discuss_count": "", "origin_count": ""})
    return records


def write_day(landing: Landing, as_of: int) -> None:
    """Everything that the morning after day `as_of` fetches, with look-back."""
    at = datetime.combine(day(as_of + 1), time(2))  # 10:00 Asia/Shanghai
    back = max(0, as_of - 2)
    span = range(back, as_of + 1)
    wechat = ("wechat", WECHAT)
    answered = as_of != 4  # on the morning after day 4 the account calls fail; later look-backs cover all but cumulate
    if answered:
        users = [
            {"ref_date": str(day(n)), "user_source": code, "new_user": str(new), "cancel_user": str(lost)}
            for n in span
            for code, new, lost in follows(n)
        ]
        landing.write(*wechat, "getusersummary", at, [Answer(day(back), day(as_of), users)])
        summaries = [biz_summary(n) for n in span]
        landing.write(*wechat, "getbizsummary", at, [Answer(day(back), day(as_of), summaries)])
    else:
        gap = {"resource": "getusersummary", "reason": "timeout", "message": "no answer", "action": "wait"}
        landing.write(*wechat, "_gaps", at, [Answer(day(as_of), day(as_of), [gap], complete=False)])
    numbers = [n for n in span if n != 4]  # day 4 of the followers never arrives
    cumulates = [
        Answer(day(n), day(n), [{"ref_date": str(day(n)), "cumulate_user": str(followers(n))}]) for n in numbers
    ]
    landing.write(*wechat, "getusercumulate", at, cumulates)
    landing.write(*wechat, "getarticleread", at, [Answer(day(n), day(n), article_days(n, "read_user")) for n in span])
    landing.write(*wechat, "getarticleshare", at, [Answer(day(n), day(n), article_days(n, "share_user")) for n in span])
    published = [Answer(day(n), day(n), total_details(n, as_of)) for n in range(as_of + 1)]
    landing.write(*wechat, "getarticletotaldetail", at, published)
    landing.write(*wechat, "comment", at, [Answer(day(as_of), day(as_of), wechat_comments(as_of))])
    listed = [
        {
            "article_id": f"ARTICLE{msgid}",
            "idx": msgid.split("_")[1],
            "update_time": str(1772000000 + 86400 * n),
            "title": f"文章 {msgid}",
            "digest": "",
            "url": "http://mp.weixin.qq.com/s?__biz=B==&mid={}&idx={}&sn=x#rd".format(*msgid.split("_")),
            "is_deleted": msgid.startswith("2247500003") and as_of > 8,
            "need_open_comment": "1",
        }
        for msgid, n in articles().items()
        if n <= as_of and n != 9
    ]
    landing.write(*wechat, "freepublish", at, [Answer(day(as_of), day(as_of), listed)])

    ads = ("oceanengine", ADVERTISER)
    look_back = range(max(0, as_of - 7), as_of + 1)
    rows = [Answer(day(n), day(n), report_rows(n, as_of)) for n in look_back]
    if as_of == 2:  # a row that does not parse: its day is covered, the record is a reject
        broken = report_rows(2, 2)[0]
        broken["metrics"]["show_cnt"] = "4,002"
        rows[-1] = Answer(day(2), day(2), [broken, *report_rows(2, 2)[1:]])
    landing.write(*ads, "report_custom", at, rows)
    landing.write(
        *ads, "report_custom_total", at, [Answer(day(n), day(n), [report_total(n, as_of)]) for n in look_back]
    )
    landing.write(*ads, "project", at, [Answer(day(as_of), day(as_of), projects(as_of))])
    landing.write(*ads, "promotion", at, [Answer(day(as_of), day(as_of), promotions(as_of))])
    landing.write(*ads, "comment", at, [Answer(day(max(0, as_of - 6)), day(as_of), ad_comments(as_of))])

    hot = ("weibo_hot_search", ARCHIVE)
    hours = [h for h in (8, 9, 20) if (as_of, h) != (3, 9)]  # an hour that nobody took
    if as_of % 3 != 2:
        landing.write(
            *hot,
            "hot_search_json",
            at,
            [Answer(day(as_of), day(as_of), hot_list(as_of, h, "json"), hour=h) for h in hours],
        )
        files = [
            {
                "path": f"{day(as_of)}/{h:02d}.json",
                "sha256": f"{as_of}-{h}",
                "bytes": "1",
                "rows": "10",
                "status": "taken",
            }
            for h in hours
        ]
        taken = Answer(day(as_of), day(as_of), files, complete=False, hour=10)
        landing.write(*hot, "_files", at, [taken])
    if as_of % 3 != 0:
        landing.write(
            *hot,
            "hot_search_csv",
            at,
            [Answer(day(as_of), day(as_of), hot_list(as_of, h, "csv"), hour=h) for h in hours],
        )
    if as_of == 6:
        reject = {
            "resource": "hot_search_csv",
            "reason": "bad_line",
            "detail": "expected 9 columns, got 3",
            "origin": "a.csv:7",
        }
        landing.write(*hot, "_rejects", at, [Answer(day(6), day(6), [reject], complete=False, hour=8)])


def write_world(root: Path, days: int = DAYS) -> Landing:
    """The whole world, load by load."""
    landing = Landing(root)
    for as_of in range(days):
        write_day(landing, as_of)
    return landing
