"""What somebody who means harm may say, and how to tell whether it got through."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from asynchat.text import MAX_COMBINING

ESC, CSI = "\x1b", "\x9b"
ODD: Final = "77;77"
"""Parameters that no screen of ours sends: a sequence with these is somebody else's."""

FORGED: Final = "99:99 root: forged"
"""How a line begins that nobody but an attacker writes."""

HOSTILE: Final[dict[str, str]] = {
    "moves the cursor": f"a{ESC}[{ODD}Hb",
    "clears the screen": f"a{ESC}[2J{ESC}[3J{ESC}[{ODD}mb",
    "sets the title": f"{ESC}]0;taken\x07x{ESC}]2;taken{ESC}\\",
    "writes the clipboard": f"{ESC}]52;c;dGFrZW4=\x07x",
    "is a hyperlink": f"{ESC}]8;;file:///etc/passwd{ESC}\\click{ESC}]8;;{ESC}\\",
    "asks the terminal to answer": f"x\x05{ESC}[c{ESC}P$qp{ESC}\\{ESC}_Gi=1{ESC}\\{ESC}^x{ESC}\\",
    "is in C1": f"x{CSI}{ODD}H\x9d0;taken\x9c\x90q\x9c\x98x\x9c\x85{FORGED}",
    "rings and shifts": "x\x07\x0e\x0f\x08\x08\x08y\x7f",
    "goes back to the start": f"yes\r{FORGED}",
    "begins a line": f"yes\n{FORGED}",
    "begins a line otherwise": f"a\v{FORGED}\f{FORGED}\x1c{FORGED}\u2028{FORGED}\u2029{FORGED}",
    "hides C1 in an address": f"<http://example.org/%C2%9B{ODD}H%1B%5B{ODD}H>",
    "hides a line in an address": f"<http://example.org/%0A{FORGED.replace(' ', '%20')}>",
    "hides in entities": f'[x](http://example.org "&#x202e;&#x9b;{ODD}H&NewLine;{FORGED}")',
    "is in a fence": f"```\x1b[{ODD}H\ncode{CSI}{ODD}H\x0c\n```",
    "is a command of Tcl": "[exec touch taken] [exit] ; exit \n exit",
    "is a variable of Tcl": "$env(HOME) ${tcl_version} $argv0 $::errorInfo",
    "is half of Tcl": '} { ] [ \\ " \\} \\{ {*}[exit] "; exit; "',
    "is for a binding of Tk": "%W %A %% %s %K #0 @0,0 end.first sel.last b0 -text -command",
    "is for a format": "%s %n %(x)s {0} {x!r} {0.__class__} ${HOME} $(id) `id` ; id | id > taken",
    "is HTML": "<b>x</b> &amp; <img src=x onerror=alert(1)> </bdi></p><script>alert(1)</script>",
    "turns its surroundings": "\u202egnp.exe\u202c \u2067x \u2066y \u2068z \u200fa\u200eb\u061cc",
    "does not show": "a\u200bb\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f",
    "climbs": "a" + "\u0301\u20dd\u0489" * 1_000,
    "climbs through markup": "a" + "**" + ("\u0301" * 8 + "** **" + "\u0301" * 8 + "**") * 40,
    "climbs through marks": "a" + ("\u0301" * 8 + "**") * 40,
    "climbs through code": "a" + ("\u0301" * 8 + "`" + "\u0301" * 8 + "`") * 40,
    "ends a string": "a\x00b\x00",
    "is beyond the first plane": "😀👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪𝕬𐍈\U000e0041\U0010ffff\ufffe\ufdd0",
    "is one long word": "x" * 3_900,
    "is long and wide": "漢" * 3_900,
    "is many marks of Markdown": "*_~`[](<" * 400,
    "is from right to left": "שלום عليكم 123",
}
"""What each does, and the text.  A server of ours takes all of them as a message."""

_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ACTING: Final = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}\u2028\u2029\ud800-\udfff]")
_ACTING_IN_A_LINE: Final = re.compile(f"[\n\t]|{_ACTING.pattern}")
# What prompt_toolkit sends: sequences with small parameters, and two modes of the keypad.
_OWN: Final = re.compile(rf"\x1b(?!\[{ODD})\[[0-9;?]*[A-HJKSTXfhlmnsu]|\x1b[=>78]")


def acting(text: str, *, lines: bool = False) -> list[str]:
    """Return what would act where a text is shown; newlines and tabs may be in ``lines``."""
    found = (_ACTING if lines else _ACTING_IN_A_LINE).findall(text)
    return [*found, *climbing(text)]


def climbing(text: str) -> list[str]:
    """Return the runs of marks that are too long, whatever invisible stands between."""
    runs, run = [], ""
    for char in f"{text} ":
        category = unicodedata.category(char)
        if category in {"Mn", "Me"}:
            run += char
        elif category != "Cf":
            if len(run) > MAX_COMBINING:
                runs.append(run)
            run = ""
    return runs


def acting_on_a_terminal(raw: str) -> list[str]:
    """Return what a terminal was sent that is no sequence of prompt_toolkit's."""
    # It goes one column back by a backspace.
    rest = _OWN.sub("", raw).replace("\b", "")
    found = [repr(rest[at.start() : at.start() + 12]) for at in re.finditer("\x1b", rest)]
    found += _ACTING.findall(rest.replace("\r", "").replace("\x1b", ""))
    return [*found, *(line for line in rest.splitlines() if line.startswith(FORGED[:5]))]
