"""Who may ask, how fast, and how the API says no."""

import io
from typing import Any

import pytest
from django.test import Client

from firsthand.faces.api import pace, shows
from firsthand.faces.api.api import api
from firsthand.faces.api.gate import BODY_BYTES_MAX
from firsthand.kit.pace import Buckets, Pace
from firsthand.people.actions import issue_token, revoke_token
from firsthand.people.models import Person
from firsthand.people.rules import Deed, Role, may
from tests.faces.api.caller import Caller
from tests.faces.studio.stage import a_stage, all_roles, browser, crew

pytestmark = pytest.mark.django_db

EXAMPLES = {
    "show_id": "1",
    "segment_id": "1",
    "point_id": "1",
    "cue_id": "1",
    "line_id": "1",
    "offer_id": "1",
    "token_id": "1",
    "code": "no-such-sku",
    "slug": "no-such-product",
    "number": "NOSUCHNUMBER",
    "operation_id": "1",
    "work_centre": "nowhere",
    "machine": "1",
    "serial": "NOSUCHSERIAL",
}


def operations() -> list[tuple[str, str, list[str]]]:
    """Every operation: its method, an address, and the deeds that allow it."""
    found = []
    for path, methods in api.get_openapi_schema()["paths"].items():
        for name, value in EXAMPLES.items():
            path = path.replace(f"{{{name}}}", value)
        assert "{" not in path, path
        for method, operation in methods.items():
            found.append((method, path.removeprefix("/api/v1"), operation["x-deed"]))
    return found


def test_nobody_gets_past_the_gate_but_to_what_is_public() -> None:
    nobody = Caller()
    for method, path, deeds in operations():
        answer = nobody.call(method, path, {} if method != "get" else None)
        if deeds == ["public"]:
            assert answer.status not in (401, 403), (method, path)
        else:
            assert (answer.status, answer.code) == (401, "unauthorized"), (method, path)
            assert answer.response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", all_roles())
def test_every_role_may_do_its_deeds_and_no_others(role: Role) -> None:
    caller = Caller(crew(role))
    allowed = forbidden = 0
    for method, path, deeds in operations():
        answer = caller.call(method, path, {} if method != "get" else None)
        is_staff = role not in (Role.CUSTOMER, Role.FLOOR)
        may_do = (
            deeds in (["public"], ["person"])
            or (deeds == ["crew"] and is_staff)
            or any(
                may([role], Deed(deed))
                for deed in deeds
                if deed not in ("crew", "public", "person")
            )
        )
        if may_do:
            assert answer.status not in (401, 403, 500), (method, path, answer.words)
            allowed += 1
        else:
            assert (answer.status, answer.code) == (403, "not_yours_to_do"), (method, path)
            forbidden += 1
    assert allowed and forbidden


def test_a_key_that_was_revoked_or_made_up_is_worth_nothing() -> None:
    person = crew(Role.DIRECTOR)
    caller = Caller(person)
    assert caller.get("/shows").status == 200
    revoke_token(person, person.tokens.get().pk)
    assert caller.get("/shows").code == "unauthorized"
    for made_up in ("Bearer fh_nonsense", "Bearer ", "Basic eDp5", "fh_x"):
        answer = Caller().call("get", "/shows", headers={"authorization": made_up})
        assert answer.code == "unauthorized", made_up


def test_a_key_that_does_not_work_is_not_helped_by_a_session() -> None:
    client = browser(crew(Role.DIRECTOR))
    assert client.get("/api/v1/shows").status_code == 200
    answer = client.get("/api/v1/shows", headers={"authorization": "Bearer fh_wrong"})
    assert answer.status_code == 401


def test_a_key_of_somebody_who_left_is_worth_nothing() -> None:
    person = crew(Role.DIRECTOR)
    caller = Caller(person)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert caller.get("/shows").code == "unauthorized"


def test_a_session_changes_nothing_without_its_csrf_token() -> None:
    person, show = crew(Role.DIRECTOR), a_stage(lamps=0).show
    client = browser(person, checks_csrf=True)
    refused: Any = client.post(f"/api/v1/shows/{show.pk}/air", {}, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["code"] == "forbidden"
    show.refresh_from_db()
    assert show.state == "draft"
    client.get("/studio/keys/")  # a page with a form gives the cookie
    token = client.cookies["csrftoken"].value
    accepted = client.post(
        f"/api/v1/shows/{show.pk}/air",
        {},
        content_type="application/json",
        headers={"x-csrftoken": token},
    )
    assert accepted.status_code == 200


def test_a_key_needs_no_csrf_token() -> None:
    show = a_stage(lamps=0).show
    token = issue_token(crew(Role.DIRECTOR), "script")
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        f"/api/v1/shows/{show.pk}/air", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200


def test_an_address_that_is_none_and_a_method_that_is_none_are_problems() -> None:
    caller = Caller(crew(Role.DIRECTOR))
    assert caller.get("/no/such/thing").code == "not_found"
    assert caller.get("/shows/999999999").code == "no_such_show"
    answer = caller.call("put", "/shows", {})
    assert answer.code == "method_not_allowed"
    assert set(answer.response["Allow"].replace(" ", "").split(",")) == {"GET", "POST"}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"quantity": 0}, "body.quantity"),
        ({"quantity": 10**9}, "body.quantity"),
        ({"quantity": -1}, "body.quantity"),
        ({"quantity": "5"}, "body.quantity"),
        ({"quantity": 1.5}, "body.quantity"),
        ({"quantity": True}, "body.quantity"),
        ({}, "body.quantity"),
        ({"quantity": 1, "colour": "red"}, "body.colour"),
        ([1], "body"),
    ],
)
def test_input_that_makes_no_sense_is_told_by_its_place(body: Any, where: str) -> None:
    answer = Caller(crew(Role.DIRECTOR)).post("/offers/1/release", body)
    assert (answer.status, answer.code) == (422, "wrong_input")
    assert where in [error["where"] for error in answer.words["errors"]], answer.words


def test_numbers_that_no_row_can_have_are_turned_away() -> None:
    caller = Caller(crew(Role.DIRECTOR))
    for path in (f"/shows/{10**30}", "/shows/0", "/shows/-1", "/shows/one", "/shows?limit=201"):
        assert caller.get(path).status == 422, path


def test_a_zero_byte_is_nobodys_name_and_nobodys_word() -> None:
    caller = Caller(crew(Role.ADMIN))
    for path in ("/orders/%00", "/skus/%00/price", "/products/%00", "/products?category=%00"):
        assert caller.get(path).code == "not_found", path
    show = a_stage(lamps=0).show.pk
    for path, body, where in (
        (f"/shows/{show}/pin", {"text": "a\0b"}, "body.text"),
        (f"/shows/{show}/offers", {"sku": "a\0b"}, "body.sku"),
    ):
        answer = caller.post(path, body)
        assert (answer.status, answer.words["errors"][0]["where"]) == (422, where)


def test_a_body_that_is_no_json_and_one_that_is_too_large() -> None:
    caller = Caller(crew(Role.DIRECTOR))
    assert caller.call("post", "/offers/1/release", b"{nonsense").code == "bad_json"
    large = caller.call("post", "/offers/1/release", b"[" + b"1," * BODY_BYTES_MAX + b"1]")
    assert (large.status, large.code) == (413, "too_large")
    nobody = Caller().call("post", "/cards/verify", b'"' + b"x" * BODY_BYTES_MAX + b'"')
    assert nobody.status in (413, 422)


def test_a_large_body_is_refused_before_the_key_is_even_looked_at() -> None:
    answer = Caller().call("post", "/offers/1/release", b"x" * (BODY_BYTES_MAX + 1))
    assert answer.status == 413


def test_a_refusal_speaks_the_language_of_who_asks() -> None:
    person = crew(Role.DIRECTOR)
    assert Caller(person, "en").get("/shows/999").words["title"] == "There is no such show."
    assert Caller(person, "zh-hans").get("/shows/999").words["title"] == "没有这场直播。"


def test_a_fault_of_ours_tells_nothing_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(shows, "find_show", broken)
    answer = Caller(crew(Role.DIRECTOR)).get("/shows/1")
    assert (answer.status, answer.code) == (500, "fault")
    assert "secret" not in str(answer.words)


def test_who_asks_too_fast_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace.CREW_THROTTLE, "buckets", Buckets(Pace(3, 0.5)))
    first, second = Caller(crew(Role.DIRECTOR)), Caller(crew(Role.HOST))
    assert [first.get("/shows").status for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = first.get("/shows")
    assert answer.code == "too_many_requests"
    assert int(answer.response["Retry-After"]) >= 1
    assert second.get("/shows").status == 200, "others are not held up"


def test_visitors_are_told_apart_by_the_address_that_our_front_has_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace.PUBLIC_THROTTLE, "buckets", Buckets(Pace(1, 0.01)))
    caller = Caller()

    def ask(forwarded: str) -> int:
        return caller.call("get", "/categories", headers={"x-forwarded-for": forwarded}).status

    assert [ask("10.0.0.1"), ask("10.0.0.2"), ask("10.0.0.1")] == [200, 200, 429]
    assert ask("6.6.6.6, 10.0.0.1") == 429, "what a client says of itself does not count"


def test_a_file_that_is_too_large_is_refused_by_what_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("firsthand.faces.api.gate.UPLOAD_BYTES_MAX", 1000)
    answer = Caller(crew(Role.MERCHANDISER)).upload("/catalogue/import", io.BytesIO(b"x" * 2000))
    assert answer.code == "too_large"
