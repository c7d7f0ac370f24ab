"""A read-only connection by SQLAlchemy URL: one transaction per query, rows in batches, every value as exact text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Connection, Engine

from extract.errors import BadPayload, ExtractError, Permanent, Redactor
from extract.model import BUSINESS_ZONE
from extract.scrub import mask_text

BATCH = 5_000
_UNREACHED = "see that the database can be reached, and that sql fits its tables"
_ONE_QUERY = re.compile(r"\s*(?:select|with)\b[^;]*;?\s*", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


class Database:
    """One database. Not thread-safe. `answered` counts queries."""

    def __init__(self, url: str) -> None:
        """Raises Permanent when the URL cannot be used; connects at the first query."""
        try:
            self._url: URL = sqlalchemy.make_url(url)
            self._engine = _engine(self._url)
        except (exc.ArgumentError, ImportError) as error:
            what = f"its driver is not installed ({error})" if isinstance(error, ImportError) else "it is no such URL"
            raise Permanent(
                f"url: expected a SQLAlchemy URL such as postgresql+psycopg2://user:password@host/name; {what}",
                reason="unavailable",
                scope="account",
                action="correct url in the connection, or install the driver",
            ) from None
        self.redact = Redactor()
        self.redact.add(url, str(self._url.password or ""))
        self.answered = 0
        self.notices: list[str] = []

    def rows(self, sql: str, parameters: dict[str, str], where: str) -> Iterator[dict[str, Any]]:
        """The rows of one query by column name, in batches from the server. Raises ExtractError.

        Numbers are text as exact as the driver gives them; instants are Asia/Shanghai, `YYYY-MM-DD HH:MM:SS`.
        """
        if not _ONE_QUERY.fullmatch(_COMMENT.sub(" ", sql)):
            raise Permanent(f"{where}: expected one select", reason="bad_payload", action="correct sql in its file")
        try:
            with self._engine.connect() as connection:
                _read_only(connection)
                streaming = connection.execution_options(stream_results=True, yield_per=BATCH)
                result = streaming.execute(sqlalchemy.text(sql), parameters)
                names = list(result.keys())
                if len(set(names)) < len(names):
                    raise BadPayload(f"{where}: two columns of the query have one name")
                for batch in result.partitions(BATCH):
                    for row in batch:
                        yield {name: plain(value, f"{where}.{name}") for name, value in zip(names, row, strict=True)}
                connection.rollback()
            self.answered += 1
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise self._failure(where, error, scope="resource", action=_UNREACHED) from None
        except exc.SQLAlchemyError as error:
            raise self._failure(where, error, reason="bad_payload", action="correct sql in its file") from None

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _failure(self, where: str, error: exc.SQLAlchemyError, **facts: Any) -> ExtractError:
        """What the database says, its first line, without the statement, secrets and what looks personal."""
        said = str(getattr(error, "orig", None) or type(error).__name__).strip().split("\n")[0]
        kind = type(error).__name__
        message = f"{where}: the database answered {kind}: {mask_text(self.redact(said))[:200]}"
        if facts.get("scope") == "resource":
            return ExtractError(message, code=kind, **facts)
        return Permanent(message, code=kind, **facts)


def _engine(url: URL) -> Engine:
    """Opened for reading where the file or driver has such a mode."""
    if url.get_backend_name() == "duckdb":
        return sqlalchemy.create_engine(url, connect_args={"read_only": True})
    if url.get_backend_name() == "sqlite":  # a file that is not there must not be made
        url = url.set(database=f"file:{quote(url.database or '')}").update_query_dict({"mode": "ro", "uri": "true"})
        engine = sqlalchemy.create_engine(url)

        @event.listens_for(engine, "connect")
        def no_writes(connection: Any, _: Any) -> None:
            connection.execute("pragma query_only = on")

        return engine
    return sqlalchemy.create_engine(url, pool_pre_ping=True)


def _read_only(connection: Connection) -> None:
    """Begin a transaction that cannot write; a database that is not named here needs a login that may only read."""
    if connection.dialect.name in ("postgresql", "mysql", "mariadb", "oracle"):
        connection.execute(sqlalchemy.text("set transaction read only"))


def plain(value: Any, where: str) -> Any:
    """A value as landing keeps it: text, boolean or None. Raises BadPayload for bytes and structures."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, datetime):
        local = value.astimezone(BUSINESS_ZONE) if value.tzinfo else value
        return f"{local:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if type(value).__name__ == "UUID":
        return str(value)
    raise BadPayload(f"{where}: expected text, a number, a date or null, got {type(value).__name__}")
