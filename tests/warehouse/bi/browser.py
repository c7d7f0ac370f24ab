"""A headless Chromium for tests: found on the machine, or the reason why there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Without a sandbox it runs as root in containers; the others keep it from calling home or drawing on a GPU.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
)


def find_chromium() -> str | None:
    """Path of a Chromium: env CHROMIUM, then PATH, then one that `playwright install chromium` brought."""
    told = os.environ.get("CHROMIUM")
    if told:
        return told
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


WHY_NOT = (
    "no Chromium: `apt-get install -y chromium fonts-noto-cjk`, or `.venv/bin/playwright install chromium`, "
    "or point CHROMIUM at one"
)


@contextmanager
def page(executable: str, width: int = 1600, height: int = 1000, locale: str = "en-US") -> Iterator[Page]:
    """A page of a fresh browser; closed afterwards."""
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=executable, headless=True, args=list(FLAGS))
        try:
            context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
            yield context.new_page()
        finally:
            browser.close()
