"""The JSON API, version 1, with its OpenAPI description at ``/api/v1/openapi.json``.

An operation opens the transaction, calls one action, answers. It can do what the studio can:
a console that only people can press is one that programs learn to click on.
"""

from typing import Any

from django.urls import URLPattern, URLResolver, re_path
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from firsthand.faces.api import (
    catalogue,
    cues,
    floor,
    me,
    offers,
    orders,
    prices,
    problems,
    reports,
    sheet,
    shows,
)
from firsthand.faces.api.shapes import Problem

DESCRIPTION = """\
Everything the studio can do. Sign in by a session of a page (changes need `X-CSRFToken`), or send
an API key: `Authorization: Bearer fh_…`. Every operation names in `x-deed` what one must be allowed
to do. Refusals are problem details (RFC 9457) with a stable `code` and a `title` in the language
of `Accept-Language`. Money is whole fen, times carry their zone, `at_ms` is media time.
"""


class Api(NinjaAPI):
    """Ninja's API, whose every answer of "no" is a problem, and which says so."""

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        urls = super()._get_urls()
        for url in urls:
            if isinstance(url, URLPattern):
                url.callback = problems.in_problems(url.callback)
        return [*urls, re_path(r"^(?P<path>.*)$", problems.nothing_here, name="nothing")]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's own name: it is what a client library will call it."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **words: Any) -> OpenAPISchema:
        """Ninja's description; each operation says how it refuses."""
        schema = super().get_openapi_schema(**words)
        components = schema.setdefault("components", {}).setdefault("schemas", {})
        components["Problem"] = Problem.model_json_schema()
        refusal = {
            "description": "A refusal, or a fault of ours",
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for path in schema["paths"].values():
            for operation in path.values():
                operation["responses"]["default"] = refusal
        return schema


api = Api(
    title="Firsthand",
    version="1",
    description=DESCRIPTION,
    docs_url=None,  # ninja's page carries an inline script, which our pages do not allow
    urls_namespace="api",
)
problems.tell(api)
for part in (me, shows, sheet, cues, offers, prices, catalogue, orders, floor, reports):
    api.add_router("", part.router)
