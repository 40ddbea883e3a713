"""Making an invitation: what it is to be, and the address to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from asynchat.address import only_here
from asynchat.window.asked import asked
from asynchat.window.presenters import accounts
from asynchat.window.widgets.copy_dialog import CopyDialog
from asynchat.window.widgets.form import Choice, Line

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Coroutine, Mapping

    from asynchat.window.look.theme import Look
    from asynchat.window.presenters.accounts import Refusal

_GIVE: Final = "Give it only to those whom you mean. It is shown only now."


class Inviter(Protocol):
    """What makes invitations."""

    async def make_invitation(
        self, *, room: str | None, uses: int, seconds: int | None, role: str
    ) -> str:
        """Make one and return its address.  Raise `ChatError`."""


async def invite(
    root: tk.Misc,
    look: Look,
    inviter: Inviter,
    role: str,
    *,
    spawn: Callable[[Coroutine[object, object, object], str], None],
    room: str = "",
    count: str = "",
) -> bool:
    """Ask what an invitation is to be, make and show it; tell whether there is one.

    ``role`` is one's own, ``room`` and ``count`` are what is offered at first; ``spawn`` is that of
    `asked`.
    """
    made: list[str] = []

    async def make(given: Mapping[str, str]) -> Refusal | None:
        wanted = accounts.new_invitation(
            given["uses"], given["seconds"], given["room"], given["role"]
        )
        made.append(
            await inviter.make_invitation(
                room=wanted.room, uses=wanted.uses, seconds=wanted.seconds, role=wanted.role
            )
        )
        return None

    roles = accounts.invited_as(role) or (("member", "a member"),)
    done = await asked(
        root,
        look,
        "Invite people to this server",
        text="Who has the invitation comes in by pasting it where an address is asked for.",
        parts=(
            Line("uses", "How many people it lets in", value=count or "1"),
            Choice("seconds", "It is open for", accounts.LIFETIMES, accounts.WEEK),
            Line("room", "A room they also come into, if any", value=room),
            Choice("role", "They come as", roles),
        ),
        submit="Make it",
        do=make,
        spawn=spawn,
    )
    if done:
        await CopyDialog(
            root,
            look,
            "An invitation",
            text=" ".join(filter(None, (_GIVE, only_here(made[-1])))),
            value=made[-1],
        ).ask()
    return done
