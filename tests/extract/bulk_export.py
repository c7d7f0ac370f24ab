"""A bulk export of any size, as product analytics writes it."""

from __future__ import annotations

from extract.contract import load_contract

CUT_OUT = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "click_id", "referrer_host")
"""Columns that the contract cuts out of others; the export has none of them."""


def page_views(rows: int) -> bytes:
    """ROWS page views as CSV, in the export's own columns; one visitor in twenty rows, one origin in four."""
    fields = load_contract("growingio").resources["page"].fields
    names = [name for name in fields if name not in CUT_OUT]
    template = {name: "" for name in names} | {
        "platform": "Web",
        "domain": "www.example.com",
        "queryParameters": "utm_source=xhs&utm_medium=cpc&clickid=%d",
    }
    lines = [",".join(f'"{name}"' for name in names)]
    for i in range(rows):
        row = template | {
            "visitUserId": f"00000000-0000-4000-8000-{i // 20:012d}",
            "sessionId": f"00000000-0000-4000-9000-{i // 4:012d}",
            "page": f"/product/{i % 300}",
            "queryParameters": template["queryParameters"] % (i // 4) if i % 4 == 0 else "",
            "referrer": f"https://www.example.com/product/{i % 300}",
            "time": str(1795163400000 + i),
            "sendTime": str(1795163401000 + i),
            "loginUserId": f"u{i // 20:012d}" if i % 3 else "",
            "pageRequestId": f"{1795163400000 + i}p{i}",
        }
        lines.append(",".join(f'"{value}"' for value in row.values()))
    return "\n".join(lines).encode()
