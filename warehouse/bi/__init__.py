"""BI: from the metrics layer to Superset.

compile (dbt's manifests → dataset files) → check (chart → dataset → metric → model) → bundle (one zip) → sync (into a
running Superset). `server` prepares and runs Superset itself, `client` speaks its REST interface. Those modules take
paths, addresses and credentials; the functions here fill them in from the project's settings.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouse.bi.server import Server
    from warehouse.settings import Settings

#: Slug of the dashboard people open first.
DASHBOARD = "social-marketing-overview"
ADMIN = "admin"
SERVICE = "superset"


def superset_server(settings: Settings) -> Server:
    """Superset as these settings run it."""
    from warehouse.bi.server import Server
    from warehouse.settings import REPO

    home = settings.home.resolve()
    return Server(
        config=REPO / "superset",
        environment=Path(os.environ.get("SUPERSET_VENV", REPO / ".venv-superset")),
        home=home / "superset",
        warehouse_file=_served(settings),
        secret_key=settings.secrets["SUPERSET_SECRET_KEY"],
        admin_password=settings.secrets["ADMIN_PASSWORD"],
        admin_user=ADMIN,
        bind=settings.bind,
        port=settings.superset_port,
        templates=Path(os.environ.get("SUPERSET_TEMPLATES", home / "cache" / "superset")),
        metadata_uri=os.environ.get("SUPERSET_METADATA_URI"),
    )


def assets_folder() -> Path:
    """The BI objects as files."""
    from warehouse.settings import REPO

    return REPO / "superset" / "assets"


def prepare(settings: Settings) -> None:
    """Make or upgrade Superset's metadata database."""
    from warehouse.bi.server import prepare as prepare_server

    prepare_server(superset_server(settings))


def command(settings: Settings) -> list[str]:
    """Superset's web server in the foreground, for a container."""
    from warehouse.bi.server import command as server_command

    return server_command(superset_server(settings))


def environment(settings: Settings) -> dict[str, str]:
    """The environment of `command`."""
    return superset_server(settings).env()


def start(settings: Settings, progress: Callable[[str], None] | None = None) -> bool:
    """Start Superset unless it runs; False if it did."""
    from warehouse import services
    from warehouse.bi import server

    if services.find(settings, SERVICE):
        return False
    if progress:
        progress("starting Superset")
    services.refuse_taken_port(settings, "SUPERSET_PORT", settings.superset_port)
    prepare(settings)
    superset = superset_server(settings)
    with services.stopped_on_failure(settings, SERVICE):
        services.start(settings, SERVICE, server.command(superset), superset.env(), cwd=superset.home)
        services.wait_healthy(settings, SERVICE, lambda: server.answers(superset.url), 120)
    return True


def stop(settings: Settings) -> list[str]:
    """Stop Superset; the names of what was stopped."""
    from warehouse import services

    return services.stop(settings, SERVICE)


def sync_if_running(settings: Settings, snapshot_id: str | None = None) -> str:
    """Import the assets if a Superset answers; one line that says what happened (`snapshot_id` is for that line)."""
    from warehouse.bi.server import answers
    from warehouse.bi.sync import sync

    if not answers(settings.superset_url):
        return "Superset is not running; it will be synced when it starts"
    report = sync(
        settings.superset_url,
        ADMIN,
        settings.secrets["ADMIN_PASSWORD"],
        assets_folder(),
        _served(settings),
        superset_server(settings).cache_folder,
    )
    return report.message() + (f" (snapshot {snapshot_id})" if snapshot_id else "")


def compile_datasets(settings: Settings) -> list[str]:
    """Compile dbt's metrics into `superset/assets/datasets/`; what changed. Needs a parsed dbt project."""
    from warehouse.bi.compile import write_datasets

    return write_datasets(settings.dbt_target, assets_folder())


def check(settings: Settings) -> list[str]:
    """Everything that does not fit between charts, datasets, metrics and models. Parses the dbt project first."""
    from warehouse.bi.checks import check as check_files
    from warehouse.refresh import parse_dbt

    parse_dbt(settings)
    return check_files(settings.dbt_target, assets_folder())


def chart_data(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Rows of every chart of the dashboard, by title, as the running Superset answers them."""
    from warehouse.bi.client import Superset

    with Superset(settings.superset_url, ADMIN, settings.secrets["ADMIN_PASSWORD"]) as superset:
        charts = superset.call("GET", f"/api/v1/dashboard/{DASHBOARD}/charts")["result"]
        return {chart["slice_name"]: superset.chart_data(chart["id"]) for chart in charts}


def _served(settings: Settings) -> Path:
    return settings.current / "warehouse.duckdb"
