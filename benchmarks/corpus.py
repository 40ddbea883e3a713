"""What is said in the benchmarks: messages made from a seed, and a database full of them."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from asynchat.chat.accounts import Account, Device
from asynchat.chat.drafts import AccountDraft, Draft
from asynchat.messages import Created, Said
from asynchat.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from asynchat.chat.drafts import AnyDraft

SEED: Final = 20_261
MIX: Final = {
    "plain": 56,
    "Markdown": 14,
    "emoji": 10,
    "link": 8,
    "code": 6,
    "long": 6,
}
"""Of a hundred messages, how many are of which kind."""

PEOPLE: Final = tuple(
    "ada ben cleo dora emil finn gwen hugo iris jonas kaya liam mona nora otto pia".split()
)
_BEGAN_MS: Final = 1_767_225_600_000  # 1 January 2026
_STEP_MS: Final = 20_000
_BATCH: Final = 1_000
_VOCABULARY: Final = 5_000
_SYLLABLES: Final = (
    "ka re mi ton ver lo an di sel por gra ne tu ist mar en ol ba chi ra fen do wil us ste".split()
)
_EMOJI: Final = ("🎉", "👍🏽", "🚀", "😀", "❤️", "👨‍👩‍👧", "🇫🇷", "🔥")


class Corpus:
    """Messages without end, the same ones for the same seed: `MIX` of 5,000 words, as Zipf's law.

    Plain ones have 2 to 25 words, long ones 120 to 250; code has 3 to 12 lines.
    """

    def __init__(self, seed: int = SEED) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing secret
        self._words = [self._word() for _ in range(_VOCABULARY)]
        self._weights = list(accumulate(1 / rank for rank in range(1, _VOCABULARY + 1)))

    def text(self) -> str:
        """Return the next message."""
        draw = self._random
        (kind,) = draw.choices(list(MIX), list(MIX.values()))
        plain = self._sentence(draw.randint(2, 25))
        match kind:
            case "Markdown":
                return draw.choice(
                    (
                        f"**{self._sentence(2)}** {plain} `{self._sentence(1)}`",
                        f"> {self._sentence(8)}\n\n{plain} *{self._sentence(1)}*",
                        "\n".join(f"- {self._sentence(5)}" for _ in range(draw.randint(2, 5))),
                    )
                )
            case "emoji":
                return f"{plain} {draw.choice(_EMOJI)}{draw.choice(('', draw.choice(_EMOJI)))}"
            case "link":
                return f"{plain} https://example.org/{'/'.join(self._some(3))}?q={self._word()}"
            case "code":
                lines = "\n".join(
                    f"    {' = '.join(self._some(2))}({draw.randint(0, 999)})  # {self._word()}"
                    for _ in range(draw.randint(2, 11))
                )
                return f"```python\ndef {self._word()}():\n{lines}\n```"
            case "long":
                return self._sentence(draw.randint(120, 250))
            case _:
                return plain

    def said(self, room: str) -> Iterator[Said]:
        """Yield what is said in a room: now by one person, now by another, often twice in turn."""
        number, who = 0, 0
        while True:
            if self._random.random() > 0.4:  # noqa: PLR2004 - as chats have it
                who = self._random.randrange(len(PEOPLE))
            number += 1
            yield Said(
                seq=0,
                time=_BEGAN_MS + number * _STEP_MS,
                room=room,
                account=f"account-of-{PEOPLE[who]}",
                sender=PEOPLE[who],
                id=f"{room}-{number}",
                text=self.text(),
                reply_to=None,
            )

    def _some(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=self._weights, k=count)

    def _sentence(self, count: int) -> str:
        return " ".join(self._some(count))

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(1, 4)))


async def fill(directory: Path, rooms: Mapping[str, int], seed: int = SEED) -> None:
    """Make a database in which so many messages were said in each room."""
    corpus = Corpus(seed)
    async with SqliteStore(directory) as store:
        people: list[AnyDraft] = [AccountDraft(account(name)) for name in PEOPLE]
        await store.append(people)
        for room, count in rooms.items():
            creator = f"account-of-{PEOPLE[0]}"
            made = Created(
                seq=0,
                time=_BEGAN_MS,
                room=room,
                account=creator,
                sender=PEOPLE[0],
                id=f"{room}-0",
                topic="",
                private=False,
            )
            await store.append([Draft(made, asker=creator)])
            said = corpus.said(room)
            for done in range(0, count, _BATCH):
                drafts: list[AnyDraft] = [
                    Draft(next(said)) for _ in range(min(_BATCH, count - done))
                ]
                await store.append(drafts)
        while await store.index():  # or the server would, while we measure
            pass


def account(name: str) -> Account:
    """Return an account."""
    return Account(
        id=f"account-of-{name}",
        name=name,
        created_ms=_BEGAN_MS,
        devices=(Device("first", name.encode(), "", _BEGAN_MS),),
    )
