"""A browser without a screen or scripts: pages, their forms, cookies, redirects.

Forms are filled in as a person would: by the names of their fields, hidden ones kept as they
were. So a page that changes its hidden fields needs no change here.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

REDIRECTS_MAX = 8
PATIENCE_SECONDS = 15.0


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and what stands in it already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects a page's forms, and the attributes of its elements that carry data."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.data: dict[str, str] = {}
        self._open: Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        for name, value in words.items():
            if name.startswith("data-"):
                self.data.setdefault(name.removeprefix("data-"), value)
        if tag == "form":
            self._open = Form(words.get("action", ""), words.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag in {"input", "button"} and "name" in words:
            self._note_input(words, button=tag == "button" or words.get("type") == "submit")
        elif tag == "select":
            self._select = words.get("name")
        elif tag == "option" and self._select and "selected" in words:
            self._open.fields[self._select] = words.get("value", "")
        elif tag == "textarea" and "name" in words:
            self._open.fields.setdefault(words["name"], "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None

    def _note_input(self, words: dict[str, str], *, button: bool) -> None:
        assert self._open is not None
        kind = words.get("type", "text")
        if button:
            self._open.buttons.append((words["name"], words.get("value", "")))
        elif kind not in {"radio", "checkbox"} or "checked" in words:
            self._open.fields[words["name"]] = words.get("value", "")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was answered."""

    url: str
    status: int
    forms: list[Form]
    data: dict[str, str]
    text: str

    def form(self, part: str) -> Form | None:
        """The first form with a field or a button of this name, or with it in its address."""
        for form in self.forms:
            if part in form.fields or part in {name for name, _value in form.buttons}:
                return form
        return next((form for form in self.forms if part in form.action), None)


class Visitor:
    """Somebody with a browser of his own: his cookies are nobody else's."""

    def __init__(self, address: str, *, language: str = "zh-hans") -> None:
        self._client = httpx.AsyncClient(
            base_url=address,
            follow_redirects=True,
            max_redirects=REDIRECTS_MAX,
            timeout=PATIENCE_SECONDS,
            verify=False,  # noqa: S501 - the house's own certificate, on its own machine
            headers={"Accept-Language": language, "Accept": "text/html"},
        )

    async def close(self) -> None:
        """Shut the browser."""
        await self._client.aclose()

    async def open(self, path: str) -> Page:
        """Read a page."""
        return _read(await self._client.get(path))

    async def send(self, page: Page, form: Form, button: str = "", **words: str) -> Page:
        """Fill in a form of a page and send it; BUTTON is the value of the one pressed."""
        filled = {**form.fields, **words}
        pressed = next((b for b in form.buttons if not button or b[1] == button), None)
        if pressed:
            filled[pressed[0]] = pressed[1]
        where = urljoin(page.url, form.action) if form.action else page.url
        origin = str(self._client.base_url).rstrip("/")
        headers = {"Referer": page.url, "Origin": origin}
        if form.method == "post":
            return _read(await self._client.post(where, data=filled, headers=headers))
        return _read(await self._client.get(where, params=filled, headers=headers))

    async def post_json(self, path: str, body: dict[str, object]) -> httpx.Response:
        """Call a door for programs, as a page's script does."""
        return await self._client.post(path, json=body, headers={"Accept": "application/json"})

    @property
    def cookies(self) -> str:
        """His cookies, as a socket sends them along."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._client.cookies.jar)


def _read(response: httpx.Response) -> Page:
    reader = _Reader()
    if "html" in response.headers.get("content-type", ""):
        reader.feed(response.text)
    return Page(str(response.url), response.status_code, reader.forms, reader.data, response.text)
