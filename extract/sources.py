"""The registry of sources. Contracts are read on first use, not at import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from extract.contract import Contract, ResourceSpec, load_contract
from extract.model import Account, Deadline, ExtractContext
from extract.session import Session


@dataclass(frozen=True)
class Source:
    """One source. `kind` api: windows are asked; drop: files are taken from `<drop>/<name>/`.

    `ready_at` ("HH:MM", Asia/Shanghai) is when the platform has the day before.
    """

    name: str
    platform: str
    kind: Literal["api", "drop"]
    ready_at: str

    @cached_property
    def contract(self) -> Contract:
        """The source's contract.yml. Raises ValueError if it contradicts itself."""
        return load_contract(self.name)

    @property
    def resources(self) -> Mapping[str, ResourceSpec]:
        """Every resource that this source lands, service resources (`_gaps`, `_rejects`, `_files`) aside."""
        return self.contract.resources

    def connect(self, account: Account, context: ExtractContext, deadline: Deadline) -> Session:
        """A session of an API source; makes no call yet. Raises ExtractError for missing credentials."""
        if self.name == "wechat":
            from extract.wechat.resources import WechatSession

            return WechatSession(account, context, deadline)
        if self.name == "oceanengine":
            from extract.oceanengine.resources import OceanEngineSession

            return OceanEngineSession(account, context, deadline)
        raise ValueError(f"source {self.name} is not an API source")


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source("wechat", "wechat", "api", "08:00"),  # §1.2: ask after 08:00
        Source("oceanengine", "douyin", "api", "08:00"),  # sample report_custom_get: steady after 08:00
        Source("weibo_hot_search", "weibo", "drop", "00:30"),
    )
}


def source_of(account: Account) -> Source:
    """The account's source. Raises ValueError that lists the known ones."""
    if account.source not in SOURCES:
        raise ValueError(f"account {account.account}: expected source {', '.join(SOURCES)}; got {account.source!r}")
    return SOURCES[account.source]
