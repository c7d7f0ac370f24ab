"""Superset's REST interface, as far as the project needs it: login, assets import, chart data, listing, deleting."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

#: Kinds in the order in which they may be deleted: what refers to others first.
KINDS = ("dashboard", "chart", "dataset", "database")
_NAME_COLUMN = {
    "dashboard": "dashboard_title", "chart": "slice_name", "dataset": "table_name", "database": "database_name",
}  # fmt: skip


class SupersetError(RuntimeError):
    """Superset answered with an error. The message holds the call, the status and what Superset said."""


class Superset:
    """A logged-in session. Use as a context manager; one per thread.

    `url` is the address of the web server, without a path. Raises SupersetError on any answer but 2xx, and httpx errors
    when it cannot be reached.
    """

    def __init__(self, url: str, user: str, password: str, timeout: float = 60.0) -> None:
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=timeout, headers={"Referer": url})
        body = {"username": user, "password": password, "provider": "db", "refresh": False}
        token = self.call("POST", "/api/v1/security/login", json=body)["access_token"]
        self._http.headers["Authorization"] = f"Bearer {token}"
        self._http.headers["X-CSRFToken"] = self.call("GET", "/api/v1/security/csrf_token/")["result"]

    def __enter__(self) -> Superset:
        """The session itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._http.close()

    def request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """One call, whatever the answer."""
        return self._http.request(method, path, **kwargs)

    def call(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        """One call; the answer's JSON."""
        answer = self.request(method, path, **kwargs)
        if not answer.is_success:
            raise SupersetError(f"{method} {answer.url}: {answer.status_code}, Superset says: {answer.text[:2000]}")
        body: dict[str, Any] = answer.json()
        return body

    def import_assets(self, bundle: bytes) -> None:
        """Create or overwrite everything in the bundle; metrics and columns that are not in it disappear."""
        files = {"bundle": ("assets.zip", bundle, "application/zip")}
        self.call("POST", "/api/v1/assets/import/", files=files, data={"passwords": "{}"})

    def listing(self, kind: str) -> Iterator[dict[str, Any]]:
        """All objects of a kind as `{id, uuid, is_managed_externally, …}`, page by page."""
        page = 0
        while True:
            query = f"(page:{page},page_size:100,order_column:{_NAME_COLUMN[kind]},order_direction:asc)"
            answer = self.call("GET", f"/api/v1/{kind}/?q={quote(query)}")
            yield from answer["result"]
            page += 1
            if page * 100 >= answer["count"]:
                return

    def detail(self, kind: str, key: int) -> dict[str, Any]:
        """One object, in full."""
        result: dict[str, Any] = self.call("GET", f"/api/v1/{kind}/{key}")["result"]
        return result

    def delete(self, kind: str, key: int) -> None:
        """Remove one object."""
        self.call("DELETE", f"/api/v1/{kind}/{key}")

    def chart_data(self, key: int, *, force: bool = False) -> list[dict[str, Any]]:
        """Rows of a stored chart."""
        answer = self.call("GET", f"/api/v1/chart/{key}/data/", params={"force": str(force).lower()})
        rows: list[dict[str, Any]] = answer["result"][0]["data"]
        return rows

    def query(self, dataset_id: int, query: Mapping[str, Any], *, force: bool = False) -> dict[str, Any]:
        """Ask a dataset: one query object of `POST /api/v1/chart/data`; the first result (`data, is_cached, error`)."""
        body = {
            "datasource": {"id": dataset_id, "type": "table"},
            "force": force,
            "queries": [dict(query)],
            "result_format": "json",
            "result_type": "full",
        }
        result: dict[str, Any] = self.call("POST", "/api/v1/chart/data", json=body)["result"][0]
        return result

    def sql(self, database_id: int, sql: str) -> httpx.Response:
        """Run a statement in SQL Lab; the raw answer, refusals included."""
        body = {"database_id": database_id, "sql": sql, "runAsync": False, "client_id": "", "queryLimit": 100}
        return self.request(
            "POST", "/api/v1/sqllab/execute/", content=json.dumps(body), headers={"Content-Type": "application/json"}
        )
