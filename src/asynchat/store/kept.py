"""What keeps order, in memory: the reference for `steering` and `audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from asynchat.chat.drafts import (
    AuditDraft,
    BlockDraft,
    ReportDraft,
    RestraintDraft,
    SettingDraft,
)

if TYPE_CHECKING:
    from asynchat.chat.restraints import Restraint
    from asynchat.messages import Deed, Reported

_Draft: TypeAlias = RestraintDraft | BlockDraft | ReportDraft | SettingDraft | AuditDraft


class KeptInMemory:
    """Mutes and bans by their keys, blocks, reports, settings, and the audit log, oldest first."""

    def __init__(self) -> None:
        self.restraints: dict[tuple[str, str, str], Restraint] = {}
        self.blocks: set[tuple[str, str]] = set()
        self.reports: list[Reported] = []
        self.settings: dict[str, str] = {}
        self.deeds: list[Deed] = []

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
