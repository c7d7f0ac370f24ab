"""Error classes, retries, time limits and redaction of the shared client."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

import pytest

from extract.client import RATE_ATTEMPTS, ApiClient, Limits
from extract.errors import ExtractError, Redactor, SkipItem
from extract.model import Deadline
from extract.oceanengine.client import PLATFORM as OCEAN
from extract.wechat.client import PLATFORM as WECHAT
from tests.extract.conftest import Stub

FAST = Limits(connect=0.5, read=0.5, whole=1.0, first_pause=0.001, longest_pause=0.01)


def client(stub: Stub, platform: object = WECHAT, limits: Limits = FAST, deadline: float = 30) -> ApiClient:
    return ApiClient(stub.url, platform, Deadline(deadline), Redactor(), limits=limits)  # type: ignore[arg-type]


def failing(stub: Stub, reply: object, platform: object = WECHAT) -> ExtractError:
    stub.reply = lambda ask: reply
    with pytest.raises(ExtractError) as caught:
        client(stub, platform).send("POST", "/datacube/x", body={}, token="A-VERY-SECRET-TOKEN")
    return caught.value


def wx(code: int, text: str = "some text") -> dict[str, object]:
    return {"errcode": code, "errmsg": f"{text} rid: 65f0-1a2b-3c4d"}


def oe(code: int) -> dict[str, object]:
    return {"code": code, "message": "some text", "request_id": "REQ1", "data": {}}


@pytest.mark.parametrize(
    ("platform", "reply", "reason", "scope", "attempts"),
    [
        (WECHAT, wx(40001), "token", "account", 1),
        (WECHAT, wx(42001), "token", "account", 1),
        (WECHAT, wx(-1), "unavailable", "window", RATE_ATTEMPTS),
        (WECHAT, wx(45011), "rate", "resource", RATE_ATTEMPTS),
        (WECHAT, wx(45009), "quota", "resource", 1),
        (WECHAT, wx(48001), "permission", "resource", 1),
        (WECHAT, wx(47009), "permission", "resource", 1),
        (WECHAT, wx(40164), "permission", "account", 1),
        (WECHAT, wx(40013), "token", "account", 1),
        (WECHAT, wx(61501), "bad_payload", "window", 1),
        (WECHAT, wx(99999), "unknown_code", "window", 1),
        (OCEAN, oe(40102), "token", "account", 1),
        (OCEAN, oe(40103), "consent", "account", 1),
        (OCEAN, oe(40110), "rate", "resource", RATE_ATTEMPTS),
        (OCEAN, oe(50001), "unavailable", "window", RATE_ATTEMPTS),
        (OCEAN, oe(40002), "permission", "resource", 1),
        (OCEAN, oe(40119), "permission", "resource", 1),
        (OCEAN, oe(40000), "bad_payload", "window", 1),
        (OCEAN, oe(77777), "unknown_code", "window", 1),
        (OCEAN, {"list": []}, "bad_payload", "window", 1),
        (WECHAT, (500, b"oops"), "unavailable", "window", 4),
        (WECHAT, (429, b""), "rate", "resource", 4),
        (WECHAT, (404, b"{}"), "unknown_code", "window", 1),
        (WECHAT, b"<html>", "bad_payload", "window", 2),
        (WECHAT, b'{"list": [{"a"', "bad_payload", "window", 2),
        (WECHAT, b"[1, 2]", "bad_payload", "window", 2),
        (WECHAT, b'{"list": [], "list": [1]}', "bad_payload", "window", 2),
        (WECHAT, "cut", "bad_payload", "window", 3),
        (WECHAT, "reset", "unavailable", "window", 3),
        (WECHAT, "hang", "timeout", "resource", 2),
    ],
)
def test_error_classes(
    stub: Stub, platform: object, reply: object, reason: str, scope: str, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = failing(stub, reply, platform)
    assert (error.reason, error.scope) == (reason, scope)
    assert len(stub.calls) == attempts
    assert "A-VERY-SECRET-TOKEN" not in f"{error!r} {error.message} {error.action}"


def test_code_and_request_id_are_kept_for_a_person(stub: Stub) -> None:
    error = failing(stub, wx(99999, "strange thing"))
    assert (error.code, error.request_id) == ("99999", "65f0-1a2b-3c4d") and "strange thing" in error.message
    assert failing(stub, oe(77777), OCEAN).request_id == "REQ1"


def test_an_unknown_code_is_kept_whatever_the_status_of_the_answer(stub: Stub) -> None:
    error = failing(stub, (403, b'{"errcode": 99999, "errmsg": "strange thing"}'))
    assert (error.code, error.reason) == ("99999", "unknown_code") and "strange thing" in error.message
    assert failing(stub, (503, b'{"errcode": 99999, "errmsg": "x"}')).reason == "unavailable"


def test_a_bare_list_is_an_answer_where_the_platform_says_so(stub: Stub) -> None:
    listing = replace(WECHAT, list_name="rows")
    stub.reply = lambda ask: b"[1, 2]"
    assert client(stub, listing).send("POST", "/datacube/x") == {"rows": ["1", "2"]}


def test_a_skip_is_no_failure(stub: Stub) -> None:
    assert isinstance(failing(stub, wx(88001)), SkipItem)


@pytest.mark.parametrize("first", [wx(45011), wx(-1), (503, b""), "reset", "cut", b"<html>"])
def test_a_passing_fault_is_survived(stub: Stub, first: object) -> None:
    replies = [first, {"list": []}]
    stub.reply = lambda ask: replies.pop(0)
    assert client(stub).send("POST", "/datacube/x", body={}) == {"list": []}


def test_the_pause_the_platform_asks_for_is_kept(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr("extract.client._seconds", lambda text: 3.0)
    replies = [oe(40110), {**oe(0)}]
    stub.reply = lambda ask: replies.pop(0)
    client(stub, OCEAN).send("GET", "/x")
    assert 3.0 in pauses


def test_a_server_that_drips_is_cut_off(stub: Stub) -> None:
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def drip() -> None:
        for _ in range(2):
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not done.wait(0.1):
                try:
                    connection.sendall(b" ")
                except OSError:
                    break

    threading.Thread(target=drip, daemon=True).start()
    slow = ApiClient(f"http://127.0.0.1:{listener.getsockname()[1]}", WECHAT, Deadline(30), Redactor(), limits=FAST)
    began = time.monotonic()
    with pytest.raises(ExtractError) as caught:
        slow.send("POST", "/x")
    done.set()
    listener.close()
    assert caught.value.reason == "timeout" and time.monotonic() - began < 4


def test_a_host_that_is_not_there_stops_the_account() -> None:
    nowhere = ApiClient("http://127.0.0.1:9", WECHAT, Deadline(30), Redactor(), limits=FAST)
    with pytest.raises(ExtractError) as caught:
        nowhere.send("POST", "/x")
    assert (caught.value.reason, caught.value.scope) == ("unavailable", "account")


def test_after_the_deadline_nothing_is_asked(stub: Stub) -> None:
    with pytest.raises(ExtractError) as caught:
        client(stub, deadline=0).send("POST", "/x")
    assert caught.value.reason == "timeout" and caught.value.scope == "account" and stub.calls == []


def test_time_limits_are_a_small_part_of_the_deadline() -> None:
    assert Limits.for_deadline(900).read == 30 and Limits.for_deadline(100).read == 5
    assert 2 * 3 * Limits.for_deadline(900).read < 900 / 4  # three dead resources, two attempts each


def test_secrets_are_cut_out_of_logs_and_messages(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "A-VERY-SECRET-TOKEN"
    error = failing(stub, wx(45011, f"token {secret} of 13800001111 too fast"))
    assert secret not in caplog.text + error.message and "13800001111" not in caplog.text + error.message
    assert "***" in error.message and "<phone>" in error.message


def test_every_attempt_is_signed_anew_and_a_raw_query_stays_as_it_is(stub: Stub) -> None:
    answers = iter([(500, b""), {"code": 0}])
    stub.reply = lambda ask: next(answers)
    numbers = iter(range(9))
    nonce = replace(OCEAN, sign=lambda token: ({"nonce": str(next(numbers))}, {"Authorization": f"Bearer {token}"}))
    client(stub, nonce).send("GET", "/x", query="q=a&range=(start:(year:2026))", token="secret-token")
    assert [ask.query["nonce"] for ask in stub.calls] == ["0", "1"]
    assert {ask.query["range"] for ask in stub.calls} == {"(start:(year:2026))"}
    assert "%" not in stub.calls[0].address


def test_a_form_goes_out_as_a_form(stub: Stub) -> None:
    stub.reply = lambda ask: {"code": 0}
    client(stub, OCEAN).send("POST", "/token", form={"grant_type": "refresh_token", "a": "中 文"})
    assert stub.calls[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert stub.calls[0].body == {"grant_type": "refresh_token", "a": "中 文"}
