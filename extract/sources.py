"""The sources, found by their folders: every `extract/<source>/contract.yml` is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from types import ModuleType

from extract.contract import Contract, Kind, ResourceSpec, load_contract
from extract.model import Account, Deadline, ExtractContext
from extract.session import Session


@dataclass(frozen=True)
class Source:
    """One source, as its contract describes it."""

    contract: Contract

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.contract.source

    @property
    def platform(self) -> str:
        """The platform whose people and contents it tells of; prefixes pseudonyms."""
        return self.contract.platform

    @property
    def kind(self) -> Kind:
        """`api`: windows are asked; `drop`: there are only files, in `<drop>/<name>/`."""
        return self.contract.kind

    @property
    def ready_at(self) -> str:
        """When the platform has the day before, "HH:MM" in Asia/Shanghai."""
        return self.contract.ready_at

    @property
    def resources(self) -> Mapping[str, ResourceSpec]:
        """Every resource that this source lands, service resources (`_gaps`, `_rejects`, `_files`) aside."""
        return self.contract.resources

    @property
    def reads_own_files(self) -> bool:
        """Whether it has a reader of its own for its files; the files of every other source go through mappings."""
        return self.kind == "drop" and (resources.files("extract") / self.name / "resources.py").is_file()

    @property
    def module(self) -> ModuleType:
        """`extract.<name>.resources`: `open_session` of an API source; `take_files`, `plan_files` of a drop."""
        return import_module(f"extract.{self.name}.resources")

    def connect(self, account: Account, context: ExtractContext, deadline: Deadline) -> Session:
        """A session of an API source; makes no call yet. Raises ExtractError for missing credentials."""
        session: Session = self.module.open_session(account, context, deadline)
        return session


@cache
def sources() -> Mapping[str, Source]:
    """All sources by name, sorted. Raises ValueError if a contract contradicts itself."""
    folders = (entry for entry in resources.files("extract").iterdir() if entry.is_dir())
    names = sorted(folder.name for folder in folders if (folder / "contract.yml").is_file())
    return {name: Source(load_contract(name)) for name in names}


def source_of(account: Account) -> Source:
    """The account's source; with the resources of its own folder where its connection names one (`queries`).

    Raises ValueError that lists the known sources, or says what is wrong in that folder.
    """
    known = sources()
    if account.source not in known:
        raise ValueError(f"account {account.account}: expected source {', '.join(known)}; got {account.source!r}")
    own = account.credentials.get("queries")
    return Source(load_contract(account.source, Path(own).expanduser())) if own else known[account.source]
