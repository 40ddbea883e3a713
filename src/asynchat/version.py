"""``--version`` of both commands."""

from __future__ import annotations

import argparse
import sys


class PrintVersion(argparse.Action):
    """Print the version, which takes a while to find, only where it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        """Print it, and end the program."""
        from importlib.metadata import version  # noqa: PLC0415 - it takes a while to load

        sys.stdout.write(f"asynchat {version('asynchat')}\n")
        parser.exit()
