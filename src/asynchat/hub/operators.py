"""Letting in whoever came through the control socket: they are nobody's company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asynchat.chat.accounts import OPERATOR_ACCOUNT
from asynchat.errors import ChatError
from asynchat.messages import VERSION, VERSIONS, Limits, Welcome, You

if TYPE_CHECKING:
    from asynchat.doors.session import Session
    from asynchat.messages import Hello


def let_operator_in(
    session: Session,
    hello: Hello,
    *,
    server: str,
    cursor: str,
    under_way: int,
    address: str,
    now_ms: int,
) -> Welcome:
    """Make a session the operator's; it is in no room and no registry.

    Raise `ChatError` ``bad_version``.
    """
    if hello.version not in VERSIONS:
        raise ChatError("bad_version", versions=VERSIONS)
    account = OPERATOR_ACCOUNT
    session.account, session.name = account.id, account.called
    session.client, session.since_ms = hello.client, now_ms
    return Welcome(  # nosec B106 # it has none
        version=VERSION,
        server=server,
        you=You(account=account.id, name=None, role=account.role),
        token="",
        cursor=cursor,
        resumed=False,
        rooms=(),
        more=False,
        limits=Limits(under_way=under_way),
        features=(),
        address=address,
    )
