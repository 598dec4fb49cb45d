"""Cards: one exact form, a signature that holds, keys that are kept sealed."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firsthand.price.card import CannotOpen, Signer, canonical, new_key, verify

SECRET = "a secret of the house"
KEY = new_key(SECRET)
TEXT = canonical({"sku": "K-1", "price_fen": 13300, "name": {"zh": "铜水壶"}})
SIGNATURE = Signer(KEY.key_id, KEY.sealed, SECRET).sign(TEXT)


def test_what_was_signed_verifies_and_what_was_changed_does_not() -> None:
    assert verify(TEXT, SIGNATURE, KEY.public)
    assert not verify(TEXT.replace(b"13300", b"13200"), SIGNATURE, KEY.public)
    assert not verify(TEXT, SIGNATURE, new_key(SECRET).public)


@given(st.integers(0, len(TEXT) * 8 - 1))
def test_whichever_bit_of_a_card_is_changed_it_fails(bit: int) -> None:
    spoilt = bytearray(TEXT)
    spoilt[bit // 8] ^= 1 << bit % 8
    assert not verify(bytes(spoilt), SIGNATURE, KEY.public)


@pytest.mark.parametrize(
    "signature", ["", "rubbish", "AAAA", "铜", base64.b64encode(b"x" * 64).decode()]
)
def test_rubbish_is_no_signature_and_no_fault(signature: str) -> None:
    assert not verify(TEXT, signature, KEY.public)
    assert not verify(TEXT, SIGNATURE, signature)


def test_the_exact_form_does_not_depend_on_the_order_in_which_it_was_written() -> None:
    one, other = {"b": 1, "a": {"d": 2, "c": 3}}, {"a": {"c": 3, "d": 2}, "b": 1}
    assert canonical(one) == canonical(other) == b'{"a":{"c":3,"d":2},"b":1}'
    assert canonical(json.loads(TEXT)) == TEXT


def test_a_key_is_named_after_its_public_half_and_kept_sealed() -> None:
    raw = base64.b64decode(KEY.sealed)
    assert len(base64.b64decode(KEY.public)) == 32 and len(KEY.key_id) == 16
    assert len(raw) == 12 + 32 + 16  # nonce, the sealed half, and the seal


def test_a_key_opens_only_under_the_secret_and_the_name_it_was_sealed_with() -> None:
    with pytest.raises(CannotOpen):
        Signer(KEY.key_id, KEY.sealed, "another secret")
    with pytest.raises(CannotOpen):
        Signer("0" * 16, KEY.sealed, SECRET)


def test_two_seals_of_one_house_are_unlike() -> None:
    assert new_key(SECRET).sealed[:16] != new_key(SECRET).sealed[:16]
