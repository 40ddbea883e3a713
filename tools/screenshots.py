"""Take the pictures of README and docs: a scripted conversation, in a real window.

``python tools/screenshots.py`` writes those that README and docs show into ``docs/images``; with a
folder, all of them, light and dark, to look at.  It starts a server in memory, people who talk,
and an Xvfb of its own, and needs nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import tkinter as tk
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from PIL import Image, ImageChops, ImageDraw, ImageGrab, ImageOps

from asynchat.address import parse_address
from asynchat.config import Settings, left_owner_code
from asynchat.link.client import Client
from asynchat.server import Server
from asynchat.store.memory import MemoryStore
from asynchat.window.app import App
from asynchat.window.look.palettes import DARK, LIGHT, Palette
from asynchat.window.preferences import PreferenceFile, Preferences
from asynchat.window.presenters.commands import Given
from asynchat.window.widgets.form import Form
from asynchat.window.widgets.panel import Panel
from asynchat.window.widgets.people_panel import PeoplePanel
from asynchat.window.widgets.server_dialog import ServerDialog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

FOLDER: Final = Path(__file__).parents[1] / "docs" / "images"
PAGES: Final = (FOLDER.parents[1] / "README.md", FOLDER.parent / "window.md")
_SIZE: Final = "1080x700"
_COLOURS: Final = 256
_SEEN: Final = 24
_FEW_PIXELS: Final = 200
_TIMEOUT_S: Final = 20

T = TypeVar("T")

ROOMS: Final = {"general": "Everything and nothing", "python": "", "random": "", "releases": ""}
PORTRAITS: Final = {
    "alice": ("#f2c14e", "#f3d2b8", "#7a3e1d", "#3f6ad8"),
    "carol": ("#7fb7be", "#8d5a3b", "#1d1a1a", "#c8553d"),
}
TALK: Final = (
    ("alice", "Good morning! The new build is up, give it a try."),
    ("alice", "It reconnects by itself now when the network drops."),
    ("bob", "see https://example.org/changes — scrolling back is much faster now"),
    ("carol", "nice work 🎉 shipping it today"),
    ("carol", "👍🏽🚀"),
    (
        "dave",
        (
            "A longer message wraps neatly under the name, because the text has a margin of its"
            " own, and the avatar stands beside it as people know it from other chat programs."
        ),
    ),
)


def portrait(ground: str, skin: str, hair: str, coat: str) -> bytes:
    """Return the file of a picture of somebody, drawn."""
    image = Image.new("RGB", (432, 432), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 290, 392, 640), fill=coat)
    draw.rounded_rectangle((178, 220, 254, 330), 30, fill=skin)
    draw.ellipse((116, 60, 316, 280), fill=hair)
    draw.ellipse((136, 96, 296, 284), fill=skin)
    draw.chord((126, 70, 306, 250), 195, 345, fill=hair)
    out = BytesIO()
    image.resize((144, 144), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


MARKDOWN: Final = (
    "@erin, what I meant is *this*, and **not** `view.redraw()`:",
    """```python
async with client.room("general") as room:
    async for message in room:  # one at a time
        view.append(message, limit=2_000)
```""",
    "> It reconnects by itself now\nand the rest is simple:\n- read\n- show\n- ~~poll~~ wait",
)


@contextlib.contextmanager
def screen() -> Iterator[None]:
    """Run an X server and give it to this process."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writer),
            "-screen",
            "0",
            "1100x720x24",
            "-dpi",
            "96",
            "-nolisten",
            "tcp",
        ],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        # To the end of the line: the server dies where nobody reads what it writes.
        with os.fdopen(reader) as ready:
            os.environ["DISPLAY"] = f":{ready.readline().strip()}"
        yield
    finally:
        server.terminate()
        server.wait(_TIMEOUT_S)


@contextlib.asynccontextmanager
async def people(server: Server, data: Path) -> AsyncIterator[dict[str, Client]]:
    """Bring people in, who make rooms and talk."""
    async with contextlib.AsyncExitStack() as stack:
        found = {}
        for name in ("alice", "bob", "carol", "dave"):
            client = Client(server.address, name=name, data=data / name)
            found[name] = await stack.enter_async_context(client)
        alice = found["alice"]
        await alice.set_profile(picture=portrait(*PORTRAITS["alice"]))
        await found["carol"].set_profile(
            display="Carol Okafor", status="shipping", picture=portrait(*PORTRAITS["carol"])
        )
        found["dave"].set_state("away")
        for room, topic in ROOMS.items():
            await alice.create(room, topic=topic)
        await alice.create("ops", private=True)
        for name in ("bob", "carol", "dave"):
            await found[name].join("general")
        said = [(await found[name].send("general", text)).seq for name, text in TALK]
        await found["alice"].edit("general", said[1], f"{TALK[1][1]} Promised.")
        await found["bob"].pin("general", said[2])
        for name, emoji in (("alice", "🎉"), ("bob", "🎉"), ("dave", "🚀")):
            await found[name].react("general", said[3], emoji)
        await found["carol"].send("general", "and so is jumping to it", reply_to=said[2])
        yield found


@contextlib.asynccontextmanager
async def window(palette: Palette, address: str, data: Path) -> AsyncIterator[App]:
    """Show the window of somebody called erin, connected."""
    file, chosen = PreferenceFile(data), Preferences(theme=palette.name)
    app = App(tk.Tk(), palette, host=None, data=data, file=file, chosen=chosen)
    app.root.geometry(f"{_SIZE}+0+0")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(app.run(address=address, name="erin", room="general", hosting=False))
        try:
            yield app
        finally:
            app.ask_to_close()
    await app.end()


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(_TIMEOUT_S):
        while not condition():  # noqa: ASYNC110 - widgets tell nobody
            await asyncio.sleep(0.02)


async def take(root: tk.Tk | tk.Toplevel, path: Path) -> None:
    """Write what a window shows into a file, once it has stopped changing."""
    before = b""
    while True:
        await asyncio.sleep(0.2)
        x, y = root.winfo_rootx(), root.winfo_rooty()
        box = (x, y, x + root.winfo_width(), y + root.winfo_height())
        picture = ImageGrab.grab(bbox=box, xdisplay=os.environ["DISPLAY"])
        if picture.tobytes() == before:
            break
        before = picture.tobytes()
    if path.parent != FOLDER or any(path.name in page.read_text() for page in PAGES):
        few = picture.quantize(_COLOURS, dither=Image.Dither.NONE, kmeans=2)
        off = ImageChops.difference(picture, few.convert("RGB")).convert("L").histogram()
        # A screen has few colours, but for one that is full of emoji.
        same = sum(off[_SEEN:]) < _FEW_PIXELS
        (few if same else picture).save(path, optimize=True)
        print(path)


async def picture(palette: Palette, folder: Path) -> None:
    """Play the conversation and take its picture."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        os.environ["HOME"] = name
        settings = Settings(data=data / "server", port=0, file_rate_bytes_per_s=8_000_000)
        server = Server(settings, store=MemoryStore())
        async with (
            server,
            people(server, data) as found,
            window(palette, server.address, data / "erin") as app,
        ):
            await until(lambda: app.chat is not None and "general" in app.root.title())
            chat = app.chat
            assert chat is not None  # noqa: S101 - it was waited for
            session = chat.session
            for room in ("python", "random", "releases", "general"):
                await session.join(room)
            await found["alice"].invite("ops", "erin")
            for text in ("Is 3.14 out?", "It is.", "Upgrading."):
                await found["alice"].send("python", text)
            direct = await found["bob"].direct("erin")
            await found["bob"].send(direct.room, "psst")
            session.post("Hello everyone, it looks great!")
            chat.screen.composer.text.focus_force()
            await until(lambda: session.unread() == 4)  # noqa: PLR2004 - as many as were said
            found["alice"].typing("general")
            await take(app.root, folder / f"window-{palette.name}.png")
            await conversation(app, folder, palette.name)
            await code(app, found["alice"], folder / f"code-{palette.name}.png")
            await finding(app, folder, palette.name)
            await persons(app, found["carol"], folder, palette.name)
            await frame(app, folder, palette.name)
            app.root.geometry(_SIZE)
            await files(app, found, data, folder / f"files-{palette.name}.png")
            await several(app, data, folder / f"servers-{palette.name}.png")
            app.servers.nth(1)
            await order(app, server, found, folder, palette.name)


async def order(
    app: App, server: Server, found: dict[str, Client], folder: Path, name: str
) -> None:
    """Take the pictures of what keeps order: a room with signs and badges, the server's window."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for
    session, alice = chat.session, found["alice"]
    await alice.set_role("moderator", "bob", room="general")
    await alice.change_room("general", read_only=True, slow_s=30)
    await session.client.block("dave")
    app.root.geometry(_SIZE)
    session.show("general")
    await until(lambda: chat.screen.composer.silence)
    await take(app.root, folder / f"order-{name}.png")
    await session.client.redeem(server.owner_invitation or "")
    await until(lambda: session.client.role == "owner")
    await session.client.ban(address="192.0.2.0/24", reason="spam from there")
    await session.client.mute("dave", seconds=3600, reason="too many jokes")
    await session.client.set_role("admin", "carol")
    await session.client.disconnect("bob", reason="an old version")
    for tab in ("connections", "audit"):
        chat.commands.do("oversee")
        overseeing = chat.commands.moderating.overseeing
        assert overseeing is not None  # noqa: S101 - it was just made
        view = overseeing.view
        view.open(tab)
        await until(lambda table=view.table: table.rows)  # type: ignore[misc]
        view.table.choose(view.table.rows[0].key)
        # It would change while its picture is taken.
        overseeing.close()
        (panel,) = (child for child in app.root.winfo_children() if isinstance(child, Panel))
        await take(panel, folder / f"server-{tab}-{name}.png")
        panel.close()


async def conversation(app: App, folder: Path, name: str) -> None:
    """Take the pictures of a reply being written, with a message's menu, and of what is pinned."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for
    commands, transcript = chat.commands, chat.screen.transcript
    lines = chat.session.histories.state("general").timeline.lines
    party = next(line for line in lines if line.reactions)
    chat.session.react(party.seq or 0, "🎉")
    for _ in range(2):
        commands.do("choose-previous")
    commands.do("reply")
    chat.screen.composer.insert("I noticed, it is")
    await until(lambda: any(one.mine for line in lines for one in line.reactions))
    transcript.open_chosen_menu()
    (menu,) = (one for one in transcript.winfo_children() if isinstance(one, tk.Menu))
    await until(menu.winfo_viewable)
    await take(app.root, folder / f"conversation-{name}.png")
    menu.unpost()
    await until(lambda: not menu.winfo_exists())
    transcript.unchoose()
    await until(lambda: chat.session.pins.lines)
    commands.do("pinned")
    (panel,) = (child for child in app.root.winfo_children() if isinstance(child, Panel))
    await take(panel, folder / f"pinned-{name}.png")
    panel.close()
    chat.composing.cancel()
    chat.screen.composer.clear()


async def code(app: App, alice: Client, path: Path) -> None:
    """Take the picture of Markdown, code and a mention, which came while one was elsewhere."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for
    await alice.join("random")
    for text in MARKDOWN:
        await alice.send("random", text)
    await until(lambda: chat.session.client.unread["random"].unread == len(MARKDOWN))
    chat.commands.show("random")
    await until(lambda: "view.append" in chat.screen.transcript.shown)
    chat.screen.composer.insert("thanks :rock")
    chat.screen.composer.text.event_generate("<Key>", keysym="e")
    await take(app.root, path)
    chat.screen.composer.clear()
    chat.screen.composer.text.event_generate("<Escape>")
    chat.commands.show("general")


async def files(app: App, found: dict[str, Client], data: Path, path: Path) -> None:
    """Take the picture of files: in messages, on their way, and about to be sent."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for
    session, alice = chat.session, found["alice"]
    await alice.create("photos")
    await session.join("photos")
    for name, data_of, caption in (
        ("mountains.jpg", landscape(), "From this morning"),
        ("minutes.pdf", b"%PDF-1.7\n" + bytes(184_000), ""),
    ):
        (data / name).write_bytes(data_of)
        await alice.send_file(data / name, room="photos", caption=caption).whole()
    (data / "recording.mp4").write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(42_000_000))
    upload = session.client.send_file(data / "recording.mp4", room="photos")
    await until(lambda: upload.done)
    upload.pause()
    chat.sharing.attaching.add([data / "mountains.jpg", data / "minutes.pdf"])
    screen = chat.screen
    await until(lambda: screen.transcript.files.live and len(screen.attachments.shown) > 1)
    screen.attachments.captions[1].insert(0, "who was there, and what we said")
    await take(app.root, path)
    while screen.attachments.removals:
        screen.attachments.removals[0].invoke()
    upload.cancel()
    chat.commands.show("random")


def landscape() -> bytes:
    """Return the file of a picture of mountains, drawn."""
    sky = Image.linear_gradient("L").resize((1600, 1000))
    image = ImageOps.colorize(sky, "#3a6ea5", "#f4c38a")
    draw = ImageDraw.Draw(image)
    draw.ellipse((1000, 140, 1180, 320), fill="#ffe9a8")
    draw.polygon([(0, 1000), (480, 450), (960, 1000)], fill="#2d4a3e")
    draw.polygon([(640, 1000), (1120, 550), (1600, 1000)], fill="#22392f")
    out = BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


async def finding(app: App, folder: Path, name: str) -> None:
    """Take the pictures of the panel of a search, and of the emoji picker."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for
    commands = chat.commands
    commands.do("find", Given(words="it"))
    panel = commands.searching.panel
    assert panel is not None  # noqa: S101 - it was just opened
    await until(lambda: panel.results)
    panel.entry.selection_clear()
    await take(app.root, folder / f"search-{name}.png")
    commands.searching.close()
    commands.do("emoji")
    await take(app.root, folder / f"emoji-{name}.png")
    commands.do("emoji")


async def persons(app: App, carol: Client, folder: Path, name: str) -> None:
    """Take the pictures of a room's people, two of them picked, and of a card."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for

    def panels() -> list[Panel]:
        return [child for child in app.root.winfo_children() if isinstance(child, Panel)]

    chat.commands.do("people")
    (panel,) = panels()
    assert isinstance(panel, PeoplePanel)  # noqa: S101 - it was just opened
    for key in ("Down", "space", "Down", "space"):
        panel.list.canvas.focus_force()
        await until(lambda: app.root.focus_get() is panel.list.canvas)
        panel.list.canvas.event_generate(f"<{key}>")
    await take(panel, folder / f"people-{name}.png")
    panel.close()
    chat.commands.do("profile", Given(account=carol.account or ""))
    await until(panels)
    await take(panels()[0], folder / f"profile-{name}.png")
    panels()[0].close()


async def frame(app: App, folder: Path, name: str) -> None:
    """Take the pictures of what can be opened: the box of Ctrl+K, settings, keys, and narrow."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for
    commands, composer = chat.commands, chat.screen.composer.text
    commands.do("jump")
    await take(app.root, folder / f"jump-{name}.png")
    commands.do("jump")
    await menu_of_a_room(app, folder / f"room-menu-{name}.png")
    for command in ("settings", "help"):
        commands.do(command)
        (panel,) = (child for child in app.root.winfo_children() if isinstance(child, Panel))
        await take(panel, folder / f"{command}-{name}.png")
        panel.close()
    app.root.geometry("440x700")
    await until(lambda: chat.screen.narrow)
    composer.focus_force()
    commands.do("sidebar")
    await take(app.root, folder / f"narrow-{name}.png")


async def several(app: App, data: Path, path: Path) -> None:
    """Take the picture of a window with a second server, where somebody is called."""
    app.root.geometry(_SIZE)
    settings = Settings(data=data / "other", port=0)
    async with (
        Server(settings, store=MemoryStore()) as server,
        Client(server.address, name="frank", data=data / "frank") as frank,
    ):
        chat = app.chat
        assert chat is not None  # noqa: S101 - it was waited for
        chat.commands.do("add-server")
        opened: list[ServerDialog] = []

        def is_open() -> bool:
            children = app.root.winfo_children()
            opened[:] = [one for one in children if isinstance(one, ServerDialog)]
            return bool(opened)

        await until(is_open)
        dialog = opened[0]
        dialog.form.address.insert(0, server.address)
        await until(lambda: dialog.grab_status() == "local")
        dialog.form.ask()
        await until(lambda: len(app.servers.all) > 1 and not dialog.winfo_exists())
        app.servers.nth(1)
        await frank.send("lobby", "Hello @erin!")
        column = app.servers.column
        await until(lambda: column is not None and column.tiles[1].badge)
        await take(app.root, path)


async def menu_of_a_room(app: App, path: Path) -> None:
    """Take the picture of a room's menu, with the choices for its notifications."""
    chat = app.chat
    assert chat is not None  # noqa: S101 - it was waited for
    commands = chat.commands
    commands.do("notify", Given(room="random", words="mentions"))
    row = next(row for row in chat.session.rows() if row.key == "random")
    commands.row_menu(row, app.root.winfo_rootx() + 90, app.root.winfo_rooty() + 236)
    (menu,) = (child for child in app.root.winfo_children() if isinstance(child, tk.Menu))
    await until(menu.winfo_viewable)
    for entry in range(menu.index("end") or 0):
        if menu.type(entry) == "cascade":
            menu.activate(entry)
            menu.tk.call(menu, "postcascade", entry)
    await take(app.root, path)
    menu.unpost()
    await until(lambda: not menu.winfo_exists())


async def access(palette: Palette, folder: Path) -> None:
    """Take the pictures of coming in, of the own account, an invitation, and a changed key."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        os.environ["HOME"] = name
        settings = Settings(data=data / "server", port=0, access="registered")
        async with Server(settings, store=MemoryStore()) as server:
            port = parse_address(server.address).port
            place = str(parse_address(server.address).place)
            owner_code = left_owner_code(settings.data) or ""
            async with window(palette, place, data / "erin") as app:
                form = await found(lambda: app.connect_screen)
                await until(lambda: form.texts[0])
                await take(app.root, folder / f"coming-in-{palette.name}.png")
                for entry in (form.password, form.again):
                    entry.insert(0, "six words of my own")
                form.ask()
                await until(lambda: app.chat is not None and app.chat.session.online)
                await account(app, owner_code, folder, palette.name)
                await server.__aexit__(None, None, None)
                shutil.rmtree(settings.data / "tls")
                anew = Settings(data=settings.data, port=port)
                async with Server(anew, store=MemoryStore()):
                    shown = await found(lambda: app.servers.on_view)
                    shown.client.retry_now()
                    await until(lambda: shown.client.key_changed)
                    shown.look_at_key()
                    await dialog_of(app, folder / f"key-{palette.name}.png")


async def account(app: App, owner_code: str, folder: Path, name: str) -> None:
    """Take the pictures of the owner's account, and of an invitation being made."""
    chat = await found(lambda: app.chat)
    await chat.session.client.redeem(owner_code)
    await until(lambda: chat.session.role == "owner")
    chat.commands.do("account")
    panel = await found(lambda: opened(app, Panel))
    await take(panel, folder / f"account-{name}.png")
    panel.close()
    chat.commands.do("invitation")
    await dialog_of(app, folder / f"invitation-{name}.png")


async def dialog_of(app: App, path: Path) -> None:
    """Take the picture of the form that was opened, and close it."""
    form = await found(lambda: opened(app, Form))
    await until(lambda: form.grab_status() == "local")
    await take(form, path)
    form.resolve(None)
    await until(lambda: not form.winfo_exists())


def opened(app: App, kind: type[T]) -> T | None:
    """Return the window of a kind that is open beside the main one."""
    return next((one for one in app.root.winfo_children() if isinstance(one, kind)), None)


async def found(what: Callable[[], T | None]) -> T:
    """Wait until something is there, and return it."""
    await until(what)
    there = what()
    assert there is not None  # noqa: S101 - it was waited for
    return there


async def main(folder: Path) -> None:
    """Take every picture."""
    for palette in (DARK, LIGHT):
        await picture(palette, folder)
        await access(palette, folder)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    chosen.mkdir(parents=True, exist_ok=True)
    with screen():
        asyncio.run(main(chosen))
