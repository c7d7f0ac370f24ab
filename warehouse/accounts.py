"""The accounts to extract: from `config/accounts.yml`, or the sandbox's when there is none.

The file names accounts and the Airflow connection that holds their credentials; it holds no secret itself:

    wechat:
      - {account: wx0123456789abcdef, name: Brand main account, connection: wechat_main}
    oceanengine:
      - {account: "1790000000000001", name: Shop ads, connection: oceanengine_main}
    xiaohongshu:
      - {account: brand, name: Brand on Xiaohongshu, connection: ""}   # files only: data/drop/xiaohongshu/brand/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from warehouse.settings import Settings

if TYPE_CHECKING:
    from extract.model import Account


NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")  # it becomes a folder's name


@dataclass(frozen=True)
class AccountConfig:
    """One account to extract. `connection` is the id of an Airflow connection."""

    source: str
    account: str
    name: str
    connection: str


class ConfigError(ValueError):
    """`config/accounts.yml` cannot be used; the message says where and what was expected."""


def configured(settings: Settings) -> list[AccountConfig]:
    """All configured accounts, in order of source and account."""
    from extract.sources import sources

    if settings.uses_sandbox:
        found = [
            AccountConfig(a["source"], a["account"], a["name"], a["connection"]) for a in _sandbox_accounts(settings)
        ]
    else:
        found = _read(settings)
    if not any(a.source == "weibo_hot_search" for a in found):
        found.append(AccountConfig("weibo_hot_search", "archive", "Weibo hot search archive", ""))
    for account in found:
        if account.source not in sources():
            raise ConfigError(
                f"{settings.accounts_file}: unknown source {account.source!r}; known: {', '.join(sorted(sources()))}"
            )
    return sorted(found, key=lambda a: (a.source, a.account))


def active_sources(settings: Settings) -> list[str]:
    """The sources that have accounts, sorted: each has its DAG. All of them if the accounts cannot be read, so that
    their runs say why."""
    from extract.sources import sources

    try:
        return sorted({account.source for account in configured(settings)})
    except ConfigError:
        return sorted(sources())


def _read(settings: Settings) -> list[AccountConfig]:
    where = settings.accounts_file
    assert where is not None
    try:
        content = yaml.safe_load(where.read_text("utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{where} is not a YAML file: {error}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{where}: expected a mapping of source to a list of accounts, got {type(content).__name__}")
    accounts = []
    for source, entries in content.items():
        if not isinstance(entries, list | None):
            raise ConfigError(f"{where}: {source}: expected a list of accounts, got {type(entries).__name__}")
        for position, entry in enumerate(entries or [], start=1):
            if not isinstance(entry, dict) or not {"account", "connection"} <= entry.keys():
                raise ConfigError(
                    f"{where}: {source}, entry {position}: expected `account` and `connection` (empty for an account "
                    f"that is known by files only), got {_shape(entry)}"
                )
            account = str(entry["account"])
            if not NAME.fullmatch(account):
                raise ConfigError(
                    f"{where}: {source}, entry {position}: expected letters, digits, '_', '.', '-', got {account!r}"
                )
            connection = str(entry["connection"] or "")
            accounts.append(AccountConfig(source, account, str(entry.get("name", account)), connection))
    keys = [_key(a) for a in accounts]
    doubles = {key for key in keys if keys.count(key) > 1}
    if doubles:
        raise ConfigError(f"{where}: listed twice: {sorted(doubles)}")
    return accounts


def _shape(entry: object) -> str:
    """What an entry looks like, without its values: a secret may have been put there by mistake."""
    return f"the keys {sorted(map(str, entry))}" if isinstance(entry, dict) else type(entry).__name__


def _key(account: AccountConfig) -> tuple[str, str]:
    return (account.source, account.account)


def _sandbox_accounts(settings: Settings) -> list[dict[str, Any]]:
    from sandbox.accounts import accounts

    return accounts(settings.sandbox_seed, settings.sandbox_scale, settings.sandbox_url, settings.sandbox_files)


def sandbox_connections(settings: Settings) -> dict[str, str]:
    """`AIRFLOW_CONN_*` variables of the sandbox's accounts, so that they resolve like real ones."""
    return {
        f"AIRFLOW_CONN_{a['connection'].upper()}": json.dumps(
            {"conn_type": "generic", "extra": {"base_url": a["base_url"], **a["credentials"]}}
        )
        for a in _sandbox_accounts(settings)
        if a["connection"]
    }


def resolve(config: AccountConfig) -> Account:
    """The account with its credentials, read from its Airflow connection (call inside a task).

    The connection's extra (a JSON object) holds the credentials by the names that the source's README lists, and
    `base_url` where the platform's own host is not meant.
    """
    from extract.model import Account
    from extract.sources import sources

    if sources()[config.source].kind == "drop" or not config.connection:  # files: nothing to log in to
        return Account(config.source, config.account, config.name, "", "", {})
    from airflow.sdk import BaseHook

    from extract.sources import sources

    extra = {k: str(v) for k, v in BaseHook.get_connection(config.connection).extra_dejson.items()}
    base_url = extra.pop("base_url", "")
    return Account(config.source, config.account, config.name, config.connection, base_url, extra)
