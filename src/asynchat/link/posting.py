"""Saying something: what is posted waits in the outbox, and what is sent waits for its event."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from asynchat.errors import ChatError
from asynchat.link import notices
from asynchat.link.ids import new_id, now_ms
from asynchat.link.requests import expect, pending_say
from asynchat.messages import Said
from asynchat.text import check_text

if TYPE_CHECKING:
    from asynchat.link.conversation import Conversation
    from asynchat.link.notices import Entry, Failed
    from asynchat.link.outbox import Outbox
    from asynchat.link.wire import LinkSettings
    from asynchat.messages import File


class Posting(ABC):
    """Puts texts on their way; whoever has this fills what it works with."""

    _announcer: notices.Announcer
    _conversation: Conversation
    _outbox: Outbox
    _settings: LinkSettings

    @abstractmethod
    def _check_open(self) -> None:
        """Raise `ChatError` ``closed`` where nothing will ever be answered."""

    def post(self, room: str, text: str, *, reply_to: int | None = None) -> Entry:
        """Put a text into the outbox and return at once.

        `notices.Posted` follows, then `notices.Acknowledged` or `notices.Failed`.  Where the
        outbox is on disk, a text without either is sent at the next start.  Raise
        `ChatError` ``empty_text``, ``text_too_long``, ``outbox_full`` or ``closed``, and
        ``bad_request`` or ``frame_too_long`` for a room that no frame can name.
        """
        return self._post(room, text, reply_to=reply_to)

    def retry(self, entry_id: str) -> Entry:
        """Post a text that failed again, under a new id; return the new entry.

        Raise `ChatError` as `post` does, and ``no_such_entry``.
        """
        entry = self._failed(entry_id).entry
        return self._post(
            entry.room, entry.text, reply_to=entry.reply_to, file=entry.file, instead_of=entry_id
        )

    def discard(self, entry_id: str) -> None:
        """Forget a text that failed.  Raise `ChatError` ``no_such_entry``."""
        failed = self._failed(entry_id)
        self._outbox.forget(entry_id)
        self._announcer.tell(notices.Discarded(failed.entry))

    async def send(
        self,
        room: str,
        text: str,
        *,
        reply_to: int | None = None,
        timeout_s: float | None = None,
    ) -> Said:
        """Say something; return the event once it is on the server's disk.

        Raise `ChatError`: a refusal, or after ``timeout_s`` ``no_answer``; the text is then
        not sent again, but may have been stored.  Because the caller is told how it went, it is
        kept on no disk: no later start sends it.
        """
        answered = asyncio.get_running_loop().create_future()
        entry = self._post(room, text, reply_to=reply_to, answered=answered)
        try:
            async with asyncio.timeout(timeout_s):
                return expect(await answered, Said)
        except TimeoutError:
            raise ChatError(
                "no_answer", f"The server did not acknowledge this within {timeout_s} s."
            ) from None
        finally:
            self._conversation.requests.remove(entry.id)

    def _say_file(self, room: str, text: str, file: File, entry_id: str) -> None:
        """Post a file under an id, unless it is under way, since this start or the last."""
        if self._conversation.requests.get(entry_id) is None:
            failed = entry_id if entry_id in self._outbox.failed else None
            self._post(room, text, file=file, entry_id=entry_id, instead_of=failed)

    def _take_back(self, entry_id: str) -> None:
        """Forget a text that failed, if it is not forgotten yet."""
        if entry_id in self._outbox.failed:
            self.discard(entry_id)

    def _post(
        self,
        room: str,
        text: str,
        *,
        reply_to: int | None = None,
        file: File | None = None,
        entry_id: str | None = None,
        instead_of: str | None = None,
        answered: asyncio.Future[Any] | None = None,
    ) -> Entry:
        self._check_open()
        text = "" if file is not None and not text.strip() else check_text(text)
        requests = self._conversation.requests
        if len(requests) >= self._settings.outbox_entries:
            raise ChatError("outbox_full", "Too much is waiting to be sent.")
        entry = notices.Entry(entry_id or new_id(), room, text, now_ms(), reply_to, file)
        pending = pending_say(entry, answered)
        if instead_of is not None:
            self.discard(instead_of)
        if answered is None:
            self._outbox.put(entry)
        self._announcer.tell(notices.Posted(entry))
        requests.add(pending)
        return entry

    def _failed(self, entry_id: str) -> Failed:
        failed = self._outbox.failed.get(entry_id)
        if failed is None:
            raise ChatError("no_such_entry", "This text is not one of those that failed.")
        return failed
