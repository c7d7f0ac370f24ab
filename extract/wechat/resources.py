"""WeChat: how each resource is asked and cut into records. Facts: platform-contracts §1.2, §1.3; samples wechat/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from extract.contract import ResourceSpec
from extract.errors import BadPayload, Delayed, ExtractError, Permanent, SkipItem
from extract.landing import files_of, query
from extract.model import BUSINESS_ZONE, Account, Deadline, ExtractContext, Window
from extract.paging import asked_twice, cursor_pages
from extract.session import Answer, Session, need, need_int
from extract.wechat.client import connect

COMMENT_DAYS = 30  # comments are read for posts published in the last 30 days
_MAX_REPEATED_PAGES = 3


class WechatSession:
    """One Official Account."""

    def __init__(self, account: Account, context: ExtractContext, deadline: Deadline) -> None:
        self.client = connect(account, context, deadline)
        self._account = account
        self._context = context
        self._posts: dict[str, date] = {}
        self._ask: dict[str, Callable[[ResourceSpec, Window], Answer]] = {
            "getusersummary": self._daily_users,
            "getusercumulate": self._daily_users,
            "getarticletotaldetail": self._article_details,
            "freepublish": self._published,
            "comment": self._comments,
            "channels_live": self._lives,
        }

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask one window of one resource."""
        return self._ask.get(spec.name, self._datacube)(spec, window)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    # --- datacube ----------------------------------------------------------------------------------------------

    def _call_datacube(self, spec: ResourceSpec, window: Window) -> dict[str, Any]:
        body = {"begin_date": str(window.first_day), "end_date": str(window.last_day)}
        return self.client.call("POST", spec.path, body=body)

    def _datacube(self, spec: ResourceSpec, window: Window) -> Answer:
        """A list for the span, with `is_delay`: the rows so far are kept, the window stays open. The flag is for the
        whole span, so a delayed span is asked again day by day and only the delayed days stay open."""
        payload = self._call_datacube(spec, window)
        answer = Answer(records=need(payload, "list", list, spec.path))
        if payload.get("is_delay") in (True, "1", "true"):
            if len(window.days) > 1:
                days = [self._datacube(spec, Window.of_days(day, day, spec.name)) for day in window.days]
                return Answer(
                    records=[record for day in days for record in day.records],
                    missing=[missing for day in days for missing in day.missing],
                )
            error = Delayed(f"{spec.path}: is_delay, the platform is still counting", action="the next run asks again")
            answer.missing.append((window, error))
        return answer

    def _daily_users(self, spec: ResourceSpec, window: Window) -> Answer:
        """These two have no is_delay: nothing for yesterday means that yesterday is not ready."""
        records = need(self._call_datacube(spec, window), "list", list, spec.path)
        answer = Answer(records=records)
        yesterday = self._context.business_now.date() - timedelta(days=1)
        days = {str(record.get("ref_date"))[:10] for record in records if isinstance(record, dict)}
        if yesterday in window.days and str(yesterday) not in days:
            missing = Window.of_days(yesterday, yesterday, spec.name)
            error = Delayed(f"{spec.path}: no row for {yesterday} yet", action="the next run asks again")
            answer.missing.append((missing, error))
        return answer

    def _article_details(self, spec: ResourceSpec, window: Window) -> Answer:
        """One record per article and stat_date; `detail_list` becomes `detail`."""
        answer = self._datacube(spec, window)
        records: list[Any] = []
        for article in answer.records:
            details = article.get("detail_list") if isinstance(article, dict) else None
            if not isinstance(details, list):
                records.append(article)  # the scrubber rejects it and says why
                continue
            head = {name: value for name, value in article.items() if name != "detail_list"}
            records.extend({**head, "detail": detail} for detail in details)
            self._remember(article)
        answer.records = records
        return answer

    def _remember(self, article: dict[str, Any]) -> None:
        try:
            self._posts[str(article["msgid"])] = date.fromisoformat(str(article["ref_date"])[:10])
        except (KeyError, ValueError):
            return

    # --- listings ----------------------------------------------------------------------------------------------

    def _published(self, spec: ResourceSpec, window: Window) -> Answer:
        """The whole listing. It can shift while it is paged: if articles are missing, it is read once more."""
        records, complete = self._listing(spec)
        if not complete:
            records, complete = self._listing(spec)
        answer = Answer(records=records)
        if not complete:
            error = BadPayload(f"{spec.path}: fewer articles than total_count, twice", action="the next run asks again")
            answer.missing.append((window, error))
        return answer

    def _listing(self, spec: ResourceSpec) -> tuple[list[Any], bool]:
        items: dict[str, dict[str, Any]] = {}
        offset = total = 0
        while True:
            body = {"offset": offset, "count": int(spec.request.get("count", 20)), "no_content": 1}
            payload = self.client.call("POST", spec.path, body=body)
            total = need_int(payload, "total_count", spec.path)
            page = need(payload, "item", list, spec.path)
            for item in page:
                items.setdefault(str(need(item, "article_id", str, spec.path)), item)
            # The sample says offset + item_count; item_count is believed only as far as there are items.
            offset += min(need_int(payload, "item_count", spec.path), len(page)) or len(page)
            if not page or offset >= total:
                break
        return [record for item in items.values() for record in _news_records(item, spec.path)], len(items) >= total

    def _lives(self, spec: ResourceSpec, window: Window) -> Answer:
        """Finished Channels lives. Start and end, epoch seconds, are compared with the live's END."""
        start, end = (int(at.replace(tzinfo=BUSINESS_ZONE).timestamp()) for at in (window.start, window.end))

        def ask(buffer: str) -> tuple[list[Any], str | None]:
            body = {"start_time": start, "end_time": end - 1, "last_buffer": buffer}
            payload = self.client.call("POST", spec.path, body=body)
            more = payload.get("continue_flag") in (True, "1", "true")
            following = need(payload, "last_buffer", str, spec.path) if more else None
            return need(payload, "item", list, spec.path), following

        return asked_twice(lambda: Answer(records=cursor_pages(ask, spec.path, first="")))

    # --- comments ----------------------------------------------------------------------------------------------

    def _comments(self, spec: ResourceSpec, window: Window) -> Answer:
        """All comments of recent posts. A post without comments (88001, 88000) is skipped; if several posts were asked
        and every one answers 88000, the account lacks the permission. A failing post leaves the window open."""
        posts = self._recent_posts(window.first_day)
        answer = Answer()
        refused: list[SkipItem] = []
        for msgid in posts:
            try:
                answer.records.extend(self._comments_of(spec, msgid))
            except SkipItem as error:
                if error.code == "88000":
                    refused.append(error)
            except ExtractError as error:
                if error.scope != "window":
                    if not answer.records:
                        raise
                    answer.missing.append((window, error))
                    break
                answer.missing.append((window, error))
        if len(refused) == len(posts) > 1:
            raise Permanent(
                refused[0].message, code="88000", action=refused[0].action, request_id=refused[0].request_id
            )
        return answer

    def _comments_of(self, spec: ResourceSpec, msgid: str) -> list[dict[str, Any]]:
        """Page by `begin` until an empty page; `total` has been seen to be the size of the page. Comments shift while
        paging, so repeats are dropped by id. The index is 0-based here and 1-based inside msgid."""
        message, _, position = msgid.partition("_")
        if not (message.isdecimal() and position.isdecimal()):
            raise BadPayload(f"{spec.path}: expected msgid as <number>_<position>, got another shape")
        index = str(int(position) - 1)
        found: dict[str, dict[str, Any]] = {}
        begin = repeated = 0
        size = int(spec.request.get("count", 49))
        while True:
            body = {"msg_data_id": int(message), "index": int(index), "begin": begin, "count": size, "type": 0}
            page = need(self.client.call("POST", spec.path, body=body), "comment", list, spec.path)
            if not page:
                return list(found.values())
            before = len(found)
            here: set[str] = set()
            for comment in page:
                head = {"msg_data_id": message, "index": index}
                record = {**comment, **head} if isinstance(comment, dict) else head
                number = str(record.get("user_comment_id", f"unnamed {len(found)}"))
                here.add(number)
                found.setdefault(number, record)
            begin += min(len(here), size)  # a page with one more than was asked holds one of the page before
            repeated = repeated + 1 if len(found) == before else 0
            if repeated >= _MAX_REPEATED_PAGES:
                raise BadPayload(f"{spec.path}: the same comments on {repeated} pages in a row; begin seems ignored")

    def _recent_posts(self, as_of: date) -> list[str]:
        """msgids of posts younger than 30 days at `as_of`, from landing and from this run, newest first."""
        oldest = as_of - timedelta(days=COMMENT_DAYS - 1)
        files = files_of(self._context.landing, "wechat", self._account.account, "getarticletotaldetail")
        rows = query(
            "select distinct json_extract_string(record, '$.msgid'), window_start::date from {files} "
            "where record is not null and window_start >= ?",
            files,
            [oldest],
        )
        posts = {str(msgid): day for msgid, day in rows} | self._posts
        recent = {msgid: day for msgid, day in posts.items() if oldest <= day <= as_of}
        return sorted(recent, key=lambda msgid: (recent[msgid], msgid), reverse=True)


def _news_records(item: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """One record per article of a published item: the item's fields, `idx` (1-based), the article's fields."""
    content = need(item, "content", dict, where)
    head = {name: value for name, value in item.items() if name != "content"}
    records = []
    for position, article in enumerate(need(content, "news_item", list, where), start=1):
        plain = article if isinstance(article, dict) else {}
        records.append({**plain, **head, "idx": str(position)})
    return records


def open_session(account: Account, context: ExtractContext, deadline: Deadline) -> Session:
    """A session for one Official Account; makes no call yet. Raises Permanent for missing credentials."""
    return WechatSession(account, context, deadline)
