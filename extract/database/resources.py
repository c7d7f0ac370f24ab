"""A database: each resource is one query over a window; see README.md for its file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from extract.contract import ResourceSpec
from extract.database.client import Database
from extract.errors import Permanent
from extract.model import Account, Deadline, ExtractContext, Window
from extract.session import Answer, Session
from extract.tokens import need_credentials


class DatabaseSession:
    """One database."""

    def __init__(self, account: Account) -> None:
        credentials = need_credentials(account.connection, account.credentials, "url")
        self.client = Database(credentials["url"])

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """The rows of a window. `:start` and `:end` are text, `YYYY-MM-DD HH:MM:SS`, Asia/Shanghai, half-open."""
        if not spec.sql:
            raise Permanent(f"{spec.name}: expected sql in its file", reason="bad_payload", action="write the query")
        bounds = {"start": _text(window.start), "end": _text(window.end)}
        return Answer(records=list(self.client.rows(spec.sql, bounds, spec.name)))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one database; makes no call yet. Raises Permanent for a missing or unusable URL."""
    return DatabaseSession(account)


STANDARD_QUERIES = Path(__file__).parent / "queries"
"""The queries that come with the source: those of the sandbox's ERP, and the pattern for one's own."""
