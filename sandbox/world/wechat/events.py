"""Events of one WeChat Official Account: articles, first and repeated reads, actions, follows, comments, corrections.

Every count is a row of an event table with the instant `known_at` from which the platform knows it. What is shown at
an instant is the sum of the rows known by then; a restated day is a later row with a (possibly negative) difference.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.late import append, correction_at, hold_back, one_in_fifty
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Chunk
from sandbox.world.time import date_of, midnight, ready_at

SCENES = ("公众号消息", "聊天会话", "朋友圈", "公众号主页", "其他", "推荐", "搜一搜")
KINDS = ("share", "like", "zaikan", "save", "subscribe", "praise_fen")
"""Actions; one per person and content, except praise_fen which is money in 分."""
READERS = 9
"""Metric code of unique readers among the clean-ups; 0–5 are KINDS."""
USER_SOURCES = (0, 1, 17, 30, 57, 100, 149, 161, 200, 201)
MAX_AGE = 75
"""Days after which nobody reads an article any more."""
DETAIL_DAYS = 30
"""Stat dates of getarticletotaldetail, publish day included (platform-contracts §1.2, third-party)."""
_BASE_FOLLOW = np.array([0.08, 0.30, 0.07, 0.26, 0.0, 0.05, 0.06, 0.0, 0.14, 0.02])
_AD_SHARE = np.array([0.25, 0.62, 0.15, 0.35, 0.0, 0.9, 0.2, 0.0, 0.5, 0.3])
_CANCEL = np.array([0.10, 0.26, 0.05, 0.27, 0.10, 0.06, 0.04, 0.04, 0.07, 0.01])
_SCENE_NOTIFIED = np.array([0.52, 0.11, 0.14, 0.03, 0.04, 0.13, 0.03])
_SCENE_QUIET = np.array([0.08, 0.12, 0.15, 0.14, 0.07, 0.34, 0.10])


@dataclass(frozen=True)
class WeChatAccount:
    """A public account: ids, credentials and size."""

    index: int
    app_id: str
    secret: str
    name: str
    biz: str
    followers: int
    posts: float
    first_mid: int


@dataclass(frozen=True)
class Article:
    """One article of a message. `deleted_at` is None when it is never deleted; instants are epoch seconds."""

    account: int
    number: int
    message: int
    idx: int
    article_id: str
    title: str
    digest: str
    author: str
    published_at: int
    publish_day: int
    is_notified: bool
    is_comment_open: bool
    deleted_at: int | None
    url: str
    content_url: str
    quality: float
    appeal: tuple[float, ...]
    finish_rate: float
    minutes: float

    @property
    def msgid(self) -> str:
        """Join key of datacube: message id and position from 1."""
        return f"{self.message}_{self.idx}"


@dataclass(frozen=True)
class Comment:
    """A reader's comment. `number` is unique inside its article only; None instants never happen."""

    account: int
    article: int
    number: int
    person: int
    openid: str | None
    created_at: int
    counted_at: int
    content: str
    emotion: str
    featured_at: int | None
    reply: str | None
    reply_at: int | None
    vanish_at: int | None
    planted: tuple[tuple[str, str], ...]


@dataclass
class AccountEvents:
    """Everything that happened on one account, per day since day 0."""

    account: WeChatAccount
    articles: list[Article] = field(default_factory=list)
    comments: list[list[Comment]] = field(default_factory=list)
    """By article number, in order of creation."""
    reads: list[Chunk] = field(default_factory=list)
    """article, scene, first, repeat, also, known_at: people by main scene; `also` came through a second scene too."""
    attention: list[Chunk] = field(default_factory=list)
    """article, finishers, seconds, known_at: of the day's first readers."""
    actions: list[Chunk] = field(default_factory=list)
    """article, kind, amount, known_at."""
    cleanups: list[Chunk] = field(default_factory=list)
    """article, metric, amount, known_at: taken off the cumulative counters from this stat date on."""
    overlaps: list[Chunk] = field(default_factory=list)
    """scene, people, known_at: people counted by more than one article of the day."""
    follows: list[Chunk] = field(default_factory=list)
    """source, new, cancel, known_at."""
    redirects: list[int] = field(default_factory=list)
    delays: list[int | None] = field(default_factory=list)
    """Instant until which the day is incomplete on the platform, None on ordinary days."""
    _first_total: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    _action_total: np.ndarray = field(default_factory=lambda: np.zeros((0, len(KINDS)), np.int64))


def make_accounts(seed: int) -> tuple[WeChatAccount, ...]:
    """The brand's two Official Accounts, of different size."""
    rng = stream(seed, "wx.accounts")
    made = []
    for index, (label, size, posts) in enumerate((("", 178_000, 1.0), ("会员俱乐部", 61_000, 0.87))):
        app_id = "wx" + digest("appid", seed, index)[:16]
        followers = int(size * rng.lognormal(0, 0.12))
        biz = base64.b64encode(f"30{int(rng.integers(10**8, 10**9 - 1))}".encode()).decode()
        # The ranges of the two accounts do not meet; on the platform they may.
        first_mid = 2_247_483_650 + index * 20_000_000 + int(rng.integers(0, 9_000))
        made.append(
            WeChatAccount(
                index,
                app_id,
                digest("secret", seed, index)[:32],
                text.brand_name(seed) + label,
                biz,
                followers,
                posts,
                first_mid,
            )
        )
    return tuple(made)


def _curve(age: np.ndarray, notified: np.ndarray, first_share: np.ndarray) -> np.ndarray:
    """Share of an article's readers that come at an age in days."""
    steep = np.where(notified, 1.7, 1.15)
    norm = np.where(notified, 1.0 / 1.945, 1.0 / 4.25)  # sums of a^-steep over 1..75
    tail = np.power(np.maximum(age, 1), -steep) * norm * (1 - first_share)
    return np.where(age == 0, first_share, tail)


def _publish(seed: int, scale: float, events: AccountEvents, day: int) -> int:
    """Adds the day's messages; returns the number of articles published."""
    account = events.account
    rng = stream(seed, "wx.publish", account.index, day)
    value = date_of(day)
    chance = (0.36, 0.60, 0.42, 0.64, 0.52, 0.26, 0.20)[value.weekday()] * account.posts * scale
    if calendar.selling_season(day) > 1.3:
        chance *= 1.25
    elif calendar.reading_season(day) < 0.7:
        chance *= 0.5
    messages = int(chance) + int(rng.random() < chance - int(chance))
    before = len(events.articles)
    for _ in range(messages):
        notified = bool(rng.random() < 0.6)
        slot = int(rng.choice([8, 12, 18, 20, 21], p=[0.2, 0.25, 0.2, 0.25, 0.1]))
        published_at = midnight(day) + slot * 3600 + int(rng.integers(0, 3000))
        step = len(events.articles) - (events.articles[-1].idx - 1 if events.articles else 0)
        message = account.first_mid + step * 13 + day * 3
        for idx in range(1, 1 + int(rng.choice([1, 2, 3], p=[0.55, 0.27, 0.18]))):
            number = len(events.articles)
            quality = float(np.exp(rng.normal(0, 1.55))) * (1.0, 0.38, 0.22)[idx - 1]
            lift = min(1.6, quality**0.12)
            appeal = rng.lognormal(0, 0.4, 6) * np.array([0.032, 0.026, 0.011, 0.016, 0.006, 0.0005]) * lift
            gone = None
            if rng.random() < 0.025:
                gone = published_at + int(rng.integers(20_000, 20 * 86_400))
            sn = digest("sn", seed, account.index, number)
            base = f"mp.weixin.qq.com/s?__biz={account.biz}&mid={message}&idx={idx}"
            title = text.article_title(rng, seed, value.month)
            events.articles.append(
                Article(
                    account=account.index,
                    number=number,
                    message=message,
                    idx=idx,
                    article_id=digest("article", seed, account.index, message)[:40],
                    title=title,
                    digest=f"{title[:12]}…" if idx == 1 else "",
                    author=text.person(seed, int(rng.integers(text.PERSONS))).nickname,
                    published_at=published_at,
                    publish_day=day,
                    is_notified=notified,
                    is_comment_open=bool(rng.random() < 0.85),
                    deleted_at=gone,
                    url=f"http://{base}&sn={sn[:32]}#rd",
                    content_url=f"https://{base}&sn={sn[32:]}&chksm={digest('chksm', sn)[:60]}&scene=0",
                    quality=quality,
                    appeal=tuple(float(v) for v in np.minimum(appeal, 0.2)),
                    finish_rate=float(np.clip(rng.normal(0.46, 0.1), 0.12, 0.85)),
                    minutes=float(np.clip(rng.lognormal(0.1, 0.4), 0.25, 6.0)),
                )
            )
            events.comments.append([])
    return len(events.articles) - before


def _delay(seed: int, account: int, day: int) -> int | None:
    """About 3 % of the days are completed only between 08:30 and 11:30 of the next morning."""
    rng = stream(seed, "wx.delay", account, day)
    return midnight(day + 1) + int(rng.integers(8 * 3600 + 1800, 11 * 3600 + 1800)) if rng.random() < 0.03 else None


def extend(seed: int, scale: float, events: AccountEvents, day: int, ad_pull: float) -> None:
    """Adds one day. `ad_pull` is the lagged, relative ad spend of the brand (1 = an ordinary day)."""
    account = events.account
    _publish(seed, scale, events, day)
    total = len(events.articles)
    grow = total - len(events._first_total)
    if grow:
        events._first_total = np.concatenate([events._first_total, np.zeros(grow, np.int64)])
        events._action_total = np.concatenate([events._action_total, np.zeros((grow, len(KINDS)), np.int64)])

    rng = stream(seed, "wx.day", account.index, day)
    crisis = calendar.crisis_on(seed, day)
    known = ready_at(day)
    until = _delay(seed, account.index, day)
    weekday = date_of(day).weekday()
    alive = [
        a
        for a in events.articles[max(0, total - int(400 * max(1.0, scale))) :]
        if day - a.publish_day <= MAX_AGE and (a.deleted_at is None or a.deleted_at > midnight(day))
    ]
    count = len(alive)
    number = np.array([a.number for a in alive], np.int64)
    age = np.array([day - a.publish_day for a in alive], np.int64)
    notified = np.array([a.is_notified for a in alive], bool)
    hour = np.array([(a.published_at - midnight(a.publish_day)) / 3600 for a in alive])
    first_share = np.where(hour < 10, 0.58, np.where(hour < 16, 0.5, 0.36)) * np.where(notified, 1.0, 0.5)
    audience = account.followers * np.array([a.quality for a in alive]) * np.where(notified, 0.016, 0.0045)
    audience = np.minimum(np.maximum(audience, 12), account.followers * 2.2)
    mood = calendar.READ_WEEK[weekday] * calendar.reading_season(day) * float(rng.lognormal(0, 0.07))
    expected = audience * _curve(age, notified, first_share) * mood * rng.gamma(9, 1 / 9, count)
    first_total = rng.poisson(expected)
    repeat_total = (
        rng.poisson(0.05 * np.minimum(events._first_total[number], expected * 3 + 1)) if count else first_total
    )
    scene_weights = np.where(notified[:, None], _SCENE_NOTIFIED, _SCENE_QUIET) * rng.gamma(
        30, 1 / 30, (count, len(SCENES))
    )
    scene_weights /= scene_weights.sum(axis=1, keepdims=True)
    first = rng.multinomial(first_total, scene_weights) if count else np.zeros((0, len(SCENES)), np.int64)
    repeat = rng.multinomial(repeat_total, scene_weights) if count else first
    also = np.roll(rng.binomial(first, 0.05), 1, axis=1)
    reads: Chunk = {
        "article": np.repeat(number, len(SCENES)),
        "scene": np.tile(np.arange(len(SCENES)), count),
        "first": first.ravel(),
        "repeat": repeat.ravel(),
        "also": also.ravel(),
        "known_at": np.full(count * len(SCENES), known, np.int64),
    }
    appeal = np.array([a.appeal for a in alive]).reshape(count, len(KINDS))
    amounts = rng.binomial(first_total[:, None], appeal)
    for row in np.flatnonzero(amounts[:, 5]):
        amounts[row, 5] = rng.choice([100, 200, 500, 600, 1000, 2000], amounts[row, 5]).sum()
    actions: Chunk = {
        "article": np.repeat(number, len(KINDS)),
        "kind": np.tile(np.arange(len(KINDS)), count),
        "amount": amounts.ravel(),
        "known_at": np.full(count * len(KINDS), known, np.int64),
    }
    finishers = rng.binomial(first_total, np.array([a.finish_rate for a in alive]))
    seconds = (first_total * np.array([a.minutes for a in alive]) * 60 * rng.gamma(60, 1 / 60, count)).astype(np.int64)
    attention: Chunk = {
        "article": number,
        "finishers": finishers,
        "seconds": seconds,
        "known_at": np.full(count, known, np.int64),
    }

    if until is not None:
        young = number[age <= 3]
        reads = hold_back(rng, reads, ("first", "repeat", "also"), np.isin(reads["article"], young), until)
        actions = hold_back(
            rng, actions, ("amount",), np.isin(actions["article"], young) & (actions["kind"] != 5), until
        )
        attention = hold_back(rng, attention, ("finishers", "seconds"), np.isin(attention["article"], young), until)

    # Restated (article, day) answers: about 1.5 % of them, known two or three mornings later.
    restated = np.flatnonzero((rng.random(count) < 0.022) & (first_total + repeat_total >= 8))
    late_reads: list[tuple[int, ...]] = []
    late_actions: list[tuple[int, ...]] = []
    for row in restated:
        later = correction_at(rng, day)
        scene = int(np.argmax(first[row]))
        size = int(first[row, scene])
        change = int(np.ceil(max(1, size * 0.03))) * (-1 if size >= 30 and rng.random() < 0.6 else 1)
        late_reads.append((int(number[row]), scene, change, 0, 0, later))
        first_total[row] += change
        if amounts[row, 1] >= 3:
            late_actions.append((int(number[row]), 1, -1, later))
            amounts[row, 1] -= 1
    events.reads.append(append(reads, late_reads))
    events.actions.append(append(actions, late_actions))
    events.attention.append(attention)
    if count:
        events._first_total[number] += first_total
        events._action_total[number] += amounts

    # Clean-ups: the platform takes counts off, shown from this stat date on.
    cleanups: list[tuple[int, ...]] = []
    for row in np.flatnonzero((rng.random(count) < 0.006) & (age >= 1) & (age < DETAIL_DAYS)):
        article = int(number[row])
        for metric, have in (
            (READERS, int(events._first_total[article])),
            *enumerate(events._action_total[article][:4]),
        ):
            amount = int(int(have) * float(rng.uniform(0.02, 0.07)))
            if amount > 0 and (metric == READERS or rng.random() < 0.6):
                cleanups.append((article, metric, amount, known))
                if metric == READERS:
                    events._first_total[article] -= amount
                else:
                    events._action_total[article, metric] -= amount
    events.cleanups.append(
        append({n: np.zeros(0, np.int64) for n in ("article", "metric", "amount", "known_at")}, cleanups)
    )

    # People who read more than one article of the account that day, never more than leaves the largest article whole.
    people = first + repeat
    spare = people.sum(axis=0) - (people.max(axis=0) if count else 0)
    shared = np.minimum(rng.binomial(people.sum(axis=0), min(0.16, 0.012 * count)), spare)
    events.overlaps.append(
        {"scene": np.arange(len(SCENES)), "people": shared, "known_at": np.full(len(SCENES), until or known, np.int64)}
    )
    events.redirects.append(int(rng.poisson(0.005 * people.sum())))
    events.delays.append(until)

    for row in np.flatnonzero(first_total):
        _comment(seed, events, alive[int(row)], day, int(first_total[row]), int(age[row]), known, until, crisis, scale)
    _follow(seed, events, day, amounts[:, 4].sum() if count else 0, ad_pull, crisis)


def _comment(
    seed: int,
    events: AccountEvents,
    article: Article,
    day: int,
    readers: int,
    age: int,
    known: int,
    until: int | None,
    crisis: calendar.Crisis | None,
    scale: float,
) -> None:
    """Comments under one article on one day; none after age 25, so that the 30-day look-back sees every reply."""
    if not article.is_comment_open or age > 25:
        return
    rng = stream(seed, "wx.comment", article.account, article.number, day)
    expected = readers * 0.0055 * scale * (1 + (crisis.severity - 1) * 0.5 if crisis else 1)
    amount = min(int(rng.poisson(expected)), 400)
    earliest = article.published_at + 60 if age == 0 else midnight(day)
    latest = min(midnight(day + 1), article.deleted_at or midnight(day + 1))
    if amount == 0 or latest <= earliest:
        return
    app = events.account.app_id
    kept = events.comments[article.number]
    for created in np.sort(rng.integers(earliest, latest, amount)):
        draw = rng.random(6)
        author = text.person(seed, int(text.PERSONS * draw[0] ** 2.2))
        written = text.remark(rng, seed, author, crisis.subject if crisis and draw[5] < 0.7 else None)
        at = int(created)
        answered = at + int(rng.integers(600, 2 * 86_400)) if draw[1] < 0.25 else None
        kept.append(
            Comment(
                account=article.account,
                article=article.number,
                number=len(kept) + 1,
                person=author.number,
                openid=author.openid(app) if draw[2] > 0.03 else None,
                created_at=at,
                counted_at=until if until and age <= 3 and draw[2] < 0.2 else known,
                content=written.text,
                emotion=written.emotion,
                featured_at=at + int(rng.integers(900, 86_400)) if draw[3] < 0.3 else None,
                reply=text.reply(rng) if answered else None,
                reply_at=answered,
                vanish_at=at + int(rng.integers(2 * 86_400, 9 * 86_400)) if draw[4] < 0.02 else None,
                planted=written.planted,
            )
        )


def _follow(
    seed: int, events: AccountEvents, day: int, subscribed: int, ad_pull: float, crisis: calendar.Crisis | None
) -> None:
    """New and lost followers by source."""
    account = events.account
    rng = stream(seed, "wx.follow", account.index, day)
    rhythm = calendar.FOLLOW_WEEK[date_of(day).weekday()] * calendar.reading_season(day) * float(rng.lognormal(0, 0.06))
    mean = account.followers * 0.0012 * _BASE_FOLLOW * rhythm * (1 - _AD_SHARE + _AD_SHARE * ad_pull)
    new = rng.poisson(mean)
    by_name = int(rng.binomial(subscribed, 0.75))
    new[4] += by_name
    new[7] += subscribed - by_name
    lost = rng.poisson(
        account.followers * 0.0008 * _CANCEL * rng.lognormal(0, 0.1) * (crisis.severity if crisis else 1)
    )
    moved = (new + lost) > 0
    sources = np.array(USER_SOURCES)
    rows: list[tuple[int, ...]] = []
    if one_in_fifty(seed, "wx.follow.restated", account.index, day):
        later = correction_at(rng, day)
        rows.append((1, int(rng.integers(1, 9)), int(rng.integers(0, 3)), later))
    chunk: Chunk = {
        "source": sources[moved],
        "new": new[moved],
        "cancel": lost[moved],
        "known_at": np.full(int(moved.sum()), ready_at(day), np.int64),
    }
    events.follows.append(append(chunk, rows))
