"""Douyin's tokens: the rules of a consent, and the application's own token (platform-contracts §3)."""

from __future__ import annotations

from sandbox.tokens import Claim, Refused, Signer, TokenRules

RULES = TokenRules(
    kind="dy",
    access_life=1_296_000,
    refresh_life=2_592_000,
    empty=28001003,
    invalid=28001003,
    expired=28001008,
    refresh_invalid=10010,
    refresh_dead=10010,
    rotates=False,
    old_access_life=None,
    renewals=5,
    renewals_used=10020,
)
APP_LIFE = 7_200
APP_HANDOVER = 300
"""How long the token before the newest still works."""


class AppTokens:
    """The application's token: a new one at each call, of which the last two count."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._newest: Claim | None = None

    def issue(self, key: str, now: int) -> tuple[str, int]:
        """Token and seconds to live."""
        number = max(self._newest.number + 1 if self._newest else 0, now)
        self._newest = Claim("dyC", key, number, now)
        return self._signer.write(self._newest), APP_LIFE

    def check(self, token: str, now: int) -> None:
        """Raises Refused unless the token is good."""
        claim = self._signer.read(token)
        if claim is None or claim.kind != "dyC":
            raise Refused(28001003)
        newest = self._newest
        if newest is not None and claim.number < newest.number and now >= newest.issued_at + APP_HANDOVER:
            raise Refused(28001003)
        if now >= claim.issued_at + APP_LIFE:
            raise Refused(28001008)
