"""Passkeys: what is genuine lets in, everything else does not; each challenge once, here, and within five minutes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.accounts.authenticator import Authenticator, b64
from training_app.accounts import rules
from training_app.accounts.models import Account, Passkey, PasskeyChallenge
from training_app.accounts.services import ceremony, devices, passkeys, people, sessions
from training_app.audit.models import AuditEntry
from training_app.core import clock, crypto
from training_app.core.db import db
from training_app.core.errors import InvalidInput, NotFound, Refused

PASSWORD = "correct horse battery"
SITE = ceremony.Site("training.example", "https://training.example", "知行")
DOOR, SESSION = "d" * 64, "s" * 64


@pytest.fixture
def account_id(app: Flask) -> int:
    return people.create_account(username="chenyu", display_name="陈宇", roles=["trainee"], password=PASSWORD)


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator(SITE.origin, SITE.rp_id)


@pytest.fixture
def passkey_id(account_id: int, phone: Authenticator) -> int:
    return _make(account_id, phone)


def _make(account_id: int, phone: Authenticator, name: str = "华为手机", **changed: Any) -> int:
    asked = passkeys.ask_to_register(account_id, SITE, holder=SESSION)
    return passkeys.register(account_id, phone.create(asked, **changed), SITE, holder=SESSION, name=name)


def _enter(phone: Authenticator, *, username: str = "", **changed: Any) -> sessions.Opened | None:
    asked = passkeys.ask_to_sign_in(SITE, holder=DOOR, username=username)
    return passkeys.sign_in(phone.get(asked, **changed), SITE, holder=DOOR, username=username, browser="Chrome")


def _kinds() -> list[str]:
    return [kind.rsplit(".", 1)[-1] for kind in db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.id))]


def test_what_a_browser_is_asked_to_make(account_id: int) -> None:
    asked = passkeys.ask_to_register(account_id, SITE, holder=SESSION)

    assert asked["rp"] == {"id": "training.example", "name": "知行"}
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"
    assert asked["user"]["name"] == "chenyu"
    assert ceremony.decode(asked["user"]["id"]) == ceremony.user_handle(account_id)


def test_a_passkey_signs_in_without_a_name_and_after_one(
    passkey_id: int, account_id: int, phone: Authenticator
) -> None:
    for username in ("", "ChenYu "):
        opened = _enter(phone, username=username)
        assert opened is not None
        found = sessions.find_session(opened.cookie)
        assert found is not None
        assert found.actor.account_id == account_id
        own = sessions.list_own_sessions(account_id, current_hash=crypto.digest(opened.cookie))
        assert [each.way for each in own if each.current] == ["passkey"]
    (info,) = passkeys.list_passkeys(account_id)
    assert (info.id, info.name, info.counter_fell_at) == (passkey_id, "华为手机", None)
    assert info.last_used_at is not None
    assert _kinds()[-1] == "SignedIn"
    assert "PasskeyAdded" in _kinds()


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://training.example.evil"},
        {"origin": "http://training.example"},
        {"origin": "https://training.example:8443"},
        {"rp_id": "evil.example"},
        {"challenge": b64(b"another challenge, never asked..")},
        {"kind": "webauthn.create"},
        {"present": 0},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"handle": b"somebody else's handle"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_is_not_genuine_does_not_let_in_and_counts(
    passkey_id: int, account_id: int, phone: Authenticator, changed: dict[str, Any]
) -> None:
    assert _enter(phone, **changed) is None

    account = db.session.get(Account, account_id)
    assert account is not None
    assert account.failed_count == 1
    assert _kinds()[-1] == "SignInFailed"


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://training.example.evil"},
        {"rp_id": "evil.example"},
        {"challenge": b64(b"another challenge, never asked..")},
        {"kind": "webauthn.get"},
        {"present": 0},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_is_not_genuine_is_not_kept(account_id: int, phone: Authenticator, changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        _make(account_id, phone, **changed)

    assert passkeys.list_passkeys(account_id) == []


def test_without_checking_its_user_an_authenticator_neither_registers_nor_signs_in(
    account_id: int, phone: Authenticator
) -> None:
    with pytest.raises(InvalidInput):
        _make(account_id, Authenticator(SITE.origin, SITE.rp_id, verifies=False))
    _make(account_id, phone)
    phone.verifies = False

    assert _enter(phone) is None


def test_an_answer_counts_once(passkey_id: int, phone: Authenticator) -> None:
    answer = phone.get(passkeys.ask_to_sign_in(SITE, holder=DOOR))

    assert passkeys.sign_in(answer, SITE, holder=DOOR) is not None
    assert passkeys.sign_in(answer, SITE, holder=DOOR) is None
    passkeys.ask_to_sign_in(SITE, holder=DOOR)
    assert passkeys.sign_in(answer, SITE, holder=DOOR) is None


def test_an_answer_counts_only_where_it_was_asked_for_and_for_what(
    passkey_id: int, account_id: int, phone: Authenticator
) -> None:
    asked = passkeys.ask_to_sign_in(SITE, holder=DOOR)
    assert passkeys.sign_in(phone.get(asked), SITE, holder="e" * 64) is None

    asked = passkeys.ask_to_sign_in(SITE, holder=SESSION)
    assert not passkeys.prove(account_id, phone.get(asked), SITE, holder=SESSION)


def test_an_answer_is_good_for_five_minutes(passkey_id: int, phone: Authenticator) -> None:
    asked = passkeys.ask_to_sign_in(SITE, holder=DOOR)
    with time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1)):
        assert passkeys.sign_in(phone.get(asked), SITE, holder=DOOR) is None

    asked = passkeys.ask_to_sign_in(SITE, holder=DOOR)
    with time_machine.travel(clock.now() + timedelta(minutes=4, seconds=50)):
        assert passkeys.sign_in(phone.get(asked), SITE, holder=DOOR) is not None


def test_asking_again_makes_the_last_challenge_void(passkey_id: int, phone: Authenticator) -> None:
    first = passkeys.ask_to_sign_in(SITE, holder=DOOR)
    passkeys.ask_to_sign_in(SITE, holder=DOOR)

    assert passkeys.sign_in(phone.get(first), SITE, holder=DOOR) is None


def test_challenges_that_were_never_used_are_cleared(passkey_id: int) -> None:
    passkeys.ask_to_sign_in(SITE, holder=DOOR)

    assert passkeys.delete_outlived_challenges() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert passkeys.delete_outlived_challenges() == 1
    assert db.session.query(PasskeyChallenge).count() == 0


def test_somebody_elses_passkey_proves_nothing_and_signs_nobody_else_in(
    passkey_id: int, account_id: int, phone: Authenticator
) -> None:
    other = people.create_account(username="liulei", display_name="刘磊", roles=["trainee"], password=PASSWORD)

    asked = passkeys.ask_to_prove(other, SITE, holder=SESSION)
    assert not passkeys.prove(other, phone.get(asked), SITE, holder=SESSION)
    assert _enter(phone, username="liulei") is None
    with pytest.raises(NotFound):
        passkeys.remove(other, passkey_id)
    with pytest.raises(Refused):
        _make(other, phone)
    assert [each.id for each in passkeys.list_passkeys(account_id)] == [passkey_id]


def test_a_passkey_proves_anew_who_one_is(passkey_id: int, account_id: int, phone: Authenticator) -> None:
    asked = passkeys.ask_to_prove(account_id, SITE, holder=SESSION)
    answer = phone.get(asked)

    assert [each["id"] for each in asked["allowCredentials"]] == [b64(phone.raw_id)]
    assert passkeys.prove(account_id, answer, SITE, holder=SESSION)
    assert not passkeys.prove(account_id, answer, SITE, holder=SESSION)
    assert _kinds()[-1] == "PasskeyConfirmed"


def test_five_failures_lock_the_account_for_passkeys_and_password_alike(passkey_id: int, phone: Authenticator) -> None:
    for _ in range(rules.FAILURES_BEFORE_LOCK):
        _enter(phone, origin="https://evil.example")

    assert _enter(phone) is None
    assert sessions.sign_in("chenyu", PASSWORD) is None
    with time_machine.travel(clock.now() + rules.LOCK + timedelta(seconds=1)):
        assert _enter(phone) is not None


def test_a_disabled_account_has_no_use_of_its_passkey(passkey_id: int, account_id: int, phone: Authenticator) -> None:
    people.disable_account(account_id, reason="left")

    assert _enter(phone) is None


def test_a_counter_that_falls_is_noted_and_shown(passkey_id: int, account_id: int, phone: Authenticator) -> None:
    assert _enter(phone) is not None
    assert _enter(phone) is not None
    phone.count = 0

    assert _enter(phone) is not None

    assert "PasskeyCounterFell" in _kinds()
    assert passkeys.list_passkeys(account_id)[0].counter_fell_at is not None
    stored = db.session.get(Passkey, passkey_id)
    assert stored is not None
    assert stored.sign_count == 2


def test_passkeys_without_a_counter_raise_no_alarm(account_id: int) -> None:
    synced = Authenticator(SITE.origin, SITE.rp_id, counts=False)
    _make(account_id, synced)

    assert _enter(synced) is not None
    assert _enter(synced) is not None
    assert "PasskeyCounterFell" not in _kinds()


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_counter_falls_unless_it_rises_or_there_is_none(stored: int, came: int) -> None:
    assert rules.counter_fell(stored=stored, came=came) == (not (came > stored or stored == came == 0))


def test_the_door_tells_nothing_about_names(passkey_id: int, account_id: int) -> None:
    people.create_account(username="liulei", display_name="刘磊", roles=["trainee"], password=PASSWORD)

    asked = {
        name: [
            [each["id"] for each in passkeys.ask_to_sign_in(SITE, holder=DOOR, username=name)["allowCredentials"]]
            for _ in range(2)
        ]
        for name in ("chenyu", "liulei", "nobody")
    }

    assert all(len(first) == 1 and first == second for first, second in asked.values())
    assert len({first[0] for first, _second in asked.values()}) == 3
    assert passkeys.ask_to_sign_in(SITE, holder=DOOR).get("allowCredentials", []) == []


def test_removed_is_removed(passkey_id: int, account_id: int, phone: Authenticator) -> None:
    passkeys.remove(account_id, passkey_id)

    assert _enter(phone) is None
    assert "PasskeyRemoved" in _kinds()


def test_a_new_password_by_the_administrator_takes_passkeys_away(
    passkey_id: int, account_id: int, phone: Authenticator
) -> None:
    people.reset_password(account_id)

    assert passkeys.list_passkeys(account_id) == []
    assert _enter(phone) is None


def test_there_are_at_most_ten(account_id: int) -> None:
    for number in range(rules.MOST_PASSKEYS):
        _make(account_id, Authenticator(SITE.origin, SITE.rp_id), name=str(number))

    with pytest.raises(Refused):
        passkeys.ask_to_register(account_id, SITE, holder=SESSION)


@pytest.mark.parametrize("name", ["", "   ", "名" * 61])
def test_a_passkey_has_a_name(account_id: int, phone: Authenticator, name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _make(account_id, phone, name=name)

    assert "name" in refused.value.fields


# --- what is no answer of any browser ---------------------------------------------------------------------------

_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["public-key", "AAAA", "e30"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "rawId",
                    "type",
                    "response",
                    "clientDataJSON",
                    "authenticatorData",
                    "signature",
                    "attestationObject",
                    "userHandle",
                    "transports",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["id", "rawId", "type", "response"]), _JUNK))
def test_junk_is_refused_without_a_fault(junk: dict[str, Any]) -> None:
    assert ceremony.read_new_key(SITE, junk, challenge=b"c" * 32) is None
    assert ceremony.read_signed(SITE, junk, challenge=b"c" * 32, public_key="pQ", account_id=1) is None


@given(st.data())
def test_one_changed_sign_anywhere_is_refused(app_keys: None, data: st.DataObject) -> None:
    phone = Authenticator(SITE.origin, SITE.rp_id)
    challenge = b"c" * 32
    made = ceremony.read_new_key(
        SITE, phone.create({"user": {"id": b64(b"x")}, "challenge": b64(challenge)}), challenge=challenge
    )
    assert made is not None
    answer = phone.get({"challenge": b64(challenge)}, handle=ceremony.user_handle(1))
    where = data.draw(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]))
    raw = bytearray(ceremony.decode(answer["response"][where]))
    at = data.draw(st.integers(0, 100_000)) % len(raw)
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    genuine: dict[str, Any] = {"challenge": challenge, "public_key": made.public_key, "account_id": 1}

    assert ceremony.read_signed(SITE, answer, **genuine) is not None
    answer["response"][where] = b64(bytes(raw))
    assert ceremony.read_signed(SITE, answer, **genuine) is None


@pytest.fixture(scope="module")
def app_keys() -> None:
    crypto.configure(field_key="f" * 40, secret_key="s" * 40)


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(sqlite_app: Flask, sign_in: Callable[..., Any]) -> Any:
    return sign_in(sqlite_app, "trainee")


LOCAL = {"origin": "http://localhost", "rp_id": "localhost"}


def _make_by_page(desk: Any) -> Authenticator:
    phone = Authenticator(**LOCAL)
    asked = desk.post("/settings/passkeys/ask", json={"purpose": "register"})
    assert asked.status_code == 200
    sent = {"name": "华为手机", "credential": json.dumps(phone.create(asked.json))}
    assert desk.post("/settings/passkeys", sent).status_code == 303
    return phone


def test_a_visitor_signs_in_by_the_page(sqlite_app: Flask, desk: Any) -> None:
    phone = _make_by_page(desk)
    client = sqlite_app.test_client()
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert 'data-passkey="sign-in"' in page

    asked = client.post("/sign-in/passkey", json={"username": ""}, headers={"X-CSRFToken": token}).json
    sent = {"csrf_token": token, "credential": json.dumps(phone.get(asked)), "typed": ""}
    entered = client.post("/sign-in?next=/settings", data=sent)

    assert (entered.status_code, entered.location) == (302, "/settings")
    assert client.get("/settings").status_code == 200
    assert client.post("/sign-in", data=sent).status_code == 400  # the visitor's token went with the visitor
    own = sessions.list_own_sessions(desk.account_id, current_hash="")
    assert sorted(each.way for each in own) == ["passkey", "password"]


@pytest.mark.parametrize("sent", ["{", "[]", "null", '"text"', "{}", "[" * 100, "x" * 30_000])
def test_junk_at_the_door_is_a_refusal(sqlite_app: Flask, sent: str) -> None:
    client = sqlite_app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]  # type: ignore[index]

    assert client.post("/sign-in", data={"csrf_token": token, "credential": sent}).status_code == 401


def test_a_passkey_stands_for_the_password_where_it_is_asked_again(
    sqlite_app: Flask, desk: Any, sign_in: Callable[..., Any]
) -> None:
    phone = _make_by_page(desk)
    devices.remember_device(devices.hash_of("old"), account_id=desk.account_id)

    def proof() -> dict[str, str]:
        asked = desk.post("/settings/passkeys/ask", json={"purpose": "prove"}).json
        return {"credential": json.dumps(phone.get(asked))}

    assert desk.post("/settings/phone", {"credential": json.dumps(phone.get({"challenge": "AAAA"}))}).status_code == 422
    assert desk.post("/settings/phone", proof()).status_code == 303
    db.session.rollback()  # a read still open would see an older state
    assert devices.find_device(devices.hash_of("old")).account_id is None  # type: ignore[union-attr]
    (passkey,) = passkeys.list_passkeys(desk.account_id)
    remove = f"/settings/passkeys/{passkey.id}/remove"
    stranger = sign_in(sqlite_app, "trainee")
    assert stranger.get(remove).status_code == 404
    assert desk.post(remove, {"password": "wrong"}).status_code == 422
    assert desk.post(remove, proof()).status_code == 303
    db.session.rollback()  # a read still open would see an older state
    assert passkeys.list_passkeys(desk.account_id) == []


def test_making_a_passkey_wants_a_password_given_lately(sqlite_app: Flask, desk: Any) -> None:
    later = clock.now() + timedelta(minutes=11)
    with time_machine.travel(later):
        asked = desk.post(
            "/settings/passkeys/ask", json={"purpose": "register"}, headers={"Accept": "application/json"}
        )
        assert asked.status_code == 403
        sent = desk.post("/settings/passkeys", {"name": "x", "credential": "{}"})
        assert sent.location.startswith("/password/confirm")
        assert 'name="credential"' not in desk.get("/settings/passkeys").text


def test_an_address_without_a_name_offers_no_passkeys(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()

    assert "data-passkey" not in client.get("/sign-in", base_url="http://127.0.0.1:5000").text
    assert "data-passkey" in client.get("/sign-in", base_url="http://localhost:5000").text
