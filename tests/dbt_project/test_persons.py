"""Who is one person: every scenario of docs/SCENARIOS.md in one landing, built in different orders of arrival.

Each scenario has identities of its own, `<kind letter>:<scenario>.<name>`. A wave is a load; minutes are event times.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from landing_world import Answer, Landing, Load, Record, day
from warehouse_builds import Warehouse

NewWarehouse = Callable[[str], Warehouse]
FIELDS = {"v": "visitor_id", "u": "user_id", "p": "phone", "e": "email"}
SPACES = {"v": "site", "u": "site", "p": "phone", "e": "email"}
WAVES = 6
SELECT = [
    "--select",
    "+bridge_person_identity",
    "+inf_person_merge",
    "+shared_identities",
    "--indirect-selection",
    "cautious",
]


@dataclass(frozen=True)
class Seen:
    """Identities named together at a minute; they arrive with a wave."""

    wave: int
    minute: int
    ids: str


@dataclass(frozen=True)
class Scenario:
    """What is seen, the persons that must come out, and merges (minute, ended, stays)."""

    seen: Sequence[Seen]
    persons: Sequence[str]
    merges: Sequence[tuple[int, str, str]] = field(default_factory=list)
    shared: Sequence[str] = ()


def chain(length: int, waves: Callable[[int], int], minutes: Callable[[int], int]) -> list[Seen]:
    """e0-p0, p0-e1, e1-p1, …: every identity has two neighbours, no key has many."""
    names = [f"{'ep'[n % 2]}{n // 2}" for n in range(length + 1)]
    return [Seen(waves(n), minutes(n), f"{names[n]} {names[n + 1]}") for n in range(length)]


def everybody(length: int) -> str:
    """The identities of a chain."""
    return " ".join(f"{'ep'[n % 2]}{n // 2}" for n in range(length + 1))


def backwards(length: int) -> str:
    """The identities of a chain from its end."""
    return " ".join(reversed(everybody(length).split()))


SCENARIOS = {
    "simple": Scenario([Seen(0, 1, "v1 u1")], ["v1 u1"]),
    "chain": Scenario([Seen(0, 1, "v1 u1"), Seen(1, 2, "u1 p1"), Seen(2, 3, "p1 e1")], ["v1 u1 p1 e1"]),
    "fan_in": Scenario(
        [Seen(2, 1, "v1"), Seen(1, 2, "v2"), Seen(0, 3, "v3"), *(Seen(n, 10 + n, f"v{n} u1") for n in (1, 2, 3))],
        ["v1 v2 v3 u1"],
        [(12, "v2", "v1"), (13, "v3", "v1")],
    ),
    "fan_out": Scenario([Seen(n, n, f"u1 v{n}") for n in (1, 2, 3)], ["u1 v1 v2 v3"]),
    "diamond": Scenario(
        [Seen(0, 1, "u1 v1"), Seen(1, 2, "u1 v2"), Seen(2, 3, "v1 p1"), Seen(3, 4, "v2 p1")], ["u1 v1 v2 p1"]
    ),
    "disjoint": Scenario([Seen(0, 1, "v1 u1"), Seen(1, 2, "v2 u2")], ["u1 v1", "u2 v2"]),
    "long_chain": Scenario(chain(60, lambda n: n % WAVES, lambda n: n + 1), [everybody(60)]),
    "reverse_chain": Scenario(chain(60, lambda n: n % WAVES, lambda n: 100 - n), [backwards(60)]),
    "scattered_chain": Scenario(chain(200, lambda n: n % WAVES, lambda n: 1 + 77 * n % 211), [everybody(200)]),
    "merge_only": Scenario(
        [Seen(0, 1, "v1 u1"), Seen(1, 2, "p1 e1"), Seen(2, 30, "u1 p1")], ["v1 u1 p1 e1"], [(30, "e1", "u1")]
    ),
    "remap": Scenario([Seen(0, 1, "v1 u1"), Seen(1, 50, "v1 u2")], ["v1 u1 u2"]),
    "several_at_once": Scenario(
        [Seen(0, 1, "v1"), Seen(1, 2, "p1"), Seen(2, 3, "e1"), Seen(3, 9, "v1 u1 p1 e1")],
        ["v1 u1 p1 e1"],
        [(9, "p1", "v1"), (9, "e1", "v1")],
    ),
    "conflicting": Scenario(
        [Seen(0, 1, "u1 p1"), Seen(1, 2, "u2 p2"), Seen(2, 20, "u2 p1")], ["u1 p1 u2 p2"], [(20, "p2", "p1")]
    ),
    "late_key": Scenario(
        [Seen(3, 1, "v1"), Seen(3, 2, "v1"), Seen(0, 40, "u1 p1"), Seen(5, 60, "v1 p1")],
        ["v1 u1 p1"],
        [(60, "p1", "v1")],
    ),
    "re_observed": Scenario([Seen(n, 1 + n, "v1 u1") for n in range(WAVES)], ["v1 u1"]),
    "cross_batch_triple": Scenario(
        [Seen(0, 3, "v1 u1"), Seen(2, 2, "u1 p1"), Seen(4, 1, "v1 p1")], ["v1 p1 u1"]
    ),
    "shared_key": Scenario(
        [Seen(n, n, f"u{n} p1 v{n}") for n in (1, 2, 3)], ["u1 v1", "u2 v2", "u3 v3"], shared=["p1"]
    ),
}  # fmt: skip


def identity(scenario: str, name: str) -> str:
    """The id in the warehouse."""
    return f"{SPACES[name[0]]}:{name[0]}.{scenario}.{name[1:]}"


def at(minute: int) -> datetime:
    """An event time."""
    return datetime.combine(day(0), time(8)) + timedelta(minutes=minute)


@pytest.fixture(scope="module")
def loads(root: Path) -> list[Load]:
    landing = Landing(root / "landing_persons")
    waves: dict[int, list[Record]] = defaultdict(list)
    for scenario, told in SCENARIOS.items():
        for number, seen in enumerate(told.seen):
            ids = {FIELDS[name[0]]: identity(scenario, name).split(":")[1] for name in seen.ids.split()}
            lead = f"{scenario}-{number}"
            head = {"event_id": lead, "lead_id": lead, "occurred_at": f"{at(seen.minute):%Y-%m-%d %H:%M:%S}"}
            waves[seen.wave].append(head | ids)
    for wave in range(WAVES):
        fetched = datetime.combine(day(1 + wave), time(2))
        landing.write("site", "shop", "inquiry", fetched, [Answer(day(0), day(0), waves[wave])])
    return landing.loads


@pytest.fixture(scope="module")
def persons(loads: list[Load], new_warehouse: NewWarehouse) -> Warehouse:
    """Everything in one go, with the tests of what it selects."""
    warehouse = new_warehouse("persons")
    warehouse.build(loads, "build", flags=SELECT)
    return warehouse


def names(scenario: str, listed: str) -> list[str]:
    """Ids of the names in a line."""
    return [identity(scenario, name) for name in listed.split()]


def first_seen(scenario: str, identity_id: str) -> int:
    """The minute at which an identity was seen first."""
    return min(s.minute for s in SCENARIOS[scenario].seen if identity_id in names(scenario, s.ids))


def id_of(identity_id: str) -> str:
    """The SQL of a person's id."""
    return f"md5('person:{identity_id}')"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_identities_are_the_persons_that_keys_make(persons: Warehouse, scenario: str) -> None:
    wanted = SCENARIOS[scenario]
    found = persons.rows(
        """select list(identity_id order by identity_id), person_id from core.bridge_person_identity
           where split_part(identity_id, '.', 2) = ? group by person_id order by 1""",
        scenario,
    )
    assert [row[0] for row in found] == sorted(sorted(names(scenario, person)) for person in wanted.persons)
    for members, person_id in found:
        elder = min(members, key=lambda one: (first_seen(scenario, one), one))
        assert persons.rows(f"select {id_of(elder)}") == [(person_id,)], "the earliest names it"
    shared = persons.rows(
        "select identity_id from ops.shared_identities where split_part(identity_id, '.', 2) = ?", scenario
    )
    assert [row[0] for row in shared] == [identity(scenario, name) for name in wanted.shared]


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if not name.endswith("_chain")])
def test_merges_are_dated_by_the_event_that_showed_them(persons: Warehouse, scenario: str) -> None:
    wanted = SCENARIOS[scenario].merges
    ours = "select person_id from core.bridge_person_identity where split_part(identity_id, '.', 2) = ?"
    found = persons.rows(
        f"""select merged_at, merged_person_id, merged_into_id from core.inf_person_merge
            where person_id in ({ours}) order by all""",
        scenario,
    )
    expected = persons.rows(
        " union all ".join(
            f"select timestamp '{at(minute)}', {id_of(identity(scenario, ended))}, {id_of(identity(scenario, stays))}"
            for minute, ended, stays in wanted
        )
        + " order by all"
        if wanted
        else "select 1 where false"
    )
    assert found == expected


def test_no_order_of_arrival_changes_a_person(
    persons: Warehouse, loads: list[Load], new_warehouse: NewWarehouse
) -> None:
    wanted = persons.hashes()
    orders = [list(reversed(loads)), random.Random(5).sample(loads, len(loads))]
    for number, order in enumerate(orders):
        warehouse = new_warehouse(f"persons{number}")
        for cut in (3, len(order)):
            warehouse.build(order[:cut], others=order[cut:], flags=SELECT)
        found = warehouse.hashes()
        tables = ("core.bridge_person_identity", "core.inf_person_merge")
        assert {t: found[t] for t in tables} == {t: wanted[t] for t in tables}


def test_a_crowd_of_strangers_is_joined_in_no_time(root: Path, new_warehouse: NewWarehouse) -> None:
    """Rounds over rows not yet committed have no statistics to plan by: all pairs of identities were compared."""
    landing = Landing(root / "landing_crowd")
    head = {"occurred_at": f"{at(0):%Y-%m-%d %H:%M:%S}"}
    crowd: list[Record] = [
        head | {"event_id": f"{n}", "lead_id": f"{n}"} | {field: f"{kind}{n}" for kind, field in FIELDS.items()}
        for n in range(5_000)
    ]
    landing.write("site", "shop", "inquiry", datetime.combine(day(1), time(2)), [Answer(day(0), day(0), crowd)])
    warehouse = new_warehouse("crowd")
    warehouse.build(landing.loads, flags=SELECT)
    assert warehouse.rows("select count(distinct person_id) from core.bridge_person_identity") == [(5_000,)]
    assert warehouse.seconds["int_identity_labels"] < sum(warehouse.seconds.values()) / 3, warehouse.seconds


@pytest.fixture(scope="module")
def members(root: Path) -> list[Load]:
    """Two members with an order each; both allow everything; the second takes marketing back, the first is silent."""
    landing = Landing(root / "landing_members")

    def lands(resource: str, number: int, *records: Record) -> None:
        fetched = datetime.combine(day(number + 1), time(2))
        landing.write("site", "shop", resource, fetched, [Answer(day(number), day(number), list(records))])

    def decides(member: str, purpose: str, number: int, *, is_granted: bool) -> Record:
        head = {"event_id": f"{member}{purpose}{number}", "occurred_at": f"{day(number)} 10:00:00", "user_id": member}
        return head | {"purpose": purpose, "is_granted": is_granted}

    lands(
        "order",
        0,
        *(
            {
                "event_id": f"o{member}",
                "occurred_at": f"{day(0)} 09:00:00",
                "order_id": f"o{member}",
                "order_amount": "5000",
                "currency": "USD",
                "user_id": member,
            }
            for member in ("m1", "m2")
        ),
    )
    everything = [decides(m, p, 0, is_granted=True) for m in ("m1", "m2") for p in ("analytics", "marketing")]
    lands("consent", 0, *everything)
    lands("consent", 1, decides("m2", "marketing", 1, is_granted=False))
    lands("consent", 2, decides("m1", "analytics", 2, is_granted=False))
    return landing.loads


def test_a_withdrawal_takes_the_person_out_and_leaves_the_facts(
    members: list[Load], new_warehouse: NewWarehouse
) -> None:
    select = ["--select", "+user_profile__persons", "+user_profile__segment_history", "+dim_person"]
    facts = ("core.fct_order", "core.fct_identity_daily", "core.bridge_person_identity", "core.bridge_person_order")
    persons = "select (select count(*) from core.dim_person), (select count(*) from marts.user_profile__persons)"
    history = "select count(distinct person_id) from marts.user_profile__segment_history"
    warehouse = new_warehouse("members")
    warehouse.build(members[:2], flags=select)
    before = warehouse.hashes()
    assert warehouse.rows(persons) + warehouse.rows(history) == [(2, 2), (2,)]
    warehouse.build(members[:3], flags=select)
    assert warehouse.rows(persons) + warehouse.rows(history) == [(2, 1), (1,)], "without marketing no profile"
    warehouse.build(members, flags=select)
    assert warehouse.rows(persons) + warehouse.rows(history) == [(1, 0), (0,)], "without analytics no person"
    after = warehouse.hashes()
    assert {table: after[table] for table in facts[:2]} == {table: before[table] for table in facts[:2]}
    assert warehouse.rows("select person_id from core.bridge_person_order") != []
    warehouse.build(members[:2], flags=select)
    assert warehouse.hashes() == before, "the decision is excluded: as if it had never come"


def test_another_rate_reaches_every_person(members: list[Load], new_warehouse: NewWarehouse) -> None:
    """A company puts its own rates in place of the shipped ones: no person keeps revenue by the old ones."""
    select = ["--select", "+user_profile__persons", "+user_profile__segment_history"]
    revenue = "select sum(revenue_365d) from core.inf_person_state where is_newest"

    def drop_rates(warehouse: Warehouse) -> None:
        with warehouse.connect(read_only=False) as connection:
            connection.execute("create schema if not exists control")
            connection.execute(
                "create table control.seed__exchange_rates as "
                "select 'USD' as currency, 'CNY' as reporting_currency, date '2020-01-01' as rate_date, "
                "2::decimal(18, 8) as rate, 'ours' as basis"
            )

    warehouse, fresh = new_warehouse("rates"), new_warehouse("rates_fresh")
    warehouse.build(members[:2], flags=select)
    before = warehouse.rows(revenue)
    drop_rates(warehouse)
    warehouse.build(members[:2], flags=select)
    drop_rates(fresh)
    fresh.build(members[:2], flags=select)
    assert warehouse.rows(revenue) == [(Decimal(200),)] != before
    assert warehouse.hashes() == fresh.hashes()


def test_a_history_that_moves_on_is_that_of_one_build(
    members: list[Load], root: Path, new_warehouse: NewWarehouse
) -> None:
    """When the oldest end of a month leaves the history, nothing came before the next one any more."""
    select = ["--select", "+user_profile__persons", "+user_profile__segment_history", "+user_profile__segments"]
    landing = Landing(root / "landing_years")
    for number in (40, 340, 400):
        visit = {"event_id": f"v{number}", "occurred_at": f"{day(number)} 10:00:00", "user_id": "m1"}
        fetched = datetime.combine(day(number + 1), time(2))
        landing.write("site", "shop", "visit", fetched, [Answer(day(number), day(number), [visit])])
    mornings = landing.loads
    warehouse, fresh = new_warehouse("years"), new_warehouse("years_fresh")
    ends = "select count(distinct as_of_date), min(as_of_date) from marts.user_profile__segment_history"
    spans = []
    for count in (2, 3):
        warehouse.build([*members[:2], *mornings[:count]], flags=select)
        fresh.start().build([*members[:2], *mornings[:count]], flags=select)
        assert warehouse.differences(fresh) == [], count
        spans += warehouse.rows(ends)
    assert spans[0] != spans[1], "the oldest month left"
    changes = "select count(*) from marts.user_profile__segment_history where previous_segment <> segment"
    assert warehouse.rows(changes) != [(0,)]
