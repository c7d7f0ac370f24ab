"""What happens in the shop. Money in 分, instants in epoch seconds; `known_at` is when the webhook delivers it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.world.tables import Chunk


@dataclass(frozen=True)
class Touch:
    """How a visit came about; empty where a visitor typed the address."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    host: str = ""


@dataclass(frozen=True)
class SignUp:
    """A person becomes a member."""

    person: int
    at: int
    visit: int
    method: str
    known_at: int


@dataclass(frozen=True)
class Inquiry:
    """Somebody asks; sales works on it. `stages` are (instant, stage), the first one `new`. `visit` is -1 by phone."""

    lead_id: str
    person: int
    at: int
    visit: int
    product: str
    message: str
    planted: tuple[tuple[str, str], ...]
    stages: tuple[tuple[int, str], ...]
    known_at: int


@dataclass(frozen=True)
class Line:
    """A position of an order; `price` of one piece."""

    sku: str
    title: str
    quantity: int
    price: int


@dataclass(frozen=True)
class Order:
    """A paid order. `store` is empty and `visit` set on the web; `coupon` is (code, batch) or None."""

    order_id: str
    person: int
    is_member: bool
    at: int
    visit: int
    store: str
    lines: tuple[Line, ...]
    paid: int
    discount: int
    coupon: tuple[str, str] | None
    known_at: int


@dataclass(frozen=True)
class Refund:
    """Money back; `order_day` and `order` find its order."""

    refund_id: str
    order_id: str
    at: int
    amount: int
    reason: str
    is_web: bool
    known_at: int


@dataclass(frozen=True)
class Consent:
    """A member allows a purpose, or takes it back."""

    person: int
    at: int
    purpose: str
    is_granted: bool
    known_at: int


@dataclass
class ShopDay:
    """One day. `visits` has person, at, touch (place in `touches`), page, is_member, pages, device and known_at."""

    day: int
    touches: list[Touch]
    visits: Chunk
    sign_ups: list[SignUp] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
