"""What the log says of requests before they are judged: read for many at once."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from asynchat.chat.rules import target_of
from asynchat.hub.submissions import Submission
from asynchat.messages import Mark, Reported, Resolve, Say
from asynchat.store.interface import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from asynchat.chat.asking import Target
    from asynchat.chat.files import Held
    from asynchat.errors import ChatError
    from asynchat.hub.submissions import Item
    from asynchat.messages import Write
    from asynchat.store.interface import RequestKey, Store

T = TypeVar("T")
Found: TypeAlias = "Target | Reported | ChatError | None"

_CHANGES_NO_STATE: Final = (Say, Mark)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What the log says of a request: whether it was stored before, and what it is about."""

    repeated: bool = False
    target: Found = None
    offers: Held | ChatError | None = None


_NOTHING_FOUND: Final = LookedUp()


async def look_up(store: Store, items: list[Item]) -> list[LookedUp]:
    """Return what the log says of each."""
    looked_up = [_NOTHING_FOUND] * len(items)
    asked = [
        (at, item)
        for at, item in enumerate(items)
        if isinstance(item, Submission) and not _is_plain(item.request)
    ]
    # What changes the state must be known for a repeat before the next is judged by it.
    keys = [item.key for _, item in asked if not isinstance(item.request, Say)]
    repeats: set[RequestKey] = set()
    if keys:
        # Where it fails, `append` looks again, and says what is wrong.
        with contextlib.suppress(StoreError):
            found = await store.find(keys)
            repeats = {key for key, one in zip(keys, found, strict=True) if one is not None}
    for at, item in asked:
        looked_up[at] = await _look_at(store, item, repeats)
    return looked_up


async def _look_at(store: Store, item: Submission, repeats: set[RequestKey]) -> LookedUp:
    request = item.request
    about = target_of(request)
    target: Found = None
    offers: Held | ChatError | None = None
    if about is not None:
        target = await _read(store.target(about, item.account))
    elif isinstance(request, Resolve):
        target = await _read(store.report(request.report))
    if isinstance(request, Say) and request.file is not None:
        offers = await _read(store.files.get(request.file))
    return LookedUp(bool(repeats) and item.key in repeats, target, offers)


async def _read(reading: Awaitable[T]) -> T | ChatError:
    """Return what a request is about, or the file that it offers."""
    try:
        return await reading
    except StoreError as error:
        return error


def _is_plain(request: Write) -> bool:
    """Tell whether the log has nothing to say of a request before it is judged."""
    if isinstance(request, Say):
        return request.reply_to is None and request.file is None
    return isinstance(request, Mark)


def apart(items: list[Item]) -> int:
    """Return how many of these can be looked up together.

    A lookup shows what is in the log, not what those before it in the batch do.
    """
    ids: set[tuple[str, str]] = set()
    abouts: set[tuple[str, int | None]] = set()
    for at, item in enumerate(items):
        if not isinstance(item, Submission):
            continue
        key, about = (item.account, item.request.id), (item.account, target_of(item.request))
        if not isinstance(item.request, _CHANGES_NO_STATE) and (key in ids or about in abouts):
            return at
        ids.add(key)
        if about[1] is not None:
            abouts.add(about)
    return len(items)
