"""Fingerprints: of which key, how they are written, and what counts as confirming one."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from asynchat.fingerprint import (
    CONFIRMED_CHARS,
    confirms,
    grouped,
    key_info,
    of_certificate,
    of_key,
    parse_fingerprint,
)

KEYS: dict[str, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey] = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "RSA": rsa.generate_private_key(public_exponent=65537, key_size=2048),
}


def certificate(kind: str, name: str = "chat") -> x509.Certificate:
    """Return a certificate of one of the keys, signed by itself."""
    key = KEYS[kind]
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2126, 1, 1, tzinfo=UTC))
        .sign(key, None if kind == "Ed25519" else hashes.SHA256())
    )


DER = certificate("P-256").public_bytes(Encoding.DER)
FP = of_certificate(DER)


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("name", ["c", "n" * 64])
def test_the_key_of_a_certificate(kind: str, name: str) -> None:
    """It is the key that `cryptography` finds, whatever stands before it."""
    one = certificate(kind, name)
    info = one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key_info(one.public_bytes(Encoding.DER)) == info
    digest = base64.b32decode(of_key(info).upper() + "====")
    assert digest == hashlib.sha256(info).digest()


def test_a_certificate_that_was_renewed_has_the_same_fingerprint() -> None:
    """It is of the key alone."""
    assert of_certificate(certificate("P-256", "other").public_bytes(Encoding.DER)) == FP
    assert of_certificate(certificate("P-521").public_bytes(Encoding.DER)) != FP


@given(st.integers(0, len(DER) - 1), st.integers(0, 255))
def test_a_certificate_with_a_byte_changed(at: int, byte: int) -> None:
    """It is refused, or it is read as `cryptography` reads it: no two keys in one certificate."""
    changed = DER[:at] + bytes([byte]) + DER[at + 1 :]
    try:
        info = key_info(changed)
    except ValueError:
        return
    try:
        public = x509.load_der_x509_certificate(changed).public_key()
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        return
    assert public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == info


@given(st.binary(max_size=80) | st.integers(0, len(DER) - 1).map(lambda end: DER[:end]))
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    """Anything else, and any part of a certificate, is a `ValueError`."""
    with pytest.raises(ValueError, match=r".+"):
        key_info(data)


@pytest.mark.parametrize(
    "changed",
    [
        DER + b"\0",
        b"\x30\x80" + DER[4:] + b"\0\0",  # a length that is not told
        b"\x30\x83\0" + DER[2:],  # one that is told in more bytes than it needs
        b"\x30\x84\0\0" + DER[2:4] + DER[4:],
        b"\x30\x81\x05\x30\x03\x02\x01\x01",  # and again, where one byte would do
        b"\x30\x03\x30\x01\xa0",
        b"\x30\x02\x30\x00",
    ],
)
def test_only_strict_der_is_read(changed: bytes) -> None:
    """What could be read in two ways is read in none."""
    with pytest.raises(ValueError, match=r".+"):
        key_info(changed)


def test_a_key_that_leaves_its_certificate_is_refused() -> None:
    """The signed part may not promise less than its key takes."""
    der = certificate("P-521", "n" * 64).public_bytes(Encoding.DER)
    assert der[4:6] == b"\x30\x82"  # and two bytes of length
    of_signed = der.index(key_info(der)) - 8 + 100
    with pytest.raises(ValueError, match="leaves the one"):
        key_info(der[:6] + of_signed.to_bytes(2) + der[8:])


@given(st.binary(max_size=100))
def test_a_fingerprint_reads_as_it_is_written(info: bytes) -> None:
    """With or without capitals, spaces and hyphens it is the same."""
    fp = of_key(info)
    assert parse_fingerprint(fp) == fp
    assert parse_fingerprint(f" {grouped(fp).upper()}\n") == fp
    assert parse_fingerprint(grouped(fp).replace(" ", "-")) == fp


@pytest.mark.parametrize(
    "typed",
    ["", FP[:-1], FP + "a", "1" + FP[1:], FP[:-1] + "b", "ä" * 52],
    ids=["nothing", "short", "long", "digit", "spare bits", "letters"],
)
def test_what_is_no_fingerprint(typed: str) -> None:
    """Nothing that is shorter, longer or written in another way counts."""
    with pytest.raises(ValueError, match="52 letters"):
        parse_fingerprint(typed)


def test_it_is_shown_in_groups_of_four() -> None:
    """People compare and type it group by group."""
    groups = grouped(FP).split(" ")
    assert "".join(groups) == FP
    assert {len(group) for group in groups} == {4}


def test_what_confirms_a_fingerprint() -> None:
    """Three groups of its beginning at least, however they are parted; nothing shorter or wrong."""
    first = FP[:CONFIRMED_CHARS]
    good = (first, FP, grouped(FP)[:20].upper(), f" {first} ")
    assert all(confirms(typed, FP) for typed in good)
    wrong = first[:-1] + ("a" if first[-1] != "a" else "b")
    assert not any(
        confirms(typed, FP) for typed in ("", "yes", first[:-1], wrong, FP[1:], FP + "a")
    )
