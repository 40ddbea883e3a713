"""asynchat."""

from typing import TYPE_CHECKING

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Lend the names of the standard library's asynchat, for Python 3.11's ``smtpd``."""
        from asynchat import _stdlib  # noqa: PLC0415 (hardly anybody asks)

        return _stdlib.lend(name)
