"""One process: every platform at /<source>, and /_sandbox."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import shop_feed
from sandbox.clock import Clock
from sandbox.faults import KINDS, FaultError, Faults, Outcome
from sandbox.platforms import create, sources
from sandbox.web import Call, Platform
from sandbox.world import World
from sandbox.world.shop import ShopWorld
from sandbox.world.time import day_of

LARGEST_BODY = 1_000_000


class PlatformApp:
    """ASGI face of a platform: reads the call, lets the faults at it, writes the answer."""

    def __init__(self, platform: Platform, faults: Faults) -> None:
        self._platform = platform
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One HTTP call."""
        request = Request(scope, receive)
        body = await request.body()
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        headers = {key.lower(): value for key, value in request.headers.items()}
        query, raw = dict(request.query_params), request.url.query
        call = Call(request.method, path, query, headers, body[:LARGEST_BODY], raw)
        outcome = await self._faults.apply(self._platform, call)
        if outcome.drop:
            _abort(receive)
            return
        if outcome.slow:
            await _trickle(send, outcome)
            return
        answer = Response(outcome.content, outcome.status, outcome.headers, media_type=outcome.media_type)
        await answer(scope, receive, send)


def _abort(receive: Receive) -> None:
    """Drops the connection below HTTP, as a dying host would."""
    cycle = getattr(receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        raise RuntimeError("the reset and hang faults need uvicorn, whose transport can be dropped")
    transport.abort()
    # uvicorn would log an answer that never came as an error; tell it that the client is gone.
    if cycle is not None:
        cycle.disconnected = True


async def _trickle(send: Send, outcome: Outcome) -> None:
    parts = 10
    size = max(1, -(-len(outcome.content) // parts))
    given = outcome.headers | {"content-type": outcome.media_type, "content-length": str(len(outcome.content))}
    headers = [(name.encode(), value.encode()) for name, value in given.items()]
    await send({"type": "http.response.start", "status": outcome.status, "headers": headers})
    for start in range(0, len(outcome.content), size):
        await asyncio.sleep(outcome.slow / parts)
        await send({"type": "http.response.body", "body": outcome.content[start : start + size], "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _refuse(text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status_code=400)


async def _object(request: Request) -> dict[str, Any] | None:
    try:
        value = json.loads(await request.body())
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def create_app(world: World, clock: Clock) -> ASGIApp:
    """The application; `app.state` holds world, clock and faults."""
    platforms = {source: create(source, world, clock) for source in sources()}
    faults = Faults(platforms, clock)

    async def health(_: Request) -> JSONResponse:
        facts = {"status": "ok", "seed": world.seed, "scale": world.scale, "brand": world.brand, "days": world.days}
        return JSONResponse(facts | clock.describe())

    async def clock_view(request: Request) -> JSONResponse:
        if request.method == "POST":
            body = await _object(request)
            if body is None or not isinstance(body.get("now"), str):
                return _refuse('expected {"now": "<ISO date and time>"}')
            try:
                clock.freeze(body["now"], elapse=body.get("elapse") is True)
            except ValueError as error:
                return _refuse(f"now must be an ISO date and time: {error}")
        elif request.method == "DELETE":
            clock.run()
        return JSONResponse(clock.describe())

    async def faults_view(request: Request) -> JSONResponse:
        if request.method == "POST":
            try:
                faults.plant(await _object(request))
            except FaultError as error:
                return _refuse(str(error))
        elif request.method == "DELETE":
            faults.planted.clear()
        return JSONResponse({"faults": [fault.describe() for fault in faults.planted], "kinds": KINDS})

    async def shop_view(request: Request) -> JSONResponse:
        try:
            first, last = (day_of(date.fromisoformat(request.query_params[name])) for name in ("from", "to"))
        except (KeyError, ValueError):
            return _refuse("expected from and to as YYYY-MM-DD")
        part = world.part(ShopWorld)
        if request.path_params["what"] == "erp":
            return JSONResponse({"tables": shop_feed.erp(part, first, last, clock.now())})
        return JSONResponse({"events": [event for _, event in shop_feed.events(part, first, last, clock.now())]})

    async def consent(_: Request) -> JSONResponse:
        for platform in platforms.values():
            platform.renew_consent()
        return JSONResponse({"consent": "given anew on every platform: the auth codes may be exchanged once"})

    own = [
        Route("/health", health),
        Route("/clock", clock_view, methods=["GET", "POST", "DELETE"]),
        Route("/shop/{what:str}", shop_view),
        Route("/consent", consent, methods=["POST"]),
        Route("/faults", faults_view, methods=["GET", "POST", "DELETE"]),
    ]
    app = Starlette(
        routes=[
            Mount("/_sandbox", routes=own),
            *(Mount(f"/{source}", PlatformApp(platform, faults)) for source, platform in platforms.items()),
        ]
    )
    app.state.world, app.state.clock, app.state.faults = world, clock, faults
    return app
