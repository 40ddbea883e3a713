"""What a file is, by its first bytes and by its name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.file_types import HEAD_BYTES, TEXT, UNKNOWN, type_of

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (PNG, "a.png", "image/png"),
        (PNG, "A.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.jpeg", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
        (b"\x00\x00\x00\x18ftypmp42", "a.mp4", "video/mp4"),
        (b"PK\x03\x04", "a.docx", "application/zip"),
        (b"%PDF-1.7", "a.pdf", "application/pdf"),
        (b"MZ\x90", "setup.exe", "application/x-msdownload"),
        (b"#!/bin/sh\n", "run", "application/x-shellscript"),
        (b"#!/usr/bin/env python3\n", "a.py", "application/x-shellscript"),
        (b"hello", "a.txt", TEXT),
        (b"hello", "a.md", TEXT),
        ("h\u00e4".encode(), "README", TEXT),
        (("x" * (HEAD_BYTES - 1) + "ä").encode()[:HEAD_BYTES], "a.txt", TEXT),
        (b"\xff\xfeh\x00i\x00", "a.txt", UNKNOWN),
        (b"caf\xe9", "a.txt", UNKNOWN),
        (b"\x00\x01", "a.xyz", UNKNOWN),
        (b"", "a.png", UNKNOWN),
        (b"\x7fELF", "program", "application/x-elf"),
    ],
)
def test_a_file_is_what_its_content_says(head: bytes, name: str, kind: str) -> None:
    """Where the name says the same, or nothing, there is no warning."""
    assert type_of(head, name) == (kind, "")


@pytest.mark.parametrize(
    ("head", "name", "warning"),
    [
        (b"MZ\x90", "cat.jpg", "This is a program for Windows, though its name ends in .jpg."),
        (b"\x7fELF", "a.txt", "This is a program for Linux, though its name ends in .txt."),
        (PNG, "a.jpg", "This is no .jpg file, though its name ends so."),
        (b"\x00\x01", "a.pdf", "This is no .pdf file, though its name ends so."),
        (b"MZ\x90", "a.xyz", "This is a program for Windows, whatever its name says."),
    ],
)
def test_where_name_and_content_differ_there_is_a_warning(
    head: bytes, name: str, warning: str
) -> None:
    """A person is told what it is before opening it."""
    assert type_of(head, name)[1] == warning


@given(head=st.binary(max_size=HEAD_BYTES), name=st.text())
def test_anything_has_a_type(head: bytes, name: str) -> None:
    """No bytes and no name are too odd."""
    kind, warning = type_of(head, name)
    assert "/" in kind
    assert warning == "" or warning.endswith(".")
