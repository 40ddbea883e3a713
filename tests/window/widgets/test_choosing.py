"""Choosing a message by the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asynchat.window.presenters.transcript import Block, BlockSplice

if TYPE_CHECKING:
    from collections.abc import Callable

    from asynchat.window.widgets.transcript import Transcript


pytestmark = pytest.mark.window


async def test_a_message_is_chosen_by_the_keys(
    transcript: Transcript, block: Callable[..., Block]
) -> None:
    """It is the lowest first, goes up and down past what nobody said, and stays when lines come."""
    notice = block("ben joined", kind="notice", head=False)
    blocks = (block("message 0", seq=0), block("message 1", seq=1))
    transcript.splice([BlockSplice(0, 0, (blocks[0], notice, blocks[1]))])
    assert not transcript.unchoose()
    assert not transcript.open_chosen_menu()
    transcript.choose(-1)
    assert transcript.chosen == blocks[1]
    transcript.choose(-1)
    assert transcript.chosen == blocks[0]
    transcript.choose(-1)
    assert transcript.chosen == blocks[0]
    transcript.splice([BlockSplice(0, 0, (block("older", seq=0),))])
    assert transcript.chosen == blocks[0]
    assert transcript.text.tag_ranges("chosen")
    transcript.choose(1)
    transcript.choose(1)
    assert not transcript.unchoose()
    transcript.choose(-1)
    transcript.splice([BlockSplice(3, 1, ())])
    assert not transcript.unchoose()
    assert not transcript.text.tag_ranges("chosen")
