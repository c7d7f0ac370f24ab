"""Processes of our own: started once, found again, stopped with all their children, never somebody else's."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from warehouse import services
from warehouse.settings import Settings

PARENT = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '300']).pid, flush=True); time.sleep(300)"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return services._start_time(pid) is not None


def test_stopping_a_service_stops_its_children(settings: Settings) -> None:
    process = services.start(settings, "parent", [sys.executable, "-c", PARENT], dict(os.environ))
    assert services.start(settings, "parent", ["false"], {}) == process, "a running service is not started twice"
    for _ in range(100):
        text = services.log_file(settings, "parent").read_text().split()
        if text:
            break
        time.sleep(0.1)
    child = int(text[0])
    assert services.find(settings, "parent") == process
    assert services.stop(settings, "parent") == ["parent"]
    assert not alive(process.pid)
    assert not alive(child)
    assert services.find(settings, "parent") is None
    assert services.stop(settings, "parent") == []


def test_a_reused_pid_is_not_ours(settings: Settings) -> None:
    other = subprocess.Popen(["sleep", "60"])
    try:
        settings.run.mkdir(parents=True)
        (settings.run / "thing.pid").write_text(f"{other.pid} 12345\n")
        assert services.find(settings, "thing") is None
        assert services.stop(settings, "thing") == []
        assert alive(other.pid)
    finally:
        other.kill()
        other.wait()


def test_a_service_that_dies_while_starting_shows_its_last_words(settings: Settings) -> None:
    services.start(settings, "broken", [sys.executable, "-c", "raise SystemExit('no such table')"], dict(os.environ))
    with pytest.raises(services.ServiceError, match=r"broken ended while starting(.|\n)*no such table"):
        services.wait_healthy(settings, "broken", lambda: False, 20)


def test_one_refresh_at_a_time(settings: Settings) -> None:
    with (
        services.exclusive(settings, "refresh", "refreshing 2026-11-20"),
        pytest.raises(services.ServiceError, match=rf"Another refresh .*2026-11-20, pid {os.getpid()}"),
        services.exclusive(settings, "refresh", "a second"),
    ):
        pass
    with services.exclusive(settings, "refresh", "a third"):
        pass


def test_a_taken_port_is_named(settings: Settings) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.sandbox_port))
        taken.listen()
        with pytest.raises(services.ServiceError, match=rf"Port {settings.sandbox_port} .* SANDBOX_PORT"):
            services.start_sandbox(settings)


def test_secrets_are_private_and_stay(settings: Settings) -> None:
    first = settings.secrets
    file = settings.home / "secrets.env"
    assert file.stat().st_mode & 0o777 == 0o600
    again = Settings.load({"WAREHOUSE_HOME": str(settings.home)}).secrets
    assert again == first
    assert all(len(value) >= 12 for value in first.values())


def test_the_sandbox_has_no_schedule_of_its_own(tmp_path: Path) -> None:
    """A scheduled run moves its clock to now: in the middle of a refresh of other days that costs their answers."""
    accounts = tmp_path / "accounts.yml"
    accounts.write_text("wechat: []")
    simulated, real = {"WAREHOUSE_ACCOUNTS": "sandbox"}, {"WAREHOUSE_ACCOUNTS": str(accounts)}
    assert not Settings.load(simulated).schedules and Settings.load(real).schedules
    assert not Settings.load({**simulated, "WAREHOUSE_SCHEDULES": ""}).schedules
    assert Settings.load({**simulated, "WAREHOUSE_SCHEDULES": "on"}).schedules
    assert not Settings.load({**real, "WAREHOUSE_SCHEDULES": "off"}).schedules
