"""Every setting of the server, in one frozen struct.

Defaults give way to a TOML file, that to ``ASYNCHAT_…`` in the environment, and that to the
flags of the command line.  Every setting is described in ``docs/operations.md``; its name
carries its unit.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

import msgspec
from platformdirs import user_data_path

from asynchat.address import DEFAULT_PORT, is_loopback
from asynchat.errors import ChatError
from asynchat.text import clean_text, one_line, room_name

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS_FILE: Final = "address"
"""Where a running server leaves its address, in its data directory."""

OWNER_CODE_FILE: Final = "owner-code"
"""Where a server without an owner has the code for that, in its data directory."""

_PREFIX: Final = "ASYNCHAT_"
# What msgspec says of numbers.
_BOUND: Final = re.compile(r"Expected `[^`]*` (<=|>=|<|>) (-?[0-9]+(?:\.[0-9]+)?)\Z")
_BOUNDS: Final = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.+)`")
_NO_NUMBER: Final = re.compile(r"Expected `(?:int|float)[^`]*`")

_Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
# Sockets and uvloop count in 32 bits.
_Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
_Bytes = Annotated[int, msgspec.Meta(ge=1024, le=2**30)]
# Up to thirty years: TOML has a word for infinity, which no timer takes.
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=1e9)]
# 0 is for ever, and without end.
_Days = Annotated[float, msgspec.Meta(ge=0, le=100_000)]
_InvitationDays = Annotated[float, msgspec.Meta(gt=0, le=365)]
_MaybeRate = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
_MaybeBytes = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Text = Annotated[str, msgspec.Meta(max_length=2_000)]
_Rate = Annotated[float, msgspec.Meta(gt=0, le=1e9)]


class ConfigError(Exception):
    """A setting is unknown or out of range; the text is one line that says which and why."""


def default_data() -> Path:
    """Return where the server keeps its data unless told otherwise."""
    return user_data_path("asynchat", appauthor=False) / "server"


def left_address(data: Path) -> str | None:
    """Return the address that a server left in its data directory; it may be stale."""
    try:
        return (data / ADDRESS_FILE).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def left_owner_code(data: Path) -> str | None:
    """Return the code by which one becomes the owner of the server of this data directory."""
    try:
        return (data / OWNER_CODE_FILE).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


class RoomRetention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept of what is said in one room; what is not given is as for the others."""

    days: _Days | None = None
    bytes: _MaybeBytes | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a server."""

    host: str = "127.0.0.1"
    port: _Port = DEFAULT_PORT
    data: Path = msgspec.field(default_factory=default_data)
    public_host: _Text = ""
    tls: bool = True
    tls_cert: Path | None = None
    tls_key: Path | None = None
    log_json: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    welcome_text: _Text = ""

    tls_handshake_timeout_s: _Seconds = 5
    hello_timeout_s: _Seconds = 10
    ping_after_s: _Seconds = 15
    dead_after_s: _Seconds = 45
    stop_timeout_s: _Seconds = 4
    come_back_after_s: _Seconds = 1

    backlog: _Count = 4096
    max_connections: _Count = 100_000
    connection_burst: _Count = 200
    connections_per_s: _Rate = 10
    unauthenticated_per_address: _Count = 100
    access: Literal["open", "registered", "invited"] | None = None
    invitation_days: _InvitationDays = 7
    failed_login_delay_s: _Seconds = 1
    longest_login_delay_s: _Seconds = 300
    failed_logins_per_address: _Count = 20
    registration_burst: _Count = 20
    registrations_per_s: _Rate = 0.02

    hello_burst: _Count = 5
    hellos_per_s: _Rate = 1

    message_burst: _Count = 20
    messages_per_s: _Rate = 4
    create_burst: _Count = 10
    creates_per_s: _Rate = 0.1
    profile_burst: _Count = 10
    profiles_per_s: _Rate = 0.1
    address_message_burst: _Count = 20_000
    address_messages_per_s: _Rate = 5_000
    server_message_burst: _Count = 200_000
    server_messages_per_s: _Rate = 100_000
    report_burst: _Count = 5
    reports_per_s: _Rate = 0.05
    search_burst: _Count = 10
    searches_per_s: _Rate = 5
    typing_burst: _Count = 3
    typings_per_s: _Rate = 0.5
    under_way: _Count = 64
    under_way_bytes: _Bytes = 64 * 1024
    store_queue_bytes: _Bytes = 8 * 1024 * 1024
    batch_events: _Count = 1_000

    lagging_bytes: _Bytes = 256 * 1024
    lagging_timeout_s: _Seconds = 60
    slice_bytes: _Bytes = 64 * 1024
    slice_events: _Count = 500

    file_bytes: _MaybeBytes = 100_000_000
    account_files_bytes: _MaybeBytes = 1_000_000_000
    all_files_bytes: _MaybeBytes = 10_000_000_000
    free_disk_bytes: _MaybeBytes = 500_000_000
    file_rate_bytes_per_s: _MaybeRate = 0
    transfer_timeout_s: _Seconds = 60
    file_days: _Days = 0
    unsaid_file_days: _Days = 1

    lost_name_kept_s: _Seconds = 300
    lost_shown_after_s: _Seconds = 10
    presence_interval_s: _Seconds = 1
    presence_people: _Count = 200

    retention_days: _Days = 0
    retention_bytes: _MaybeBytes = 0
    retention_interval_s: _Seconds = 3600
    retention: dict[str, RoomRetention] = {}

    def who_may_come(self) -> Literal["open", "registered", "invited"]:
        """Return `access`, or what it is where it was not set: open on this computer only."""
        return self.access or ("open" if is_loopback(self.host) else "invited")


LIVE: Final = frozenset(
    {
        "welcome_text",
        "tls_handshake_timeout_s",
        "hello_timeout_s",
        "ping_after_s",
        "dead_after_s",
        "stop_timeout_s",
        "come_back_after_s",
        "max_connections",
        "connection_burst",
        "connections_per_s",
        "unauthenticated_per_address",
        "access",
        "invitation_days",
        "failed_login_delay_s",
        "longest_login_delay_s",
        "failed_logins_per_address",
        "registration_burst",
        "registrations_per_s",
        "hello_burst",
        "hellos_per_s",
        "message_burst",
        "messages_per_s",
        "address_message_burst",
        "address_messages_per_s",
        "server_message_burst",
        "server_messages_per_s",
        "create_burst",
        "creates_per_s",
        "profile_burst",
        "profiles_per_s",
        "report_burst",
        "reports_per_s",
        "search_burst",
        "searches_per_s",
        "typing_burst",
        "typings_per_s",
        "under_way",
        "under_way_bytes",
        "lagging_bytes",
        "lagging_timeout_s",
        "slice_bytes",
        "slice_events",
        "file_bytes",
        "account_files_bytes",
        "all_files_bytes",
        "file_days",
        "unsaid_file_days",
        "lost_name_kept_s",
        "lost_shown_after_s",
        "presence_interval_s",
        "presence_people",
        "retention_days",
        "retention_bytes",
        "retention_interval_s",
    }
)
"""The settings that may change while the server runs."""


def with_live(settings: Settings, values: Mapping[str, str]) -> Settings:
    """Return settings with what was set while the server ran.  Raise `ConfigError`."""
    for name in values:
        if name not in Settings.__struct_fields__:
            raise ConfigError(f"There is no setting {one_line(name)}.")
        if name not in LIVE:
            raise ConfigError(f"Setting {one_line(name)} does not change while the server runs.")
    kinds = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    changed: dict[str, Any] = {}
    for name, value in values.items():
        try:
            changed[name] = msgspec.convert(value, kinds[name], strict=False)
        except msgspec.ValidationError as error:
            raise ConfigError(_kind_wanted(name, kinds[name], str(error))) from None
    if "welcome_text" in changed:
        changed["welcome_text"] = clean_text(changed["welcome_text"]).strip()
    return msgspec.structs.replace(settings, **changed)


def _kind_wanted(name: str, kind: Any, why: str) -> str:
    """Return which values a setting takes, where one is not among them."""
    parts = (kind, *get_args(kind))
    words = [one for part in parts for one in get_args(part) if isinstance(one, str)]
    if words:
        return f"Setting {name} not understood: it is {', '.join(words[:-1])} or {words[-1]}."
    if bound := _BOUND.match(why):
        return f"Setting {name} not understood: it is {_BOUNDS[bound[1]]} {bound[2]}."
    if _NO_NUMBER.match(why):
        return f"Setting {name} not understood: it is a number."
    return f"Setting {name} not understood: {why}.".replace("`", "'")


def as_json(settings: Settings, name: str) -> str:
    """Return what a setting is, as JSON."""
    return msgspec.json.encode(getattr(settings, name), enc_hook=str).decode()


def load(
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Return the settings of a TOML file, the environment and the flags, the last word last.

    Flags that are None were not given.  Raise `ConfigError`.
    """
    values: dict[str, Any] = {}
    if file is not None:
        values |= _of_file(file)
    values |= _of_environment(environment or {})
    values |= {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ConfigError(_which(error, values)) from None
    if settings.tls_key is not None and settings.tls_cert is None:
        raise ConfigError("Setting tls_key not understood: it goes with tls_cert.")
    return msgspec.structs.replace(
        settings,
        data=_expanded(settings.data),
        tls_cert=None if settings.tls_cert is None else _expanded(settings.tls_cert),
        tls_key=None if settings.tls_key is None else _expanded(settings.tls_key),
        welcome_text=clean_text(settings.welcome_text).strip(),
        retention=_by_name(settings.retention),
    )


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ConfigError(f"There is no such home directory: {path}.") from None


def _by_name(retention: dict[str, RoomRetention]) -> dict[str, RoomRetention]:
    """Return what the rooms of a table keep, each by its only name."""
    rooms: dict[str, RoomRetention] = {}
    for typed, own in retention.items():
        try:
            name = room_name(typed)
        except ChatError:
            raise ConfigError(f"Setting retention not understood: {typed!r} is no room.") from None
        if name in rooms:
            raise ConfigError(f"Setting retention not understood: {name!r} is there twice.")
        rooms[name] = own
    return rooms


def _which(error: msgspec.ValidationError, values: Mapping[str, Any]) -> str:
    """Return one sentence about a setting that does not fit; msgspec names it last."""
    what, _, where = str(error).partition(" - at `$.")
    if not where and (unknown := _UNKNOWN.match(what)):
        return f"There is no setting {one_line(unknown[1])}."
    what = what.replace("Object contains", "there is an").replace("`", "'")
    name = where.rstrip("`")
    if "[...]" in name:  # msgspec does not tell of which room
        room = next(room for room, own in values["retention"].items() if not _fits(own))
        name = name.replace("[...]", f".{one_line(room)}")
    if name in Settings.__struct_fields__:
        kinds = {field.name: field.type for field in msgspec.structs.fields(Settings)}
        return _kind_wanted(name, kinds[name], str(error).partition(" - at `$.")[0])
    return f"Setting {name} not understood: {what}." if name else f"Not understood: {what}."


def _fits(own: object) -> bool:
    try:
        msgspec.convert(own, RoomRetention, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _path(kind: type, value: object) -> object:
    """Make the one kind of setting that TOML has no word for."""
    if kind is Path and isinstance(value, str) and value:
        return Path(value)
    raise ValueError(f"a path is a text, not {value!r}")


def _of_file(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The configuration file {file} cannot be read: {error}.") from None


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    known = {_PREFIX + name.upper(): name for name in Settings.__struct_fields__}
    return {known[name]: value for name, value in environment.items() if name in known}
