"""Where somebody is signed in, and which invitations are open, as the wire tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.roles import INVITE_TO_SERVER, demand
from asynchat.messages import Device, DeviceList, Invitation, InvitationList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asynchat.chat.accounts import Account, Directory
    from asynchat.chat.invitations import Invitation as Known
    from asynchat.doors.session import Session
    from asynchat.hub.registry import Registry
    from asynchat.messages import ListDevices, ListInvitations


def devices_of(
    query: ListDevices, session: Session, directory: Directory, registry: Registry
) -> DeviceList:
    """Return the devices of who asks."""
    online = {one.device for one in registry.sessions(session.account)}
    return DeviceList(
        re=query.id,
        devices=tuple(
            Device(
                id=device.id,
                label=device.label,
                created=device.created_ms,
                seen=device.seen_ms,
                online=device.id in online,
                mine=device.id == session.device,
            )
            for device in directory[session.account].devices
        ),
    )


def open_invitations(
    query: ListInvitations,
    asker: Account,
    invitations: Iterable[Known],
    directory: Directory,
    now_ms: int,
) -> InvitationList:
    """Return the invitations that are open.  Raise ``forbidden``."""
    demand(asker, INVITE_TO_SERVER)
    return InvitationList(
        re=query.id,
        invitations=tuple(_told(one, directory) for one in invitations if one.is_open(now_ms)),
    )


def _told(known: Known, directory: Directory) -> Invitation:
    by = None if known.by is None else directory.get(known.by)
    return Invitation(
        id=known.id,
        role=known.role,
        uses=known.uses_left,
        expires=known.expires_ms,
        created=known.created_ms,
        room=known.room,
        by=known.by,
        by_name=None if by is None else by.name,
    )
