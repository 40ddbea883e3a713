"""The HTML page: whole, well-formed, and nothing that people wrote can act in it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from asynchat.chat.page import html
from asynchat.messages import Topic, encode
from asynchat.store.interface import Stored
from asynchat.text import clean_text, plain
from tests.chat.test_formats import event, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asynchat.messages import AnyEvent

VOID = {"meta"}


class Reader(HTMLParser):
    """Reads a page as a browser would: its elements, which must nest, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page.decode())
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.texts[-1:] = [self.texts[-1] + data] if self.texts else []


def page(*events: AnyEvent, titles: dict[str, str] | None = None) -> bytes:
    """Return the page of these events."""

    def read(room: str | None = None) -> Iterator[Stored]:
        return (Stored(one, encode(one)) for one in events if room in {None, one.room})

    return b"".join(html(read, titles or {"lobby": "#lobby", "den": "#den", "~d": "@ada"}))


def test_each_room_has_its_section_and_each_day_its_heading() -> None:
    """Rooms with nothing in them are left out."""
    day = 86_400_000
    reader = Reader(
        page(said("one"), said("two", room="~d"), said("three", time=day), said("four", time=day))
    )
    found = [
        text
        for (tag, _), text in zip(reader.elements, reader.texts, strict=True)
        if tag in {"h2", "h3"} or (tag == "bdi" and text.strip() != "ada")
    ]
    assert [text.strip() for text in found] == [
        *("#lobby", "1970-01-01", "one", "1970-01-02", "three", "four", "@ada", "1970-01-01", "two")
    ]


def test_it_needs_nothing_else() -> None:
    """No script, no link and no picture: it is the same on a computer without a network."""
    reader = Reader(page(said("https://example.org/"), event_topic("<b>")))
    assert {tag for tag, _ in reader.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "section"),
        *("p", "time", "b", "bdi"),
    }
    attributes = {name for _, attributes in reader.elements for name in attributes}
    assert not attributes & {"src", "href", "onclick", "style"}
    policies = [found.get("content") for _, found in reader.elements if "http-equiv" in found]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def event_topic(text: str) -> AnyEvent:
    """Return a change of topic."""
    topic: AnyEvent = event(Topic, text=text)
    return topic


MARKUP = st.text(st.sampled_from("<>&\"'/!-=;# abc\n\u202e\u2068\0\x1b\u20ac")) | st.text()


@given(MARKUP, MARKUP, MARKUP)
def test_whatever_was_written_is_only_text(text: str, sender: str, title: str) -> None:
    """The elements are those of any page, and what is shown is what was written, made plain."""
    titles = {"lobby": title}
    reader = Reader(page(said(text, sender=sender), titles=titles))
    expected = Reader(page(said("x", sender="y"), titles={"lobby": "z"}))
    assert reader.elements == expected.elements
    shown = "".join(reader.texts)
    for written in (text, sender, title):
        assert plain(clean_text(written)).strip() in shown
    assert "\u202e" not in shown
