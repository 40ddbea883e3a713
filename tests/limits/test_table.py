"""Every limit there is, and the tests that hold just under it and just over it.

Who adds a setting that is a limit, or a limit of the wire, writes its tests and adds it here;
one that is none goes to `NO_LIMITS`.  A test that is on both sides of a limit stands here once.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import msgspec
import pytest

from asynchat import text
from asynchat.chat import entry
from asynchat.config import Settings
from asynchat.words import fields

ROOT: Final = Path(__file__).parents[2]

KIB: Final = 1024
MIB: Final = 1024 * KIB

NO_LIMITS: Final = frozenset(
    "host port data public_host tls tls_cert tls_key log_json log_level welcome_text access".split()
)

DESIGNED: Final = {
    "tls_handshake_timeout_s": 5,
    "hello_timeout_s": 10,
    "connection_burst": 200,
    "connections_per_s": 10,
    "unauthenticated_per_address": 100,
    "message_burst": 20,
    "messages_per_s": 4,
    "under_way": 64,
    "under_way_bytes": 64 * KIB,
    "store_queue_bytes": 8 * MIB,
    "lagging_bytes": 256 * KIB,
    "lagging_timeout_s": 60,
    "ping_after_s": 15,
    "dead_after_s": 45,
    "backlog": 4096,
    "failed_login_delay_s": 1,
    "longest_login_delay_s": 300,
    "lost_name_kept_s": 300,
    "lost_shown_after_s": 10,
    "presence_interval_s": 1,
    "presence_people": 200,
}
"""The limits that the design and the protocol name, with their values."""

CHOSEN: Final = {
    "stop_timeout_s": 4,
    "come_back_after_s": 1,
    "max_connections": 100_000,
    "hello_burst": 5,
    "hellos_per_s": 1,
    "invitation_days": 7,
    "failed_logins_per_address": 20,
    "registration_burst": 20,
    "registrations_per_s": 0.02,
    "create_burst": 10,
    "creates_per_s": 0.1,
    "profile_burst": 10,
    "profiles_per_s": 0.1,
    "address_message_burst": 20_000,
    "address_messages_per_s": 5_000,
    "server_message_burst": 200_000,
    "server_messages_per_s": 100_000,
    "report_burst": 5,
    "reports_per_s": 0.05,
    "search_burst": 10,
    "searches_per_s": 5,
    "typing_burst": 3,
    "typings_per_s": 0.5,
    "batch_events": 1_000,
    "slice_bytes": 64 * KIB,
    "file_bytes": 100_000_000,
    "account_files_bytes": 1_000_000_000,
    "all_files_bytes": 10_000_000_000,
    "free_disk_bytes": 500_000_000,
    "file_rate_bytes_per_s": 0,
    "transfer_timeout_s": 60,
    "file_days": 0,
    "unsaid_file_days": 1,
    "slice_events": 500,
    "retention_days": 0,
    "retention_bytes": 0,
    "retention_interval_s": 3600,
    "retention": {},
}
"""The limits that they leave open."""

SETTINGS: Final = {
    "tls_handshake_timeout_s": [
        "limits/test_connections.py::test_a_handshake_has_so_much_time",
        "doors/test_handshake.py::test_who_dribbles_its_handshake_is_ended",
    ],
    "hello_timeout_s": ["limits/test_connections.py::test_hello_has_so_much_time"],
    "ping_after_s": ["limits/test_connections.py::test_silence_is_asked_about_after_so_much_time"],
    "dead_after_s": ["limits/test_connections.py::test_silence_is_death_after_so_much_time"],
    "stop_timeout_s": ["limits/test_connections.py::test_stopping_waits_so_long"],
    "come_back_after_s": [
        "limits/test_connections.py::test_who_was_told_goodbye_comes_back_after_so_much_time"
    ],
    "backlog": ["limits/test_connections.py::test_so_many_wait_to_be_accepted"],
    "max_connections": [
        "limits/test_connections.py::test_so_many_are_served_at_once",
        "limits/test_files.py::test_as_many_are_served_as_files_may_be_open",
    ],
    "connection_burst": [
        "limits/test_connections.py::test_so_many_come_at_once_and_the_next_waits"
    ],
    "connections_per_s": ["limits/test_connections.py::test_one_more_comes_every_so_often"],
    "unauthenticated_per_address": [
        "limits/test_connections.py::test_so_many_of_an_address_may_have_said_no_hello",
        "limits/test_connections.py::test_who_waits_for_its_turn_is_not_counted_as_silent",
    ],
    "hello_burst": ["limits/test_connections.py::test_so_many_hellos_at_once"],
    "hellos_per_s": ["limits/test_connections.py::test_one_more_hello_every_so_often"],
    "invitation_days": ["hub/test_gate.py::test_an_invitation_is_open_for_so_many_days"],
    "failed_login_delay_s": [
        "hub/test_gate.py::test_after_a_wrong_password_one_waits",
        "hub/test_gate.py::test_after_the_wait_one_may_try_again",
    ],
    "longest_login_delay_s": ["chat/test_guesses.py::test_each_wait_is_twice_as_long"],
    "failed_logins_per_address": [
        "hub/test_gate.py::test_guesses_at_many_names_slow_an_address_down"
    ],
    "registration_burst": ["hub/test_gate.py::test_registering_is_not_for_the_hundredth"],
    "registrations_per_s": ["hub/test_gate.py::test_one_more_registers_every_so_often"],
    "message_burst": ["limits/test_rates.py::test_so_many_messages_at_once"],
    "messages_per_s": ["limits/test_rates.py::test_one_more_message_every_so_often"],
    "create_burst": ["limits/test_rates.py::test_so_many_rooms_at_once"],
    "creates_per_s": ["limits/test_rates.py::test_one_more_room_every_so_often"],
    "address_message_burst": ["limits/test_rates.py::test_so_much_of_an_address_at_once"],
    "address_messages_per_s": ["hub/test_rates.py::test_each_budget_slows_down_its_own"],
    "server_message_burst": ["limits/test_rates.py::test_so_much_of_everybody_at_once"],
    "server_messages_per_s": ["hub/test_rates.py::test_each_budget_slows_down_its_own"],
    "report_burst": ["hub/test_rates.py::test_what_cannot_wait_is_refused"],
    "reports_per_s": ["hub/test_rates.py::test_what_cannot_wait_is_refused"],
    "search_burst": ["limits/test_rates.py::test_so_many_searches_at_once"],
    "searches_per_s": ["limits/test_rates.py::test_one_more_search_every_so_often"],
    "profile_burst": ["limits/test_rates.py::test_so_many_profiles_at_once"],
    "profiles_per_s": ["limits/test_rates.py::test_one_more_profile_every_so_often"],
    "typing_burst": ["limits/test_rates.py::test_so_much_typing_at_once"],
    "typings_per_s": ["limits/test_rates.py::test_more_typing_every_so_often"],
    "under_way": ["limits/test_queues.py::test_so_many_requests_of_a_connection_are_under_way"],
    "under_way_bytes": ["limits/test_queues.py::test_so_many_bytes_of_a_connection_are_under_way"],
    "store_queue_bytes": ["limits/test_queues.py::test_so_many_bytes_wait_for_the_store"],
    "batch_events": ["limits/test_queues.py::test_so_many_events_are_one_transaction"],
    "lagging_bytes": ["limits/test_readers.py::test_so_many_bytes_may_be_unsent"],
    "lagging_timeout_s": [
        "limits/test_readers.py::test_who_takes_nothing_for_so_long_is_let_go",
        "limits/test_readers.py::test_who_takes_something_meanwhile_stays",
    ],
    "slice_bytes": ["limits/test_readers.py::test_so_many_bytes_are_a_slice"],
    "slice_events": ["limits/test_readers.py::test_so_many_events_are_a_slice"],
    "file_bytes": ["hub/test_transfers.py::test_a_file_has_so_many_bytes"],
    "account_files_bytes": ["hub/test_transfers.py::test_the_files_of_one_have_so_many_bytes"],
    "all_files_bytes": ["hub/test_transfers.py::test_all_files_have_so_many_bytes"],
    "free_disk_bytes": [
        "chat/test_files.py::test_a_limit_says_which_it_is",
        "chat/test_files.py::test_up_to_each_limit_there_is_room",
        "hub/test_transfers.py::test_some_of_the_disk_is_not_for_files",
    ],
    "file_rate_bytes_per_s": ["hub/test_turns.py::test_an_account_is_as_fast_as_it_may_be"],
    "transfer_timeout_s": ["hub/test_transfers.py::test_a_silent_transfer_is_cut_off"],
    "file_days": ["hub/test_storage.py::test_files_are_kept_for_so_long"],
    "unsaid_file_days": ["hub/test_storage.py::test_files_are_kept_for_so_long"],
    "lost_name_kept_s": ["limits/test_presence.py::test_a_lost_name_is_kept_for_so_long"],
    "lost_shown_after_s": ["limits/test_presence.py::test_who_was_lost_counts_as_here_for_so_long"],
    "presence_interval_s": ["limits/test_presence.py::test_a_room_is_told_once_in_so_long"],
    "presence_people": ["limits/test_presence.py::test_so_many_people_are_named"],
    "retention_days": ["limits/test_retention.py::test_what_is_said_is_kept_for_so_many_days"],
    "retention_bytes": ["limits/test_retention.py::test_so_many_bytes_of_a_room_are_kept"],
    "retention_interval_s": ["limits/test_retention.py::test_it_is_looked_for_once_in_so_long"],
    "retention": [
        "hub/test_retention.py::test_each_room_is_cleaned_as_its_own_settings_say",
        "hub/test_retention.py::test_a_room_is_kept_as_the_settings_say",
    ],
}

WIRE: Final = {
    "MAX_HELLO_BYTES": [
        "doors/test_native.py::test_a_frame_may_be_exactly_as_long_as_the_limit",
        "doors/test_native.py::test_a_frame_over_the_limit_ends_the_connection",
    ],
    "MAX_SEARCH_CHARS": ["hub/test_search.py::test_a_search_has_so_many_characters"],
    "MAX_FOUND": ["hub/test_search.py::test_so_much_is_found_at_once"],
    "MAX_REQUEST_BYTES": [
        "doors/test_native.py::test_a_frame_may_be_exactly_as_long_as_the_limit",
        "doors/test_native.py::test_a_frame_over_the_limit_ends_the_connection",
        "link/test_requests.py::test_the_largest_frame_goes",
    ],
    "MAX_SERVER_FRAME_BYTES": [
        "limits/test_wire.py::test_a_page_fits_its_frame",
        "limits/test_presence.py::test_however_many_may_be_named_the_frame_fits",
        "hub/test_visits.py::test_welcome_is_cut_off_where_rooms_are_many",
    ],
    "MAX_TEXT_CHARS": ["limits/test_wire.py::test_a_text_has_so_many_characters"],
    # So many characters are never over it: nobody can come just over it.
    "MAX_TEXT_BYTES": [
        "limits/test_wire.py::test_a_text_has_so_many_characters",
        "test_text.py::test_the_limit_in_characters_keeps_the_one_in_bytes",
    ],
    "MAX_TOPIC_CHARS": ["limits/test_wire.py::test_a_topic_has_so_many_characters"],
    "MAX_DIRECT_PEOPLE": ["hub/test_requests.py::test_a_direct_room_is_of_at_most_eight"],
    "MAX_PAGE_EVENTS": [
        "limits/test_wire.py::test_a_page_has_so_many_events",
        "limits/test_wire.py::test_a_join_brings_so_many_events",
    ],
    "PAGE_EVENTS": [
        "limits/test_wire.py::test_a_page_has_so_many_events",
        "limits/test_wire.py::test_a_join_brings_so_many_events",
    ],
    "MAX_EMOJI_CHARS": ["chat/test_saying.py::test_what_is_no_emoji_is_refused"],
    "MAX_REACTIONS": ["hub/test_about.py::test_only_so_many_emoji_go_under_a_message"],
    "MAX_PINNED": ["hub/test_about.py::test_only_so_many_messages_are_pinned"],
    "MAX_DISPLAY_CHARS": ["chat/test_profile.py::test_each_text_has_so_many_characters"],
    "MAX_STATUS_CHARS": ["chat/test_profile.py::test_each_text_has_so_many_characters"],
    "MAX_ZONE_CHARS": ["chat/test_profile.py::test_a_zone_has_so_many_characters"],
    "MAX_PICTURE_BYTES": [
        "chat/test_profile.py::test_a_picture_has_so_many_bytes",
        "hub/test_profile.py::test_the_largest_picture_comes_and_goes",
    ],
    "MAX_FILE_BYTES": ["hub/test_transfers.py::test_a_file_has_so_many_bytes"],
    "MAX_FILE_NAME_BYTES": ["chat/test_files.py::test_names_are_cleaned"],
    "MAX_MENTIONS": ["chat/test_mentions.py::test_only_so_many_are_mentioned"],
    "MAX_COUNTED": ["contracts/test_unread.py::test_no_more_is_counted_than_anybody_reads"],
    "MAX_UNREAD_ROOMS": ["hub/test_marks.py::test_many_rooms_are_told_in_parts"],
    "MAX_BLOCKED": ["chat/test_moderating.py::test_one_blocks_so_many_people"],
    "MAX_REASON_CHARS": ["chat/test_moderating.py::test_a_reason_has_so_many_characters"],
    "MAX_REPORT_CHARS": ["chat/test_moderating.py::test_a_reason_has_so_many_characters"],
    "MAX_SLOW_S": ["chat/test_moderating.py::test_slow_mode_goes_so_far"],
    "MAX_AUDIT_ENTRIES": ["hub/test_overview.py::test_long_lists_come_in_parts"],
    "MAX_INT": ["limits/test_wire.py::test_an_integer_is_one_that_every_reader_keeps"],
    "MAX_NAME_CHARS": ["limits/test_wire.py::test_a_name_has_so_many_characters"],
    "MAX_ROOM_CHARS": ["limits/test_wire.py::test_a_room_has_so_many_characters"],
    "MAX_COMBINING": ["limits/test_wire.py::test_so_many_marks_stand_on_one_letter"],
    "MAX_DEVICE_CHARS": ["chat/test_entry.py::test_what_a_hello_may_say"],
    "MAX_USES": ["chat/test_credentials.py::test_what_an_invitation_may_be"],
    "MAX_INVITATIONS": ["chat/test_credentials.py::test_only_so_many_invitations_are_open"],
    "MAX_INVITATION_S": ["chat/test_credentials.py::test_what_an_invitation_may_be"],
    "MAX_TOKEN_CHARS": ["limits/test_wire.py::test_a_token_has_so_many_characters"],
}
"""An id's 64 characters are a pattern: `test_wire.py::test_an_id_has_so_many_characters`."""


def test_every_setting_that_is_a_limit_has_its_tests() -> None:
    """A new setting names the tests just under and just over it, or is none that limits."""
    settings = set(Settings.__struct_fields__)
    assert settings == SETTINGS.keys() | NO_LIMITS
    assert not SETTINGS.keys() & NO_LIMITS


def test_every_limit_of_the_wire_has_its_tests() -> None:
    """So does a new limit of the protocol."""
    limits = {
        name
        for module in (fields, text, entry)
        for name in vars(module)
        if name.startswith(("MAX_", "PAGE_"))
    }
    assert limits == WIRE.keys()


@pytest.mark.parametrize("name", SETTINGS | WIRE)
def test_the_tests_of_a_limit_exist(name: str) -> None:
    """What the table names is there to be run."""
    named = (SETTINGS | WIRE)[name]
    assert named
    for test in named:
        file, _, function = test.partition("::")
        tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
        assert function in {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }


def test_every_limit_is_what_was_designed() -> None:
    """The defaults are the values of the design's table, and those that were chosen beside it."""
    defaults = msgspec.structs.asdict(Settings(data=Path()))
    for name in NO_LIMITS:
        del defaults[name]
    assert defaults == DESIGNED | CHOSEN
