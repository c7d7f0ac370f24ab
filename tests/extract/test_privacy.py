"""Every byte that a run writes or says is searched for planted personal values and secrets."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.model import Account, ExtractContext
from extract.run import extract_account, record_unreported
from tests.extract.conftest import DAY, Ask, Sandbox, Stub

PLANTED = {
    "openid": "oPLANTED0000000000000000007",
    "phone": "13912345678",
    "email": "wang.xiaoming@example.com",
    "at name": "王小明本人",
    "author": "作者张三丰",
    "unknown value": "未知字段里的李四",
    "aweme id": "planted_aweme_77",
    "aweme name": "昵称赵六",
    "image": "img.example.com/c/planted.jpg",
    "handle": "wx_planted_4711",
    "bare value": "孤零零的钱七",
    "app secret": "PLANTED-APP-SECRET",
    "access token": "PLANTED-ACCESS-TOKEN",
    "refresh token": "PLANTED-REFRESH-TOKEN",
    "auth code": "PLANTED-AUTH-CODE",
}
TEXT = f"问{PLANTED['phone']} 或 {PLANTED['email']} @{PLANTED['at name']} 加微信 {PLANTED['handle']} 谢谢"


def everything_written(root: Path) -> dict[str, str]:
    """Each file below `root`: its bytes as text, and for Parquet every cell."""
    found = {}
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        text = path.name + path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":
            with duckdb.connect() as connection:
                text += str(connection.execute("select * from read_parquet(?)", [str(path)]).fetchall())
        found[str(path)] = text
    return found


def search(root: Path, spoken: str) -> None:
    written = everything_written(root)
    assert any(name.endswith(".parquet") for name in written)
    for what, value in PLANTED.items():
        for name, text in {**written, "logs, reports, progress": spoken}.items():
            assert value not in text, f"{what} found in {name}"


def wechat(ask: Ask) -> Any:
    name = ask.path.split("/")[-1]
    if name == "stable_token":
        return {"access_token": PLANTED["access token"], "expires_in": 7200}
    if name == "batchget":
        news = [{"title": "t", "author": PLANTED["author"], "url": "http://x/?mid=1&idx=1"}]
        item = [{"article_id": "A1", "update_time": 1, "content": {"news_item": news}}]
        return {"total_count": 1, "item_count": 1, "item": item}
    if name == "list":
        if ask.body["begin"]:
            return {"errcode": 0, "total": 1, "comment": []}
        one = {
            "user_comment_id": 1,
            "openid": PLANTED["openid"],
            "content": TEXT,
            "nick_name": PLANTED["unknown value"],
            "reply": {"content": TEXT, "create_time": 2},
            PLANTED["phone"]: 1,
        }
        return {
            "errcode": 0,
            "total": 1,
            "comment": [one, {"openid": PLANTED["openid"], "content": TEXT}, PLANTED["bare value"]],
        }
    if name == "getbizsummary":  # an error text that quotes the token and a person
        return {"errcode": 99999, "errmsg": f"bad {PLANTED['access token']} {TEXT} rid: 1-2-3"}
    if name == "getarticleshare":
        return f"<html>{TEXT}{PLANTED['unknown value']}</html>".encode()
    article = {
        "ref_date": ask.body["begin_date"],
        "msgid": "100_1",
        "title": "t",
        "detail_list": [{"stat_date": str(DAY), "fans": [PLANTED["unknown value"]]}],
    }
    if name == "getarticletotaldetail":
        return {"list": [article] if ask.body["begin_date"] == str(DAY) else [], "is_delay": False}
    row = {"ref_date": str(DAY), "user_source": 0, "new_user": 1, "cumulate_user": 1, "who": PLANTED["unknown value"]}
    return {"list": [row] if name.startswith("getuser") else [], "is_delay": False}


def ocean(ask: Ask) -> Any:
    if ask.path.endswith("/access_token/"):
        pair = {"access_token": PLANTED["access token"], "refresh_token": PLANTED["refresh token"], "expires_in": 86399}
        return {"code": 0, "data": pair}
    info = {"total_number": 1, "total_page": 1}
    if "comment" in ask.path:
        comment = {
            "comment_id": 7450000000000050001,
            "text": TEXT,
            "aweme_id": PLANTED["aweme id"],
            "aweme_name": PLANTED["aweme name"],
            "comment_images": [f"https://{PLANTED['image']}"],
            "ip_location": PLANTED["unknown value"],
        }
        return {"code": 0, "data": {"comment_list": [comment], "page_info": info}}
    if "project" in ask.path:
        token = ask.headers["access-token"]
        return {"code": 40002, "message": f"{token} of {TEXT} has no right", "request_id": "R", "data": {}}
    if "promotion" in ask.path:
        one = {"promotion_id": 1, "native_setting": {"aweme_id": PLANTED["aweme id"], "owner": PLANTED["aweme name"]}}
        return {"code": 0, "data": {"list": [one], "page_info": info}}
    return {"code": 0, "data": {"rows": [], "page_info": {"total_number": 0, "total_page": 0}}}


@pytest.mark.parametrize("source", ["wechat", "oceanengine"])
def test_nothing_personal_and_no_secret_is_written_or_said(
    stub: Stub, own_tokens: ExtractContext, tmp_path: Path, caplog: pytest.LogCaptureFixture, source: str
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.reply = wechat if source == "wechat" else ocean
    names = {"appid": "wx1"} if source == "wechat" else {"app_id": "1", "auth_code": PLANTED["auth code"]}
    me = Account(source, "a1", "n", "c", stub.url, {**names, "secret": PLANTED["app secret"]})
    lines: list[str] = []
    report = extract_account(me, DAY, DAY, own_tokens, progress=lines.append)
    assert report.gaps  # the faults were met
    later = replace(own_tokens, token_key=own_tokens.token_key)
    record_unreported(me, DAY, DAY, later)
    comments = next(item for item in report.resources if item.resource == "comment")
    assert comments.landed >= 1 and comments.unknown_fields
    search(tmp_path, "\n".join([caplog.text, report.message(), *lines, repr(report), repr(me), repr(own_tokens)]))
    assert any("<phone>" in text for text in everything_written(tmp_path).values())


def test_the_search_can_find(tmp_path: Path, own_tokens: ExtractContext) -> None:
    from datetime import datetime

    from extract.landing import LandingWriter
    from extract.model import Window

    with LandingWriter(tmp_path, "s", "a", "r", datetime(2026, 11, 20)) as writer:
        writer.record(Window.of_days(DAY, DAY, "r"), {"content": TEXT})
    with pytest.raises(AssertionError, match="phone found in"):
        search(tmp_path, "")


def test_tokens_of_the_sandbox_are_not_in_any_log(
    sandbox: Sandbox, context: ExtractContext, caplog: pytest.LogCaptureFixture
) -> None:
    import json

    from cryptography.fernet import Fernet

    caplog.set_level(logging.DEBUG)
    for me in (sandbox.account("wechat"), sandbox.account("oceanengine")):
        sandbox.plant({"source": me.source, "kind": "reset", "times": 2})
        extract_account(me, DAY, DAY, context)
        for path in context.tokens.glob("*.token"):
            state = json.loads(Fernet(context.token_key).decrypt(path.read_bytes()))
            for value in (state["access_token"], state["refresh_token"], me.credentials["secret"]):
                assert not value or value not in caplog.text
    assert "asking again" in caplog.text
