"""What an account's run wants a person to know reaches the refresh's last word, until a run no longer says it."""

from __future__ import annotations

import json

from warehouse.extraction import keep_notices
from warehouse.notify import notify_end
from warehouse.settings import Settings


def test_notices_of_accounts_end_up_in_the_notification(settings: Settings) -> None:
    keep_notices(settings, "linkedin", "1", ["LinkedIn-Version 202512 is 11 months old"])
    keep_notices(settings, "linkedin", "2", ["LinkedIn-Version 202512 is 11 months old"])
    keep_notices(settings, "wechat", "wx1", [])
    text = notify_end(settings, "run-1")
    assert text.splitlines()[1:] == [
        "NOTICE linkedin 1: LinkedIn-Version 202512 is 11 months old",
        "NOTICE linkedin 2: LinkedIn-Version 202512 is 11 months old",
    ]
    assert len(json.loads((settings.run / "last_refresh.json").read_text())["notices"]) == 2
    keep_notices(settings, "linkedin", "1", [])
    assert "NOTICE linkedin 1" not in notify_end(settings, "run-2")
