"""GrowingIO: each day of each kind of event is an export, asked for until it is done, fetched as gzipped CSV parts."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa

from extract.async_report import Orders, Progress, ordered_file
from extract.client import ApiClient
from extract.columns import each_distinct, read_csv
from extract.contract import ResourceSpec
from extract.errors import BadPayload, Delayed, ExtractError, TokenRejected
from extract.growingio.client import connect
from extract.model import Account, Deadline, ExtractContext, Window
from extract.session import Answer, Session, need

EXPIRE_MINUTES = "60"


class GrowingIOSession:
    """One project."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._project = account.credentials["ai"]
        self._deadline = deadline

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """The events of one day, Asia/Shanghai. Raises Delayed while the platform does not have it."""
        path = f"{spec.path}/{self._project}/{window.first_day:%Y%m%d}0000.json"
        export = _Export(self.client, path)
        ordered_file(export, self._deadline, self.client.limits, path)
        parts = [read_csv(content, path) for content in export.parts]
        table = pa.concat_tables(parts, promote_options="default") if parts else pa.table({})
        return Answer(table=with_origin(table, spec.request.get("query", {})))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()


class _Export(Orders):
    """One export: it is there by itself, so nothing is ordered; its parts are fetched together when it is done."""

    def __init__(self, client: ApiClient, path: str) -> None:
        self._client, self._path = client, path
        self._links: list[str] = []
        self.parts: list[bytes] = []

    def create(self) -> str:
        """Nothing to order."""
        return self._path

    def progress(self, number: str) -> Progress:
        """How far it is; its links once it is done."""
        answer = self._client.call("GET", self._path, query={"expire": EXPIRE_MINUTES})
        status = need(answer, "status", str, self._path)
        if status == "NOT_EXISTS":
            raise Delayed(f"{self._path}: the platform does not have this day", action="the next run asks again")
        if status == "FINISHED":
            self._links = [str(link) for link in need(answer, "downloadLinks", list, self._path)]
        return Progress(status, is_done=status == "FINISHED", is_failed=status == "ERROR")

    def download(self, number: str) -> bytes:
        """Every part; the links carry their own signature and take no token."""
        for place, link in enumerate(self._links, start=1):
            where = f"part {place} of {self._path}"
            try:
                content = self._client.send("GET", link, is_file=True).get("file content")
            except TokenRejected:
                raise ExtractError(
                    f"{where}: its link is no longer accepted", action="the next run asks anew"
                ) from None
            except ExtractError as error:
                error.message = error.message.replace(link, where)
                raise
            if not isinstance(content, bytes):
                raise BadPayload(f"{where}: expected a file, got a JSON object")
            try:
                self.parts.append(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
            except (OSError, EOFError, zlib.error):
                raise BadPayload(f"{where}: the gzip file is damaged") from None
        return b""


def with_origin(table: pa.Table, parameters: Mapping[str, str]) -> pa.Table:
    """The table with the columns that PARAMETERS names, out of queryParameters, and the host of the referrer.

    Parameters: name in the address → column. Of two names of one column the first that is there counts.
    """
    names = table.column_names
    if parameters and "queryParameters" in names:
        for column in dict.fromkeys(parameters.values()):
            wanted = [name for name, target in parameters.items() if target == column]
            first = partial(_first, wanted)
            table = table.append_column(column, each_distinct(table["queryParameters"], first))
    if "referrer" in names:
        table = table.append_column("referrer_host", each_distinct(table["referrer"], _host))
    return table


def _first(wanted: list[str], query: str) -> str | None:
    given = dict(parse_qsl(query.lstrip("?")))
    return next((given[name][:200] for name in wanted if given.get(name)), None)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one project; makes no call yet. Raises Permanent for missing credentials."""
    return GrowingIOSession(account, context, deadline)
