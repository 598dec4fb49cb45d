"""Settings are read once, and one that makes no sense is named; the front leads to the roles."""

import json
import os
import stat
from pathlib import Path

import pytest
from django.test import Client

from firsthand.app import config, front
from firsthand.app.doctor import examine
from firsthand.faces.api.gate import UPLOAD_BYTES_MAX
from firsthand.people.actions import join_crew
from firsthand.people.rules import Role


def test_what_is_not_said_has_a_default() -> None:
    plain = config.read({})
    assert plain.port == 8000
    assert plain.address == "http://127.0.0.1:8000"
    assert not plain.https


def test_what_is_said_holds() -> None:
    said = config.read({"FIRSTHAND_PORT": "9000", "FIRSTHAND_HTTPS": "yes"})
    assert said.address == "https://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("bind", "hosts", "name"),
    [
        ("127.0.0.1", "localhost,127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "localhost,127.0.0.1", "localhost"),
        ("0.0.0.0", "shop.example,127.0.0.1", "shop.example"),
        ("127.0.0.1", "shop.example", "shop.example"),
        ("192.0.2.7", ".example,*", "192.0.2.7"),
    ],
)
def test_the_house_calls_itself_by_a_name_to_which_it_answers(
    bind: str, hosts: str, name: str
) -> None:
    said = config.read({"FIRSTHAND_BIND": bind, "FIRSTHAND_HOSTS": hosts})
    assert said.address == f"http://{name}:8000"


@pytest.mark.parametrize(
    ("name", "word"), [("FIRSTHAND_PORT", "eighty"), ("FIRSTHAND_HTTPS", "perhaps")]
)
def test_what_makes_no_sense_is_named(name: str, word: str) -> None:
    with pytest.raises(SystemExit, match=name):
        config.read({name: word})


def test_the_secret_is_made_once_and_is_nobody_elses_to_read(tmp_path: Path) -> None:
    house = config.Config(home=tmp_path)
    first = config.kept_secret(house)
    assert len(first) >= 48
    assert config.kept_secret(house) == first
    assert stat.S_IMODE(os.stat(tmp_path / "secret").st_mode) == 0o600


def test_the_front_sends_each_path_to_its_role_and_hides_its_own_door() -> None:
    house = config.Config()
    whole = front.configuration(house)
    assert whole["admin"] == {"disabled": True}
    routes = whole["apps"]["http"]["servers"]["front"]["routes"]
    where = {
        route.get("match", [{}])[0].get("path", ["*"])[0]: route["handle"][-1]["upstreams"][0][
            "dial"
        ]
        for route in routes
        if "upstreams" in route["handle"][-1]
    }
    assert where == {
        "/live/*": f"127.0.0.1:{house.live_port}",
        "/media/*": f"127.0.0.1:{house.media_port}",
        "*": f"127.0.0.1:{house.web_port}",
    }


def test_the_front_lets_through_what_the_roles_would_read() -> None:
    assert front.BODY_MAX_BYTES >= UPLOAD_BYTES_MAX


def test_the_doctor_names_a_database_that_does_not_answer_and_the_mend(tmp_path: Path) -> None:
    ill = config.Config(home=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none")
    [finding] = [finding for finding in examine(ill) if finding.what == "database"]
    assert not finding.well
    assert "DATABASE_URL" in finding.mend


@pytest.mark.django_db
def test_where_a_second_factor_is_demanded_nobody_of_the_crew_works_without(
    client: Client, settings: object
) -> None:
    client.force_login(join_crew(email="d@example.com", name="D", role=Role.DIRECTOR))
    assert client.get("/office/").status_code == 200
    settings.STAFF_SECOND_FACTOR = True  # type: ignore[attr-defined]  # pytest-django's
    answer = client.get("/office/")
    assert answer.status_code == 302
    assert "/2fa/" in answer.headers["Location"]


def test_what_the_front_refuses_by_itself_is_said_in_words() -> None:
    server = front.configuration(config.Config())["apps"]["http"]["servers"]["front"]
    said = [route["handle"][0] for route in server["errors"]["routes"]]
    assert all("{http.error.status_code}" in str(answer["status_code"]) for answer in said)
    for_programs = said[0]["body"].replace("{http.error.status_code}", "413")
    assert json.loads(for_programs)["code"] == "too_large"
    assert "文件太大" in said[1]["body"]
