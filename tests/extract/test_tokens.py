"""The token broker: encrypted at rest, saved before use, one refresh for all, dead consents explained."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from extract.client import ApiClient
from extract.errors import ConsentRequired, ExtractError, Permanent, Redactor
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import GivenToken, Grant, OAuthConsent
from extract.oceanengine import client as ocean
from extract.wechat import client as wechat
from tests.extract.conftest import DAY, REPO, Ask, Stub, at

APP = {"app_id": "1790000000000099", "secret": "SECRET-OF-THE-APP", "auth_code": "AUTH-CODE-ONE"}


class Consents:
    """A platform with rotating refresh tokens: a refresh kills both old tokens."""

    def __init__(self, stub: Stub, slow: float = 0.0) -> None:
        self.pairs = 0
        self.codes = {"AUTH-CODE-ONE"}
        self.refreshes = 0
        self._pause = threading.Event()
        self._slow = slow
        self._lock = threading.Lock()
        stub.reply = self.reply

    def reply(self, ask: Ask) -> object:
        if ask.path.endswith("/access_token/"):
            if ask.body["auth_code"] not in self.codes:
                return {"code": 40115, "message": "auth_code invalid", "request_id": "R1", "data": {}}
            self.codes.discard(ask.body["auth_code"])
            return self.pair()
        if ask.path.endswith("/refresh_token/"):
            self._pause.wait(self._slow)
            with self._lock:
                if ask.body["refresh_token"] != f"refresh-token-{self.pairs}":
                    return {"code": 40103, "message": "refresh_token has expired", "request_id": "R2", "data": {}}
                self.refreshes += 1
                return self.pair()
        if ask.headers.get("access-token") != f"access-token-{self.pairs}":
            return {"code": 40102, "message": "access_token has expired", "request_id": "R3", "data": {}}
        return {"code": 0, "message": "OK", "request_id": "R", "data": {"list": []}}

    def pair(self) -> object:
        self.pairs += 1
        data = {
            "access_token": f"access-token-{self.pairs}",
            "refresh_token": f"refresh-token-{self.pairs}",
            "expires_in": 86399,
            "refresh_token_expires_in": 2591999,
        }
        return {"code": 0, "message": "OK", "request_id": "R", "data": data}


def account(stub: Stub, **credentials: str) -> Account:
    return Account("oceanengine", "1", "n", "consent one", stub.url, {**APP, **credentials})


def call(stub: Stub, context: ExtractContext, **credentials: str) -> None:
    client = ocean.connect(account(stub, **credentials), context, Deadline(30))
    client.call("GET", "/open_api/v3.0/project/list/")
    client.close()


def saved(context: ExtractContext) -> dict[str, str]:
    path = next(context.tokens.glob("*.token"))
    loaded: dict[str, str] = json.loads(Fernet(context.token_key).decrypt(path.read_bytes()))
    return loaded


def test_the_auth_code_is_exchanged_once_and_the_pair_is_kept(stub: Stub, own_tokens: ExtractContext) -> None:
    Consents(stub)
    call(stub, own_tokens)
    call(stub, own_tokens)
    assert [ask.path.split("/")[-2] for ask in stub.calls] == ["access_token", "list", "list"]
    assert saved(own_tokens)["refresh_token"] == "refresh-token-1"
    path = next(own_tokens.tokens.glob("*.token"))
    assert b"token-1" not in path.read_bytes() and path.stat().st_mode & 0o77 == 0


def test_an_old_token_is_refreshed_and_the_new_pair_is_saved_before_use(stub: Stub, own_tokens: ExtractContext) -> None:
    platform = Consents(stub)
    call(stub, own_tokens)
    seen: list[str] = []
    answer = stub.reply

    def watch(ask: Ask) -> object:
        if ask.path.endswith("/list/"):
            seen.append(saved(own_tokens)["access_token"])
        return answer(ask)

    stub.reply = watch
    call(stub, replace(own_tokens, now=at(DAY) + timedelta(days=1)))
    assert platform.refreshes == 1 and seen == ["access-token-2"]


def test_a_token_rejected_in_mid_run_is_renewed_once(stub: Stub, own_tokens: ExtractContext) -> None:
    platform = Consents(stub)
    call(stub, own_tokens)
    platform.pairs, answer = 1, stub.reply
    rejected = {"code": 40105, "message": "access_token invalid", "request_id": "R9", "data": {}}
    stub.reply = lambda ask: rejected if ask.path.endswith("/list/") else answer(ask)
    with pytest.raises(ExtractError) as caught:
        call(stub, own_tokens)
    assert caught.value.reason == "token" and caught.value.scope == "account" and platform.refreshes == 1
    assert len([a for a in stub.calls if a.path.endswith("/list/")]) == 1 + 2


def test_a_dead_consent_says_what_a_person_must_do(stub: Stub, own_tokens: ExtractContext) -> None:
    platform = Consents(stub)
    call(stub, own_tokens)
    platform.pairs = 7  # somebody consented elsewhere: both saved tokens are dead
    with pytest.raises(ConsentRequired) as caught:
        call(stub, own_tokens)
    error = caught.value
    assert (error.reason, error.scope, error.code) == ("consent", "account", "40103")
    for part in ("auth_code", "consent one", APP["app_id"], "10 minutes", "administrator"):
        assert part in error.action
    platform.codes.add("AUTH-CODE-TWO")
    call(stub, own_tokens, auth_code="AUTH-CODE-TWO")  # what the message asks for, works
    assert saved(own_tokens)["access_token"] == "access-token-8"


def test_a_wrong_auth_code_from_the_start(stub: Stub, own_tokens: ExtractContext) -> None:
    Consents(stub).codes.clear()
    with pytest.raises(ConsentRequired) as caught:
        call(stub, own_tokens)
    assert caught.value.code == "40115" and "AUTH-CODE-ONE" not in str(caught.value)


CRASH = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from extract import tokens
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, GivenToken, OAuthConsent
from extract.oceanengine import client as ocean

url, folder, key, now, when = sys.argv[1:]
save = tokens.TokenBroker._save

def crash(self, state):
    fresh = not state.pending_since
    if fresh and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    save(self, state)
    if fresh and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)

tokens.TokenBroker._save = crash
root = Path(folder)
context = ExtractContext(root, root, root, b"k" * 32, key.encode(), datetime.fromisoformat(now))
credentials = {"app_id": "1790000000000099", "secret": "SECRET-OF-THE-APP", "auth_code": "AUTH-CODE-ONE"}
client = ocean.connect(Account("oceanengine", "1", "n", "consent one", url, credentials), context, Deadline(30))
client.call("GET", "/open_api/v3.0/project/list/")
"""


def crash(stub: Stub, context: ExtractContext, when: str) -> None:
    now = (at(DAY) + timedelta(days=1)).isoformat()
    command = [sys.executable, "-c", CRASH, stub.url, str(context.tokens), context.token_key.decode(), now, when]
    assert subprocess.run(command, cwd=REPO, check=False).returncode == -signal.SIGKILL


def test_a_crash_after_saving_loses_nothing(stub: Stub, own_tokens: ExtractContext) -> None:
    platform = Consents(stub)
    call(stub, own_tokens)
    crash(stub, own_tokens, "after")
    call(stub, replace(own_tokens, now=at(DAY) + timedelta(days=1)))
    assert platform.refreshes == 1 and saved(own_tokens)["access_token"] == "access-token-2"


def test_a_crash_between_receiving_and_saving_is_told_as_what_it_is(stub: Stub, own_tokens: ExtractContext) -> None:
    platform = Consents(stub)
    call(stub, own_tokens)
    crash(stub, own_tokens, "before")
    assert platform.refreshes == 1 and saved(own_tokens)["refresh_token"] == "refresh-token-1"
    with pytest.raises(ConsentRequired, match="never ended, so its new pair is lost"):
        call(stub, replace(own_tokens, now=at(DAY) + timedelta(days=1)))
    platform.codes.add("AUTH-CODE-TWO")
    call(stub, replace(own_tokens, now=at(DAY) + timedelta(days=1)), auth_code="AUTH-CODE-TWO")


def refresh_in_process(url: str, context: ExtractContext, barrier: Any, results: Any) -> None:
    client = ocean.connect(Account("oceanengine", "1", "n", "consent one", url, APP), context, Deadline(30))
    barrier.wait()
    try:
        client.call("GET", "/open_api/v3.0/project/list/")
        results.put("ok")
    except ExtractError as error:
        results.put(f"{error.reason}: {error.message}")


def test_processes_of_one_consent_refresh_once(stub: Stub, own_tokens: ExtractContext) -> None:
    platform = Consents(stub, slow=0.3)
    call(stub, own_tokens)
    later = replace(own_tokens, now=at(DAY) + timedelta(days=1))
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(4), spawn.Queue()
    processes = [spawn.Process(target=refresh_in_process, args=(stub.url, later, barrier, results)) for _ in range(4)]
    for process in processes:
        process.start()
    outcomes = [results.get(timeout=30) for _ in processes]
    for process in processes:
        process.join(10)
    assert outcomes == ["ok"] * 4 and platform.refreshes == 1


def test_another_token_key_is_an_error_that_says_so(stub: Stub, own_tokens: ExtractContext) -> None:
    Consents(stub)
    call(stub, own_tokens)
    with pytest.raises(Permanent, match="cannot be read with the present token key") as caught:
        call(stub, replace(own_tokens, token_key=Fernet.generate_key()))
    assert caught.value.reason == "token"


def test_missing_credentials_are_named(stub: Stub, own_tokens: ExtractContext) -> None:
    with pytest.raises(Permanent, match="missing: secret"):
        wechat.connect(Account("wechat", "wx1", "n", "c", stub.url, {"appid": "wx1"}), own_tokens, Deadline(5))


def test_wechat_forces_only_when_the_platform_repeats_a_rejected_token(stub: Stub, own_tokens: ExtractContext) -> None:
    good, forced = "wechat-token-1", [False]

    def reply(ask: Ask) -> object:
        nonlocal good
        if ask.path == "/cgi-bin/stable_token":
            if ask.body["force_refresh"]:
                good, forced[0] = "wechat-token-2", True
            return {"access_token": good, "expires_in": 7200}
        if forced[0] and ask.query["access_token"] == "wechat-token-2":
            return {"list": []}
        return {"errcode": 40001, "errmsg": "invalid credential rid: 1-2-3"}

    stub.reply = reply
    me = Account("wechat", "wx1", "n", "c", stub.url, {"appid": "wx1", "secret": "APP-SECRET-1"})
    client = wechat.connect(me, own_tokens, Deadline(30))
    assert client.call("POST", "/datacube/getusersummary", body={}) == {"list": []}
    asked = [a.body["force_refresh"] for a in stub.calls if a.path == "/cgi-bin/stable_token"]
    assert asked == [False, False, True]


def test_the_lock_does_not_wait_for_ever(stub: Stub, own_tokens: ExtractContext, tmp_path: Path) -> None:
    import fcntl

    Consents(stub)
    call(stub, own_tokens)
    handle = os.open(next(own_tokens.tokens.glob("*.lock")), os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    client = ocean.connect(account(stub), own_tokens, Deadline(30))
    client.tokens._lock_seconds = 0.2  # type: ignore[union-attr]
    with pytest.raises(ExtractError, match="another process refreshes") as caught:
        client.call("GET", "/open_api/v3.0/project/list/")
    os.close(handle)
    assert caught.value.reason == "timeout"


class Renewing:
    """Endpoints of a platform that prolongs refresh tokens by a call of its own, a limited number of times."""

    def __init__(self, lives: int) -> None:
        self.asked: list[str] = []
        self.renewals_left = lives

    def exchange(self, client: Any, code: str) -> Grant:
        self.asked.append(f"exchange {code}")
        return Grant("access-0", "86400", "refresh-0", str(30 * 86400))

    def refresh(self, client: Any, refresh_token: str) -> Grant:
        self.asked.append(f"refresh {refresh_token}")
        return Grant(f"access-{len(self.asked)}", "86400")

    def renew(self, client: Any, refresh_token: str) -> Grant:
        self.asked.append(f"renew {refresh_token}")
        if not self.renewals_left:
            raise ConsentRequired("renewed too often")
        self.renewals_left -= 1
        return Grant("", "0", f"refresh-{len(self.asked)}", str(30 * 86400))

    def how_to_consent(self) -> str:
        return "a person opens the page"


@pytest.mark.parametrize("renewals", [1, 0])
def test_a_refresh_token_near_its_end_is_prolonged_first(stub: Stub, own_tokens: ExtractContext, renewals: int) -> None:
    endpoints = Renewing(renewals)
    plain = ApiClient(stub.url, ocean.PLATFORM, Deadline(60), Redactor())
    state, saved_states = None, []
    for days in (0, 10, 27):
        moved = replace(own_tokens, now=own_tokens.now + timedelta(days=days))
        consent = OAuthConsent(plain, endpoints, account(stub, auth_code="code"), moved)
        state = consent.obtain(state, None, saved_states.append)
    renewed = "refresh refresh-3" if renewals else "refresh refresh-0"
    assert endpoints.asked == ["exchange code", "refresh refresh-0", "renew refresh-0", renewed]
    assert state is not None and state.access_token == "access-4" and not state.pending_since


def test_a_given_token_that_is_rejected_needs_a_person(stub: Stub) -> None:
    given = GivenToken(account(stub, access_token="handed-out"), "an administrator copies a token")
    state = given.obtain(None, None, lambda state: None)
    assert state.access_token == "handed-out" and state.is_valid(at(DAY))
    with pytest.raises(ConsentRequired, match="rejects the access_token") as error:
        given.obtain(state, "handed-out", lambda state: None)
    assert "field access_token" in error.value.action
