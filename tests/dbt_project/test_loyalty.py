"""What the site tells of activities, points and communities, out of landing: late, twice, in any order of arrival."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from landing_world import Answer, Landing, Record, day
from warehouse_builds import Warehouse

NewWarehouse = Callable[..., Warehouse]
SITE = "shop"
PART = "+engagement__activities +fct_interaction +inf_person_points +engagement__community_daily +inf_person_community"


def seen(number: int) -> datetime:
    """Naive UTC of the morning after a day."""
    return datetime.combine(day(number + 1), datetime.min.time()).replace(hour=2)


def took_part(event: str, activity: str, action: str, number: int = 0, **who: str) -> Record:
    head = {"event_id": event, "occurred_at": f"{day(number)} 12:00:00", "activity_id": activity, "action": action}
    return head | who


def gave(event: str, user: str, points: int, reason: str = "order", number: int = 0) -> Record:
    head = {"event_id": event, "occurred_at": f"{day(number)} 13:00:00", "user_id": user}
    return head | {"points": str(points), "reason": reason}


def did(event: str, user: str, action: str, number: int = 0, community: str = "forum") -> Record:
    head = {"event_id": event, "occurred_at": f"{day(number)} {10 + int(event[1:])}:00:00", "user_id": user}
    return head | {"community_id": community, "action": action}


@pytest.fixture(scope="module")
def landing(root: Path) -> Landing:
    """Two days: the first is told again with a late event; a word that nobody knows; an activity that nobody listed."""
    landing = Landing(root / "landing_loyalty")
    first = [
        took_part("a1", "check_in-20260301", "check_in", user_id="u1", visitor_id="v1"),
        took_part("a2", "check_in-20260301", "check_in", visitor_id="v2"),
        took_part("a3", "flash", "join", user_id="u1", utm_source="weibo"),
    ]
    late = [first[0], took_part("a4", "check_in-20260301", "stamp", user_id="u1")]
    broken = {"event_id": "a5", "occurred_at": f"{day(1)} 12:00:00", "action": "join"}
    landing.write("site", SITE, "activity", seen(0), [Answer(day(0), day(0), first)])
    landing.write("site", SITE, "activity", seen(1), [Answer(day(0), day(0), late, complete=False)])
    second = [took_part("a6", "check_in-20260301", "check_in", 1, user_id="u1"), broken]
    landing.write("site", SITE, "activity", seen(2), [Answer(day(1), day(1), second)])
    landing.write("site", SITE, "points", seen(0), [Answer(day(0), day(0), [gave("p1", "u1", 600)])])
    later = [gave("p2", "u1", -200, "correct", 1), gave("p3", "u2", 30, "task", 1)]
    again = Answer(day(0), day(0), [gave("p1", "u1", 600)], complete=False)
    landing.write("site", SITE, "points", seen(1), [again, Answer(day(1), day(1), later)])
    landing.write("site", SITE, "community", seen(0), [Answer(day(0), day(0), [did("m3", "u1", "join")])])
    earlier = [did("m3", "u1", "join"), did("m1", "u1", "leave"), did("m0", "u1", "join"), did("m2", "u2", "post")]
    after = [did("m4", "u1", "leave", 1), did("m5", "u2", "join", 1), did("m6", "u2", "reply", 1, "pop_up")]
    told = [Answer(day(0), day(0), earlier, complete=False), Answer(day(1), day(1), after)]
    landing.write("site", SITE, "community", seen(1), told)
    head = {"occurred_at": f"{day(0)} 09:00:00", "user_id": "u1", "is_granted": "true"}
    agreed = [{"event_id": f"c_{purpose}", "purpose": purpose} | head for purpose in ("analytics", "marketing")]
    landing.write("site", SITE, "consent", seen(0), [Answer(day(0), day(0), agreed)])
    return landing


@pytest.fixture(scope="module")
def whole_loyalty(landing: Landing, new_warehouse: NewWarehouse) -> Warehouse:
    """Built in one go, with every dbt test green."""
    warehouse = new_warehouse("loyalty")
    warehouse.build(landing.loads, "build")
    return warehouse


def test_a_participation_counts_once_and_an_unlisted_activity_is_unknown(whole_loyalty: Warehouse) -> None:
    activities = """
        select activity_id, activity_kind, is_listed, metric_date, check_ins, joins, participations, participants
        from marts.engagement__activities where participations > 0 order by activity_id
    """
    assert whole_loyalty.rows(activities) == [
        ("check_in-20260301", "check_in", True, day(-1), 3, 0, 4, None),
        ("flash", "unknown", False, day(0), 0, 1, 1, None),
    ]
    people = """
        select interaction_id, identity_id from core.fct_interaction where interaction = 'activity' order by all
    """
    assert whole_loyalty.rows(people) == [
        ("a1", "site:u1"),
        ("a2", "site:v2"),
        ("a3", "site:u1"),
        ("a4", "site:u1"),
        ("a6", "site:u1"),
    ]
    joined = "select count(distinct person_id), count(*) from core.bridge_person_identity"
    of_one = whole_loyalty.rows(f"{joined} where identity_id in ('site:u1', 'site:v1')")
    assert of_one == [(1, 2)], "a member who takes part in a browser is one person"
    assert [row[0] for row in whole_loyalty.rows("select detail from ops.rejects")] == ["activity_id: missing"]


def test_participations_arrive_in_any_order(landing: Landing, new_warehouse: NewWarehouse) -> None:
    whole = new_warehouse("loyalty_whole", PART)
    whole.build(landing.loads)
    for number, order in enumerate(itertools.islice(itertools.permutations(landing.loads), 1, None, 15_000)):
        warehouse = new_warehouse(f"loyalty{number}", PART)
        for cut in (1, len(order)):
            warehouse.build(order[:cut], others=order[cut:])
        assert warehouse.hashes() == whole.hashes()


def test_points_of_who_allows_a_profile_are_the_sum_of_the_entries(whole_loyalty: Warehouse) -> None:
    balances = "select points_balance, points_earned_365d, loyalty_level from core.inf_person_points"
    assert whole_loyalty.rows(balances) == [(400, 400, "basic")]
    assert whole_loyalty.rows("select count(*), sum(points) from core.fct_points_entry") == [(3, 430)]


def test_members_of_a_community_follow_from_their_moves(whole_loyalty: Warehouse) -> None:
    daily = """
        select metric_date, community_id, members, events, members_joined, members_left, posts, replies, active_members
        from marts.engagement__community_daily order by all
    """
    assert whole_loyalty.rows(daily) == [
        (day(0), "forum", 1, 4, 2, 1, 1, 0, None),
        (day(1), "forum", 1, 2, 1, 1, 0, 0, None),
        (day(1), "pop_up", 0, 1, 0, 0, 0, 1, None),
    ]
    assert whole_loyalty.rows("select communities, community_acts_90d from core.inf_person_community") == [(0, 0)]
    kinds = "select count(*), count(distinct identity_id) from core.fct_interaction where interaction = 'community'"
    assert whole_loyalty.rows(kinds) == [(7, 2)]
