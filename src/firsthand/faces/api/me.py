"""Who asks: what he may do, and his keys. New keys are made in the studio, by a person."""

from datetime import datetime

from django.db import transaction
from ninja import Router

from firsthand.faces.api.gate import Asked, for_, for_person
from firsthand.faces.api.shapes import Nothing, PathId, Told
from firsthand.people.actions import revoke_token
from firsthand.people.rules import Deed

router = Router(tags=["me"])


class MeTold(Told):
    """The person behind the session or the key."""

    id: int
    name: str
    roles: list[str]
    deeds: list[str]


class TokenTold(Told):
    """A key that works; what it is, only its owner's program knows."""

    id: int
    name: str
    made_at: datetime
    last_used_at: datetime | None


@router.get("/me", response=MeTold, summary="Read who one is, and what one may do", **for_person())
def read_me(request: Asked) -> MeTold:
    """Roles, and the deeds that they allow."""
    person = request.auth
    deeds = [deed.value for deed in Deed if person.may(deed)]
    return MeTold(id=person.pk, name=person.name, roles=list(person.roles), deeds=deeds)


@router.get("/tokens", response=list[TokenTold], summary="List one's own keys", **for_())
def list_tokens(request: Asked) -> list[TokenTold]:
    """Those that work."""
    tokens = request.auth.tokens.filter(revoked_at=None).order_by("-made_at")
    return [TokenTold.model_validate(token) for token in tokens]


@router.delete("/tokens/{token_id}", response=Nothing, summary="Revoke one's own key", **for_())
def delete_token(request: Asked, token_id: PathId) -> Nothing:
    """It is worth nothing from now on."""
    with transaction.atomic():
        revoke_token(request.auth, token_id)
    return Nothing()
