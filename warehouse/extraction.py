"""What the extract DAGs do in their tasks: which accounts and days, one account, the closing of a run."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx

from warehouse.accounts import AccountConfig, ConfigError, configured, resolve
from warehouse.build import excluded_loads
from warehouse.settings import BUSINESS_ZONE, Settings, now

log = logging.getLogger(__name__)

BACKFILL_DAYS = 90
# Listed like every gap, but nobody has to act today: the platform is late, or nobody ever took that hour's file.
EXPECTED_GAPS = {"delayed", "expired", "no_file"}


def default_days(settings: Settings) -> tuple[date, date]:
    """Yesterday in Asia/Shanghai; on an empty warehouse the 90 days up to it."""
    last = datetime.now(BUSINESS_ZONE).date() - timedelta(days=1)
    return (last if settings.current.exists() else last - timedelta(days=BACKFILL_DAYS - 1)), last


def plan_run(settings: Settings, source: str, params: dict[str, Any]) -> list[dict[str, str]]:
    """The slices of a run: one per account of SOURCE, with the days asked.

    A scheduled run (no days given) asks for yesterday; with the sandbox its clock is moved to now first.
    """
    claim_target(settings)
    first_given, last_given = params.get("first"), params.get("last")
    if first_given is None and settings.uses_sandbox:
        set_sandbox_clock(settings, datetime.now(BUSINESS_ZONE))
    default_first, default_last = default_days(settings)
    first = date.fromisoformat(first_given) if first_given else default_first
    last = date.fromisoformat(last_given) if last_given else (first if first_given else default_last)
    if last < first:
        raise ValueError(f"The last day {last} lies before the first day {first}: swap them")
    if settings.uses_sandbox:
        feed_sandbox(settings, source, first, last)
    return [
        {"source": source, "account": config.account, "first": str(first), "last": str(last)}
        for config in configured(settings)
        if config.source == source
    ]


def extract_slice(settings: Settings, piece: dict[str, str]) -> dict[str, Any]:
    """Fetch one account for the days of the slice. Raises when part of it could not be had; the rest has landed."""
    from airflow.sdk.exceptions import AirflowFailException

    from extract.run import extract_account

    config = _config(settings, piece)
    report = extract_account(
        resolve(config),
        date.fromisoformat(piece["first"]),
        date.fromisoformat(piece["last"]),
        context(settings),
        progress=print,
    )
    print(report.message())
    keep_notices(settings, piece["source"], config.account, report.notices)
    if any(gap.reason not in EXPECTED_GAPS for gap in report.gaps):
        raise AirflowFailException(report.message())
    return {
        "account": config.account,
        "fetched": sum(r.fetched for r in report.resources),
        "landed": sum(r.landed for r in report.resources),
        "rejected": sum(r.rejected for r in report.resources),
    }


def keep_notices(settings: Settings, source: str, account: str, notices: list[str]) -> None:
    """What a person should see to although nothing failed yet, until a run no longer says it (see notify.py)."""
    file = settings.run / "notices" / f"{source}.{account}.txt"
    if notices:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(f"{source} {account}: {notice}" for notice in notices), encoding="utf-8")
    else:
        file.unlink(missing_ok=True)


def close_run(settings: Settings, slices: list[dict[str, str]] | None) -> int:
    """Record as gaps what the slices' tasks neither covered nor reported (a killed or timed-out task).

    Never raises: the source's asset must be emitted whatever one account is like.
    """
    recorded = 0
    for piece in slices or []:
        try:
            recorded += _record_unreported(settings, piece)
        except Exception:
            log.exception("the gaps of %s %s could not be recorded", piece["source"], piece["account"])
    return recorded


def _record_unreported(settings: Settings, piece: dict[str, str]) -> int:
    from extract.model import Account
    from extract.run import record_unreported

    config = _config(settings, piece)
    try:  # the credentials say which resources an account has
        account = resolve(config)
    except Exception:
        account = Account(config.source, config.account, config.name, config.connection, "", {})
    first, last = date.fromisoformat(piece["first"]), date.fromisoformat(piece["last"])
    return record_unreported(account, first, last, context(settings))


def context(settings: Settings, at: datetime | None = None) -> Any:
    """The extractors' view of this installation, at the extractors' clock or AT an instant (aware)."""
    from extract.model import ExtractContext

    return ExtractContext(
        landing=settings.landing,
        drop=settings.drop,
        tokens=settings.tokens,
        identity_key=settings.identity_key,
        token_key=settings.secrets["TOKEN_KEY"].encode(),
        now=at or now(settings),
        deadline_seconds=settings.account_deadline_seconds,
        excluded=frozenset(excluded_loads(settings)),
        imports=settings.imports,
        accounts=_accounts_by_source(settings),
    )


def _accounts_by_source(settings: Settings) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for config in configured(settings):
        found[config.source] = (*found.get(config.source, ()), config.account)
    return found


def compact_landing(settings: Settings) -> str:
    """Merge the landing files of past months; says what was done. No build may be reading landing meanwhile."""
    from extract.compaction import compact

    done = compact(settings.landing, now(settings).astimezone(UTC).replace(tzinfo=None))
    if not done.merged and not done.removed:
        return "nothing to compact"
    return f"{done.merged} files merged into {done.written}; {done.removed} files removed that were merged earlier"


def claim_target(settings: Settings) -> None:
    """Keep one home to one target: the first run writes which, another is refused.

    A simulated brand in a real warehouse could never be told apart again.
    """
    target = (
        f"the sandbox, seed {settings.sandbox_seed}, scale {settings.sandbox_scale:g}"
        if settings.uses_sandbox
        else "real accounts"
    )
    mark = settings.landing / ".target"
    if not mark.exists():
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(target)
    claimed = mark.read_text()
    if claimed != target:
        raise ConfigError(
            f"{settings.home} holds data of {claimed}, but this run would add {target}. Set WAREHOUSE_HOME to another "
            f"folder (or delete {settings.home} to begin anew)."
        )


def set_sandbox_clock(settings: Settings, instant: datetime) -> None:
    """Freeze the sandbox's clock at INSTANT (aware)."""
    answer = httpx.post(f"{settings.sandbox_url}/_sandbox/clock", json={"now": instant.isoformat()}, timeout=60)
    answer.raise_for_status()


def morning_after(day: date) -> datetime:
    """10:00 Asia/Shanghai of the day after DAY: when all platforms have DAY ready."""
    return datetime.combine(day + timedelta(days=1), time(10), BUSINESS_ZONE)


def feed_sandbox(settings: Settings, source: str, first: date, last: date) -> None:
    """Let what the simulated brand brings by itself arrive: hot lists as files, events of its shop, rows in its ERP."""
    feeds = {"weibo_hot_search": drop_sandbox_hot_list, "site": send_sandbox_events, "database": fill_sandbox_erp}
    if source in feeds:
        feeds[source](settings, first, last)


def send_sandbox_events(settings: Settings, first: date, last: date) -> None:
    """The shop sends its events, signed, to the receiver's own application, at the sandbox's clock."""
    from extract.site.receiver import Receiver, create_app
    from sandbox import feeds

    moment = now(settings).timestamp()
    days = feeds.days_to_send(settings.sandbox_files / "site_days.json", first, last)
    keys = settings.site_signing_key, settings.identity_key
    receiver = Receiver(settings.drop / "site", [feeds.SITE_ACCOUNT], *keys, clock=lambda: moment)
    events = feeds.site_events(settings.sandbox_url, days)
    feeds.send_to_app(create_app(receiver), feeds.requests(events, feeds.SITE_ACCOUNT, keys[0], moment))


def fill_sandbox_erp(settings: Settings, first: date, last: date) -> None:
    """The shop's ERP holds what it holds at the sandbox's clock."""
    from sandbox import feeds

    feeds.fill_erp(settings.sandbox_url, settings.sandbox_files / feeds.ERP_FILE, first, last)


def drop_sandbox_hot_list(settings: Settings, first: date, last: date) -> None:
    """Let the sandbox's hot list arrive as files, as a feed would leave them; never beside a user's own files."""
    folder = settings.drop / "weibo_hot_search"
    own = folder / "sandbox"
    if folder.exists() and any(f for f in folder.rglob("*") if f.is_file() and own not in f.parents):
        return
    from sandbox.drop import write_drop
    from sandbox.world import World

    world = World(settings.sandbox_seed, settings.sandbox_scale)
    write_drop(world.hot, own, first, last, int(now(settings).timestamp()))


def _config(settings: Settings, piece: dict[str, str]) -> AccountConfig:
    for config in configured(settings):
        if (config.source, config.account) == (piece["source"], piece["account"]):
            return config
    raise LookupError(
        f"{piece['source']} account {piece['account']} is no longer configured: it was when the run was planned"
    )
