"""The cost card: what is signed, how, and how anybody can check it. Pure but for the dice.

A card is JSON in one exact form (``canonical``): keys sorted, no spaces, UTF-8, whole numbers
only. Those bytes are signed with Ed25519 and kept beside the price, so that what was signed
never has to be guessed again. ``docs/pricing.md`` says how to check a card without us.

The private half of a key is kept sealed: AES-256-GCM under a key drawn from the house's
secret, bound to the key's own name. Whoever reads the table alone can sign nothing.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALGORITHM = "Ed25519"
KIND = "firsthand.cost-card"
FORMAT = 1
_NONCE_BYTES = 12


class KeyPair(NamedTuple):
    """A signing key as it is kept: the public half plain, the private half sealed."""

    key_id: str
    public: str  # raw Ed25519, base64
    sealed: str  # nonce and AES-GCM of the raw private half, base64


class CannotOpen(Exception):
    """A sealed key does not open: the house has another secret than when it was made."""


def canonical(card: Mapping[str, Any]) -> bytes:
    """The one exact form of a card.

    >>> canonical({"b": 1, "a": {"名": "杯"}}).decode()
    '{"a":{"名":"杯"},"b":1}'
    """
    return json.dumps(
        card, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def new_key(secret: str) -> KeyPair:
    """A new key, its private half sealed under SECRET; named after its public half."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(public).hexdigest()[:16]
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _box(secret).encrypt(nonce, private.private_bytes_raw(), key_id.encode())
    return KeyPair(key_id, _text(public), _text(nonce + sealed))


class Signer:
    """A key that was opened, to sign many cards with."""

    def __init__(self, key_id: str, sealed: str, secret: str) -> None:
        self.key_id = key_id
        box = base64.b64decode(sealed)
        try:
            raw = _box(secret).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], key_id.encode())
        except InvalidTag:
            raise CannotOpen(key_id) from None
        self._private = Ed25519PrivateKey.from_private_bytes(raw)

    def sign(self, text: bytes) -> str:
        """The signature over TEXT, base64."""
        return _text(self._private.sign(text))


def verify(text: bytes, signature: str, public: str) -> bool:
    """Whether SIGNATURE over TEXT was made with the key whose public half this is."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(signature, validate=True), text)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _box(secret: str) -> AESGCM:
    kdf = HKDF(hashes.SHA256(), length=32, salt=None, info=b"firsthand: keys that sign cost cards")
    return AESGCM(kdf.derive(secret.encode()))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
