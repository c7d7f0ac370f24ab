"""Compare persons and their segments with the sandbox's truth.

A person is told by the first event of those that keys join, on both sides, so that the truth needs no pseudonyms.
Segments are the rules of the seed applied here, in Python, to the truth's own numbers of each person.
"""

from __future__ import annotations

import csv
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.truth import export_truth
from warehouse.settings import REPO, Settings

# every event with each of its identities that belongs to anybody
NAMED = """
    select '{kind}' as kind, {key} as event_id, unnest([{identities}]) as identity_id from w.core.{fact} where {rows}
"""
LEVELS = REPO / "dbt_project" / "seeds" / "loyalty_levels.csv"
ALL = "user_identity_id, visitor_identity_id, phone_identity_id, email_identity_id"
SEEN = "user_identity_id, visitor_identity_id"
EVENTS = [
    ("visit", "event_id", SEEN, "fct_web_event", "source = 'site' and event_type = 'visit'"),
    ("sign_up", "event_id", ALL, "fct_sign_up", "true"),
    ("consent", "event_id", ALL, "fct_consent_event", "true"),
    ("activity", "event_id", SEEN, "fct_activity_participation", "true"),
    ("points", "event_id", "user_identity_id", "fct_points_entry", "true"),
    ("community", "event_id", "user_identity_id", "fct_community_event", "true"),
    ("lead", "lead_id", ALL, "fct_lead", "true"),
    ("order", "order_id", ALL, "fct_order", "true"),
]  # fmt: skip
UNION = " union all ".join(NAMED.format(kind=k, key=i, identities=n, fact=f, rows=r) for k, i, n, f, r in EVENTS)
OURS = f"""
create temp table ours as
with
    events as ({UNION}),
    owned as (
        select distinct kind, event_id, person_id
        from events
        left join w.core.bridge_person_identity using (identity_id)
        where identity_id is not null
    )
select *, min(kind || ':' || event_id) over (partition by person_id) as person_key
from owned
"""


def rules() -> list[dict[str, str]]:
    """The conditions of the seed segment_rules, those of the smallest priority first."""
    with (REPO / "dbt_project" / "seeds" / "segment_rules.csv").open(encoding="utf-8") as file:
        return sorted(csv.DictReader(file), key=lambda row: (int(row["priority"]), row["rule"]))


def segment(person: dict[str, Any], conditions: list[dict[str, str]]) -> tuple[str, str]:
    """Segment and rule of a person with these numbers."""

    def is_met(condition: dict[str, str]) -> bool:
        value = person[condition["feature"]]
        low, high = condition["min_value"], condition["max_value"]
        return value is not None and (not low or value >= Decimal(low)) and (not high or value <= Decimal(high))

    for rule in dict.fromkeys(row["rule"] for row in conditions):
        of_rule = [row for row in conditions if row["rule"] == rule]
        if all(is_met(row) for row in of_rule):
            return of_rule[0]["segment"], rule
    raise AssertionError(f"no rule holds for {person}")


def person_differences(settings: Settings, first: date, last: date) -> dict[str, list[Any]]:
    """What only one side has of persons, of the numbers that rules look at and of segments; {} when equal.

    The warehouse has collected FIRST..LAST and nothing else, so at least the 31 days that the books are read anew.
    """
    assert (last - first).days >= 30, "the books of days before would be known, and the site's visits not"
    with tempfile.TemporaryDirectory() as folder:
        export_truth(settings, Path(folder), first, last)
        return compare(settings.current / "warehouse.duckdb", Path(folder))


def compare(file: Path, truth: Path) -> dict[str, list[Any]]:
    """The same for a warehouse file and a folder of the truth."""
    found: dict[str, list[Any]] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file.resolve()}' as w (read_only)")
        connection.execute(OURS)

        def only(name: str, theirs: str, ours: str) -> None:
            rows = connection.execute(
                f"(select 'truth' as side, * from ({theirs} except all {ours}) order by all limit 3) union all "
                f"(select 'warehouse', * from ({ours} except all {theirs}) order by all limit 3)"
            ).fetchall()
            assert connection.execute(f"select count(*) > 0 from ({theirs})").fetchall() == [(True,)], name
            if rows:
                found[name] = rows

        events = f"select kind, event_id, person_key from read_parquet('{truth}/person_event.parquet')"
        only("persons", events, "select kind, event_id, person_key from ours")
        numbers = (
            "days_since_active, days_since_order, visits_30d, leads_90d, orders_365d, revenue_365d::varchar as revenue"
        )
        keys = "(select distinct person_id, person_key from ours)"
        states = f"select person_key, {numbers} from read_parquet('{truth}/person_state.parquet')"
        newest = (
            f"select person_key, {numbers} from w.core.inf_person_state join {keys} using (person_id) where is_newest"
        )
        only("states", states, newest)
        points = "select person_key, points_balance, points_earned_365d, {level} as loyalty_level from {rows}"
        levels = f"(select arg_max(level, min_points) from read_csv('{LEVELS}') where min_points <= points_earned_365d)"
        theirs = points.format(level=levels, rows=f"read_parquet('{truth}/person_state.parquet')")
        profiles = f"w.marts.user_profile__persons join {keys} using (person_id)"
        only("points", theirs, points.format(level="loyalty_level", rows=profiles))
        theirs = f"select person_key, communities, community_acts_90d from read_parquet('{truth}/person_state.parquet')"
        only("communities", theirs, f"select person_key, communities, community_acts_90d from {profiles}")
        told = connection.execute(f"select * from read_parquet('{truth}/person_state.parquet')")
        names = [column[0] for column in told.description]
        conditions = rules()
        expected = {
            row["person_key"]: segment(row, conditions)
            for row in (dict(zip(names, r, strict=True)) for r in told.fetchall())
        }
        served = (
            f"select person_key, segment, segment_rule from w.marts.user_profile__persons join {keys} using (person_id)"
        )
        segments = {key: (name, rule) for key, name, rule in connection.execute(served).fetchall()}
        wrong = [
            (key, expected.get(key), segments.get(key))
            for key in sorted(expected.keys() | segments.keys())
            if expected.get(key) != segments.get(key)
        ]
        if wrong:
            found["segments"] = wrong[:3]
    return found
