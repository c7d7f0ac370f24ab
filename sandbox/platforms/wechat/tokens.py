"""WeChat's access tokens (platform-contracts §1.1).

stable_token repeats one token, hands over in its last five minutes; a forced refresh kills the old one.
"""

from __future__ import annotations

from sandbox.tokens import Claim, Signer

LIFE = 7_200
HANDOVER = 300
FORCED_A_DAY = 20


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
        usable = current is not None and 0 <= now - current.issued_at < LIFE - HANDOVER
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
        return self._signer.write(current), LIFE - (now - current.issued_at)

    def check(self, token: str, now: int) -> str | int:
        """The app id of a good token, else the platform's error code: 40001 invalid, 42001 expired."""
        claim = self._signer.read(token)
        if claim is None or claim.kind != "wx":
            return 40001
        oldest = self._oldest.get(claim.owner)
        if oldest is not None and (claim.issued_at, claim.number) < oldest:
            return 40001
        return 42001 if now >= claim.issued_at + LIFE else claim.owner
