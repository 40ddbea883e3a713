"""A server that means harm: whatever it may say for people to read is hostile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.hostile.texts import HOSTILE
from tests.link.scripts import Frame, frame, welcome

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Mapping

THE_END = "THE END"
"""What is said last: once that is shown, all of it was."""

SENTENCE = " ".join(text[:60] for text in HOSTILE.values())
"""All of them in one."""


class Liar:
    """Serve with `serve`; every text of ``texts`` is a message, a name, a topic, and so on.

    ``asked`` are the types of the requests that came.
    """

    def __init__(self, texts: Mapping[str, str] = HOSTILE) -> None:
        self.asked: list[str] = []
        # So that all of them fit into one frame; whole ones are said.
        self._texts = [text[:120] for text in texts.values()]
        self._whole = list(texts.values())
        self._seq = 100

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer all that is asked, with lies."""
        while line := await reader.readline():
            request = json.loads(line)
            self.asked.append(request["type"])
            writer.write(b"".join(self._answers(request)))
            if request["type"] == "bye":
                return

    def _answers(self, request: Frame) -> Iterator[bytes]:
        re, room = request.get("id"), request.get("room") or "lobby"
        if request["type"] in {"typing", "pong", "mark"}:
            return
        match request["type"]:
            case "hello":
                yield welcome(notice=SENTENCE, rooms=self._rooms(), features=self._texts)
                yield frame("upto", cursor="c0", live=True)
                yield from self._live()
            case "ping":
                yield frame("pong", re=re)
            case "who":
                yield frame("people", re=re, people=self._people(), more=False, room=room)
            case "unread":
                yield frame("unread", re=re, rooms=[], more=False, counted=0)
            case "rooms":
                yield frame("rooms", re=re, rooms=self._rooms(), more=False)
            case "search":
                yield frame("found", re=re, events=self._said("lobby", "found"))
            case "history" | "join":
                # Of another seq each time, as if it were another one.
                events = self._said(room, "page") if not request.get("before") else []
                people = self._people()[:3]
                yield frame(
                    "page", re=re, room=room, events=events, later=[], more=False, people=people
                )
            case "bye":
                yield frame("goodbye", reason=SENTENCE)
            case _:
                yield frame("error", re=re, code=SENTENCE, text=f"no{SENTENCE}", suggestion="\x1bc")

    def _live(self) -> Iterator[bytes]:
        yield frame("error", re=None, code="damaged", text=SENTENCE)
        yield frame("error", re=None, code=SENTENCE, text=SENTENCE)
        for number, (text, whole) in enumerate(zip(self._texts, self._whole, strict=True)):
            account = f"p{number}"
            yield frame("presence", room="lobby", people=[self._person(number, text)], online=2)
            yield frame("typing", room="lobby", account=account, name=text)
            said = self._event("said", "lobby", text, text=whole, reply_to=None)
            yield frame(**said)
            yield frame(**self._event("topic", "lobby", text, text=text))
            yield frame(**self._event("joined", "lobby", text, by="p0", by_name=text))
            yield frame(**self._event("left", "lobby", text, reason=text, by="p0", by_name=text))
            later: dict[str, Frame] = {
                "edited": {"text": f"{text} again"},
                "reacted": {"emoji": text[:32], "on": True},
                "pinned": {"on": True},
            }
            for kind, fields in later.items():
                yield frame(**self._event(kind, "lobby", text, about=said["seq"], **fields))
        yield frame(**self._event("said", "lobby", "x", text=THE_END, reply_to=None))
        # Numbers that no file has room for, and no calendar; after such a seq nothing is new.
        odd = self._event("said", "lobby", "x", text="odd", reply_to=2**80)
        yield frame(**{**odd, "seq": 2**70, "time": 10**30})
        yield frame("presence", room="lobby", people=[self._person(0, "x")], online=-5)

    def _rooms(self) -> list[Frame]:
        lobby = {"name": "lobby", "topic": SENTENCE, "members": 1, "head": 0}
        return [
            lobby,
            *({"name": text, "topic": text, "members": -1, "head": 2**60} for text in self._texts),
            *(
                {
                    "name": f"~{number}",
                    "topic": "",
                    "members": 2,
                    "head": 0,
                    "direct": True,
                    "private": True,
                    "people": [
                        {"account": "u1", "name": "ada"},
                        {"account": f"p{number}", "name": text, "was": text},
                    ],
                }
                for number, text in enumerate(self._texts)
            ),
        ]

    def _people(self) -> list[Frame]:
        return [self._person(number, text) for number, text in enumerate(self._texts)]

    def _person(self, number: int, text: str) -> Frame:
        return {
            "account": f"p{number}",
            "name": text,
            "was": text,
            "state": "online" if number % 2 else text,
            "role": text,
            "since": 10**18,
            "reason": "renamed" if number % 3 else "lost",
            "display": text,
            "status": text,
            "zone": text,
            "picture": text,
        }

    def _said(self, room: str, word: str) -> list[Frame]:
        events = [
            {**self._event("said", room, text, text=f"{word} {text}", reply_to=None), "seq": seq}
            for seq, text in enumerate(self._texts, 1)
        ]
        return [{"type": event.pop("kind"), **event} for event in events]

    def _event(self, kind: str, room: str, sender: str, **fields: Any) -> Frame:
        self._seq += 1
        return {
            "kind": kind,
            "seq": self._seq,
            "time": 0,
            "room": room,
            "account": "p1",
            "sender": sender,
            "id": None,
            **fields,
        }
