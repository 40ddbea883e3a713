"""The settings while the server runs: what it was started with, and what was set since.

What was set is kept in the store and goes before what the server is started with the next time.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from asynchat.chat.drafts import SettingDraft
from asynchat.config import LIVE, ConfigError, as_json, with_live
from asynchat.errors import ChatError
from asynchat.messages import Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asynchat.chat.drafts import OneDraft
    from asynchat.config import Settings

logger = logging.getLogger(__name__)


class LiveSettings:
    """The settings of one hub.  ``now`` are those that hold; `tell` is called when they change."""

    def __init__(self, settings: Settings, kept: Mapping[str, str]) -> None:
        self._started_with = settings
        self._set: dict[str, str] = {}
        self._listeners: list[Callable[[Settings], None]] = []
        for name, value in kept.items():
            try:
                with_live(settings, {name: value})
            except ConfigError as error:
                logger.warning("what was set while the server ran holds no more: %s", error)
            else:
                self._set[name] = value
                logger.info("setting %s is %s, as it was set while the server ran", name, value)
        self.now = with_live(settings, self._set)

    def tell(self, listener: Callable[[Settings], None]) -> None:
        """Call a function with the settings whenever they change."""
        self._listeners.append(listener)

    def check(self, name: str, value: str | None) -> None:
        """Raise ``bad_setting`` for what a setting cannot be while the server runs."""
        try:
            with_live(self._started_with, {name: value or ""} if value is not None else {})
        except ConfigError as error:
            raise ChatError("bad_setting", str(error)) from None
        if name not in LIVE:
            raise ChatError("bad_setting")

    def stored(self, draft: OneDraft) -> None:
        """Act on a setting that was stored."""
        if not isinstance(draft, SettingDraft):
            return
        if draft.value is None:
            self._set.pop(draft.name, None)
        else:
            self._set[draft.name] = draft.value
        self.now = with_live(self._started_with, self._set)
        for listener in self._listeners:
            listener(self.now)

    def told(self) -> tuple[Setting, ...]:
        """Return every setting, in their order."""
        return tuple(
            Setting(
                name=name,
                value=as_json(self.now, name),
                started_with=as_json(self._started_with, name),
                live=name in LIVE,
            )
            for name in self.now.__struct_fields__
        )
