"""What keeps order, in memory: the reference for `steering` and `audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from asynchat.chat.drafts import (
    AuditDraft,
    BlockDraft,
    FileDraft,
    ReportDraft,
    RestraintDraft,
    SettingDraft,
)
from asynchat.store.interface import Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from asynchat.chat.files import Held
    from asynchat.chat.restraints import Restraint
    from asynchat.messages import Deed, Reported, Said

_Draft: TypeAlias = (
    RestraintDraft | BlockDraft | ReportDraft | SettingDraft | AuditDraft | FileDraft
)


class KeptInMemory:
    """Mutes and bans by their keys, blocks, reports, settings, files, and the audit log."""

    def __init__(self) -> None:
        self.restraints: dict[tuple[str, str, str], Restraint] = {}
        self.blocks: set[tuple[str, str]] = set()
        self.reports: list[Reported] = []
        self.settings: dict[str, str] = {}
        self.deeds: list[Deed] = []
        self.files: dict[str, Held] = {}

    def put(self, draft: _Draft) -> None:
        """Keep what a draft says."""
        match draft:
            case RestraintDraft():
                self._put_restraint(draft)
            case BlockDraft(on=True):
                self.blocks.add((draft.account, draft.blocked))
            case BlockDraft():
                self.blocks.discard((draft.account, draft.blocked))
            case ReportDraft():
                self._put_report(draft.report)
            case SettingDraft():
                self._put_setting(draft)
            case FileDraft():
                self._put_file(draft)
            case _:
                self.deeds.append(replace(draft.deed, number=len(self.deeds) + 1))

    def _put_setting(self, draft: SettingDraft) -> None:
        if draft.value is None:
            self.settings.pop(draft.name, None)
        else:
            self.settings[draft.name] = draft.value

    def _put_restraint(self, draft: RestraintDraft) -> None:
        now_ms = draft.restraint.since_ms
        self.restraints = {key: one for key, one in self.restraints.items() if one.holds(now_ms)}
        if draft.on:
            self.restraints[draft.restraint.key] = draft.restraint
        else:
            self.restraints.pop(draft.restraint.key, None)

    def _put_report(self, report: Reported) -> None:
        if report.number:
            self.reports = [report if one.number == report.number else one for one in self.reports]
        else:
            self.reports.append(replace(report, number=len(self.reports) + 1))

    def _put_file(self, draft: FileDraft) -> None:
        file = draft.file
        there = self.files.get(file.id)
        if draft.gone:
            if there is not None and there.seq == file.seq:
                del self.files[file.id]
        elif not file.sha256:
            self.files.setdefault(file.id, file)
        elif there is not None and there.seq is None:
            self.files[file.id] = file

    def offer(self, said: Said) -> bool:
        """Note which message offers a file; False where there is no such file, or it was said."""
        if said.file is None:
            return True
        there = self.files.get(said.file.id)
        if there is None or there.seq is not None or there.file != said.file:
            return False
        self.files[there.id] = replace(there, seq=said.seq)
        return True

    def withdraw(self, seqs: Collection[int]) -> None:
        """Forget the files of messages that are gone, or blank."""
        self.files = {one.id: one for one in self.files.values() if one.seq not in seqs}


class FilesInMemory:
    """The reference for `held`; see `interface.Files` for what it does."""

    def __init__(self, kept: Callable[[], KeptInMemory]) -> None:
        self._kept = kept

    async def get(self, id: str) -> Held | None:
        """Return a file, None where there is none of that id."""
        return self._kept().files.get(id)

    async def taken(self, account: str) -> Taken:
        """Return how much room files take."""
        own = [one for one in self._kept().files.values() if one.account == account]
        content = {one.sha256 or one.id: one.size for one in self._kept().files.values()}
        return Taken(
            sum(one.size for one in own),
            sum(content.values()),
            sum(one.seq is None for one in own),
        )

    async def old(self, *, said_ms: int | None, unsaid_ms: int, limit: int) -> list[Held]:
        """Return the oldest files that are older than is allowed."""
        found = [
            one
            for one in self._kept().files.values()
            if one.at_ms < (unsaid_ms if one.seq is None else -1 if said_ms is None else said_ms)
        ]
        return sorted(found, key=lambda one: (one.at_ms, one.id))[:limit]

    async def known(self, names: Collection[str]) -> set[str]:
        """Return which of these are the id or the hash of a file."""
        files = self._kept().files.values()
        return {name for one in files for name in (one.id, one.sha256) if name} & set(names)
