"""Rows of the LinkedIn ads server, as in samples/linkedin."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.ad_numbers import AdNumbers
from sandbox.platforms.linkedin.rest import stamp
from sandbox.world.ads.model import AdAccount, Unit, Version
from sandbox.world.time import midnight

Json = dict[str, Any]
_CNY_PER_USD = 710
"""Hundredths of a yuan; LinkedIn's own rate of the day is not told."""
FIELDS = (
    "impressions",
    "clicks",
    "costInLocalCurrency",
    "costInUsd",
    "landingPageClicks",
    "likes",
    "comments",
    "shares",
    "follows",
    "totalEngagements",
    "externalWebsiteConversions",
    "oneClickLeads",
    "oneClickLeadFormOpens",
    "videoViews",
    "videoCompletions",
)
_STATUS = {"ENABLE": "ACTIVE", "DISABLE": "PAUSED", "DELETE": "REMOVED"}


def measures(counts: Counter[str], currency: str) -> Json:
    """FIELDS of a row: counts as numbers, money as decimal text, some with the tail of a binary fraction."""
    acted = sum(counts[name] for name in ("clicks", "likes", "comments", "shares", "follows"))
    dollars = counts["cost"] if currency == "USD" else None
    return {
        "impressions": counts["impressions"],
        "clicks": counts["clicks"],
        "costInLocalCurrency": _long(counts["cost"]),
        "costInUsd": _long(dollars) if dollars is not None else _places(counts["cost"] * 10_000 // _CNY_PER_USD),
        "landingPageClicks": counts["landing_clicks"],
        "likes": counts["likes"],
        "comments": counts["comments"],
        "shares": counts["shares"],
        "follows": counts["follows"],
        "totalEngagements": acted,
        "externalWebsiteConversions": counts["attributed"],
        "oneClickLeads": counts["leads"],
        "oneClickLeadFormOpens": counts["form_opens"],
        "videoViews": counts["video_views"],
        "videoCompletions": counts["completions"],
    }


def _long(hundredths: int) -> str:
    """Money as LinkedIn writes it: as short as it goes, or with 19 digits after the point."""
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    if hundredths % 3 == 1:
        return f"{text}000000000000{hundredths % 89_989 + 10_000:05d}"
    return text.rstrip("0").rstrip(".")


def _places(ten_thousandths: int) -> str:
    return f"{ten_thousandths // 10_000}.{ten_thousandths % 10_000:04d}".rstrip("0").rstrip(".")


def account_row(account: AdAccount, currency: str, actor: str) -> Json:
    """One ad account as in samples/linkedin/adAccounts.json."""
    created = midnight(-200 + account.index)
    return {
        "id": account.id,
        "name": account.name,
        "currency": currency,
        "type": "BUSINESS",
        "status": "ACTIVE",
        "reference": "urn:li:organization:999000111",
        "test": False,
        "servingStatuses": ["RUNNABLE"],
        "version": {"versionTag": "7"},
        "changeAuditStamps": _stamps(created, created, actor),
    }


def _stamps(created: int, changed: int, actor: str) -> Json:
    person = f"urn:li:person:{actor}"
    return {
        "created": {"actor": person, "time": stamp(created)},
        "lastModified": {"actor": person, "time": stamp(changed)},
    }


def _common(unit: Unit, state: Version, numbers: AdNumbers, actor: str) -> Json:
    return {
        "id": unit.id,
        "name": state.name,
        "account": f"urn:li:sponsoredAccount:{numbers.events.account.id}",
        "status": _STATUS[state.status],
        "runSchedule": {"start": stamp(midnight(unit.first_day)), "end": stamp(midnight(unit.last_day + 1))},
        "test": False,
        "version": {"versionTag": str(unit.versions.index(state) + 1)},
        "changeAuditStamps": _stamps(unit.created_at, state.since, actor),
    }


def _money(hundredths: int, currency: str) -> Json:
    return {"amount": f"{hundredths // 100}.{hundredths % 100:02d}".removesuffix(".00"), "currencyCode": currency}


def group_row(unit: Unit, state: Version, numbers: AdNumbers, currency: str, actor: str) -> Json:
    """One campaign group, as documented."""
    return _common(unit, state, numbers, actor) | {
        "totalBudget": _money(state.budget, currency),
        "servingStatuses": ["RUNNABLE"] if state.status == "ENABLE" else ["STOPPED"],
        "allowedCampaignTypes": ["SPONSORED_UPDATES"],
        "backfilled": False,
    }


def campaign_row(unit: Unit, state: Version, numbers: AdNumbers, currency: str, actor: str) -> Json:
    """One campaign as in samples/linkedin/adCampaigns.json."""
    row = _common(unit, state, numbers, actor) | {
        "campaignGroup": f"urn:li:sponsoredCampaignGroup:{numbers.events.campaigns[unit.campaign].id}",
        "type": "SPONSORED_UPDATES",
        "format": unit.traits["format"],
        "objectiveType": unit.traits["objective"],
        "costType": unit.traits["cost_type"],
        "dailyBudget": _money(state.budget, currency),
        "unitCost": _money(state.bid, currency),
        "locale": {"country": "CN", "language": "zh"},
    }
    if unit.last_day - unit.first_day > 150:
        del row["runSchedule"]["end"]
    return row


def creative_row(unit: Unit, state: Version, numbers: AdNumbers, actor: str) -> Json:
    """One creative, as documented."""
    serving = state.status == "ENABLE"
    row = {
        "id": f"urn:li:sponsoredCreative:{unit.id}",
        "name": state.name,
        "account": f"urn:li:sponsoredAccount:{numbers.events.account.id}",
        "campaign": f"urn:li:sponsoredCampaign:{numbers.events.ad_groups[unit.ad_group or 0].id}",
        "intendedStatus": _STATUS[state.status],
        "isServing": serving,
        "isTest": False,
        "review": {"status": "APPROVED"},
        "content": {"reference": f"urn:li:share:{unit.traits['share_id']}"},
        "createdAt": stamp(unit.created_at),
        "lastModifiedAt": stamp(state.since),
        "createdBy": f"urn:li:person:{actor}",
        "lastModifiedBy": f"urn:li:person:{actor}",
    }
    return row if serving else row | {"servingHoldReasons": ["STOPPED"]}
