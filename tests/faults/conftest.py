"""Servers and raw clients for the tests here."""

from __future__ import annotations

from tests.serving import connect, join, serve, start_process

__all__ = ["connect", "join", "serve", "start_process"]
