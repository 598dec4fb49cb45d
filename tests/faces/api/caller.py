"""A program that calls the API with a key, as a crew's script would."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from firsthand.people.actions import issue_token
from firsthand.people.models import Person

ROOT = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    words: Any
    response: Any

    @property
    def code(self) -> str:
        """The stable word of a refusal."""
        assert self.response["Content-Type"] == "application/problem+json", self.words
        assert self.words["status"] == self.status
        assert self.words["title"]
        assert self.words["type"] == f"/problems/{self.words['code']}"
        return str(self.words["code"])


class Caller:
    """Somebody's program, or nobody's."""

    def __init__(self, person: Person | None = None, language: str = "en") -> None:
        self.person = person
        self._client = Client(headers={"accept-language": language}, raise_request_exception=False)
        self._key = {"authorization": f"Bearer {issue_token(person, 'test')}"} if person else {}

    def call(self, method: str, path: str, body: Any = None, **words: Any) -> Answer:
        """Call an operation; BODY is sent as JSON."""
        headers = {**self._key, **words.pop("headers", {})}
        response: Any = self._client.generic(
            method.upper(),
            f"{ROOT}{path}",
            data=b"" if body is None else _json(body),
            content_type=words.pop("content_type", "application/json"),
            headers=headers,
            **words,
        )
        return Answer(response.status_code, _words(response), response)

    def get(self, path: str) -> Answer:
        """Read something."""
        return self.call("get", path)

    def post(self, path: str, body: Any = None) -> Answer:
        """Do something."""
        return self.call("post", path, {} if body is None else body)

    def patch(self, path: str, body: Any) -> Answer:
        """Change something."""
        return self.call("patch", path, body)

    def delete(self, path: str) -> Answer:
        """Take something away."""
        return self.call("delete", path)

    def upload(self, path: str, file: Any) -> Answer:
        """Send a file."""
        response: Any = self._client.post(f"{ROOT}{path}", {"file": file}, headers=self._key)
        return Answer(response.status_code, _words(response), response)


def _json(body: Any) -> bytes:
    import json

    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _words(response: HttpResponse) -> Any:
    return response.json() if "json" in response.get("Content-Type", "") else response.content  # type: ignore[attr-defined]
