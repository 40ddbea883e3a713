"""An export as one HTML page that needs nothing else: no script, no file, no network.

Whatever people wrote is escaped, and isolated so that it cannot turn its surroundings around.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from asynchat.chat.formats import moment
from asynchat.chat.sentences import sentence
from asynchat.messages import Said
from asynchat.text import displayed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from asynchat.chat.formats import Events
    from asynchat.messages import AnyEvent

_HEAD: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>asynchat: what was said</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0; padding-bottom: .3rem; border-bottom: 1px solid #8886; }
h3 { font-size: .85rem; font-weight: 600; margin: 1.5rem 0 .5rem; color: #777; }
p { margin: .35rem 0; overflow-wrap: anywhere; }
time { float: right; margin-left: 1rem; font-size: .8rem; color: #777; }
.text { white-space: pre-wrap; }
.notice { color: #777; font-style: italic; }
</style>
</head>
<body>
<h1>What was said</h1>
<p class="notice">Oldest first; times are UTC.</p>
"""

_FOOT: Final = "</body>\n</html>\n"


def html(events: Events, titles: Mapping[str, str]) -> Iterator[bytes]:
    """Yield a page with a section for each room that has something in it."""
    yield _HEAD.encode()
    for room, title in titles.items():
        day = ""
        for stored in events(room):
            if not day:
                yield f'<section>\n<h2 dir="auto">{_escaped(title)}</h2>\n'.encode(errors="replace")
            today = moment(stored.event.time).strftime("%Y-%m-%d")
            if today != day:
                day = today
                yield f"<h3>{day}</h3>\n".encode()
            yield _paragraph(stored.event).encode(errors="replace")
        if day:
            yield b"</section>\n"
    yield _FOOT.encode()


def _paragraph(event: AnyEvent) -> str:
    when = moment(event.time)
    clock = f'<time datetime="{when:%Y-%m-%dT%H:%M:%SZ}">{when:%H:%M}</time>'
    if not isinstance(event, Said) or event.redacted:
        what = _escaped(sentence(event))
        return f'<p class="notice" id="e{event.seq}">{clock}<bdi>{what}</bdi></p>\n'
    return (
        f'<p id="e{event.seq}">{clock}<b><bdi>{_escaped(event.sender)}</bdi></b>'
        f' <bdi class="text">{_escaped(event.text)}</bdi></p>\n'
    )


def _escaped(text: str) -> str:
    return escape(displayed(text))
