"""The command line: serve, accounts, truth, drop, calendar."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sandbox.settings import Settings
from sandbox.world import World
from sandbox.world.time import instant_of


def _instant(text: str) -> int:
    try:
        return instant_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected an ISO date and time, got {text!r}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD, got {text!r}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A simulated brand: servers with the platforms' contracts, a hot list, and the truth. "
        "SANDBOX_SEED (7) and SANDBOX_SCALE (1) choose the world.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser(
        "serve", help="run the servers", description="Runs every platform at /<source>, and /_sandbox."
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    serve.add_argument(
        "--now", default=None, help="freeze the clock at this ISO instant (else SANDBOX_NOW, else running)"
    )
    listing = commands.add_parser(
        "accounts", help="print the accounts as JSON", description="Prints the accounts as JSON."
    )
    listing.add_argument("--base-url", default="http://127.0.0.1:8900", help="where the servers run")
    for name, text in (
        ("truth", "export what is true, as Parquet"),
        ("drop", "write the Weibo hot list as hourly files"),
        ("calendar", "write what the brand plans to publish, as the seed content_calendar"),
        ("activities", "write the brand's marketing activities, as the seed activities"),
    ):
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.add_argument("--out", type=Path, required=True, help="folder to write to")
        command.add_argument("--from", dest="first", type=_day, required=True, help="first day, YYYY-MM-DD")
        command.add_argument("--to", dest="last", type=_day, required=True, help="last day, YYYY-MM-DD, included")
        if name == "truth":
            command.add_argument(
                "--as-of", type=_instant, required=True, help="ISO instant; Asia/Shanghai without a zone"
            )
        elif name == "drop":
            command.add_argument("--now", type=_instant, default=None, help="only hours that exist at this ISO instant")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        settings = Settings.read()
    except ValueError as error:
        parser.error(str(error))
    if options.command == "serve":
        return _serve(settings, options.host, options.port, options.now)
    if options.command == "accounts":
        from sandbox.accounts import accounts

        json.dump(accounts(settings.seed, settings.scale, options.base_url), sys.stdout, ensure_ascii=False, indent=2)
        print()
        return 0
    if options.first > options.last:
        parser.error(f"--from {options.first} is after --to {options.last}")
    if options.command == "calendar":
        from sandbox.editorial import write_calendar

        print(f"{write_calendar(settings.seed, settings.scale, options.first, options.last, options.out)} rows")
        return 0
    if options.command == "activities":
        from sandbox.editorial import write_activities

        print(f"{write_activities(options.first, options.last, options.out)} rows")
        return 0
    world = World(settings.seed, settings.scale)
    if options.command == "truth":
        from sandbox.truth import write_truth

        for name, rows in write_truth(world, options.out, options.first, options.last, options.as_of).items():
            print(f"{name}\t{rows}")
        return 0
    from sandbox.drop import write_drop

    now = options.now if options.now is not None else int(time.time())
    print(f"{write_drop(world.hot, options.out, options.first, options.last, now)} files")
    return 0


def _serve(settings: Settings, host: str, port: int, now: str | None) -> int:
    import uvicorn

    from sandbox.clock import Clock
    from sandbox.server import create_app

    start = now or settings.now
    clock = Clock(_instant(start) if start else None)
    world = World(settings.seed, settings.scale)
    uvicorn.run(
        create_app(world, clock), host=host, port=port, log_level="warning", lifespan="off", timeout_graceful_shutdown=3
    )
    return 0
