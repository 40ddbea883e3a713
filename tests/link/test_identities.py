from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Any

import pytest

from asynchat.errors import ChatError
from asynchat.link.identities import Identities, Identity, default_data

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "asynchat://127.0.0.1:27742?tls=no"


def identity(**fields: Any) -> Identity:
    """Return ada on server S, other fields as given."""
    return Identity(**{"server": "S", "name": "ada", "account": "u1", "token": "T", **fields})


def files(data: Path) -> list[Path]:
    """Return every file kept, in order."""
    return sorted(path for path in data.rglob("*") if path.is_file())


def test_who_we_are_is_kept(tmp_path: Path) -> None:
    """An identity is found again by server and name, and by address and name."""
    Identities(tmp_path).remember(ADDRESS, identity())
    again = Identities(tmp_path)
    assert again.on("S", "ada") == identity()
    assert again.at(ADDRESS, "ada") == identity()


def test_names_are_compared_without_case(tmp_path: Path) -> None:
    """Who asks for another spelling of the name is the same guest."""
    identities = Identities(tmp_path)
    identities.remember(ADDRESS, identity())
    assert identities.on("S", "ADA") == identity()


def test_nothing_goes_to_another_server_name_or_address(tmp_path: Path) -> None:
    """A token is found for its own server and name only."""
    identities = Identities(tmp_path)
    identities.remember(ADDRESS, identity())
    assert identities.on("S2", "ada") is None
    assert identities.on("S", "ben") is None
    assert identities.at("asynchat://127.0.0.1:1?tls=no", "ada") is None


def test_an_address_that_leads_elsewhere_leads_to_who_we_are_there(tmp_path: Path) -> None:
    """What an address led to last counts; the first server's identity stays."""
    identities = Identities(tmp_path)
    identities.remember(ADDRESS, identity())
    other = identity(server="S2", token="T2")
    identities.remember(ADDRESS, other)
    assert identities.at(ADDRESS, "ada") == other
    assert identities.on("S", "ada") == identity()


def test_remembering_what_is_known_writes_nothing(tmp_path: Path) -> None:
    """A reconnect does not write the same files again."""
    identities = Identities(tmp_path)
    identities.remember(ADDRESS, identity())
    before = [(path, path.stat().st_ino) for path in files(tmp_path)]
    identities.remember(ADDRESS, identity())
    assert [(path, path.stat().st_ino) for path in files(tmp_path)] == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_only_the_owner_can_read_a_token(tmp_path: Path) -> None:
    """Files are 0600 and the folders around them 0700, also where the umask is open."""
    before = os.umask(0)
    try:
        Identities(tmp_path / "client").remember(ADDRESS, identity())
    finally:
        os.umask(before)
    kept = files(tmp_path)
    assert len(kept) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in kept} == {0o700}


@pytest.mark.parametrize("name", ["..", ".", "con", "nul", "aux.json", "-rf", "x" * 32])
@pytest.mark.parametrize("server", ["../../etc", "S", "/", "C:\\", "\n" * 300])
def test_no_name_is_a_path(tmp_path: Path, name: str, server: str) -> None:
    """Whatever a server or a person is called, files stay in their folder under harmless names."""
    data = tmp_path / "a" / "b" / "c"
    Identities(data).remember(ADDRESS, identity(name=name, server=server))
    assert Identities(data).on(server, name) == identity(name=name, server=server)
    kept = files(tmp_path)
    assert {path.parent for path in kept} == {data / "identities", data / "addresses"}
    assert all(re.fullmatch(r"[0-9a-f]{32}\.json", path.name) for path in kept)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"server":"S","name":"ada","account":"u1"}',
        b'{"server":"S","name":"ada","account":"u1","token":7}',
        b'{"server":"\xff","name":"ada","account":"u1","token":"T"}',
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_counts_as_not_there(tmp_path: Path, content: bytes) -> None:
    """A file that is empty, cut or of another kind is no identity, and is written anew."""
    identities = Identities(tmp_path)
    identities.remember(ADDRESS, identity())
    for path in files(tmp_path):
        path.write_bytes(content)
    assert identities.on("S", "ada") is None
    assert identities.at(ADDRESS, "ada") is None
    identities.remember(ADDRESS, identity())
    assert identities.at(ADDRESS, "ada") == identity()


def test_what_cannot_be_opened_counts_as_not_there(tmp_path: Path) -> None:
    """A folder where the file should be is no identity; keeping one there raises."""
    identities = Identities(tmp_path)
    identities.remember(ADDRESS, identity())
    for path in files(tmp_path):
        path.unlink()
        path.mkdir()
    assert identities.at(ADDRESS, "ada") is None
    with pytest.raises(OSError, match=r"."):
        identities.remember(ADDRESS, identity())
    assert files(tmp_path) == []


def test_a_place_that_cannot_be_written_raises(tmp_path: Path) -> None:
    """A data directory that is a file is an `OSError`, not a lost token."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match=r"."):
        Identities(tmp_path / "file").remember(ADDRESS, identity())


def test_an_improper_name_is_refused(tmp_path: Path) -> None:
    """No identity is looked for under what is no name."""
    with pytest.raises(ChatError) as caught:
        Identities(tmp_path).on("S", "a b")
    assert caught.value.code == "bad_name"


def test_the_users_own_folder_is_the_default(home: Path) -> None:
    """Unless told otherwise a client keeps its data in the user's data directory."""
    assert default_data().is_relative_to(home)
    assert default_data().name == "client"
