"""How a call to the receiver is signed: HMAC-SHA256 (hex) over `<timestamp>.<body>`, in a header beside the time.

Every account has its own secret, derived from one key of the warehouse, so that none has to be kept.
"""

from __future__ import annotations

import hashlib
import hmac

ACCOUNT, TIMESTAMP, SIGNATURE = "X-Site-Account", "X-Site-Timestamp", "X-Site-Signature"
TOLERANCE_SECONDS = 300


def account_secret(signing_key: bytes, account: str) -> str:
    """The secret that the site of an account signs with, 64 hexadecimal digits."""
    return hmac.new(signing_key, f"site:{account}".encode(), hashlib.sha256).hexdigest()


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The signature of a body sent at a time (epoch seconds)."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def refusal(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> str:
    """Why a call is not accepted; "" when it is."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        return f"expected {TIMESTAMP} as epoch seconds"
    if not hmac.compare_digest(sign(secret, int(timestamp), body).encode(), signature.encode("utf-8", "replace")):
        return f"expected {SIGNATURE} as HMAC-SHA256 (hex) of '<timestamp>.<body>' with the account's secret"
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return f"{TIMESTAMP} is more than {TOLERANCE_SECONDS} s away from our clock"
    return ""
