"""Scrubbing: what of a record may be written down.

The contract is an allow-list. Known fields are kept, turned into pseudonyms, masked or dropped; fields it does not know
are dropped and counted by name. Records that cannot be identified are rejected, without quoting their values.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from extract.contract import FieldRule, ResourceSpec
from extract.jsontext import AmbiguousObject
from extract.model import ResourceReport


class Rejected(Exception):
    """A record that does not fit. `reason` is a short code, `detail` names fields, never values."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


# --- masking of free text --------------------------------------------------------------------------------------

_HAN_DIGITS = "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_D = rf"[\d{_HAN_DIGITS}]"
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_SEP = rf"[\s\-‐-―－.．·_()（）/{_INVISIBLE}]{{0,3}}"
_NOT_AFTER_DIGIT = r"(?<!\d)"

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>，。！？、；）】」]+", re.IGNORECASE)
_EMAIL = re.compile(rf"[\w.+\-%{_INVISIBLE}]+\s?[@＠]\s?[\w\-]+(?:[.．。][\w\-]+)+")
_NAME = re.compile(r"[@＠][^\s@＠<>,，。!！?？:：;；、\[\]【】()（）\"“”'‘’#/\\]{1,64}")
_HANDLE = re.compile(
    r"(?:微信|薇信|威信|wechat|weixin|wx|vx|v信|扣扣|企鹅|qq|抖音|快手|微博|小红书)(?:号码|号|id)?\s*(?:[:：是加为]\s*)?"
    r"[A-Za-z0-9_\-]{5,40}",
    re.IGNORECASE,
)
_MOBILE = re.compile(
    rf"{_NOT_AFTER_DIGIT}(?:(?:[+＋]|00){_SEP}86{_SEP}|86{_SEP})?[1１一幺壹]{_SEP}"
    rf"[3-9３-９三四五六七八九叁肆伍陆柒捌玖](?:{_SEP}{_D}){{9}}(?!\d)"
)
_INTERNATIONAL = re.compile(rf"[+＋]\d(?:{_SEP}\d){{6,14}}")
_LANDLINE = re.compile(rf"{_NOT_AFTER_DIGIT}[(（]?0\d{{2,3}}{_SEP}\d{{7,8}}(?!\d)")
_SERVICE = re.compile(rf"{_NOT_AFTER_DIGIT}[48]00{_SEP}\d{{3,4}}{_SEP}\d{{3,4}}(?!\d)")
_LONG_NUMBER = re.compile(rf"\d(?:[\s\-.{_INVISIBLE}]?\d){{14,}}[xXＸ]?|\d(?:[{_INVISIBLE}]?\d){{6,}}[xXＸ]?")
_LONG_TOKEN = re.compile(r"(?<![A-Za-z0-9_\-<])(?=[A-Za-z_\-]*\d)[A-Za-z0-9_\-]{12,}")

_SEPARATED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_LINK, "<link>"),
    (_EMAIL, "<email>"),
    (_INTERNATIONAL, "<phone>"),
    (_MOBILE, "<phone>"),
    (_LANDLINE, "<phone>"),
    (_SERVICE, "<phone>"),
    (_HANDLE, "<handle>"),
    (_NAME, "<name>"),
    (_LONG_NUMBER, "<number>"),
    (_LONG_TOKEN, "<id>"),
)


def mask_text(text: str) -> str:
    """Mask what identifies persons in free text: links, e-mails, phones, handles, @names, long numbers and ids.

    Prefers masking too much to too little (a comment loses a long number, never the sentence). Idempotent.
    """
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


def pseudonym(key: bytes, platform: str, raw: str) -> str | None:
    """HMAC-SHA256(key, "<platform>:<raw id>"), first 32 hex characters; None for an absent id ("" or "0")."""
    if raw in ("", "0"):
        return None
    return hmac.new(key, f"{platform}:{raw}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def plain_phone(raw: str) -> str:
    """A phone number in its one form: digits only, without China's country code, so that its pseudonyms are equal."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", raw) if c.isdigit()).removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def plain_email(raw: str) -> str:
    """An e-mail address in its one form: lower case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", raw).lower().split())


# --- applying a contract ----------------------------------------------------------------------------------------


_PLAIN_FORMS: Mapping[str, Callable[[str], str]] = {"phone": plain_phone, "email": plain_email}


class Scrubber:
    """Applies one resource's allow-list. Over its life it counts, by dotted name, the fields that the contract does not
    know (`unknown`, dropped) and those that are no longer plain values (`retyped`)."""

    def __init__(self, spec: ResourceSpec, platform: str, identity_key: bytes) -> None:
        self.spec = spec
        self.unknown: Counter[str] = Counter()
        self.retyped: Counter[str] = Counter()
        self._shapes: set[tuple[str, tuple[str, ...]]] = set()
        self._platform = platform
        self._identity_key = identity_key
        self._keys = [tuple(path.split(".")) for path in spec.key]

    def __call__(self, record: Any) -> dict[str, Any]:
        """The record as it may land. Raises Rejected if it is no object, repeats a key or lacks its key fields."""
        if not isinstance(record, dict):
            raise Rejected("not_an_object", f"expected an object, got {_kind(record)}")
        clean = self._object(record, self.spec.fields, "")
        for path in self._keys:
            value: Any = clean
            for part in path:
                value = value.get(part) if isinstance(value, dict) else None
            if value is None or value == "" or isinstance(value, (dict, list)):
                raise Rejected("missing_key", f"key field {'.'.join(path)} is absent, empty or not a plain value")
        return clean

    def tell(self, report: ResourceReport) -> None:
        """Write what was met into a report."""
        report.known_fields = self.known
        report.unknown_fields, report.retyped_fields = dict(self.unknown), dict(self.retyped)

    @property
    def known(self) -> list[str]:
        """Fields of the contract that any record had, dotted, sorted."""
        names = {where + name for where, shape in self._shapes for name in shape}
        return sorted(name for name in names if self._is_known(name))

    def _is_known(self, name: str) -> bool:
        rules: Mapping[str, FieldRule] = self.spec.fields
        for part in name.replace("[]", "").split("."):
            if part not in rules:
                return False
            rules = rules[part].nested
        return True

    def _object(self, value: dict[str, Any], rules: Mapping[str, FieldRule], where: str) -> dict[str, Any]:
        if isinstance(value, AmbiguousObject):
            raise Rejected("duplicate_key", f"a key occurs twice in {where.rstrip('.') or 'the record'}")
        self._shapes.add((where, tuple(value)))
        clean: dict[str, Any] = {}
        for name, item in value.items():
            rule = rules.get(name)
            if rule is None:
                self._count(where + name)
                continue
            if rule.do == "drop":
                continue
            if item is None:
                clean[name] = None
            elif rule.do == "keep" and isinstance(item, (str, bool)):
                clean[name] = _without_separators(item) if rule.is_number else item
            elif rule.do == "nest":
                clean[name] = self._nested(item, rule, where + name)
            else:
                clean[name] = self._plain(item, self._change(rule), where + name)
        return clean

    def _nested(self, item: Any, rule: FieldRule, where: str) -> Any:
        if isinstance(item, dict):
            return self._object(item, rule.nested, f"{where}.")
        if isinstance(item, list):
            return [self._object(self._need_object(one, where), rule.nested, f"{where}[].") for one in item]
        return self._need_object(item, where)

    def _need_object(self, item: Any, where: str) -> dict[str, Any]:
        if isinstance(item, dict):
            return item
        self.retyped[where] += 1
        raise Rejected("wrong_type", f"expected an object at {where}, got {_kind(item)}")

    def _change(self, rule: FieldRule) -> Callable[[str], str | None]:
        if rule.do == "mask":
            return mask_text
        if rule.do == "pseudonym":
            key, plain = self._identity_key, _PLAIN_FORMS.get(rule.namespace, str)
            return lambda raw: pseudonym(key, rule.namespace or self._platform, plain(raw))
        return lambda raw: raw

    def _plain(self, item: Any, change: Callable[[str], str | None], where: str) -> Any:
        """Text, boolean, null or a list of those; an object inside is unknown content and is dropped."""
        if isinstance(item, bool) or item is None:
            return item
        if isinstance(item, str):
            return change(item)
        if isinstance(item, list):
            plain = [one for one in item if not isinstance(one, (dict, list))]
            if len(plain) < len(item):
                self.retyped[f"{where}[]"] += 1
            return [self._plain(one, change, where) for one in plain]
        self.retyped[where] += 1
        return None

    def _count(self, name: str) -> None:
        self.unknown[mask_text(name)[:80]] += 1


def _without_separators(item: str | bool) -> str | bool:
    """A number without its thousands separators: "1,234.50" and "1234.50" are the same record."""
    if isinstance(item, str) and "," in item and _SEPARATED.fullmatch(item):
        return item.replace(",", "")
    return item


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, bool):
        return "a boolean"
    return "nothing" if value is None else "text or a number"
