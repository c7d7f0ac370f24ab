"""Files that people export by hand: encodings and shapes, what spreadsheets break, what is taken and what is not."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import DAY, at, landed_rows, records
from exported import SHAPES, text, workbook, write
from privacy import find

from extract.imports.mapping import FileMapping, MappingError, best_match, facts, load_mappings, shipped_sources
from extract.imports.preview import preview, write_draft
from extract.imports.values import LostDigits, Unreadable, looks_cut, read_value
from extract.landing import covered_windows
from extract.model import Account, AccountReport, ExtractContext
from extract.run import extract_account, plan_account
from sandbox.truth import truth
from sandbox.world import World

ME = Account("xiaohongshu", "brand", "n", "", "", {})
NOTES = "file_content_totals"
HEADER = [
    "笔记标题",
    "首次发布时间",
    "体裁",
    "曝光",
    "观看量",
    "封面点击率",
    "点赞",
    "评论",
    "收藏",
    "涨粉",
    "分享",
    "人均观看时长",
]
SUMMER = ["夏天的第一杯", "2026-11-01 18:00:05", "图文", "12345", "678", "5.1%", "90", "12", "3", "4", "5", "12"]
SECOND = ["秋日，第二篇", "2026-11-02 08:05:00", "视频", "20", "10", "0%", "1", "0", "0", "0", "0", "7.5"]
NAME = "笔记列表明细表_20261120"


@pytest.fixture
def drop(context: ExtractContext) -> Path:
    folder = context.drop / "xiaohongshu" / "brand"
    folder.mkdir(parents=True)
    return folder


def run(context: ExtractContext, account: Account = ME) -> AccountReport:
    return extract_account(account, DAY, DAY, context)


def landed(context: ExtractContext, resource: str = NOTES, account: str = "brand") -> list[dict[str, Any]]:
    return records(context.landing, "xiaohongshu", account, resource)


def rejects(context: ExtractContext, source: str = "xiaohongshu", account: str = "brand") -> list[tuple[str, str]]:
    found = records(context.landing, source, account, "_rejects")
    return [(record["reason"], record["origin"].rsplit("/", 1)[-1]) for record in found]


def put_csv(drop: Path, *rows: Sequence[Any], name: str = f"{NAME}.csv") -> Path:
    path = drop / name
    path.write_bytes(text([HEADER, *rows]).encode())
    return path


# ── mappings ────────────────────────────────────────────────────────────────────────────────────────────────────────


def shipped() -> list[FileMapping]:
    return [mapping for source in shipped_sources() for mapping in load_mappings(source, None)]


def test_shipped_mappings_load_and_no_header_means_two_things() -> None:
    """A header that stands twice in a mapping does not load; a file of one shape never looks like another's."""
    assert len(shipped()) >= 12
    for mapping in shipped():
        first_names = [column.headers[0] for column in mapping.columns]
        siblings = load_mappings(mapping.source, None)
        assert best_match(siblings, first_names) == [mapping]
        others = [column.headers[-1] for column in mapping.columns]
        assert best_match(siblings, others) == [mapping], mapping.shape
        assert mapping.about and mapping.confidence in ("third-party", "unconfirmed")
    assert {"xiaohongshu", "wechat", "douyin", "weibo", "kuaishou"} <= set(shipped_sources())


def test_facts_are_columns_of_the_warehouse() -> None:
    macro = (Path(__file__).parents[2] / "dbt_project/macros/canonical_columns.sql").read_text("utf-8")
    counters = [*facts()["content_daily"].fields]
    for fact in facts().values():
        for name in fact.fields:
            assert name.removesuffix("_to_date") in macro or name in counters, f"{fact.name}.{name}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fact": "nonsense"}, "fact is one of"),
        ({"recognise": ["reach_to_date"]}, "recognise names columns"),
        ({"colunms": {}}, "expected fact, columns, recognise"),
        ({"columns": {"title": {"headers": ["a"]}, "views_to_date": {"headers": ["A "]}}}, "stand twice"),
        ({"columns": {"title": {"headers": ["a"]}, "spend": {"headers": ["b"]}}}, "spend: content_totals has"),
        ({"columns": {"title": {"headers": ["a"], "unit": "miles"}}}, "unit is one of"),
        ({"columns": {"title": {"headers": ["a"]}}, "recognise": ["title"]}, "must be told from another"),
        ({"date": ""}, "where does metric_date come from"),
    ],
)
def test_a_mapping_that_contradicts_itself_says_where(
    change: dict[str, Any], words: str, context: ExtractContext, drop: Path, tmp_path: Path
) -> None:
    columns = {"content_id": {"headers": ["编号"]}, "views_to_date": {"headers": ["看"]}}
    good = {"fact": "content_totals", "columns": columns, "recognise": ["content_id"], "date": "export"}
    own = tmp_path / "imports"
    (own / "xiaohongshu").mkdir(parents=True)
    file = own / "xiaohongshu" / "mine.yml"
    file.write_text(yaml.safe_dump(good), "utf-8")
    assert load_mappings("xiaohongshu", own)[-1].is_own
    file.write_text(yaml.safe_dump(good | change), "utf-8")
    with pytest.raises(MappingError, match=words):
        load_mappings("xiaohongshu", own)
    put_csv(drop, SUMMER)
    report = run(replace(context, imports=own))
    assert [gap.reason for gap in report.gaps] == ["bad_payload"] and "mine.yml" in report.gaps[0].message


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "unit", "value", "how"),
    [
        ("1234", "times", "1234", ""),
        (" １２３４ 次 ", "times", "1234", ""),
        ("1,234", "times", "1234", "exact"),
        ("1.4万", "times", "14000", "rounded"),
        ("1.4w", "people", "14000", "rounded"),
        ("1.2345万次", "times", "12345", "exact"),
        ("3亿", "times", "300000000", "rounded"),
        ("10万+", "times", "100000", "at_least"),
        ("1.74175E+12", "times", "1741750000000", "rounded"),
        ("1.2345E+4", "times", "12345", "exact"),
        (12.0, "times", "12", ""),
        ("--", "times", None, ""),
        ("-", "percent", None, ""),
        ("¥1,234.50", "yuan", "1234.5", "exact"),
        ("(12.5)元", "yuan", "-12.5", ""),
        ("123456", "fen", "1234.56", ""),
        (0.1, "yuan", "0.1", ""),
        ("12.3%", "percent", "0.123", ""),
        ("12.3", "percent", "0.123", ""),
        ("0.123", "fraction", "0.123", ""),
        ("00:01:30", "seconds", "90", ""),
        ("1:30", "seconds", "90", ""),
        ("1分20秒", "seconds", "80", ""),
        ("12.5秒", "seconds", "12.5", ""),
        ("2", "minutes", "120", ""),
        (time(0, 1, 30), "seconds", "90", "exact"),
        ("2026-11-19", "date", "2026-11-19", ""),
        ("2026年11月9日", "date", "2026-11-09", ""),
        ("2026/1/9 8:05", "datetime", "2026-01-09 08:05:00", ""),
        ("2024年05月21日18时00分30秒", "datetime", "2024-05-21 18:00:30", ""),
        ("20261119", "date", "2026-11-19", ""),
        ("46345", "date", "2026-11-19", "exact"),
        (46345.75, "datetime", "2026-11-19 18:00:00", "exact"),
        (datetime(2026, 11, 19, 8), "datetime", "2026-11-19 08:00:00", ""),
        ("2026-11-18T20:00:00Z", "datetime", "2026-11-19 04:00:00", ""),
        ("1794996000", "epoch_s", "2026-11-18 18:00:00", ""),
        ("1794996000000", "epoch_ms", "2026-11-18 18:00:00", ""),
        ("'1741750000000000017", "id", "1741750000000000017", "exact"),
        ('="1741750000000000017"', "id", "1741750000000000017", "exact"),
        ("1741750000000000017\t", "id", "1741750000000000017", ""),
        ("1.741750000001E+12", "id", "1741750000001", "exact"),
        ("123456.0", "id", "123456", "exact"),
        (123456.0, "id", "123456", ""),
    ],
)
def test_values(cell: Any, unit: str, value: str | None, how: str) -> None:
    found = read_value(cell, unit)
    assert (found.text, found.how) == (value, how)


@pytest.mark.parametrize(
    ("cell", "unit", "error"),
    [
        ("abc", "times", Unreadable),
        ("12.5", "times", Unreadable),
        ("1,23", "times", Unreadable),
        ("#REF!", "times", Unreadable),
        ("########", "datetime", Unreadable),
        ("01/02/2026", "date", Unreadable),
        ("2026-13-01", "date", Unreadable),
        ("11月19日", "date", Unreadable),
        ("1.74175E+12", "id", LostDigits),
        ("1.74175E+18", "id", LostDigits),
        (1.741750000000000017e18, "id", LostDigits),
    ],
)
def test_what_cannot_be_told_is_not_guessed(cell: Any, unit: str, error: type[Exception]) -> None:
    with pytest.raises(error) as told:
        read_value(cell, unit)
    assert str(cell) not in str(told.value)


def test_ids_that_went_through_a_number_are_recognised() -> None:
    assert looks_cut(["1741750000000000000"]) and looks_cut(
        ["4900000000000010", "4900000000000020", "4900000000000030"]
    )
    assert not looks_cut(["4900000000000010", "4900000000000020"])  # by chance once in a hundred
    assert not looks_cut(["1741750000000000000", "1741750000000000017"]) and not looks_cut(["12300000"])


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", SHAPES)
def test_every_encoding_and_shape_lands_the_same(shape: str, context: ExtractContext, drop: Path) -> None:
    write(drop / NAME, shape, [HEADER, SUMMER, SECOND])
    report = run(context)
    assert report.ok, report.message()
    found = sorted(landed(context), key=lambda record: record["published_at"])
    assert [record.pop("content_id")[:9] for record in found] == ["by_title:"] * 2
    assert found[0] == {
        "title": "夏天的第一杯", "published_at": "2026-11-01 18:00:05", "content_type": "note",
        "impressions_to_date": "12345", "views_to_date": "678", "likes_to_date": "90", "comments_to_date": "12",
        "saves_to_date": "3", "new_follows_to_date": "4", "shares_to_date": "5", "average_view_seconds_to_date": "12",
        "metric_date": "2026-11-19", "exported_at": "2026-11-20 00:00:00",
    }  # fmt: skip
    assert found[1]["title"] == "秋日，第二篇" and found[1]["content_type"] == "video"
    assert [window.window.first_day for window in covered_windows(context.landing, "xiaohongshu", "brand", NOTES)] == [
        date(2026, 11, 19)
    ]


def test_two_encodings_within_one_file(context: ExtractContext, drop: Path) -> None:
    lines = text([HEADER, SUMMER, SECOND]).splitlines(keepends=True)
    raw = (lines[0] + lines[1]).encode() + lines[2].encode("gb18030")
    (drop / f"{NAME}.csv").write_bytes(raw)
    assert run(context).ok
    found = {record["title"]: record.get("recovered", "") for record in landed(context)}
    assert found == {"夏天的第一杯": "", "秋日，第二篇": "row the line is in another encoding than the file"}


def test_titles_above_repeated_headers_and_totals_are_no_rows(context: ExtractContext, drop: Path) -> None:
    title = ["最多导出排序后前1000条笔记"] + [""] * (len(HEADER) - 1)
    total = ["合计", "", "", "12365", "688", *[""] * (len(HEADER) - 5)]
    rows = [title, [""] * len(HEADER), HEADER, SUMMER, [h + " " for h in HEADER], SECOND, [""] * len(HEADER), total]
    workbook(drop / f"{NAME}.xlsx", ("说明", [["说明", "数据每天更新"]]), ("数据", rows), merge="A1:L1")
    report = run(context)
    assert report.ok and len(landed(context)) == 2
    assert rejects(context) == [("no_mapping", f"{NAME}.xlsx")]  # the sheet of notes is named, not passed over


def test_what_a_spreadsheet_broke_is_recovered_and_flagged(context: ExtractContext, drop: Path) -> None:
    damaged = ["夏天的第一杯", 46327.5, "图文", "1,2345", "1.4万", 0.051, "10万+", "12", "3", "4", "5", time(0, 0, 12)]
    damaged[3] = "12,345"
    workbook(drop / f"{NAME}.xlsx", ("s", [HEADER, damaged]), formats={"F2": "0.0%"})
    assert run(context).ok
    (found,) = landed(context)
    assert (found["published_at"], found["views_to_date"], found["likes_to_date"]) == (
        "2026-11-01 12:00:00", "14000", "100000",
    )  # fmt: skip
    assert found["is_rounded"] == "true"
    assert found["recovered"].split("; ") == [
        "published_at exact: 46327.5 → 2026-11-01 12:00:00",
        "impressions_to_date exact: 12,345 → 12345",
        "views_to_date rounded: 1.4万 → 14000",
        "likes_to_date at_least: 10万+ → 100000",
        "average_view_seconds_to_date exact: 00:00:12 → 12",
    ]


def test_a_percentage_is_what_the_cell_shows(context: ExtractContext, drop: Path) -> None:
    folder = context.drop / "douyin" / "brand"
    folder.mkdir(parents=True)
    rows = [
        ["作品名称", "发布时间", "播放量", "完播率"],
        ["夏", "2026-11-01 10:00", 5, 0.331],
        ["秋", "2026-11-02 10:00", 6, 33.1],
    ]
    workbook(folder / "作品_20261120.xlsx", ("s", rows), formats={"D2": "0.0%"})
    assert run(context, replace(ME, source="douyin")).ok
    found = records(context.landing, "douyin", "brand", NOTES)
    assert [record["finish_rate_to_date"] for record in found] == ["0.331", "0.331"]
    write(folder / "作品_20261121", "xls", rows)  # the old format does not say which of the two it shows
    run(context, replace(ME, source="douyin"))
    old = [r for r in records(context.landing, "douyin", "brand", NOTES) if r["metric_date"] == "2026-11-20"]
    assert len(old) == 2 and not any("finish_rate_to_date" in record for record in old)
    assert {record["recovered"] for record in old} == {"finish_rate_to_date left out, a percentage or a fraction"}


def test_an_id_that_lost_its_digits_is_told_by_other_columns_or_rejected(context: ExtractContext, drop: Path) -> None:
    header = ["作品ID", "作品标题", "发布时间", "播放量"]
    rows = [
        ["1.74175E+18", "夏天", "2026-11-01 10:00:00", "5"],
        ["1.74175E+18", "", "2026-11-01 10:00:00", "6"],
        ["1741750000000000017", "秋天", "2026-11-02 10:00:00", "7"],
    ]
    folder = context.drop / "kuaishou" / "brand"
    folder.mkdir(parents=True)
    (folder / "作品_20261120.csv").write_bytes(text([header, *rows]).encode())
    report = run(context, replace(ME, source="kuaishou"))
    found = {record["views_to_date"]: record for record in records(context.landing, "kuaishou", "brand", NOTES)}
    assert found["5"]["content_id"].startswith("by_title:") and "digits lost" in found["5"]["recovered"]
    assert found["7"]["content_id"] == "1741750000000000017" and "6" not in found
    assert rejects(context, "kuaishou") == [("lost_digits", "作品_20261120.csv:3")]
    assert [gap.reason for gap in report.gaps] == ["bad_payload"]


def test_a_column_of_ids_cut_to_fifteen_digits_is_not_believed(context: ExtractContext, drop: Path) -> None:
    folder = context.drop / "linkedin_ads" / "brand"
    folder.mkdir(parents=True)
    header = ["creative_id", "day", "cost_in_local_currency", "impressions"]
    rows = [[f"17417500000000{n}0000", "2026-11-19", "1.5", "10"] for n in range(3)]
    (folder / "a.csv").write_bytes(text([header, *rows]).encode())
    run(context, replace(ME, source="linkedin_ads"))
    assert records(context.landing, "linkedin_ads", "brand", "file_ad_daily") == []
    assert [reason for reason, _ in rejects(context, "linkedin_ads")] == ["lost_digits"] * 3


def test_broken_lines_cost_themselves_only(context: ExtractContext, drop: Path) -> None:
    good = text([SUMMER, SECOND]).encode()
    lines = [
        text([HEADER]).encode(),
        b'"a quote that is never closed,' + text([SUMMER]).encode(),
        b"\xff\xff\xff," + text([SUMMER[1:]]).encode(),
        text([SUMMER[:5]]).encode(),
        text([[*SUMMER, "shifted"]]).encode(),
        text([[SUMMER[0], SUMMER[1], "图文", "abc", *SUMMER[4:]]]).encode(),
        text([["", *SUMMER[1:]]]).encode(),
        good,
        text([["多行\n标题", *SUMMER[1:]]]).encode(),
    ]
    (drop / f"{NAME}.csv").write_bytes(b"".join(lines))
    report = run(context)
    assert sorted(record["title"] for record in landed(context)) == ["夏天的第一杯", "多行\n标题", "秋日，第二篇"]
    assert sorted(rejects(context), key=lambda pair: pair[1]) == [
        ("bad_line", f"{NAME}.csv:2"), ("bad_encoding", f"{NAME}.csv:3"), ("bad_line", f"{NAME}.csv:4"),
        ("bad_line", f"{NAME}.csv:5"), ("bad_value", f"{NAME}.csv:6"), ("missing_key", f"{NAME}.csv:7"),
    ]  # fmt: skip
    assert covered_windows(context.landing, "xiaohongshu", "brand", NOTES) == []
    assert [str(gap.window) for gap in report.gaps] == ["2026-11-19"]


def test_only_days_all_of_whose_rows_can_be_read_are_complete(context: ExtractContext, drop: Path) -> None:
    rows = [
        ["日期", "新增粉丝", "总粉丝数"],
        ["2026-11-17", "5", "100"],
        ["2026-11-18", "x", "1"],
        ["2026-11-19", "7", "9"],
    ]
    (drop / "粉丝.csv").write_bytes(text(rows).encode())
    report = run(context)
    fans = "file_account_daily"
    receipts = covered_windows(context.landing, "xiaohongshu", "brand", fans)
    assert sorted(receipt.window.first_day.day for receipt in receipts) == [17, 19]
    assert rejects(context) == [("bad_value", "粉丝.csv:3")] and report.resources[0].rejected == 1


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("empty.csv", b"", "empty_file"),
        ("blank.csv", b"\n ,,\n", "empty_file"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 60, "unknown_type"),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "unknown_type"),
        ("half.xlsx", b"PK\x03\x04" + b"\0" * 200, "unreadable_file"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 200, "unreadable_file"),
        ("half.csv.gz", b"\x1f\x8b\x08\0\0", "unreadable_file"),
        ("broken.json", b'[{"a": 1', "unreadable_file"),
        ("two.json", b'{"a": [{"x": 1}], "b": [{"y": 2}]}', "unknown_shape"),
        ("other.csv", b"a,b\n1,2\n", "no_mapping"),
    ],
)
def test_a_file_that_is_no_export_is_named_once(
    name: str, raw: bytes, reason: str, context: ExtractContext, drop: Path
) -> None:
    (drop / name).write_bytes(raw)
    put_csv(drop, SUMMER)
    for _ in range(2):
        run(context)
    assert rejects(context) == [(reason, name)] and len(landed(context)) == 1


# ── taking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_taken_once_and_again_when_its_mapping_changes(
    context: ExtractContext, drop: Path, tmp_path: Path
) -> None:
    context = replace(context, imports=tmp_path / "imports")
    put_csv(drop, SUMMER)
    (drop / "粉.csv").write_bytes(text([["日子", "涨了"], ["2026-11-19", "5"]]).encode())
    assert [item.landed for item in run(context).resources if item.resource == NOTES] == [1]
    assert run(context).resources == []
    own = tmp_path / "imports" / "xiaohongshu"
    own.mkdir(parents=True)
    columns = {"metric_date": {"headers": ["日子"]}, "new_follows": {"headers": ["涨了"]}}
    mapping = {"fact": "account_daily", "recognise": ["metric_date"], "columns": columns}
    (own / "mine.yml").write_text(yaml.safe_dump(mapping | {"draft": True}), "utf-8")
    run(context)
    assert landed(context, "file_account_daily") == []  # a draft waits for a person
    (own / "mine.yml").write_text(yaml.safe_dump(mapping), "utf-8")
    run(context)
    assert [record["new_follows"] for record in landed(context, "file_account_daily")] == ["5"]
    rows = landed_rows(context.landing, "xiaohongshu", "brand", NOTES)
    assert [row["kind"] for row in rows if row["record_hash"]] == ["payload", "sighting", "sighting"]


def test_the_account_is_that_of_the_folder_a_column_or_the_name(context: ExtractContext, tmp_path: Path) -> None:
    context = replace(context, imports=tmp_path / "imports", accounts={"xiaohongshu": ("a", "b")})
    own = tmp_path / "imports" / "xiaohongshu"
    own.mkdir(parents=True)
    columns = {"metric_date": {"headers": ["日子"]}, "new_follows": {"headers": ["涨了"]}}
    mapping = {"fact": "account_daily", "recognise": ["metric_date"], "columns": columns}
    mapping |= {"account": {"column": ["账号"]}}
    (own / "by_column.yml").write_text(yaml.safe_dump(mapping), "utf-8")
    columns = {"metric_date": {"headers": ["哪天"]}, "new_follows": {"headers": ["多少"]}}
    mapping |= {"columns": columns, "account": {"file": "^(?P<account>[a-z])_"}}
    (own / "by_name.yml").write_text(yaml.safe_dump(mapping), "utf-8")
    folder = context.drop / "xiaohongshu"
    for place in ("a", "b", "c"):
        (folder / place).mkdir(parents=True)
        put_csv(folder / place, SUMMER)
    rows = [["日子", "涨了", "账号"], ["2026-11-17", "1", "a"], ["2026-11-17", "2", "b"], ["2026-11-18", "3", "z"]]
    (folder / "all.csv").write_bytes(text(rows).encode())
    (folder / "b_fans.csv").write_bytes(text([["哪天", "多少"], ["2026-11-15", "4"]]).encode())
    for name in ("a", "b"):
        run(context, replace(ME, account=name))
    fans = {name: landed(context, "file_account_daily", name) for name in ("a", "b")}
    assert [[record["new_follows"] for record in fans[name]] for name in ("a", "b")] == [["1"], ["2", "4"]]
    assert [len(landed(context, NOTES, name)) for name in ("a", "b")] == [1, 1]
    assert sorted(rejects(context, account="a")) == [("no_account", f"{NAME}.csv"), ("unknown_account", "all.csv:4")]
    assert rejects(context, account="b") == []


def test_files_come_beside_what_the_interface_answers_or_instead(context: ExtractContext, drop: Path) -> None:
    put_csv(drop, SUMMER)
    assert plan_account(ME, DAY, DAY, context) == []  # known by files only: nothing is asked
    with_interface = replace(ME, connection="c")
    assert plan_account(with_interface, DAY, DAY, context)
    report = run(context, with_interface)  # its credentials are missing, its files are not
    assert not report.ok and {gap.resource for gap in report.gaps}.isdisjoint({NOTES})
    assert len(landed(context)) == 1


def test_a_deadline_leaves_files_for_the_next_run(context: ExtractContext, drop: Path) -> None:
    put_csv(drop, SUMMER)
    report = run(replace(context, deadline_seconds=0))
    assert [gap.reason for gap in report.gaps] == ["timeout"] and landed(context) == []
    assert run(context).ok and len(landed(context)) == 1


def test_unfinished_and_hidden_files_wait(context: ExtractContext, drop: Path) -> None:
    for name in (".hidden.csv", "~$open.xlsx", "down.csv.crdownload"):
        put_csv(drop, SUMMER, name=name)
    assert run(context).resources == []


# ── privacy ─────────────────────────────────────────────────────────────────────────────────────────────────────────

PHONE, WHO, MAIL, UID = "13812345678", "林小满", "planted@example.com", "5f00aa11bb22cc33dd44ee55"


def test_nothing_of_persons_lands(context: ExtractContext, drop: Path, tmp_path: Path) -> None:
    own = tmp_path / "imports" / "xiaohongshu"
    own.mkdir(parents=True)
    columns = {
        "comment_text": {"headers": ["评论内容"]}, "commented_at": {"headers": ["评论时间"]},
        "identity": {"headers": ["用户ID"]}, "likes": {"headers": ["点赞"]},
    }  # fmt: skip
    mapping = {"fact": "comments", "recognise": ["comment_text", "commented_at"], "columns": columns}
    (own / "comments.yml").write_text(yaml.safe_dump(mapping | {"drop": ["昵称"]}), "utf-8")
    rows = [["评论内容", "评论时间", "用户ID", "昵称", "手机号", "点赞"]]
    rows += [[f"加我 {PHONE} 或 {MAIL}，@{WHO} 好看", "2026-11-19 10:00:00", UID, WHO, PHONE, "3"]]
    rows += [[f"坏行 {PHONE}", "不是时间", UID, WHO, PHONE, PHONE + "x"]]
    (drop / "评论.csv").write_bytes(text(rows).encode("gb18030"))
    run(replace(context, imports=tmp_path / "imports"))
    (found,) = landed(context, "file_comments")
    assert found["comment_text"] == "加我 <phone> 或 <email>，<name> 好看" and len(found["identity"]) == 32
    assert found["comment_id"].startswith("by_time:") and len(rejects(context)) == 1
    assert find(context.landing, [PHONE, WHO, MAIL, UID]) == {}


def test_posts_of_weibo_are_masked_like_those_of_its_interface(context: ExtractContext) -> None:
    folder = context.drop / "weibo" / "brand"
    folder.mkdir(parents=True)
    rows = [["微博内容", "发布时间", "赞数", "昵称"], [f"转发 //@{WHO}: 联系 {PHONE}", "2026-11-01 10:00", "5", WHO]]
    (folder / "博文_20261120.csv").write_bytes(text(rows).encode())
    assert run(context, replace(ME, source="weibo")).ok
    assert find(context.landing, [PHONE, WHO]) == {}


# ── preview ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_preview_says_what_would_land_and_writes_nothing(context: ExtractContext, drop: Path, tmp_path: Path) -> None:
    path = put_csv(drop, SUMMER, ["坏", "不是时间", *SUMMER[2:]])
    shown = preview(path, "xiaohongshu", context)
    (part,) = shown.converted
    assert part.mapping.shape == "notes" and [found.line for found in part.found] == [2]
    assert [(reject.line, reject.reason) for reject in part.rejects] == [(3, "bad_value")]
    assert not context.landing.exists()
    run(context)
    assert landed(context) == [found.record for found in part.found]


def test_a_shape_never_seen_is_drafted_and_read_once_it_was_checked(
    context: ExtractContext, drop: Path, tmp_path: Path
) -> None:
    own = tmp_path / "imports"
    context = replace(context, imports=own)
    rows = [
        ["说明：本表由后台导出", "", "", "", "", ""],
        ["作品名称", "发布时间", "播放次数", "完播率", "用户昵称", "神秘指数"],
        ["夏天", "2026-11-01 10:00", "1.2万", "33.1", WHO, "7"],
    ]
    path = drop / "notes_20261120.csv"  # the name of a shipped mapping
    path.write_bytes(text(rows).encode("gb18030"))
    shown = preview(path, "xiaohongshu", context)
    (draft,) = shown.drafts
    target = write_draft(draft, path, "xiaohongshu", own)
    assert write_draft(draft, path, "xiaohongshu", own) != target  # never overwritten
    assert target.stem == "notes_2"
    drafted = yaml.safe_load(target.read_text("utf-8"))
    assert drafted["fact"] == "content_totals" and drafted["drop"] == ["用户昵称"] and drafted["date"] == "export"
    assert drafted["columns"]["finish_rate_to_date"] == {"headers": ["完播率"], "unit": "percent"}
    assert "神秘指数" in target.read_text("utf-8") and WHO not in target.read_text("utf-8")
    run(context)
    assert landed(context) == []
    for file in target.parent.glob("*.yml"):
        file.unlink() if file != target else file.write_text(
            target.read_text("utf-8").replace("draft: true", ""), "utf-8"
        )
    run(context)
    (found,) = landed(context)
    assert (found["views_to_date"], found["finish_rate_to_date"], found["title"]) == ("12000", "0.331", "夏天")


# ── truth ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_export_of_the_simulated_brand_lands_its_own_numbers(context: ExtractContext) -> None:
    """Notes and followers as the truth knows them, written as the exports people make, land as they were written."""
    days = [date(2026, 9, 1) + timedelta(days=7 * n) for n in range(3)]
    with truth(World(7, 1), days[0] - timedelta(days=120), days[-1], int(at(days[-1]).timestamp())) as known:
        notes = known.execute(
            """select d.metric_date, c.content_id, c.title, c.published_date, d.impressions_to_date, d.views_to_date,
                      d.likes_to_date, d.comments_to_date, d.saves_to_date, d.shares_to_date
               from content_daily d inner join content c using (source, account_id, content_id)
               where source = 'xiaohongshu' and metric_date in (select unnest(?)) order by all""",
            [days],
        ).fetchall()
        fans = known.execute(
            """select metric_date, new_follows, lost_follows, net_follows, followers from account_daily
               where source = 'wechat'
               qualify account_id = min(account_id) over () and metric_date >= date '2026-09-01'"""
        ).fetchall()
    assert len(notes) > 50 and len(fans) == 15
    folder = context.drop / "xiaohongshu" / "brand"
    folder.mkdir(parents=True)
    header = ["笔记ID", "笔记标题", "首次发布时间", "曝光", "观看量", "点赞", "评论", "收藏", "分享"]
    for number, day in enumerate(days):
        rows = [
            [f"{note[1]}", note[2], f"{note[3]:%Y年%m月%d日08时00分00秒}", *note[4:]]
            for note in notes
            if note[0] == day
        ]
        shape = ("csv gbk", "xlsx", "jsonl")[number]
        write(folder / f"笔记_{day + timedelta(days=1):%Y%m%d}", shape, [header, *rows])
    report = run(context)
    assert report.ok, report.message()
    names = ["impressions", "views", "likes", "comments", "saves", "shares"]
    found = {
        (record["metric_date"], record["content_id"], *(int(record[f"{name}_to_date"]) for name in names))
        for record in landed(context)
    }
    assert found == {(str(note[0]), note[1], *note[4:]) for note in notes}

    backend = context.drop / "wechat" / "wx1"
    backend.mkdir(parents=True)
    rows = [[f"{row[0]:%Y/%m/%d}", *row[1:4], f"{row[4]:,}"] for row in fans]
    write(backend / "用户增长", "xls", [["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"], *rows])
    assert run(context, replace(ME, source="wechat", account="wx1")).ok
    told = records(context.landing, "wechat", "wx1", "file_account_daily")
    names = ["new_follows", "lost_follows", "net_follows", "followers"]
    assert sorted((r["metric_date"], *(int(r[name]) for name in names)) for r in told) == sorted(
        (str(row[0]), *row[1:]) for row in fans
    )


def test_the_tables_of_another_connector_come_in_through_a_mapping(context: ExtractContext) -> None:
    from test_weibo_hot_search import DATA

    seeds = DATA.parent / "linkedin_ads_seeds" / "linkedin_ad_analytics_by_creative_data.csv"
    if not seeds.is_file():
        pytest.skip(f"the connector's example tables are not at {seeds}")
    folder = context.drop / "linkedin_ads" / "brand"
    folder.mkdir(parents=True)
    (folder / seeds.name).write_bytes(seeds.read_bytes())
    report = run(context, replace(ME, source="linkedin_ads"))
    assert report.ok, report.message()
    found = records(context.landing, "linkedin_ads", "brand", "file_ad_daily")
    with seeds.open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert len(found) == len(written) == 100
    for name, column in {
        "impressions": "impressions",
        "clicks": "clicks",
        "spend_amount": "cost_in_local_currency",
    }.items():
        assert sum(Decimal(row.get(name) or 0) for row in found) == sum(Decimal(row[column] or 0) for row in written)
    assert sum(Decimal(row["impressions"] or 0) for row in written) > 0
