"""What a build starts from: the served snapshot, or nothing when the models changed since."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.builds import make_build, passed
from warehouse import build
from warehouse import settings as settings_module
from warehouse.build import BuildError, prepare
from warehouse.publish import publish
from warehouse.settings import Settings, code_version

OLD, NEW = "20261121T000000Z-000000000001aaaa", "20261122T000000Z-000000000002bbbb"


def land(settings: Settings, load_id: str) -> Path:
    """An empty landing file: preparing lists loads and opens none."""
    path = settings.landing / "wechat" / "getusersummary" / "account=a" / f"{load_id}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.fixture
def served(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A served snapshot made of one load by models `code`, with its stage; a second load has landed since."""
    monkeypatch.setattr(build, "code_version", lambda: "code")
    land(settings, OLD)
    prepare(settings)
    settings.stage_file.write_text("parsed landing")
    make_build(settings, [1, 2])
    manifest = publish(settings, passed())
    (settings.current / "manifest.json").write_text(json.dumps(manifest | {"loads": [OLD]}))
    land(settings, NEW)
    return settings


def started_from(settings: Settings) -> tuple[bool, dict[str, str]]:
    """Whether the build file holds the snapshot's tables, and what becomes of each load."""
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        tables = connection.execute("select 1 from information_schema.tables where table_schema = 'core'").fetchall()
        changes = connection.execute("select load_id, change from control.loads").fetchall()
    return bool(tables), dict(changes)


def test_the_same_models_go_on_from_the_served_snapshot(served: Settings) -> None:
    prepared = prepare(served)
    assert not prepared.full
    assert not prepared.full
    assert started_from(served) == (True, {OLD: "kept", NEW: "added"})
    assert served.stage_file.exists()


def test_changed_models_start_from_nothing_and_derive_stage_again(
    served: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "code_version", lambda: "changed")
    prepared = prepare(served)
    assert prepared.full
    assert prepared.full
    assert started_from(served) == (False, {OLD: "added", NEW: "added"})
    assert not served.stage_file.exists()
    served.stage_file.write_text("parsed again")
    prepare(served)
    assert served.stage_file.exists(), "once derived by these models, stage is kept until the next change"


def test_a_rebuild_starts_from_nothing_whatever_the_models(served: Settings) -> None:
    prepared = prepare(served, rebuild=True)
    assert prepared.full
    assert started_from(served) == (False, {OLD: "added", NEW: "added"})
    assert not served.stage_file.exists()


def test_an_excluded_load_is_removed_where_it_was_applied(served: Settings) -> None:
    (served.warehouse / "excluded_loads.txt").write_text(f"{OLD}  # wrong account\n")
    prepare(served)
    assert started_from(served) == (True, {OLD: "removed", NEW: "added"})


def test_a_lost_landing_file_is_an_error_that_names_it(served: Settings) -> None:
    land(served, OLD).unlink()
    with pytest.raises(BuildError, match=rf"1 loads .* no longer in .*{OLD}"):
        prepare(served)


def test_a_lost_load_that_people_excluded_leaves_no_row(served: Settings) -> None:
    """Nothing tells any more which rows were its own: all of them are made again."""
    land(served, OLD).unlink()
    (served.warehouse / "excluded_loads.txt").write_text(f"{OLD}  # the disk broke\n")
    assert prepare(served).full
    assert not served.stage_file.exists(), "what was parsed from it is gone, too"
    assert started_from(served) == (False, {NEW: "added"})


def test_the_digest_follows_what_makes_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_module, "REPO", tmp_path)
    project = tmp_path / "dbt_project"
    files = ["dbt_project.yml", "models/core/fct.sql", "macros/m.sql", "seeds/s.csv"]
    others = ["tests/t.sql", "docs/columns.md", "README.md"]
    for name in [*files, *others]:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("one")
    versions = [code_version()]
    for name in files:
        (project / name).write_text("two")
        versions.append(code_version())
    assert len(set(versions)) == 1 + len(files)
    for name in others:
        (project / name).write_text("two")
    assert code_version() == versions[-1]


def test_too_much_for_one_build_comes_in_batches(served: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is a build of its own on what is built: what came before is kept, what went is no more removed."""
    settings = replace(served, build_batch_megabytes=0.001)
    third = "20261123T000000Z-000000000003cccc"
    (settings.warehouse / "excluded_loads.txt").write_text(OLD)
    land(settings, NEW).write_bytes(bytes(1000))
    land(settings, third)
    built = []

    def dbt(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        built.append(started_from(settings)[1])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(build.subprocess, "run", dbt)
    prepared = prepare(settings)
    build.build_batches(settings)
    assert (prepared.added, prepared.removed, prepared.loads) == (2, 1, [NEW, third])
    assert built == [{OLD: "removed", NEW: "added"}]
    assert started_from(settings)[1] == {OLD: "excluded", NEW: "kept", third: "added"}
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        assert connection.execute("select load_id from control.loads where is_new").fetchall() == [(NEW,), (third,)]


def test_a_batch_that_fails_ends_the_build_with_the_words_of_dbt(served: Settings) -> None:
    settings = replace(served, build_batch_megabytes=0.001)
    land(settings, NEW).write_bytes(bytes(1000))
    land(settings, "20261123T000000Z-000000000003cccc")
    prepare(settings)
    with pytest.raises(BuildError, match=r"dbt build failed in batch 1 of 2:\n(.|\n)*not a valid DuckDB"):
        build.build_batches(settings)
