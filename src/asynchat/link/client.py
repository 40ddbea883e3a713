"""A client of one server: `Client` connects, comes back by itself, and loses nothing.

It is the door to the library; what it stands on is `reconnect` (the connection), `entrance`
(who we are), `conversation` (what is known and under way) and `inbox` (events to iterate).
What it tells is in `standing`, what it says in `posting`, what it asks in `asking` and `steering`.
"""

from __future__ import annotations

import asyncio
import logging
from base64 import b64encode
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from asynchat.address import parse_address
from asynchat.chat.profile import check_state
from asynchat.errors import ChatError
from asynchat.fingerprint import parse_fingerprint
from asynchat.link import notices
from asynchat.link.asking import Asking
from asynchat.link.conversation import Conversation
from asynchat.link.entrance import Entrance, this_device
from asynchat.link.identities import Identities, default_data
from asynchat.link.ids import new_code, new_id
from asynchat.link.means import Means
from asynchat.link.outbox import Outbox
from asynchat.link.posting import Posting
from asynchat.link.previews import Previews
from asynchat.link.reconnect import Reconnect
from asynchat.link.requests import expect
from asynchat.link.sharing import Sharing
from asynchat.link.standing import Standing
from asynchat.link.steering import Steering
from asynchat.link.transfer_wire import TransferWire
from asynchat.link.transfers import Transfers
from asynchat.link.trust import Trust
from asynchat.link.wire import LinkSettings
from asynchat.messages import (
    Join,
    MakeInvitation,
    Page,
    SetProfile,
    Typing,
)
from asynchat.tasks import Tasks
from asynchat.text import check_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from types import TracebackType

    from asynchat.link.notices import Notice
    from asynchat.messages import AnyEvent, Presence, Query, Write

logger = logging.getLogger(__name__)


class Client(Standing, Posting, Asking, Steering, Sharing):
    """One account's connection to one server, kept up until `close`.

    Use it with ``async with``, or call `start` and `close`.  It retries while the server is
    not there, resumes after every cut, and sends what was not acknowledged again under the
    same id.  Events are iterated over with ``async for``; `subscribe` tells everything else.
    """

    def __init__(
        self,
        address: str,
        *,
        name: str | None = None,
        data: Path | None = None,
        take_suggestion: bool = False,
        keep_outbox: bool | None = None,
        keep_history: bool = False,
        accept_key: str | None = None,
        settings: LinkSettings | None = None,
        password: str | None = None,
        register: bool = False,
        code: str | None = None,
        device: str | None = None,
    ) -> None:
        """Take the address of a server and the name wanted there.

        ``data`` is where guest tokens are kept, by default in the user's data directory;
        ``take_suggestion`` takes a free variant of the name where it is taken.
        ``keep_outbox`` tells whether what is posted is kept there, too, until it is
        acknowledged: by default where ``data`` is given.  With ``keep_history`` recent history
        is kept beside it, and a client that comes back goes on where the last one ended: see
        `begin` and `recent`.  ``accept_key`` is the fingerprint of the server's key, where that is
        known and may take the place of another one.

        With a ``password`` we sign in to the account of this name, or ``register`` it; the password
        is kept nowhere, and only until we are welcome: later starts need none.  ``code`` is that of
        an invitation, by default the one in the address; ``device`` is what to call this computer
        among those of the account.  Raise `ChatError` ``bad_address``, and ``bad_password``.
        """
        from importlib.metadata import version  # noqa: PLC0415 - a window is painted before

        self._settings = settings or LinkSettings()
        invited = parse_address(address)
        # Who comes back needs no code, and it is nothing to show.
        self._where = replace(invited, code=None)
        if register and password is None:
            raise ChatError("bad_password", "Who registers needs a password.")
        self._address = str(self._where.place)
        self._announcer = notices.Announcer()
        self._tasks = Tasks(on_error=self._broke)
        folder = data or default_data()
        self._trust = Trust(
            self._where, folder, self._announcer.tell, accepted=_fingerprint(accept_key)
        )
        keeps = data is not None if keep_outbox is None else keep_outbox
        self._outbox = Outbox(
            folder / "outbox" if keeps else None,
            self._announcer,
            self._settings,
            keeps_history=keep_history,
        )
        self._conversation = Conversation(
            self._announcer, self._tasks, self._settings, self._outbox
        )
        self._entrance = Entrance(
            address=self._address,
            name=name,
            identities=Identities(folder),
            take_suggestion=take_suggestion,
            client=f"asynchat/{version('asynchat')}",
            password=password,
            register=register,
            code=code or invited.code,
            device=this_device() if device is None else device,
        )
        self._link: Reconnect | None = None
        means = Means(
            ask=self._ask,
            dial=lambda: TransferWire.dial(self._where, self._settings, self._trust),
            direct=self._room_of,
            post=self._say_file,
            take_back=self._take_back,
            place=lambda: self._outbox.place,
        )
        self._transfers = Transfers(means, self._announcer, self._settings)
        self._previews = Previews(
            means, folder / "previews", max_bytes=self._settings.preview_cache_bytes
        )

    def subscribe(self, callback: Callable[[Notice], None]) -> Callable[[], None]:
        """Call a function with every notice, on the loop; return what ends that."""
        return self._announcer.subscribe(callback)

    # Coming and going

    async def start(self, *, timeout_s: float | None = None) -> None:
        """Connect and wait for the welcome; retry while the server is not there.

        Raise `ChatError`: what the server refuses for good, or ``unreachable`` after
        ``timeout_s``, with the sentence that says why.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self.begin()
                await self.welcomed()
        except TimeoutError:
            reason = self.connection.reason or f"No answer from {self.address}."
            await self.close()
            raise ChatError("unreachable", reason) from None
        except BaseException:
            await self.close()
            raise

    async def begin(self) -> bool:
        """Begin to connect; tell whether there is a last visit to show until the welcome.

        Then rooms, name and account are as they were, `recent` has what was said, and texts can
        be posted.  Call `close` at the end, also where `welcomed` raises.
        """
        self._link = Reconnect(
            address=self._where,
            trust=self._trust,
            entrance=self._entrance,
            conversation=self._conversation,
            announcer=self._announcer,
            tasks=self._tasks,
            settings=self._settings,
        )
        await self._open_outbox()
        self._transfers.go_on()
        self._tasks.spawn(self._link.run(), name=f"link to {self.address}")
        return self._conversation.cursor is not None

    async def welcomed(self) -> None:
        """Wait for the first welcome since `begin`.

        Raise `ChatError` for what the server refuses for good, and ``closed`` after `close`.
        """
        if self._link is not None:
            await self._link.welcomed()

    async def recent(self, room: str) -> tuple[AnyEvent, ...]:
        """Return what is kept on this computer of a room's newest events, oldest first.

        The stream goes on after it without a hole.  It is empty where none is kept.
        """
        return await self._outbox.recent(room)

    async def close(self) -> None:
        """Leave politely, within bounds; never raise for what the network does."""
        try:
            await self._previews.close()
            await self._transfers.close()
            if self._link is not None:
                await self._link.close()
            await self._tasks.cancel()
            await self._outbox.flush()
        finally:
            if self._link is not None:
                self._link.end(None)
            await self._outbox.close()

    async def __aenter__(self) -> Self:
        await self.start()
        await self._conversation.lookup.know_people(list(self.rooms))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def trust_anew(self, typed: str) -> None:
        """Take the changed key for the server's; the next `Client` at this address connects.

        ``typed`` is how its fingerprint begins, at least `CONFIRMED_CHARS` of it, typed by a
        person who reads it where the server runs.  Raise `ChatError` ``not_confirmed``, or
        `OSError` where it cannot be kept.
        """
        await self._trust.trust_anew(typed)

    async def forget(self) -> None:
        """Keep nothing of our account on this computer: it was deleted, or is to be left behind.

        Its token goes at once; history, and texts that were not sent, with `close`.  Raise
        `OSError`.
        """
        self._outbox.discard()
        await self._entrance.forget_account()

    def retry_now(self) -> None:
        """Try to connect at once where the next try would be later."""
        if self._link is not None:
            self._link.retry_now()

    async def __aiter__(self) -> AsyncIterator[AnyEvent]:
        """Yield the events of the stream, once each and in order, until `close`.

        Raise `ChatError` where the server has ended the connection for good.
        """
        inbox = self._conversation.inbox
        while True:
            event = await inbox.take()
            if event is not None:
                yield event
            elif self.connection.phase == "closed":
                if self.connection.reason is not None:
                    raise ChatError("closed", self.connection.reason)
                return
            elif self._link is not None:
                # It overflowed: read the log again from where this program is.
                self._conversation.cursor = inbox.read_again()
                self._link.again()

    async def _open_outbox(self) -> None:
        """Have what was not sent the last time on its way before there is a connection."""
        known = self._entrance.known() if self._outbox.keeps else None
        if known is not None:
            await self._conversation.meet(known.server, known.account, resume=True)

    def _broke(self, error: BaseException) -> None:
        logger.error("the connection cannot go on", exc_info=error)
        if self._link is not None:
            self._link.end(ChatError("closed", "The client met an error of its own; see the log."))

    # Requests

    async def join(self, room: str, *, history: int = 50) -> Page:
        """Become a member of a room; return the page before that.  Raise `ChatError`."""
        page = expect(await self._ask(Join(id=new_id(), room=room, history=history)), Page)
        await self._conversation.lookup.know_people([room])
        return page

    async def set_profile(
        self,
        *,
        name: str | None = None,
        display: str | None = None,
        status: str | None = None,
        zone: str | None = None,
        picture: bytes | None = None,
    ) -> None:
        """Change what we say of ourselves: None leaves a field, an empty one takes it away.

        ``name`` renames us, also for the next start.  ``picture`` is a PNG, JPEG, WebP or GIF
        file of at most 24 KiB.  Raise `ChatError`.
        """
        request = SetProfile(
            id=new_id(),
            name=name,
            display=display,
            status=status,
            zone=zone,
            picture=None if picture is None else b64encode(picture).decode(),
        )
        await self._ask(request)
        if name is None:
            return
        self._conversation.name = check_name(name)
        try:
            self._entrance.rename(check_name(name))
        except OSError as error:
            logger.warning("the new name cannot be kept for the next start: %s", error)

    async def make_invitation(
        self,
        *,
        room: str | None = None,
        uses: int = 1,
        seconds: int | None = None,
        role: str = "member",
    ) -> str:
        """Make an invitation and return the address that whoever is invited comes in by.

        It lets in so many as ``role``, into ``room`` as well, for so many seconds, or as long as
        the server says.  Its code cannot be asked for again.  Raise `ChatError`.
        """
        code = new_code()
        await self._ask(
            MakeInvitation(id=new_id(), code=code, room=room, uses=uses, seconds=seconds, role=role)
        )
        return str(replace(self._for_others(), code=code))

    def set_state(self, state: str) -> None:
        """Be ``online``, ``away`` or ``busy``, until the next call, over every connection.

        Others see it once there is a connection.  Raise `ChatError` ``bad_request``.
        """
        self._conversation.set_state(check_state(state))

    async def who(self, room: str | None = None) -> tuple[Presence, ...]:
        """Return the people of a room, or everybody connected.  Raise `ChatError`."""
        self._check_open()
        return await self._conversation.lookup.who(room)

    def mark(self, room: str, seq: int) -> None:
        """Have read one of our rooms up to a seq, on every device; it may go back.

        It may be called as often as one likes: the server is told now and then, and after a cut.
        """
        known = self.rooms.get(room)
        if known is not None:
            self._conversation.marks.mark(room, seq, head=known.head)

    def typing(self, room: str) -> None:
        """Tell a room that we are typing, if there is a connection."""
        if self._conversation.wire is not None:
            self._conversation.wire.send(Typing(room=room))

    async def _room_of(self, person: str) -> str:
        """Return the room of a person, by name or account, and us.  Raise `ChatError`."""
        return (await self.direct(person)).room

    async def _ask(self, request: Write | Query) -> Any:
        """Send a request and return its answer; wait for a connection, if there is none."""
        self._check_open()
        return await self._conversation.ask(request)

    def _check_open(self) -> None:
        """Raise `ChatError` ``closed`` where nothing will ever be answered."""
        if self.connection.phase == "closed":
            raise ChatError("closed", self.connection.reason or "The connection is closed.")


def connect(
    address: str,
    *,
    name: str | None = None,
    data: Path | None = None,
    take_suggestion: bool = False,
    keep_outbox: bool | None = None,
    keep_history: bool = False,
    settings: LinkSettings | None = None,
    password: str | None = None,
    register: bool = False,
    code: str | None = None,
    device: str | None = None,
) -> Client:
    """Return a `Client` to use with ``async with``; see there."""
    return Client(
        address,
        name=name,
        data=data,
        take_suggestion=take_suggestion,
        keep_outbox=keep_outbox,
        keep_history=keep_history,
        settings=settings,
        password=password,
        register=register,
        code=code,
        device=device,
    )


def _fingerprint(typed: str | None) -> str | None:
    try:
        return None if typed is None else parse_fingerprint(typed)
    except ValueError as error:
        raise ChatError("bad_address", f"No key to accept: {error}.") from None
