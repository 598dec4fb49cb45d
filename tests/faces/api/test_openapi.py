"""The description of the API is whole, true to its form, and the same for everybody."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from firsthand.faces.api.api import api
from firsthand.people.rules import Deed

SCHEMA: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
OPERATIONS = [
    (method, path, operation)
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
]


@pytest.mark.django_db
def test_it_is_served_to_everybody() -> None:
    answer: Any = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == SCHEMA
    assert answer.json()["openapi"].startswith("3.1")


def test_every_operation_says_what_it_does_and_to_whom() -> None:
    names = [operation["operationId"] for _method, _path, operation in OPERATIONS]
    assert len(set(names)) == len(names), "client libraries name their functions by these"
    deeds = {deed.value for deed in Deed} | {"crew", "person", "public"}
    for method, path, operation in OPERATIONS:
        assert operation["summary"], (method, path)
        assert operation["description"], (method, path)
        assert operation["tags"], (method, path)
        assert set(operation["x-deed"]) <= deeds, (method, path)


def test_every_answer_has_a_shape_and_every_refusal_too() -> None:
    for method, path, operation in OPERATIONS:
        good = [code for code in operation["responses"] if str(code).startswith("2")]
        assert good, (method, path)
        for code in good:
            assert operation["responses"][code]["content"], (method, path)
        refusal = operation["responses"]["default"]["content"]["application/problem+json"]
        assert refusal["schema"]["$ref"] == "#/components/schemas/Problem"


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    for reference in set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text)):
        assert reference in SCHEMA["components"]["schemas"], reference


def test_every_word_of_an_address_is_described_with_its_bounds() -> None:
    for method, path, operation in OPERATIONS:
        described = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert described == set(re.findall(r"{(\w+)}", path)), (method, path)
        for one in operation.get("parameters", []):
            shapes = one["schema"].get("anyOf", [one["schema"]])
            for shape in shapes:
                if shape.get("type") == "integer":
                    assert {"minimum", "maximum"} <= shape.keys(), (path, one["name"])


def test_everything_that_is_asked_refuses_what_it_does_not_know() -> None:
    asked = set()
    for _method, _path, operation in OPERATIONS:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            asked.add(content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1])
    assert len(asked) > 15
    for name in asked:
        assert SCHEMA["components"]["schemas"][name]["additionalProperties"] is False, name


def test_the_docs_name_every_operation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    for method, path, operation in OPERATIONS:
        line = f"| `{method.upper()} {path.removeprefix('/api/v1')}` | {operation['summary']} |"
        assert line in page, line
