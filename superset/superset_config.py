"""Superset's configuration. Everything that differs between machines comes from the environment.

| variable | meaning | default |
|---|---|---|
| `SUPERSET_SECRET_KEY` | signs sessions, encrypts stored passwords; required | – |
| `WAREHOUSE_SERVED_FILE` | the served DuckDB file, through `current/`; required | – |
| `SUPERSET_HOME` | Superset's own folder: SQLite metadata, caches | – (required) |
| `SUPERSET_METADATA_URI` | metadata database, e.g. `postgresql+psycopg2://…` | SQLite in `SUPERSET_HOME` |
| `SUPERSET_CACHE_DIR` | folder of the data cache | `SUPERSET_HOME/cache` |
| `SUPERSET_CACHE_SECONDS` | how long an answer is kept (a publish ends it earlier) | 86400 |
| `SUPERSET_PORT` | port of the web server, for links | 8088 |
| `SUPERSET_HTTPS` | `on` behind TLS: secure cookies, proxy headers trusted | off |
| `SUPERSET_LOCALE` | `en` or `zh`, before a user chooses | en |
| `SUPERSET_DUCKDB_THREADS`, `SUPERSET_DUCKDB_MEMORY` | per connection | 2, 1GB |

This folder is on PYTHONPATH: Superset finds this file by its name, and `served_snapshot` beside it.
"""

import logging
import os

from served_snapshot import open_served_file

_home = os.environ["SUPERSET_HOME"]
_cache = os.environ.get("SUPERSET_CACHE_DIR", f"{_home}/cache")
_seconds = int(os.environ.get("SUPERSET_CACHE_SECONDS", "86400"))
_https = os.environ.get("SUPERSET_HTTPS", "off") == "on"

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
DATA_DIR = _home
SQLALCHEMY_DATABASE_URI = os.environ.get("SUPERSET_METADATA_URI") or f"sqlite:///{_home}/superset.db"
SQLALCHEMY_EXAMPLES_URI = SQLALCHEMY_DATABASE_URI
SUPERSET_WEBSERVER_PORT = int(os.environ.get("SUPERSET_PORT", "8088"))
SUPERSET_WEBSERVER_TIMEOUT = 60
LOG_LEVEL = logging.WARNING
SILENCE_FAB = True

# ── caches, without Redis ────────────────────────────────────────────────────────────────────────────────────
# Answers and table lists: files, keyed by snapshot. State of filters and of the chart editor: the metadata database.
CACHE_DEFAULT_TIMEOUT = _seconds
DATA_CACHE_CONFIG = {
    "CACHE_TYPE": "served_snapshot.SnapshotCache",
    "CACHE_DIR": f"{_cache}/data",
    "CACHE_DEFAULT_TIMEOUT": _seconds,
    "CACHE_THRESHOLD": 5000,
    "CACHE_KEY_PREFIX": "data_",
}
CACHE_CONFIG = DATA_CACHE_CONFIG | {"CACHE_DIR": f"{_cache}/metadata", "CACHE_KEY_PREFIX": "metadata_"}
FILTER_STATE_CACHE_CONFIG = {
    "CACHE_TYPE": "SupersetMetastoreCache",
    "CACHE_DEFAULT_TIMEOUT": 90 * 86400,
    "REFRESH_TIMEOUT_ON_RETRIEVAL": True,
}
EXPLORE_FORM_DATA_CACHE_CONFIG = FILTER_STATE_CACHE_CONFIG | {"CACHE_DEFAULT_TIMEOUT": 7 * 86400}

# ── the warehouse ────────────────────────────────────────────────────────────────────────────────────────────
DB_CONNECTION_MUTATOR = open_served_file
PREVENT_UNSAFE_DB_CONNECTIONS = True
PREVENT_UNSAFE_DEFAULT_URLS_ON_DATASET = True
SQLLAB_TIMEOUT = 30
SQL_MAX_ROW = 100_000
# The connection itself refuses these; naming them here makes the refusal readable.
DISALLOWED_SQL_FUNCTIONS = {
    "duckdb": {
        "getenv",
        "glob",
        "parquet_scan",
        "read_blob",
        "read_csv",
        "read_csv_auto",
        "read_json",
        "read_json_auto",
        "read_ndjson",
        "read_parquet",
        "read_text",
        "sniff_csv",
    }
}

# ── the web server ───────────────────────────────────────────────────────────────────────────────────────────
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"  # per worker process
RATELIMIT_APPLICATION = "200 per second"  # a dashboard asks for a score of charts at once
WTF_CSRF_ENABLED = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
ENABLE_PROXY_FIX = _https
PUBLIC_ROLE_LIKE = None
FAB_API_SWAGGER_UI = False
# Nothing is loaded from, or reported to, any other host: the policy also silences the front end's telemetry pixel.
TALISMAN_ENABLED = True
CONTENT_SECURITY_POLICY_WARNING = False
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": _https,
}
FEATURE_FLAGS = {
    "ALERT_REPORTS": False,
    "DASHBOARD_RBAC": True,
    "EMBEDDED_SUPERSET": False,
    "ENABLE_JAVASCRIPT_CONTROLS": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "ESCAPE_MARKDOWN_HTML": True,
    "RLS_IN_SQLLAB": True,
    "SSH_TUNNELING": False,
}

# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────
APP_NAME = "Social marketing"
BABEL_DEFAULT_LOCALE = os.environ.get("SUPERSET_LOCALE", "en")
LANGUAGES = {"en": {"flag": "us", "name": "English"}, "zh": {"flag": "cn", "name": "中文"}}
