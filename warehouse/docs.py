"""The browsable documentation: dbt's models, columns and metrics with their lineage, as one static page."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from warehouse.refresh import RefreshError, parse_dbt
from warehouse.settings import REPO, Settings


def write_docs(settings: Settings) -> Path:
    """Write `<home>/docs/index.html`; opens in a browser without a server. Returns its path."""
    parse_dbt(settings)
    dbt = str(Path(sys.executable).parent / "dbt")
    # the catalog would be read from the build file, which exists only during a build
    command = [dbt, "docs", "generate", "--static", "--empty-catalog", "--no-compile", "--quiet"]
    done = subprocess.run(command, env=settings.service_env(), cwd=REPO / "dbt_project", capture_output=True, text=True)
    if done.returncode:
        raise RefreshError(f"dbt could not write the documentation:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    page = settings.home / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(settings.dbt_target / "static_index.html", page)
    return page
