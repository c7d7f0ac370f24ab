"""The receiver as a process: `python -m extract.site --port 8090 --spool DIR --account shop [--account …]`.

The keys come from the environment: SITE_SIGNING_KEY and IDENTITY_KEY.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import uvicorn

from extract.site.receiver import Receiver, create_app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m extract.site", description="Receive signed events of the site.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument("--spool", type=Path, required=True, help="folder of the spool")
    parser.add_argument("--account", action="append", required=True, help="an account that may send; repeatable")
    options = parser.parse_args()
    try:
        keys = os.environ["SITE_SIGNING_KEY"].encode(), os.environ["IDENTITY_KEY"].encode()
    except KeyError as missing:
        parser.error(f"{missing.args[0]} is not in the environment")
    app = create_app(Receiver(options.spool, options.account, *keys))
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
