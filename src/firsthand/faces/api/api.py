"""The JSON API, version 1, with its OpenAPI description."""

from ninja import NinjaAPI

api = NinjaAPI(title="Firsthand", version="1")
