"""What the package offers to programs: the names, what importing costs, and the types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import asynchat

ROOT = Path(__file__).parents[1]

NAMES = [
    "ChatError",
    "Client",
    "Created",
    "Edited",
    "Joined",
    "Left",
    "Pinned",
    "Reacted",
    "Redacted",
    "Said",
    "Server",
    "Settings",
    "Topic",
    "connect",
]

RIGHT = """
from pathlib import Path

import asynchat


async def program() -> None:
    async with asynchat.connect("127.0.0.1?tls=no", name="ada", data=Path()) as chat:
        said: asynchat.Said = await chat.send("lobby", "hi", timeout_s=5)
        seq: int = said.seq
        name: str | None = chat.name
        topics: list[str] = [room.topic for room in chat.rooms.values()]
        states: list[str] = [person.state for person in chat.members("lobby")]
        page = await chat.history("lobby", before=seq, limit=10)
        more: bool = page.more
        end = chat.subscribe(print)
        end()
        try:
            await chat.join("dev")
        except asynchat.ChatError as error:
            code: str = error.code
            print(code)
        async for event in chat:
            match event:
                case asynchat.Said():
                    print(event.sender, event.text)
                case asynchat.Joined() | asynchat.Left() | asynchat.Created():
                    print(event.account)
                case asynchat.Topic():
                    print(event.text)
                case asynchat.Edited() | asynchat.Redacted():
                    print(event.about)
                case asynchat.Reacted() | asynchat.Pinned():
                    print(event.about, event.on)
        await chat.edit("lobby", seq, "hello")
        await chat.react("lobby", seq, "👍")
        await chat.pin("lobby", seq, on=False)
        await chat.redact("lobby", seq)
        print(name, topics, states, more)


async def host() -> None:
    async with asynchat.Server(asynchat.Settings(port=0)) as server:
        address: str = server.address
        client: asynchat.Client = asynchat.connect(address)
        print(client.online("lobby"))
"""

WRONG = {
    "asynchat.connect(5)": "arg-type",
    'asynchat.connect("a", "ada")': "call-arg",
    'asynchat.connect("a", nick="ada")': "call-arg",
    'asynchat.connect("a").rooms["lobby"] = None': "index",
    'asynchat.connect("a").send("lobby", "hi")': "unused-coroutine",
    'asynchat.connect("a").nothing': "attr-defined",
    "asynchat.nothing": "attr-defined",
}


def run(code: str) -> str:
    """Return what a fresh Python prints for a program."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    return done.stdout.strip()


def check(tmp_path: Path, code: str) -> tuple[int, str]:
    """Check a user's program with mypy as strictly as ours; return its status and words.

    For Python 3.12: until 3.11 type checkers take the name for the standard library's module.
    """
    (tmp_path / "program.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict"),
            "--python-version=3.12",
            *("--cache-dir", str(ROOT / ".mypy_cache" / "public"), "--config-file=", "program.py"),
        ],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_the_names_are_pinned() -> None:
    """These names are what programs may rely on: adding one is a decision, taking one a break."""
    assert sorted(asynchat.__all__) == NAMES
    assert all(getattr(asynchat, name).__name__ == name for name in NAMES)


def test_a_star_import_brings_just_these() -> None:
    """``from asynchat import *`` brings the public names and no other."""
    code = "from asynchat import *; print(*sorted(n for n in dir() if not n.startswith('__')))"
    assert run(code).split() == NAMES


def test_what_is_not_there_is_an_attribute_error() -> None:
    """A name that we do not have is missing as in any module."""
    with pytest.raises(AttributeError, match="nothing"):
        asynchat.nothing  # type: ignore[attr-defined] # noqa: B018


@pytest.mark.parametrize("what", ["", "; asynchat.Client", "; asynchat.connect('127.0.0.1')"])
def test_a_client_loads_no_screen_database_or_server(what: str) -> None:
    """Importing the package, and being a client, loads no Tk, no SQLite and no server."""
    heavy = {"tkinter", "sqlite3", "_sqlite3", "_tkinter", "PIL", "prompt_toolkit", "uvloop"}
    before = "import sys; before = {*sys.modules}; import asynchat"
    loaded = set(run(f"{before}{what}; print(*{{*sys.modules}} - before)").split())
    assert not loaded & heavy
    ours = {name.split(".")[1] for name in loaded if name.startswith("asynchat.")}
    assert not ours & {"server", "hub", "doors", "store", "window", "terminal", "client"}


def test_importing_alone_loads_nothing_of_ours() -> None:
    """A name is loaded when it is first used, and not before."""
    code = "import asynchat, sys; print(*(n for n in sys.modules if n.startswith('asynchat.')))"
    assert not run(code)


def test_users_programs_are_typed(tmp_path: Path) -> None:
    """A program that uses the library as documented passes mypy --strict."""
    status, words = check(tmp_path, RIGHT)
    assert status == 0, words


def test_users_mistakes_are_found(tmp_path: Path) -> None:
    """What cannot work is an error to a type checker: the types are not just Any."""
    lines = [f"async def wrong{n}() -> None: {code}" for n, code in enumerate(WRONG)]
    status, words = check(tmp_path, "\n".join(["import asynchat", *lines, ""]))
    assert status == 1, words
    missing = [
        code
        for n, (code, kind) in enumerate(WRONG.items())
        if not any(
            line.startswith(f"program.py:{n + 2}:") and line.endswith(f"[{kind}]")
            for line in words.splitlines()
        )
    ]
    assert not missing, words
