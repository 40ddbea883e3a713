"""What the pages of `docs` say is what the code does, and nothing is missing in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest
from msgspec import inspect

from asynchat import messages, text
from asynchat.chat import entry
from asynchat.config import LIVE, Settings
from asynchat.errors import CODES, ENDING
from asynchat.messages import (
    Event,
    Limits,
    decode_event,
    decode_request,
    decode_server_frame,
    encode,
)
from asynchat.terminal.commands import COMMANDS, Call, parse
from tests.wire import EVENTS, REQUESTS, SERVER_FRAMES, parts_of

if TYPE_CHECKING:
    from tests.serving import Connect, Serve

pytest_plugins = ["tests.serving"]

FINGERPRINT: Final = r"^[a-z2-7]{52}\Z"
DOCS: Final = Path(__file__).parents[1] / "docs"
BOTH_WAYS: Final = {"ping", "pong"}
REPLIES: Final = [kind for kind in SERVER_FRAMES if kind not in EVENTS]


def section(page: str, title: str, level: str = "##") -> str:
    """Return what stands under a heading, its subsections too."""
    _, found, rest = page.partition(f"\n{level} {title}\n")
    assert found, f"there is no {level} {title}"
    return re.split(rf"^#{{2,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def headings(page: str) -> list[str]:
    """Return the headings of the third level, without backticks."""
    return [title.strip("`") for title in re.findall(r"^### (.+)$", page, re.MULTILINE)]


def rows(page: str) -> list[list[str]]:
    """Return the rows of the tables, without their heads."""
    lines = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line] for line in lines]
    heads = {index - 1 for index, row in enumerate(cells) if set(row[0]) == {"-"}}
    return [row for index, row in enumerate(cells) if index not in heads and set(row[0]) != {"-"}]


def examples(page: str) -> list[tuple[str, bytes]]:
    """Return each line of the examples: which way it goes, and the frame."""
    return [(line[0], line[2:].encode()) for line in page.splitlines() if line[:2] in {"→ ", "← "}]


def tag(kind: type[msgspec.Struct]) -> str:
    """Return the type that a message has on the wire."""
    return str(kind.__struct_config__.tag)


def words(kind: inspect.Type) -> str:
    """Return how the pages name the type of a field."""
    match kind:
        case inspect.UnionType(types=types) if any(
            isinstance(one, inspect.NoneType) for one in types
        ):
            (other,) = (one for one in types if not isinstance(one, inspect.NoneType))
            return f"{words(other)} or null"
        case inspect.UnionType():
            return "event"
        case inspect.VarTupleType(item_type=item):
            return f"list of {words(item)}"
        case inspect.StructType(cls=cls):
            return cls.__name__.lower()
        case inspect.StrType(pattern=pattern):
            return {None: "text", FINGERPRINT: "fingerprint"}.get(pattern, "id")
        case inspect.IntType(ge=least):
            return "integer" if least is None else f"integer ≥ {least}"
    return {inspect.BoolType: "true or false", inspect.FloatType: "number"}[type(kind)]


def documented(fields: list[str], kind: type[msgspec.Struct]) -> dict[str, tuple[str, str]]:
    """Return how the fields of a message are to be described: type, and what leaving out means."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return {
        f"`{field.name}`": (
            words(field.type),
            "—" if field.required else f"`{json.dumps(field.default)}`",
        )
        for field in info.fields
        if field.name in fields
    }


@pytest.fixture(scope="module")
def protocol() -> str:
    """Return the page about the wire."""
    return (DOCS / "protocol.md").read_text("utf-8")


def described(page: str) -> dict[str, tuple[str, str]]:
    """Return how a page describes fields."""
    found = {name: (kind, default) for name, kind, default, meaning in rows(page) if meaning}
    assert len(found) == len(rows(page))
    return found


@pytest.mark.parametrize("kind", REQUESTS)
def test_every_request_is_described(protocol: str, kind: type[msgspec.Struct]) -> None:
    """Each field of a request is there, with its type and whether it may be left out."""
    page = section(section(protocol, "Requests"), f"`{tag(kind)}`", "###")
    assert described(page) == documented(list(kind.__struct_fields__), kind)


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_is_described(protocol: str, kind: type[msgspec.Struct]) -> None:
    """What all events have is said once, and each has its own fields."""
    own = [name for name in kind.__struct_fields__ if name not in Event.__struct_fields__]
    page = section(protocol, "Events")
    assert described(section(page, f"`{tag(kind)}`", "###")) == documented(own, kind)
    common = list(Event.__struct_fields__)
    assert described(section(page, "Every event", "###")) == documented(common, kind)


@pytest.mark.parametrize("kind", REPLIES)
def test_every_reply_is_described(protocol: str, kind: type[msgspec.Struct]) -> None:
    """Each frame from the server is there, in full; those of both sides among the requests."""
    title = "Requests" if tag(kind) in BOTH_WAYS else "Replies and other frames"
    page = section(section(protocol, title), f"`{tag(kind)}`", "###")
    assert described(page) == documented(list(kind.__struct_fields__), kind)


def test_every_part_is_described(protocol: str) -> None:
    """What stands inside messages is there too."""
    parts = parts_of((*REQUESTS, *SERVER_FRAMES))
    page = section(protocol, "Parts")
    assert sorted(headings(page)) == sorted(part.__name__.lower() for part in parts)
    for part in parts:
        own = section(page, part.__name__.lower(), "###")
        assert described(own) == documented(list(part.__struct_fields__), part)


def test_nothing_is_described_that_there_is_not(protocol: str) -> None:
    """A message that is gone leaves no heading behind."""
    assert headings(section(protocol, "Requests")) == [tag(kind) for kind in REQUESTS]
    assert headings(section(protocol, "Events")) == ["Every event", *map(tag, EVENTS)]
    assert sorted(headings(section(protocol, "Replies and other frames"))) == sorted(
        {tag(kind) for kind in REPLIES} - BOTH_WAYS
    )


def test_every_error_code_is_described(protocol: str) -> None:
    """Each code is there with when it comes, and whether the connection ends."""
    table = rows(section(protocol, "Error codes"))
    found = {code: ends for code, when, ends in table if when}
    assert len(found) == len(table)
    assert found == {f"`{code}`": "yes" if code in ENDING else "" for code in CODES}


def test_every_limit_is_described(protocol: str) -> None:
    """Each limit of the source is there with its value, and so is each of ``welcome``."""
    limits = {
        name: value
        for module in (messages, text, entry)
        for name, value in vars(module).items()
        if name.isupper() and name.startswith(("MAX_", "PAGE_")) and isinstance(value, int)
    }
    told = msgspec.structs.asdict(Limits())
    found: dict[str, int] = {}
    for _, limit, in_welcome, in_source in rows(section(protocol, "Limits")):
        value = int(limit.split()[0].replace(",", ""))
        if in_source:
            found[in_source.strip("`")] = value
        if in_welcome:
            assert told.pop(in_welcome.strip("`")) == value
    assert found == limits
    assert not told


def test_every_example_decodes(protocol: str) -> None:
    """The frames on the page are messages, and the server's are as the server writes them."""
    for way, frame in examples(protocol):
        if way == "→":
            decode_request(frame)
            continue
        message = decode_server_frame(frame)
        assert message is not None
        assert encode(message) == frame + b"\n"


def test_every_message_has_its_example(protocol: str) -> None:
    """The section of a message shows one, and no other."""
    for title, ways in {
        "Requests": "→",
        "Events": "←",
        "Replies and other frames": "←",
    }.items():
        for heading in headings(section(protocol, title)):
            if heading == "Every event":
                continue
            shown = examples(section(section(protocol, title), f"`{heading}`", "###"))
            assert {json.loads(frame)["type"] for _, frame in shown} == {heading}
            assert {way for way, _ in shown} == set(ways + "←" * (heading in BOTH_WAYS))
            if title == "Events":
                assert all(encode(decode_event(frame)) == frame + b"\n" for _, frame in shown)


VARYING: Final = frozenset({"account", "cursor", "server", "time", "token", "since"})


def alike(value: Any) -> Any:
    """Return a frame without what differs from run to run."""
    if isinstance(value, dict):
        return {name: None if name in VARYING else alike(one) for name, one in value.items()}
    return [alike(one) for one in value] if isinstance(value, list) else value


async def test_the_session_on_the_page_is_what_a_server_says(
    protocol: str, serve: Serve, connect: Connect
) -> None:
    """Who types the lines of the page gets those of the page back, in this order."""
    wire = await connect(await serve())
    for way, line in examples(section(protocol, "A session to type")):
        expected = json.loads(line)
        if way == "→":
            wire.send_bytes(line + b"\n")
        elif expected["type"] != "presence":
            answer = await wire.frame()
            while answer["type"] == "presence":
                answer = await wire.frame()
            assert alike(answer) == alike(expected)


def unit(name: str, kind: inspect.Type) -> set[str]:
    """Return which units a setting of this name may have."""
    if name.endswith("_per_s"):
        return {"per second"}
    if name.endswith("_s"):
        return {"seconds"}
    if name.endswith("_bytes"):
        return {"bytes"}
    if name.endswith("_days"):
        return {"days"}
    if isinstance(kind, inspect.DictType):
        return {"table"}
    if isinstance(kind, inspect.BoolType):
        return {"true or false"}
    if isinstance(kind, inspect.IntType):
        return {"connections", "events", "people", "port", "requests"}
    return {"address", "path", "text", "word"}


def test_every_setting_is_described() -> None:
    """Each setting of the server is there with its default, its unit, whether it may be set while
    the server runs, and what it means.
    """
    page = section((DOCS / "operations.md").read_text("utf-8"), "Settings")
    table = [row for row in rows(page) if row[-1]]
    assert {row[0].strip("`") for row in table if row[3] == "yes"} == LIVE
    found = {name: (default, unit) for name, default, unit, _, _ in table}
    info = inspect.type_info(Settings)
    assert isinstance(info, inspect.StructType)
    assert list(found) == [f"`{field.name}`" for field in info.fields]
    for field in info.fields:
        default, told = found[f"`{field.name}`"]
        assert told in unit(field.name, field.type)
        if field.name == "retention":
            assert default == f"`{json.dumps(field.default_factory())}`"
        elif field.default is None:
            assert default == "unset"
        elif field.name != "data":
            assert default == f"`{json.dumps(field.default)}`"


def test_every_command_of_the_terminal_is_described() -> None:
    """Each command is there as it is typed, in the order of /help, with an example that works."""
    page = section((DOCS / "terminal.md").read_text("utf-8"), "Commands")
    told = [(usage.strip("`"), what, example.strip("`")) for usage, what, example in rows(page)]
    assert [usage for usage, _, _ in told] == [command.usage for command in COMMANDS]
    for command, (_, what, example) in zip(COMMANDS, told, strict=True):
        assert what
        meaning = parse(example)
        assert isinstance(meaning, Call)
        assert meaning.name == command.name


def test_every_event_that_follow_prints_is_named() -> None:
    """A script finds on the terminal's page which types of events it gets."""
    page = section((DOCS / "terminal.md").read_text("utf-8"), "From scripts")
    assert not [kind for kind in EVENTS if f"`{tag(kind)}`" not in page]


def held_by() -> list[tuple[str, str, str | None]]:
    """Return what each row about security is against, with the file and the test that hold it."""
    page = (DOCS / "security.md").read_text("utf-8")
    found: list[tuple[str, str, str | None]] = []
    for against, _, tests in (row for row in rows(page) if len(row) == 3):
        file = ""
        for name in re.findall(r"`([\w/.]+)`", tests):
            if name.endswith(".py"):
                file = name
                found.append((against, file, None))
            elif name.startswith("test_"):
                found.append((against, file, name))
    return found


def test_every_row_about_security_has_its_test() -> None:
    """What is done against something is held by a file that exists, and by tests that are in it."""
    page = (DOCS / "security.md").read_text("utf-8")
    tables = page.split("| against | what is done | held by |")[1:]
    told = {row[0] for table in tables for row in rows(table.split("\n\n")[0])}
    held = held_by()
    assert {against for against, _, _ in held} >= told - {"", "---"}
    for against, file, name in held:
        path = DOCS.parent / "tests" / file
        assert path.is_file(), (against, file)
        test = re.compile(rf"^(async )?def {name}\(", re.MULTILINE)
        assert name is None or test.search(path.read_text("utf-8")), (against, file, name)
