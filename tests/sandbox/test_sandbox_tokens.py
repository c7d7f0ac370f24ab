"""Token pairs under the rules of different platforms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.tokens import PairTokens, Refused, Signer, TokenRules

DAY = 86_400
NOW = 1_773_000_000
ROTATING = TokenRules("t", DAY, 30 * DAY, "empty", "invalid", "expired", "refresh_invalid", "refresh_dead")
STAYING = replace(ROTATING, rotates=False, old_access_life=None)
WITHOUT = replace(ROTATING, refresh_life=None)


def code(tokens: PairTokens, token: str, now: int) -> object:
    try:
        return tokens.check(token, now)
    except Refused as refused:
        return refused.code


def refreshed(tokens: PairTokens, token: str, now: int) -> object:
    try:
        return tokens.refresh(token, now)
    except Refused as refused:
        return refused.code


def made(rules: TokenRules) -> PairTokens:
    return PairTokens(Signer(7), rules, ["a", "b"])


def test_every_owner_has_a_consent_of_its_own() -> None:
    tokens = made(ROTATING)
    first, second = tokens.exchange("a", NOW), tokens.exchange("b", NOW)
    assert first and second and tokens.exchange("a", NOW) is None
    assert [code(tokens, pair.access_token, NOW) for pair in (first, second)] == ["a", "b"]
    assert (first.access_life, first.refresh_life) == (DAY, 30 * DAY)
    tokens.renew_consent()
    again = tokens.exchange("a", NOW)
    assert again and code(tokens, first.access_token, NOW) == "invalid"
    assert code(tokens, second.access_token, NOW) == "b"
    assert [code(tokens, token, NOW) for token in ("", "made up", again.refresh_token)] == ["empty", *["invalid"] * 2]


def test_rotating_tokens_kill_their_predecessors() -> None:
    tokens = made(ROTATING)
    first = tokens.exchange("a", NOW)
    assert first
    second = tokens.refresh(first.refresh_token, NOW + 9)
    assert code(tokens, first.access_token, NOW + 9) == "invalid" and code(tokens, second.access_token, NOW + 9) == "a"
    assert refreshed(tokens, first.refresh_token, NOW + 9) == "refresh_dead"
    tokens.refresh(second.refresh_token, NOW + 10)
    assert refreshed(tokens, first.refresh_token, NOW + 10) == "refresh_invalid"
    assert code(tokens, second.access_token, NOW + 10) == "invalid"
    assert refreshed(tokens, second.access_token, NOW) == "refresh_invalid", "an access token refreshes nothing"


def test_an_old_access_token_may_live_on_for_a_while() -> None:
    tokens = made(replace(ROTATING, old_access_life=300))
    first = tokens.exchange("a", NOW)
    assert first
    tokens.refresh(first.refresh_token, NOW)
    assert [code(tokens, first.access_token, NOW + after) for after in (299, 300)] == ["a", "invalid"]


def test_a_staying_refresh_token_ends_with_its_own_life() -> None:
    tokens = made(STAYING)
    first = tokens.exchange("a", NOW)
    assert first
    second = tokens.refresh(first.refresh_token, NOW + 20 * DAY)
    assert second.refresh_token == first.refresh_token and second.refresh_life == 10 * DAY
    assert code(tokens, second.access_token, NOW + 20 * DAY) == "a"
    assert (
        code(tokens, first.access_token, NOW + DAY - 1) == "a"
        and code(tokens, first.access_token, NOW + DAY) == "expired"
    )
    assert refreshed(tokens, first.refresh_token, NOW + 30 * DAY) == "refresh_dead"
    assert tokens.exchange("a", NOW + 30 * DAY), "a dead consent can be given anew"


def test_without_refresh_tokens_only_a_consent_helps() -> None:
    tokens = made(WITHOUT)
    pair = tokens.exchange("a", NOW)
    assert pair and pair.refresh_token == "" and code(tokens, pair.access_token, NOW + DAY) == "expired"
    assert refreshed(tokens, pair.access_token, NOW) == "refresh_invalid"
    tokens.clock_moved(NOW, NOW + 40 * DAY, False)
    assert code(tokens, pair.access_token, NOW + 40 * DAY) == "a", "a jump keeps what only a person can renew"
    assert tokens.exchange("a", NOW + DAY - 1) is None


def test_elapsed_time_kills_what_a_jump_keeps() -> None:
    for elapsed, expected in ((False, "Pair"), (True, "str")):
        tokens = made(ROTATING)
        pair = tokens.exchange("a", NOW)
        assert pair
        tokens.clock_moved(NOW, NOW + 31 * DAY, elapsed)
        assert type(refreshed(tokens, pair.refresh_token, NOW + 31 * DAY)).__name__ == expected


@pytest.mark.parametrize("rules", [ROTATING, STAYING])
def test_tokens_survive_a_restart(rules: TokenRules) -> None:
    before = made(rules)
    pair = before.exchange("a", NOW)
    assert pair
    for step in range(3):
        pair = before.refresh(pair.refresh_token, NOW + step)
    after = made(rules)
    renewed = after.refresh(pair.refresh_token, NOW + 60)
    assert code(after, renewed.access_token, NOW + 60) == "a"
    assert code(after, pair.access_token, NOW + 60) == ("a" if rules is STAYING else "invalid")
    assert code(after, renewed.access_token, NOW + 60) == "a"
