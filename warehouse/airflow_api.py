"""The few calls of Airflow's REST API that the command line needs: trigger runs, follow them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from warehouse.settings import Settings

FINISHED = {"success", "failed"}
READ_ATTEMPTS = 4
PAGE = 100
"""Airflow answers no more at once, whatever is asked ([api] maximum_page_limit)."""


class AirflowError(RuntimeError):
    """Airflow refused a call; the message holds its answer."""


@dataclass(frozen=True)
class TaskState:
    """One task instance of a run."""

    task_id: str
    map_index: int
    label: str
    state: str | None
    started: datetime | None
    ended: datetime | None


class AirflowApi:
    """A logged-in client of the running Airflow. Tokens are fetched when needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._http = httpx.Client(base_url=settings.airflow_url, timeout=30)

    def _call(self, method: str, path: str, *, missing_ok: bool = False, **kwargs: Any) -> Any:
        for attempt in (1, 2):
            answer = self._request(method, path, **kwargs)
            if answer.status_code != 401 or attempt == 2:
                break
            login = {"username": "admin", "password": self._settings.secrets["ADMIN_PASSWORD"]}
            token = self._http.post("/auth/token", json=login)
            if token.status_code != 201:
                raise AirflowError(f"Airflow refused the login: {token.status_code} {token.text[:300]}")
            self._http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        if answer.status_code == 404 and missing_ok:
            return None
        if answer.status_code >= 400:
            raise AirflowError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def _request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """One request; a busy Airflow that does not answer a question in time is asked again."""
        for attempt in range(READ_ATTEMPTS):
            try:
                return self._http.request(method, path, **kwargs)
            except httpx.TransportError as error:
                if method != "GET" or attempt == READ_ATTEMPTS - 1:
                    raise AirflowError(f"{method} {path}: Airflow does not answer ({type(error).__name__})") from None
                time.sleep(2)
        raise AssertionError("unreachable")

    def clear_queued_events(self, dag_id: str) -> None:
        """Forget asset events that wait for the DAG's other assets, left by an earlier refresh."""
        self._call("DELETE", f"/api/v2/dags/{dag_id}/assets/queuedEvents", missing_ok=True)

    def end_open_runs(self, dag_id: str, state: str) -> None:
        """Give the DAG's queued and running runs a final STATE (success or failed); their tasks are stopped."""
        for run in self.runs(dag_id, limit=100):
            if run["state"] not in FINISHED:
                path = f"/api/v2/dags/{dag_id}/dagRuns/{run['dag_run_id']}"
                self._call("PATCH", path, json={"state": state}, params={"update_mask": "state"})

    def dag_ids(self) -> set[str]:
        """The DAGs that the DAG processor has read."""
        return {dag["dag_id"] for dag in self._call("GET", "/api/v2/dags", params={"limit": 200})["dags"]}

    def import_errors(self) -> list[str]:
        """Why DAG files could not be read."""
        return [
            f"{e['filename']}: {e['stack_trace'].strip().splitlines()[-1]}"
            for e in self._call("GET", "/api/v2/importErrors")["import_errors"]
        ]

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Start a run now; returns its id."""
        body = {"logical_date": None, "conf": conf}
        return str(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body)["dag_run_id"])

    def runs(self, dag_id: str, limit: int = 20) -> list[dict[str, Any]]:
        """The newest runs first: dag_run_id, state, run_type, queued_at, start_date, end_date."""
        params: dict[str, Any] = {"limit": limit, "order_by": "-run_after"}
        return list(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns", params=params)["dag_runs"])

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """One run."""
        return dict(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"))

    def states_since(self, began: datetime) -> dict[tuple[str, str], str]:
        """The states of all runs from BEGAN on, by DAG id and run id."""
        runs = self._pages("/api/v2/dags/~/dagRuns", "dag_runs", began)
        return {(run["dag_id"], run["dag_run_id"]): run["state"] for run in runs}

    def tasks_since(self, began: datetime) -> dict[tuple[str, str], list[TaskState]]:
        """The task instances of all runs from BEGAN on, by DAG id and run id."""
        found: dict[tuple[str, str], list[TaskState]] = {}
        for task in self._pages("/api/v2/dags/~/dagRuns/~/taskInstances", "task_instances", began):
            found.setdefault((task["dag_id"], task["dag_run_id"]), []).append(_task_state(task))
        return found

    def tasks(self, dag_id: str, run_id: str) -> list[TaskState]:
        """The task instances of a run."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        return [_task_state(task) for task in self._pages(path, "task_instances")]

    def _pages(self, path: str, name: str, began: datetime | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        since = {"run_after_gte": began.isoformat()} if began else {}
        while True:
            params: dict[str, Any] = {"limit": PAGE, "offset": len(found), "order_by": "id", **since}
            page = self._call("GET", path, params=params)
            found += page[name]
            if not page[name] or len(found) >= page["total_entries"]:
                return found

    def failure(self, dag_id: str, run_id: str, task: TaskState, attempt: int = 1) -> str:
        """Why a task failed: the text of its exception from its log, or the log's last lines."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task.task_id}/logs/{attempt}"
        params: dict[str, Any] = {"map_index": task.map_index, "full_content": "true"}
        entries = [e for e in self._call("GET", path, params=params)["content"] if isinstance(e, dict)]
        raised = [detail["exc_value"] for e in entries for detail in e.get("error_detail") or []]
        return str(raised[-1]) if raised else "\n".join(str(e.get("event")) for e in entries[-8:])


def _task_state(task: dict[str, Any]) -> TaskState:
    return TaskState(
        task["task_id"],
        task["map_index"],
        str(task.get("rendered_map_index") or task["map_index"]),
        task["state"],
        _instant(task["start_date"]),
        _instant(task["end_date"]),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
