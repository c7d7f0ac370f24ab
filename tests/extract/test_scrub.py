"""Masks, pseudonyms and the allow-list."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.contract import FieldRule, ResourceSpec
from extract.errors import BadPayload
from extract.jsontext import canonical, parse
from extract.scrub import Rejected, Scrubber, mask_text, pseudonym

KEY = b"k" * 32
PLAIN = st.text(st.characters(whitelist_categories=("Lo",), max_codepoint=0x9FFF), max_size=12)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@given(
    PLAIN,
    PLAIN,
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", " ", "-", "\u200b", " - ", "."]),
)
def test_a_mobile_number_never_survives(before: str, after: str, phone: str, gap: str) -> None:
    for written in (phone, gap.join((phone[:3], phone[3:7], phone[7:])), gap.join(phone), f"+86{gap}{phone}"):
        assert phone not in digits(mask_text(f"{before} {written} {after}"))


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_in_other_digits_never_survives(phone: str) -> None:
    wide = phone.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    han = phone.translate(str.maketrans("0123456789", "零一二三四五六七八九"))
    assert mask_text(f"打{wide}给我") == "打<phone>给我"
    assert mask_text(f"打{han}给我") == "打<phone>给我"


@given(PLAIN, st.from_regex(r"[a-z][a-z0-9._]{2,12}@[a-z]{2,8}\.(com|cn|com\.cn)", fullmatch=True))
def test_an_email_never_survives(before: str, email: str) -> None:
    masked = mask_text(f"{before}：{email} 联系")
    assert masked == f"{before}：<email> 联系"


@given(st.text(st.characters(whitelist_categories=("Lo", "Ll", "Nd")), min_size=1, max_size=20))
def test_an_at_name_never_survives(name: str) -> None:
    assert mask_text(f"谢谢 @{name} 的推荐") == "谢谢 <name> 的推荐"


@given(st.integers(10**7, 10**19), PLAIN)
def test_long_numbers_never_survive(number: int, before: str) -> None:
    assert str(number) not in mask_text(f"{before}号{number}吧")


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话010-62345678 或 400-820-8820", "电话<phone> 或 <phone>"),
        ("+1 (415) 555-2671 call", "<phone> call"),
        ("加微信 abc_12345 领券", "加<handle> 领券"),
        ("QQ:123456789", "<handle>"),
        ("身份证11010519491231002X", "身份证<number>"),
        ("看 https://x.cn/u/77?uid=9 这里", "看 <link> 这里"),
        ("我的id是oX9b_8sdfk2312asd", "我的id是<id>"),
        ("卡号 6222 0212 3456 7890 123", "卡号 <number>"),
        ("什么时候补货？99元3件", "什么时候补货？99元3件"),
        ("写得很清楚👍[赞]", "写得很清楚👍[赞]"),
    ],
)
def test_masks(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_pseudonym_is_the_documented_hmac() -> None:
    expected = hmac.new(KEY, b"douyin:abc", hashlib.sha256).hexdigest()[:32]
    assert pseudonym(KEY, "douyin", "abc") == expected
    assert pseudonym(KEY, "wechat", "abc") != expected
    assert pseudonym(KEY, "wechat", "") is None and pseudonym(KEY, "wechat", "0") is None


def spec(**fields: FieldRule) -> ResourceSpec:
    rules = {"id": FieldRule("id", "keep"), **fields}
    return ResourceSpec("thing", "/thing", "days", 1, 1, ("id",), rules)


def test_numbers_stay_text_and_booleans_stay() -> None:
    record = parse(b'{"id": 1794879012345678901, "n": 0.10, "e": 1E3, "b": true, "z": null}')
    assert record == {"id": "1794879012345678901", "n": "0.10", "e": "1E3", "b": True, "z": None}
    rules = {name: FieldRule(name, "keep") for name in "nebz"}
    assert Scrubber(spec(**rules), "p", KEY)(record) == record


def test_canonical_text_does_not_depend_on_order_and_survives_lone_surrogates() -> None:
    one, two = canonical({"b": "1", "a": "é"}), canonical({"a": "é", "b": "1"})
    assert one == two == ('{"a":"é","b":"1"}', hashlib.sha256('{"a":"é","b":"1"}'.encode()).hexdigest())
    text, digest = canonical(parse(rb'{"a": "x\ud83d"}'))
    assert text == '{"a":"x?"}' and digest == hashlib.sha256(text.encode()).hexdigest()


def test_unknown_fields_are_dropped_and_counted_at_every_depth() -> None:
    inner = {"good": FieldRule("good", "keep")}
    scrub = Scrubber(spec(list=FieldRule("list", "nest", inner), plain=FieldRule("plain", "keep")), "p", KEY)
    record = {
        "id": "1",
        "phone": "13800001111",
        "list": [{"good": "1", "name": "王"}, {"good": "2", "name": "李"}],
        "plain": {"hidden": "13800001111"},
    }
    assert scrub(record) == {"id": "1", "list": [{"good": "1"}, {"good": "2"}], "plain": None}
    assert scrub.unknown == {"phone": 1, "list[].name": 2}
    assert scrub.retyped == {"plain": 1}


def test_the_name_of_an_unknown_field_is_masked_too() -> None:
    scrub = Scrubber(spec(), "p", KEY)
    scrub({"id": "1", "13800001111": "x"})
    assert scrub.unknown == {"<phone>": 1}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([], "not_an_object"),
        ("13800001111", "not_an_object"),
        ({"x": "1"}, "missing_key"),
        ({"id": ""}, "missing_key"),
        ({"id": None}, "missing_key"),
        ({"id": "1", "detail": "13800001111"}, "wrong_type"),
        (parse(b'{"id": "1", "id": "2"}'), "duplicate_key"),
        (parse(b'{"id": "1", "detail": {"a": 1, "a": 2}}'), "duplicate_key"),
    ],
)
def test_records_that_do_not_fit_are_rejected_without_their_values(record: object, reason: str) -> None:
    scrub = Scrubber(spec(detail=FieldRule("detail", "nest", {"a": FieldRule("a", "keep")})), "p", KEY)
    with pytest.raises(Rejected) as caught:
        scrub(record)
    assert caught.value.reason == reason
    assert "13800001111" not in str(caught.value)


@pytest.mark.parametrize(
    "body", [b"<html>13800001111</html>", b'{"a": NaN}', b'{"a": 1', b"\xff\xfe{}", b"[" * 100_000]
)
def test_bad_json_is_named_without_quoting_it(body: bytes) -> None:
    with pytest.raises(BadPayload) as caught:
        parse(body)
    assert "13800001111" not in caught.value.message and str(len(body)) in caught.value.message


@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.booleans() | st.none(), max_size=6)
)
def test_parse_then_canonical_round_trips(record: dict[str, object]) -> None:
    texts = {k: str(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in record.items()}
    assert json.loads(canonical(parse(json.dumps(record).encode()))[0]) == texts
