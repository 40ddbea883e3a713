"""asynchat."""

from typing import TYPE_CHECKING

if not TYPE_CHECKING:  # for Python 3.11's smtpd only; a type checker is to see our names alone
    from asynchat._stdlib import lend as __getattr__
