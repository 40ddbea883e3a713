from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asynchat.window.drafts import FILE, MAX_CHARS, MAX_DRAFTS, NOTHING, Draft, Drafts

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from asynchat.tasks import Tasks

REPLY = Draft("yes", 7, "ben", "shall we?")


async def kept(folder: Path, tasks: Tasks, account: str = "u1") -> Drafts:
    """Return what is there at the next start."""
    drafts = Drafts(folder, tasks)
    await drafts.load("asynchat://one", account)
    return drafts


async def test_drafts_outlive_a_restart(tmp_path: Path, tasks: Tasks) -> None:
    """What is not sent is there at the next start, with what it replies to, and not for others."""
    first = await kept(tmp_path, tasks)
    first.put("zoo", REPLY)
    first.put("lobby", Draft("half a thought"))
    first.put("lobby", Draft("half a thought more"))
    first.put("lobby", Draft("half a thought more"))
    await first.written()
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    other = await kept(tmp_path, tasks, "u2")
    assert other.get("zoo") == NOTHING
    other.put("zoo", Draft("mine"))
    await other.written()
    again = await kept(tmp_path, tasks)
    assert again.get("zoo") == REPLY
    assert again.get("lobby").text == "half a thought more"
    again.put("zoo", NOTHING)
    again.put("lobby", NOTHING)
    await again.written()
    assert list(msgspec.json.decode((tmp_path / FILE).read_bytes())) == ["u2 asynchat://one"]


async def test_drafts_are_bounded(tmp_path: Path, tasks: Tasks) -> None:
    """Of too many the oldest goes, and a very long one is not written."""
    drafts = await kept(tmp_path, tasks)
    for number in range(MAX_DRAFTS + 1):
        drafts.put(f"room{number}", Draft(str(number)))
    drafts.put("room1", Draft("x" * (MAX_CHARS + 1)))
    assert drafts.get("room0") == NOTHING
    assert len(drafts.get("room1").text) == MAX_CHARS + 1
    await drafts.written()
    again = await kept(tmp_path, tasks)
    assert again.get("room1") == NOTHING
    assert again.get("room2").text == "2"


async def test_a_file_that_makes_no_sense_is_none(tmp_path: Path, tasks: Tasks) -> None:
    """A damaged file costs the drafts and nothing else."""
    for content in (b"{", b"[]", b'{"u1 asynchat://one": {"zoo": 3}}'):
        (tmp_path / FILE).write_bytes(content)
        assert (await kept(tmp_path, tasks)).get("zoo") == NOTHING


async def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, tasks: Tasks, caplog: pytest.LogCaptureFixture
) -> None:
    """Where drafts cannot be kept, a sentence says so; without a folder nothing is tried."""
    told: list[str] = []
    (tmp_path / "file").write_text("")
    drafts = Drafts(tmp_path / "file", tasks, told.append, delay_s=0)
    drafts.put("zoo", REPLY)
    await drafts.written()
    assert told[0].startswith("What you have not sent cannot be kept: ")
    assert drafts.get("zoo") == REPLY
    caplog.clear()
    nowhere = Drafts()
    await nowhere.load("asynchat://one", "u1")
    nowhere.put("zoo", REPLY)
    await nowhere.written()
    assert nowhere.get("zoo") == REPLY
