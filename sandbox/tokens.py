"""Tokens of both platforms. A token carries its own facts, signed with the seed, so a restarted sandbox still knows it.

WeChat: stable_token repeats one token, hands over in its last five minutes, a forced refresh kills the old one
(platform-contracts §1.1). Ocean Engine: a pair per consent; a refresh kills both old tokens (§4).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from sandbox.world.rng import digest

WECHAT_LIFE = 7_200
WECHAT_HANDOVER = 300
FORCED_A_DAY = 20
ACCESS_LIFE = 86_399
REFRESH_LIFE = 2_591_999


@dataclass(frozen=True)
class Claim:
    """What a token says: for whom, number, and when it was issued (epoch seconds)."""

    kind: str
    owner: str
    number: int
    issued_at: int


class Signer:
    """Writes and reads tokens of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def write(self, claim: Claim) -> str:
        """A token of about 140 characters."""
        body = f"{claim.kind}:{claim.owner}:{claim.number}:{claim.issued_at}"
        signature = digest("token", self._seed, body)
        return base64.urlsafe_b64encode(f"{body}:{signature}".encode()).decode().rstrip("=")

    def read(self, token: str) -> Claim | None:
        """The claim of a genuine token, None otherwise."""
        try:
            text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
            kind, owner, number, issued, _ = text.split(":")
            claim = Claim(kind, owner, int(number), int(issued))
        except (ValueError, binascii.Error):
            return None
        return claim if self.write(claim) == token else None


class WeChatTokens:
    """access_token of every app."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._current: dict[str, Claim] = {}
        self._oldest: dict[str, tuple[int, int]] = {}
        self._forced: dict[tuple[str, int], int] = {}

    def issue(self, app_id: str, now: int, *, force: bool) -> tuple[str, int] | None:
        """Token and seconds left; None when the forced refreshes of the day are used up."""
        current = self._current.get(app_id)
        usable = current is not None and 0 <= now - current.issued_at < WECHAT_LIFE - WECHAT_HANDOVER
        if force:
            day = (now + 8 * 3600) // 86_400
            used = self._forced.get((app_id, day), 0)
            if used >= FORCED_A_DAY:
                return None
            self._forced[app_id, day] = used + 1
        if current is None or not usable or force:
            current = Claim("wx", app_id, (current.number if current else 0) + 1, now)
            self._current[app_id] = current
            if force:
                self._oldest[app_id] = (current.issued_at, current.number)
        return self._signer.write(current), WECHAT_LIFE - (now - current.issued_at)

    def check(self, token: str, now: int) -> str | int:
        """The app id of a good token, else the platform's error code: 40001 invalid, 42001 expired."""
        claim = self._signer.read(token)
        if claim is None or claim.kind != "wx":
            return 40001
        oldest = self._oldest.get(claim.owner)
        if oldest is not None and (claim.issued_at, claim.number) < oldest:
            return 40001
        return 42001 if now >= claim.issued_at + WECHAT_LIFE else claim.owner


@dataclass(frozen=True)
class Pair:
    """A fresh Ocean Engine pair."""

    access_token: str
    refresh_token: str


class OceanTokens:
    """The token pair of the one consent.

    After a restart the process knows no pair yet: it accepts a genuine pair it is shown and takes it for the newest.
    """

    def __init__(self, signer: Signer, owner: str) -> None:
        self._signer = signer
        self._owner = owner
        self._newest = 0
        self._code_used = False
        self._refresh_until: int | None = None

    def _pair(self, now: int) -> Pair:
        self._newest += 1
        self._refresh_until = now + REFRESH_LIFE
        return Pair(
            self._signer.write(Claim("oeA", self._owner, self._newest, now)),
            self._signer.write(Claim("oeR", self._owner, self._newest, now)),
        )

    def consent(self, now: int) -> Pair | None:
        """Exchanges the auth code: works once; again only when the pair of that consent died of age."""
        expired = self._refresh_until is not None and now >= self._refresh_until
        if self._code_used and not expired:
            return None
        self._code_used = True
        return self._pair(now)

    def renew_consent(self) -> None:
        """The brand's administrator consents anew: the auth code may be exchanged once more."""
        self._code_used = False

    def refresh(self, token: str, now: int) -> Pair | int:
        """A new pair, which kills the old one; else 40103 (used or too old) or 40107 (not the newest)."""
        claim = self._signer.read(token)
        if claim is None or claim.kind != "oeR" or claim.owner != self._owner:
            return 40107
        if claim.number < self._newest:
            return 40103 if claim.number == self._newest - 1 else 40107
        if claim.number == self._newest and self._refresh_until is not None and now >= self._refresh_until:
            return 40103
        self._newest = claim.number
        return self._pair(now)

    def check(self, token: str, now: int) -> int:
        """0 for a good access token, else 40104 (empty), 40105 (not valid, or replaced) or 40102 (expired)."""
        if not token:
            return 40104
        claim = self._signer.read(token)
        if claim is None or claim.kind != "oeA" or claim.owner != self._owner or claim.number < self._newest:
            return 40105
        self._newest = max(self._newest, claim.number)
        return 40102 if now >= claim.issued_at + ACCESS_LIFE else 0

    def clock_moved(self, before: int, after: int, elapsed: bool) -> None:
        """A jump of the clock keeps the refresh token as young as it was."""
        if not elapsed and after > before and self._refresh_until is not None:
            self._refresh_until += after - before
