"""The brand's editorial plan and the curves that organic platforms share."""

from __future__ import annotations

from collections import Counter

import numpy as np

from sandbox.world import plan, text
from sandbox.world.rng import stream
from sandbox.world.time import day_at

YEAR = range(365)


def test_a_piece_appears_once_on_each_of_its_platforms() -> None:
    planned = Counter(
        (piece.number, name)
        for day in range(-3, 365)
        for piece in plan.pieces(7, 1.0, day)
        for name, _ in piece.published
    )
    shown = Counter(
        (piece.number, name)
        for day in range(-5, 370)
        for name in plan.PLATFORMS
        for piece, _ in plan.published(7, 1.0, day, name)
    )
    assert set(planned.values()) == {1} and not planned - shown and max(shown.values()) == 1
    for day in range(60):
        for name in plan.PLATFORMS:
            found = plan.published(7, 1.0, day, name)
            assert all(day_at(at) == day and 0 <= day - piece.day <= 3 for piece, at in found)
            assert [at for _, at in found] == sorted(at for _, at in found)


def test_the_plan_is_a_brands() -> None:
    pieces = [piece for day in YEAR for piece in plan.pieces(7, 1.0, day)]
    assert 1_000 < len(pieces) < 2_000 and {piece.format for piece in pieces} == set(plan.FORMATS)
    assert all(piece.published and len(piece.published) <= len(plan.PLATFORMS) for piece in pieces)
    ranked = sorted((piece.quality for piece in pieces), reverse=True)
    assert sum(ranked[: len(ranked) // 10]) > 0.35 * sum(ranked), "few pieces do most"
    lags = Counter(at // 86_400 - (piece.published[0][1] // 86_400) for piece in pieces for _, at in piece.published)
    assert len(lags) >= 3 and any(len({at for _, at in p.published}) == 1 for p in pieces if p.format == "live")
    assert len({piece.theme for piece in pieces}) > 10, "events of the calendar are themes too"
    assert plan.pieces(7, 1.0, 40) != plan.pieces(8, 1.0, 40)
    doubled = sum(len(plan.pieces(7, 2.0, day)) for day in YEAR)
    assert 1.8 < doubled / len(pieces) < 2.2


def test_a_curve_spreads_all_views_and_no_more() -> None:
    ages, curve = np.arange(0, 90), plan.Curve(first=0.4, steep=1.3, last=60)
    for hour in (None, np.full(90, 8.0), np.full(90, 22.0)):
        shares = curve.shares(ages, hour)
        assert abs(shares.sum() - 1) < 1e-9 and (np.diff(shares[1:61]) < 0).all() and not shares[61:].any()
    assert curve.shares(np.array([0]), np.array([22.0]))[0] < curve.shares(np.array([0]), np.array([8.0]))[0]
    total = np.full(400, 5_000.0)
    seen = sum(plan.views(stream(7, "t", age), 100 + age, total, np.full(400, age), curve).sum() for age in range(61))
    assert 0.75 < seen / total.sum() < 1.15


def test_actions_follow_views_and_better_posts_move_more() -> None:
    rng = stream(7, "t")
    rates = [plan.appeal(stream(7, "t", i), (0.05, 0.01), quality) for i in range(200) for quality in (0.1, 10.0)]
    low, high = np.array(rates[::2]), np.array(rates[1::2])
    assert (high.mean(axis=0) > 1.3 * low.mean(axis=0)).all()
    done = plan.actions(rng, np.full(400, 1_000), np.array(rates))
    assert done.shape == (400, 2) and done[1::2].sum() > done[::2].sum() and (done <= 1_000).all()
    assert plan.expected_views(1_000, np.array([0.0, 1.0, 1e9]), 0.2).tolist() == [10, 200, 4_000]


def test_a_persons_ids_differ_by_platform_and_stay() -> None:
    first = text.person_id(7, "weibo", 3, "{d10}")
    assert first == text.person_id(7, "weibo", 3, "{d10}") != text.person_id(7, "kuaishou", 3, "{d10}")
    assert len(first) == 10 and first.isdigit() and first[0] != "0"
    assert len({text.person_id(7, "weibo", n, "{d10}") for n in range(text.PERSONS)}) == text.PERSONS
    shaped = text.person_id(7, "douyin", 3, "_000{w43}-{x8}")
    assert shaped.startswith("_000") and len(shaped) == 4 + 43 + 1 + 8
    assert set(shaped[-8:]) <= set("0123456789abcdef")
