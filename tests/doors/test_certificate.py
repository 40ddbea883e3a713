"""The server's key: made once, for its owner only; what will not do is refused with one line."""

from __future__ import annotations

import ssl
import stat
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from asynchat.doors.certificate import (
    KEY_FILE,
    NEXT_FILE,
    CertificateError,
    fingerprint_in,
    load,
    load_own,
    make,
    next_fingerprint,
    use_next,
)
from asynchat.fingerprint import of_key


def test_the_first_start_makes_a_key_that_stays(tmp_path: Path) -> None:
    """The second start has the same fingerprint, which is that of the key in the file."""
    folder = tmp_path / "tls"
    first = load_own(folder)
    assert load_own(folder).fingerprint == first.fingerprint == fingerprint_in(folder / KEY_FILE)
    pem = (folder / KEY_FILE).read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp256r1"
    info = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert first.fingerprint == of_key(info)
    (certificate,) = x509.load_pem_x509_certificates(pem)
    certificate.verify_directly_issued_by(certificate)
    assert certificate.not_valid_after_utc.year == 9999


@pytest.mark.skipif(sys.platform == "win32", reason="modes are another thing there")
def test_only_its_owner_reads_a_key(tmp_path: Path) -> None:
    """The file is 0600 in a directory that is 0700, and nothing else is left in it."""
    load_own(tmp_path / "tls")
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700
    (file,) = (tmp_path / "tls").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_nothing_older_than_tls_1_3_is_spoken(tmp_path: Path) -> None:
    """And no tickets are given: whoever resumed would see no certificate."""
    context = load_own(tmp_path).context
    assert context.minimum_version == ssl.TLSVersion.TLSv1_3
    assert context.num_tickets == 0


def test_two_servers_have_two_keys(tmp_path: Path) -> None:
    """No key is shared."""
    assert load_own(tmp_path / "a").fingerprint != load_own(tmp_path / "b").fingerprint


def parts(path: Path) -> tuple[bytes, bytes]:
    """Return the key and the certificate of a file, in PEM."""
    key, mark, certificate = path.read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
    return key, mark + certificate


def test_a_certificate_and_its_key_may_be_two_files(tmp_path: Path) -> None:
    """As others make them; what stands behind the first certificate is its chain."""
    for name in ("one", "two"):
        make(tmp_path / name)
    key, certificate = parts(tmp_path / "one")
    _, other = parts(tmp_path / "two")
    (tmp_path / "key").write_bytes(key)
    (tmp_path / "chain").write_bytes(certificate + other)
    loaded = load(tmp_path / "chain", tmp_path / "key")
    assert loaded.fingerprint == fingerprint_in(tmp_path / "one")


def test_what_cannot_be_served_with_is_one_line(tmp_path: Path) -> None:
    """It names the file, and says what is amiss."""
    for name in ("one", "two"):
        make(tmp_path / name)
    key, certificate = parts(tmp_path / "one")
    locked = serialization.load_pem_private_key(key, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    mark = b"-----%s CERTIFICATE-----\n"
    files = {
        "key": key,
        "certificate": certificate,
        "locked": locked,
        "nothing": b"",
        "binary": b"\x30\x82\xff",
        "no base64": mark % b"BEGIN" + b"!\n" + mark % b"END",
        "no certificate": mark % b"BEGIN" + b"AAAA\n" + mark % b"END",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    for chain, key_file, says in (
        ("two", "key", "does not belong to"),
        ("certificate", "locked", "locked with a password"),
        ("certificate", "nothing", "is no key"),
        ("certificate", "binary", "is not in PEM"),
        ("certificate", "none", "none cannot be read: No such file"),
        ("none", "key", "none cannot be read: No such file"),
        ("nothing", "key", "no certificate (PEM) in"),
        ("binary", "key", "is not in PEM"),
        ("no base64", "key", "no certificate (PEM) in"),
        ("no certificate", "key", "no certificate (PEM) in"),
    ):
        with pytest.raises(CertificateError) as caught:
            load(tmp_path / chain, tmp_path / key_file)
        text = str(caught.value)
        assert says in text
        assert str(tmp_path) in text
        assert "\n" not in text


def test_a_key_is_made_beside_none(tmp_path: Path) -> None:
    """What is there is never written over."""
    make(tmp_path / KEY_FILE)
    before = (tmp_path / KEY_FILE).read_bytes()
    with pytest.raises(CertificateError, match=r"cannot be written"):
        make(tmp_path / KEY_FILE)
    assert (tmp_path / KEY_FILE).read_bytes() == before


def test_a_key_that_cannot_be_kept_is_one_line(tmp_path: Path) -> None:
    """Where the directory cannot be, its name is told."""
    (tmp_path / "tls").write_bytes(b"")
    with pytest.raises(CertificateError, match=r"server\.pem cannot be written"):
        load_own(tmp_path / "tls")


def test_the_next_key_waits_and_then_takes_its_place(tmp_path: Path) -> None:
    """Until it is used the server has the old one; then the old one is gone."""
    now = load_own(tmp_path).fingerprint
    assert next_fingerprint(tmp_path) is None
    make(tmp_path / NEXT_FILE)
    following = next_fingerprint(tmp_path)
    assert following not in {None, now}
    assert load_own(tmp_path).fingerprint == now
    use_next(tmp_path)
    assert load_own(tmp_path).fingerprint == following
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_next_key_that_will_not_do_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key that is served stays, and one line says why."""
    now = load_own(tmp_path).fingerprint
    with pytest.raises(CertificateError, match=r"next\.pem cannot be read"):
        use_next(tmp_path)
    make(tmp_path / NEXT_FILE)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CertificateError, match=r"cannot be renamed: No space left"):
        use_next(tmp_path)
    assert load_own(tmp_path).fingerprint == now
