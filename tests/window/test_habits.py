"""What hands know from other chat programs, and the test that holds each of these habits."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

HABITS = {
    "Enter sends, Shift+Enter breaks the line": (
        "window/widgets/test_composer.py::test_enter_sends_and_shift_enter_does_not",
    ),
    "Ctrl+K jumps": (
        "window/test_chat_commands.py::test_ctrl_k_jumps_to_a_room_a_person_and_a_command",
        "e2e/test_frame.py::test_rooms_are_a_key_away",
    ),
    "Up in an empty composer edits the last message": (
        "window/test_composing.py::test_up_edits_the_last_message",
    ),
    "Tab completes names, with a colon where the line begins, and emoji": (
        "window/widgets/test_composer.py::test_tab_completes_people",
        "window/presenters/test_completion.py::test_tab_completes_names",
        "window/widgets/test_composer.py::test_a_list_offers_emoji_while_one_types",
    ),
    "Alt with arrows changes room, with Shift to the next unread, Ctrl with digits": (
        "window/test_chat_commands.py::test_keys_go_from_room_to_room",
    ),
    "Esc marks read": ("window/test_chat_commands.py::test_escape_marks_the_room_as_read",),
    "Ctrl+F searches": (
        "window/test_searching.py::test_what_was_said_is_found_and_gone_to",
        "window/test_searching.py::test_operators_people_and_rooms_are_completed",
    ),
    "Ctrl with plus, minus and zero zooms": ("window/test_app.py::test_zoom",),
    "Page Up scrolls from the composer": (
        "window/widgets/test_composer.py::test_other_keys_go_elsewhere",
    ),
    "A NEW line": (
        "window/test_room_view.py::test_what_is_new_is_on_view",
        "window/test_chat_window.py::test_what_came_while_the_window_was_away_begins_with_a_line",
    ),
    "A message is marked unread": (
        "window/test_message_commands.py::test_a_message_is_marked_unread",
    ),
    "Bold rooms with counts": (
        "window/presenters/test_sidebar.py::test_unread_rooms_are_bold_with_a_count",
    ),
    "The count in the title": ("window/test_app.py::test_the_title_counts_what_is_unread",),
    "The right button has everything that can be done to a message": (
        "window/widgets/test_transcript.py::test_a_menu_offers_what_can_be_done",
        "window/presenters/test_message_menu.py::test_one_s_own_can_be_edited_and_deleted",
    ),
    "Every action by keyboard": (
        "window/test_keys.py::test_every_key_of_the_table_is_heard",
        "window/test_chat_commands.py::test_every_command_can_be_done",
        "window/widgets/test_choosing.py::test_a_message_is_chosen_by_the_keys",
    ),
    "Who scrolled up is not moved": (
        "window/widgets/test_transcript.py::test_who_scrolled_up_is_not_moved",
    ),
    "Typing while the messages have the focus goes to the composer": (
        "window/widgets/test_transcript.py::test_keys_typed_here_go_to_the_composer",
    ),
    "A mention is told by the desktop, with a sound": (
        "window/test_notifying.py::test_a_mention_in_another_room_is_told_and_a_click_goes_there",
        "e2e/test_notifications.py::test_the_desktop_tells_of_a_mention_and_a_click_leads_there",
        "window/test_sound.py::test_the_first_player_there_is_plays_it",
    ),
    "Links open by a click, those of the web alone": (
        "window/widgets/test_transcript.py::test_a_link_is_opened_by_a_click",
        "window/test_links.py::test_only_the_web_opens",
    ),
    "All of these by a person's own keys": ("e2e/test_habits.py::test_hands_know_what_to_do",),
}


def names_in(path: Path) -> set[str]:
    """Return the names of a file's tests."""
    return {
        node.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize("habit", HABITS)
def test_every_habit_is_held_by_a_test(habit: str) -> None:
    """Each has at least one test, and that is there."""
    assert HABITS[habit]
    for node in HABITS[habit]:
        file, _, name = node.partition("::")
        assert name in names_in(TESTS / file), node
