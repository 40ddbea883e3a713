"""asynchat."""

from typing import TYPE_CHECKING

if not TYPE_CHECKING:  # a type checker is to see our names alone
    # For the standard library's smtpd on Python 3.11.
    from asynchat._stdlib import lend as __getattr__  # noqa: F401 (Python calls it)
