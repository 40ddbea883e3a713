"""What a file is by its first bytes, and by the end of its name.

A table of our own: it is short, the same on every system, and looks at no more than the first
`HEAD_BYTES`.
"""

from __future__ import annotations

from typing import Final

HEAD_BYTES: Final = 512
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Of what there are previews."""

_ZIP: Final = "application/zip"
_OLE: Final = "application/x-ole-storage"
_MATROSKA: Final = "video/x-matroska"
_PROGRAMS: Final = {
    "application/x-msdownload": "a program for Windows",
    "application/x-elf": "a program for Linux",
    "application/x-mach-binary": "a program for macOS",
    "application/x-shellscript": "a script",
}
_BEGINNINGS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"BM", "image/bmp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", _ZIP),
    (0, b"PK\x05\x06", _ZIP),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (257, b"ustar", "application/x-tar"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"\x1aE\xdf\xa3", _MATROSKA),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (0, b"#!", "application/x-shellscript"),
)
_ENDINGS: Final = {
    ending: kind
    for kind, endings in {
        "image/png": "png",
        "image/jpeg": "jpg jpeg jpe jfif",
        "image/gif": "gif",
        "image/webp": "webp",
        "image/avif": "avif",
        "image/heic": "heic heif",
        "image/tiff": "tif tiff",
        "image/bmp": "bmp",
        "application/pdf": "pdf",
        _ZIP: "zip docx xlsx pptx odt ods odp epub jar apk whl",
        "application/gzip": "gz tgz",
        "application/x-bzip2": "bz2",
        "application/x-xz": "xz",
        "application/x-7z-compressed": "7z",
        "application/vnd.rar": "rar",
        "application/zstd": "zst",
        "application/x-tar": "tar",
        "audio/ogg": "ogg oga opus",
        "audio/flac": "flac",
        "audio/wav": "wav",
        "video/x-msvideo": "avi",
        _MATROSKA: "mkv webm",
        "audio/mp4": "m4a",
        "video/quicktime": "mov",
        "video/mp4": "mp4 m4v",
        _OLE: "doc xls ppt msi",
        "application/vnd.sqlite3": "sqlite sqlite3",
        "application/x-msdownload": "exe dll scr com",
        TEXT: "txt md rst log csv tsv json toml yaml yml ini cfg conf xml html htm css js ts svg"
        " tex py pyi c h cpp hpp rs go java rb pl php sql diff patch srt",
        "application/x-shellscript": "sh bash zsh",
    }.items()
    for ending in endings.split()
}
_PLAIN: Final = frozenset({TEXT, "application/x-shellscript"})


def type_of(head: bytes, name: str) -> tuple[str, str]:
    """Return the type of a file by its first bytes, and a warning where its name says another."""
    kind = _by_content(head)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    promised = _ENDINGS.get(ending)
    if promised is None:
        what = _PROGRAMS.get(kind, "") if ending else ""
        return kind, f"This is {what}, whatever its name says." if what else ""
    if not head or promised == kind:
        return kind, ""
    if promised in _PLAIN and kind in _PLAIN | {UNKNOWN}:
        return kind, ""  # texts are encoded in many ways
    if kind in _PROGRAMS:
        return kind, f"This is {_PROGRAMS[kind]}, though its name ends in .{ending}."
    return kind, f"This is no .{ending} file, though its name ends so."


def _by_content(head: bytes) -> str:
    for place, beginning, kind in _BEGINNINGS:
        if head.startswith(beginning, place):
            return kind
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """Tell whether bytes are the beginning of a text in UTF-8."""
    if not head or b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A long text may be cut within its last character.
        return len(head) >= HEAD_BYTES and error.end == len(head) and error.reason.startswith("un")
    return True
