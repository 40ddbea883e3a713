"""Every setting of the server, and which word counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asynchat.config import (
    ADDRESS_FILE,
    ConfigError,
    RoomRetention,
    Settings,
    default_data,
    left_address,
    load,
)


def toml(folder: Path, text: str) -> Path:
    """Return a configuration file with this text."""
    file = folder / "asynchat.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_there_is_a_default_for_everything(home: Path) -> None:
    """Nothing has to be set; data goes where the user's programs keep theirs."""
    settings = load()
    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 27742)
    assert settings.data == default_data()
    assert home in settings.data.parents


def test_the_defaults_are_those_of_the_design() -> None:
    """Limits and deadlines are what the documentation promises."""
    settings = Settings()
    assert (settings.hello_timeout_s, settings.ping_after_s, settings.dead_after_s) == (10, 15, 45)
    assert (settings.message_burst, settings.messages_per_s) == (20, 4)
    assert (settings.under_way, settings.under_way_bytes) == (64, 65536)
    assert settings.store_queue_bytes == 8 * 1024 * 1024
    assert (settings.connection_burst, settings.connections_per_s) == (200, 10)
    assert settings.unauthenticated_per_address == 100
    assert (settings.lagging_bytes, settings.lagging_timeout_s) == (262144, 60)
    assert (settings.lost_name_kept_s, settings.lost_shown_after_s) == (300, 10)
    assert (settings.presence_interval_s, settings.presence_people) == (1, 200)
    assert settings.backlog == 4096


def test_the_last_word_counts(tmp_path: Path) -> None:
    """Defaults give way to the file, the file to the environment, and that to the flags."""
    file = toml(tmp_path, 'host = "::1"\nport = 1\nbacklog = 2\nmessages_per_s = 3')
    environment = {"ASYNCHAT_PORT": "4", "ASYNCHAT_BACKLOG": "5", "PATH": "/bin"}
    settings = load(file=file, environment=environment, flags={"backlog": 6, "host": None})
    assert settings == Settings(host="::1", port=4, backlog=6, messages_per_s=3)


def test_the_environment_and_flags_are_texts() -> None:
    """Numbers, truth values and paths are read from texts."""
    settings = load(
        environment={"ASYNCHAT_LOG_JSON": "true", "ASYNCHAT_PING_AFTER_S": "0.5"},
        flags={"port": "0", "data": "chat", "tls": False},
    )
    assert settings == Settings(
        log_json=True, ping_after_s=0.5, port=0, data=Path("chat"), tls=False
    )


def test_files_of_tls_are_paths(tmp_path: Path, home: Path) -> None:
    """``~`` is one's home there too, and a key without its certificate is a mistake."""
    settings = load(flags={"tls_cert": "~/cert.pem", "tls_key": str(tmp_path / "key.pem")})
    assert settings.tls_cert == home / "cert.pem"
    assert settings.tls_key == tmp_path / "key.pem"
    with pytest.raises(ConfigError, match=r"tls_key .* goes with tls_cert"):
        load(flags={"tls_key": "key.pem"})


def test_a_room_may_have_a_retention_of_its_own(tmp_path: Path) -> None:
    """Its table is under its name, as people write it; what it does not say is as for all."""
    text = "retention_days = 30\n[retention.Lobby]\ndays = 0.5\n[retention.'#den']\nbytes = 0"
    settings = load(file=toml(tmp_path, text))
    assert settings.retention_days == 30
    assert settings.retention == {
        "lobby": RoomRetention(days=0.5, bytes=None),
        "den": RoomRetention(days=None, bytes=0),
    }


def test_everything_is_kept_by_default() -> None:
    """Nobody loses a word without having asked for it."""
    settings = Settings()
    assert (settings.retention_days, settings.retention_bytes, settings.retention) == (0, 0, {})


def test_a_variable_of_another_program_is_none_of_ours() -> None:
    """What begins with our prefix and is no setting is left alone."""
    assert load(environment={"ASYNCHAT_REQUIRE_DISPLAY": "1"}) == Settings()


def test_data_may_be_below_ones_home(home: Path) -> None:
    """``~`` is the home directory, in a file as on the command line."""
    assert load(flags={"data": "~/chat"}).data == home / "chat"
    assert load(environment={"ASYNCHAT_DATA": "~/chat"}).data == home / "chat"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prot = 1", "There is no setting prot."),
        ("port = 65536", "Setting port not understood: it is at most 65535."),
        ("port = -1", "Setting port not understood: it is at least 0."),
        ('port = "http"', "Setting port not"),
        ("backlog = 0", "Setting backlog not"),
        ("hello_timeout_s = 0", "Setting hello_timeout_s not"),
        ("hello_timeout_s = -1", "Setting hello_timeout_s not"),
        ("messages_per_s = inf", "Setting messages_per_s not"),
        ("messages_per_s = nan", "Setting messages_per_s not"),
        ("lagging_bytes = 1023", "Setting lagging_bytes not"),
        ('log_level = "loud"', "Setting log_level not"),
        ("data = 5", "Setting data not"),
        ('data = ""', "Setting data not"),
        ("[host]\na = 1", "Setting host not"),
        ("retention_days = -1", "Setting retention_days not"),
        ("retention_days = inf", "Setting retention_days not"),
        ("retention_bytes = -1", "Setting retention_bytes not"),
        ("retention_bytes = 1.5", "Setting retention_bytes not"),
        ("retention = 5", "Setting retention not"),
        ("[retention]\nlobby = 5", "Setting retention.lobby not"),
        ("[retention.a]\n[retention.lobby]\ndays = -1", "Setting retention.lobby.days not"),
        ("[retention.lobby]\ndays = nan", "Setting retention.lobby.days not"),
        ("[retention.lobby]\nbytes = 'many'", "Setting retention.lobby.bytes not"),
        ("[retention.lobby]\nday = 1", "unknown field 'day'"),
        ("[retention.'a b']\ndays = 1", "'a b' is no room"),
        ("[retention.Den]\n[retention.den]", "'den' is there twice"),
        ("port =", "cannot be read"),
        ("port = 1\nport = 2", "cannot be read"),
    ],
)
def test_what_is_not_understood_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    """A setting that is unknown or out of range is named."""
    with pytest.raises(ConfigError) as caught:
        load(file=toml(tmp_path, text))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A configuration file that is missing, a directory or no text is an error of its own."""
    with pytest.raises(ConfigError, match=r"nothing\.toml cannot be read"):
        load(file=tmp_path / "nothing.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(file=tmp_path)
    (tmp_path / "asynchat.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(file=tmp_path / "asynchat.toml")


def test_a_home_that_nobody_has_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A path under somebody unknown is an error in one line, and no traceback."""
    with pytest.raises(ConfigError, match="no such home directory: ~nobody-of-this-name/chat"):
        load(flags={"data": "~nobody-of-this-name/chat"})


@given(st.sampled_from(Settings.__struct_fields__), st.text(max_size=10))
def test_any_text_is_a_setting_or_an_error(name: str, text: str) -> None:
    """No variable of the environment brings anything but settings or a `ConfigError`."""
    try:
        settings: Settings | None = load(environment={f"ASYNCHAT_{name.upper()}": text})
    except ConfigError as error:
        told = str(error)
        settings = None
    else:
        told = ""
    assert isinstance(settings, Settings) or told


def test_a_running_server_leaves_its_address(tmp_path: Path) -> None:
    """What stands in the file is the address; no file, an empty one or bytes are none."""
    assert left_address(tmp_path) is None
    file = tmp_path / ADDRESS_FILE
    file.write_text("asynchat://127.0.0.1:1?tls=no\n", encoding="utf-8")
    assert left_address(tmp_path) == "asynchat://127.0.0.1:1?tls=no"
    file.write_bytes(b"\n")
    assert left_address(tmp_path) is None
    file.write_bytes(b"\xff")
    assert left_address(tmp_path) is None
