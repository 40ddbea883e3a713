"""What the commands about one's account do: password, devices, invitations, and its end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from asynchat.address import only_here
from asynchat.errors import ChatError
from asynchat.messages import LOBBY
from asynchat.terminal.render import notice_row
from asynchat.text import is_direct, one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from asynchat.link.client import Client
    from asynchat.messages import Device, Invitation
    from asynchat.terminal.render import Row

NEW: Final = "New password"
SECRETS: Final[dict[str, tuple[str, ...]]] = {
    "register": (NEW, "The same again"),
    "password": ("Your password now", NEW, "The same again"),
    "unregister": ("Your password, or nothing where you have none",),
}
"""What is asked for, without showing it, before these commands are done; it is given after the
arguments."""

_MIN_PASSWORD_CHARS: Final = 8

BLANK: Final = "blank"
KEEP: Final = "keep"

_T = TypeVar("_T")


class Account:
    """Does to the account of a client what is typed.

    ``room`` returns the open room's name.
    """

    def __init__(
        self, client: Client, show: Callable[[Row], None], *, room: Callable[[], str]
    ) -> None:
        self._client = client
        self._show = show
        self._room = room
        self._devices: tuple[Device, ...] = ()
        self._invitations: tuple[Invitation, ...] = ()
        self.commands: dict[str, Callable[..., Awaitable[None]]] = {
            "register": self._register,
            "password": self._password,
            "devices": self._list_devices,
            "revoke": self._revoke,
            "unregister": self._unregister,
            "invitation": self._invitation,
            "invitations": self._list_invitations,
            "uninvite": self._uninvite,
            "redeem": self._redeem,
        }
        """What each of these commands does.  They raise `ChatError`."""

    async def _register(self, new: str, again: str) -> None:
        _check_same(new, again)
        try:
            await self._client.set_password(new)
        except ChatError as error:
            if error.code != "wrong_password":
                raise
            already = "You have an account already; /password changes its password."
            raise ChatError(error.code, already) from None
        self._say("You have an account now, and your name is yours for ever.")

    async def _password(self, keep: str | None, old: str, new: str, again: str) -> None:
        if keep not in {None, KEEP}:
            raise ChatError("bad_request", f"It is /password, or /password {KEEP}.")
        _check_same(new, again)
        await self._client.set_password(new, old=old, sign_out=keep is None)
        others = "stay signed in" if keep else "are signed out"
        self._say(f"You have another password now. Your other devices {others}.")

    async def _list_devices(self) -> None:
        self._devices = await self._client.devices()
        for number, device in enumerate(self._devices, 1):
            label = one_line(device.label) or "a device without a name"
            since = f"since {_moment(device.created)}"
            here = ", this one" if device.mine else ", connected" if device.online else ""
            seen = "" if device.online or device.seen is None else f", here {_moment(device.seen)}"
            self._say(f"{number}: {label}, {since}{here}{seen}")

    async def _revoke(self, number: str) -> None:
        device = _numbered(self._devices, number, "/devices")
        await self._client.revoke(device.id)
        self._say(f"{one_line(device.label) or 'The device'} is signed out.")

    async def _unregister(self, name: str, blank: str | None, password: str) -> None:
        if name != self._client.name:
            raise ChatError("bad_request", "Say your own name, to be sure: /unregister NAME.")
        if blank not in {None, BLANK}:
            raise ChatError("bad_request", f"It is /unregister NAME, or /unregister NAME {BLANK}.")
        await self._client.unregister(password=password or None, blank=blank is not None)
        await self._client.forget()
        self._say("Your account is deleted, and what this computer kept of it.")

    async def _invitation(self, count: str | None) -> None:
        room = self._room()
        # Who comes to the server comes to the lobby; nobody is invited to a direct room.
        into = None if room == LOBBY or is_direct(room) else room
        address = await self._client.make_invitation(
            room=into, uses=1 if count is None else int(count)
        )
        whom = "one person" if count in {None, "1"} else f"{count} people"
        where = "" if into is None else f", into #{into}"
        self._say(f"This lets {whom} in{where}. It is shown only now:")
        self._say(address)
        if (sentence := only_here(address)) is not None:
            self._say(sentence)

    async def _list_invitations(self) -> None:
        self._invitations = await self._client.invitations()
        if not self._invitations:
            self._say("No invitation is open.")
        for number, one in enumerate(self._invitations, 1):
            by = f" by {one_line(one.by_name)}" if one.by_name else ""
            into = f", into #{one_line(one.room)}" if one.room else ""
            self._say(
                f"{number}: {one.uses} as {one_line(one.role)}{into}, until"
                f" {_moment(one.expires)}{by}"
            )

    async def _uninvite(self, number: str) -> None:
        await self._client.uninvite(_numbered(self._invitations, number, "/invitations").id)
        self._say("The invitation is taken back.")

    async def _redeem(self, code: str) -> None:
        await self._client.redeem(code)
        self._say("You are in.")

    def _say(self, text: str) -> None:
        self._show(notice_row(text))


def check_secrets(asked: Sequence[str], given: Sequence[str]) -> None:
    """Refuse a new password as soon as it is known to be none.  Raise ``bad_password``."""
    if len(given) <= (first := asked.index(NEW) if NEW in asked else len(asked)):
        return
    new, *again = given[first:]
    if len(new) < _MIN_PASSWORD_CHARS:
        raise ChatError("bad_password")
    if again:
        _check_same(new, *again)


def _check_same(new: str, again: str) -> None:
    if new != again:
        raise ChatError("bad_password", "Those were two different passwords; nothing was changed.")


def _numbered(those: tuple[_T, ...], number: str, command: str) -> _T:
    place = int(number)
    if not 1 <= place <= len(those):
        raise ChatError("bad_request", f"{command} shows which numbers there are.")
    return those[place - 1]


def _moment(time_ms: int) -> str:
    try:
        moment = datetime.fromtimestamp(time_ms / 1000, UTC).astimezone()
    except (OverflowError, OSError, ValueError):
        return "always"
    return moment.strftime("%Y-%m-%d %H:%M")
