"""The server's key and certificate: made at the first start, or one's own, read when asked to.

The server's own is one PEM file with both in it, `KEY_FILE`, for its owner only.  Nobody has
to vouch for it: clients remember the key.  `NEXT_FILE` beside it is the key that will follow.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NoReturn

from asynchat.doors.handshake import Context
from asynchat.files import placed, sync
from asynchat.fingerprint import of_certificate

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = "tls"
KEY_FILE: Final = "server.pem"
NEXT_FILE: Final = "next.pem"

_CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)
_FOR_EVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""What RFC 5280 writes where nothing ends: it is the key that counts, not a date."""


class CertificateError(Exception):
    """There is no key to serve with; the text is one line that says what is amiss."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What connections are secured with, its key's fingerprint, and that of the key to follow."""

    context: Context
    fingerprint: str
    following: str | None = None


def load_own(folder: Path) -> Certificate:
    """Read the server's own key; make it where there is none.  Raise `CertificateError`.

    It takes a while the first time: call it in a thread.
    """
    path = folder / KEY_FILE
    if not path.exists():
        make(path)
    return replace(load(path, path), following=next_fingerprint(folder))


def load(certificate: Path, key: Path) -> Certificate:
    """Read a certificate, or a chain that begins with it, and its key.

    Raise `CertificateError`.
    """
    context = Context(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    # Our clients keep no tickets: with one, there would be no certificate to compare.
    context.num_tickets = 0

    def locked() -> NoReturn:
        raise CertificateError(f"The key {key} is locked with a password: save it without.")

    fingerprint = fingerprint_in(certificate)
    _read(key)
    try:
        context.load_cert_chain(certificate, key, password=locked)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            text = f"The key {key} does not belong to the certificate {certificate}."
        else:
            text = f"{key} is no key, or {certificate} no certificate, that can be used (PEM)."
        raise CertificateError(text) from None
    return Certificate(context, fingerprint)


def fingerprint_in(file: Path) -> str:
    """Return the fingerprint of the first certificate in a file.  Raise `CertificateError`."""
    found = _CERTIFICATE.search(_read(file))
    try:
        if found is not None:
            return of_certificate(ssl.PEM_cert_to_DER_cert(found[0]))
    except ValueError:
        pass  # It has the marks of one, and nothing of one between them.
    raise CertificateError(f"There is no certificate (PEM) in {file}.")


def next_fingerprint(folder: Path) -> str | None:
    """Return the fingerprint of the key that will follow, if there is one.

    Raise `CertificateError`.
    """
    path = folder / NEXT_FILE
    return fingerprint_in(path) if path.exists() else None


def make(path: Path) -> None:
    """Make a key and a certificate, in one new file.  Raise `CertificateError`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with placed(path, replace=False) as file:
            file.write_bytes(_made())
    except OSError as error:
        raise CertificateError(f"{path} cannot be written: {error.strerror or error}.") from None


def use_next(folder: Path) -> None:
    """Put the next key in the place of the one before, for good.  Raise `CertificateError`."""
    following = folder / NEXT_FILE
    load(following, following)
    try:
        following.replace(folder / KEY_FILE)
        sync(folder)
    except OSError as error:
        text = f"{following} cannot be renamed: {error.strerror or error}."
        raise CertificateError(text) from None


def _made() -> bytes:
    # It takes longer to load than a server to start, and is needed once.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "asynchat")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A client whose clock is behind should not have to wait.
        .not_valid_before(datetime.now(UTC) - timedelta(days=2))
        .not_valid_after(_FOR_EVER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)


def _read(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except OSError as error:
        raise CertificateError(f"{file} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise CertificateError(f"{file} is not in PEM.") from None
