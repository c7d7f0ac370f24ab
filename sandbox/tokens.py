"""Tokens of the platforms. A token carries its own facts, signed with the seed, so a restarted sandbox still knows it.

`PairTokens` is OAuth's pair with the rules of one platform: how long each token lives, what a refresh does to the old
ones, which code says what.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.world.rng import digest

Code = int | str


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
        """A token of about 140 characters. Kind and owner must not contain a colon."""
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


class Refused(Exception):
    """A token that is not good; `code` is the platform's."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class TokenRules:
    """The rules of one platform. Lives in seconds.

    `refresh_life` None: there is no refresh token, only a new consent. `rotates`: a refresh gives a new refresh token
    and kills the old one; else the refresh token stays and ends with its own life. `prolongs`: a new refresh token
    lives anew; else it ends when the first one would have. `old_access_life`: how long the access token before the
    newest still works after a refresh; 0 kills it at once, None lets it live out its life.
    """

    kind: str
    access_life: int
    refresh_life: int | None
    empty: Code
    invalid: Code
    expired: Code
    refresh_invalid: Code
    refresh_dead: Code
    """Of a refresh token that was used just before, or is too old."""
    rotates: bool = True
    prolongs: bool = True
    old_access_life: int | None = 0
    renewals: int = 0
    """How often the refresh token can be replaced by one that lives anew, in a call of its own."""
    renewals_used: Code = 0


@dataclass(frozen=True)
class Pair:
    """What an exchange or a refresh hands out; lives are the seconds left. `refresh_token` is empty without one."""

    owner: str
    access_token: str
    refresh_token: str
    access_life: int
    refresh_life: int


@dataclass
class _Consent:
    """State of one consent since the process began: the newest numbers, and those before them.

    After a restart it knows no pair: a genuine one that it is shown is the newest. Numbers are instants or more, so
    that those after a restart are above those before it.
    """

    access: int = 0
    access_before: int = 0
    refresh: int = 0
    refresh_before: int = 0
    renewed_at: int = 0
    refresh_until: int | None = None
    is_code_used: bool = False
    jumped: int = 0
    renewals: int = 0


class PairTokens:
    """The token pairs of a platform's consents; an owner is whom a consent covers (an app, an account)."""

    def __init__(self, signer: Signer, rules: TokenRules, owners: Iterable[str]) -> None:
        self._signer = signer
        self._rules = rules
        self._consents = {owner: _Consent() for owner in owners}

    def exchange(self, owner: str, now: int) -> Pair | None:
        """Exchanges the auth code: works once; again only when the refresh token of that consent died of age."""
        consent = self._consents[owner]
        is_dead = consent.refresh_until is not None and now >= consent.refresh_until
        if consent.is_code_used and not is_dead:
            return None
        consent.is_code_used = True
        consent.renewals = 0
        consent.refresh_before, consent.refresh = consent.refresh, max(consent.refresh + 1, now)
        consent.refresh_until = now + (self._rules.refresh_life or self._rules.access_life)
        return self._hand_out(owner, now)

    def renew_consent(self) -> None:
        """The brand's administrator consents anew: the auth codes may be exchanged once more."""
        for consent in self._consents.values():
            consent.is_code_used = False

    def refresh(self, token: str, now: int) -> Pair:
        """A new access token, with a new refresh token where they rotate. Raises Refused."""
        rules = self._rules
        claim = self._alive(token, now)
        consent = self._consents[claim.owner]
        if rules.rotates:
            consent.refresh_before, consent.refresh = claim.number, max(claim.number + 1, now)
        if (rules.rotates and rules.prolongs) or consent.refresh_until is None:
            consent.refresh_until = now + (rules.refresh_life or 0)
        return self._hand_out(claim.owner, now, None if rules.rotates else token)

    def renew(self, token: str, now: int) -> Pair:
        """A new refresh token that kills the old one, without an access token. Raises Refused."""
        rules = self._rules
        claim = self._alive(token, now)
        consent = self._consents[claim.owner]
        if consent.renewals >= rules.renewals:
            raise Refused(rules.renewals_used)
        consent.renewals += 1
        consent.refresh_before, consent.refresh = claim.number, max(claim.number + 1, now)
        consent.refresh_until = now + (rules.refresh_life or 0)
        fresh = self._signer.write(Claim(rules.kind + "R", claim.owner, consent.refresh, now))
        return Pair(claim.owner, "", fresh, 0, rules.refresh_life or 0)

    def check(self, token: str, now: int) -> str:
        """The owner of a good access token. Raises Refused."""
        rules = self._rules
        if not token:
            raise Refused(rules.empty)
        claim = self._genuine(token, "A")
        if claim is None:
            raise Refused(rules.invalid)
        consent = self._consents[claim.owner]
        if claim.number < consent.access and rules.old_access_life is not None:
            is_last = claim.number == consent.access_before
            if not is_last or now >= consent.renewed_at + rules.old_access_life:
                raise Refused(rules.invalid)
        consent.access = max(consent.access, claim.number)
        if now >= claim.issued_at + rules.access_life + consent.jumped:
            raise Refused(rules.expired)
        return claim.owner

    def clock_moved(self, before: int, after: int, elapsed: bool) -> None:
        """A jump of the clock keeps what only a person could renew as young as it was; listens to the clock."""
        if elapsed or after <= before:
            return
        for consent in self._consents.values():
            if consent.refresh_until is not None:
                consent.refresh_until += after - before
            if self._rules.refresh_life is None:
                consent.jumped += after - before

    def _genuine(self, token: str, part: str) -> Claim | None:
        claim = self._signer.read(token)
        is_ours = claim is not None and claim.kind == self._rules.kind + part and claim.owner in self._consents
        return claim if is_ours else None

    def _alive(self, token: str, now: int) -> Claim:
        """The claim of a refresh token that still works. Raises Refused."""
        rules = self._rules
        claim = self._genuine(token, "R")
        if claim is None or rules.refresh_life is None:
            raise Refused(rules.refresh_invalid)
        consent = self._consents[claim.owner]
        if claim.number < consent.refresh:
            raise Refused(rules.refresh_dead if claim.number == consent.refresh_before else rules.refresh_invalid)
        if claim.number == consent.refresh and consent.refresh_until is not None and now >= consent.refresh_until:
            raise Refused(rules.refresh_dead)
        consent.refresh = claim.number
        return claim

    def _hand_out(self, owner: str, now: int, refresh_token: str | None = None) -> Pair:
        rules, consent = self._rules, self._consents[owner]
        consent.access_before, consent.access = consent.access, max(consent.access + 1, now)
        consent.renewed_at = now
        if rules.refresh_life is None:
            refresh_token = ""
        elif refresh_token is None:
            refresh_token = self._signer.write(Claim(rules.kind + "R", owner, consent.refresh, now))
        access_token = self._signer.write(Claim(rules.kind + "A", owner, consent.access, now))
        left = (consent.refresh_until or now) - now if rules.refresh_life is not None else 0
        return Pair(owner, access_token, refresh_token, rules.access_life, left)
