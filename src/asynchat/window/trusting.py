"""What a person decides about servers' keys: one that changed is confirmed by typing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from asynchat.fingerprint import CONFIRMED_CHARS
from asynchat.window.asked import asked
from asynchat.window.presenters import trusting
from asynchat.window.presenters.accounts import Refusal

if TYPE_CHECKING:
    import tkinter as tk
    from collections.abc import Callable, Coroutine, Mapping

    from asynchat.link.client import Client
    from asynchat.window.look.theme import Look


async def confirmed(
    parent: tk.Misc,
    look: Look,
    client: Client,
    *,
    spawn: Callable[[Coroutine[object, object, None], str], None],
) -> bool:
    """Show both keys of a server, and tell whether the new one is trusted from now on."""
    from asynchat.window.widgets.form import Line, Shown  # noqa: PLC0415 - when asked

    notice = client.key_changed
    if notice is None:
        return False

    async def trust(given: Mapping[str, str]) -> Refusal | None:
        if not given["typed"].strip():
            return Refusal("Type how the new fingerprint begins.", "typed")
        try:
            await client.trust_anew(given["typed"])
        except OSError as error:
            return Refusal(f"It cannot be kept: {error.strerror or error}.")
        return None

    return await asked(
        parent,
        look,
        "The server's key has changed",
        text=trusting.changed(notice),
        parts=(
            Shown("The fingerprint until now", trusting.in_lines(notice.known)),
            Shown("The fingerprint now", trusting.in_lines(notice.shown)),
            Line(
                "typed",
                f"How the new one begins on the server's terminal ({CONFIRMED_CHARS} letters)",
            ),
        ),
        submit="Trust the new key",
        do=trust,
        spawn=spawn,
    )


async def show_details(parent: tk.Misc, look: Look, client: Client, *, twelve: bool) -> None:
    """Show how a server is known.  Raise `ChatError` where that cannot be read."""
    from asynchat.window.widgets.details_panel import DetailsPanel  # noqa: PLC0415 - when asked

    shown = trusting.details(
        client.address,
        await client.known_key(),
        shown=client.fingerprint,
        now=datetime.now().astimezone(),
        twelve=twelve,
    )
    panel = DetailsPanel(parent, look, shown)
    panel.open(panel.first)
