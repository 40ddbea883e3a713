"""Make the two files that notifications need: their icon and their sound.

``python tools/message_files.py`` writes them beside the window's look.  Both are drawn and
computed here; nothing is taken from elsewhere.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path
from typing import Final

from asynchat.window.look.icon_image import drawn_icon

FOLDER: Final = Path(__file__).parents[1] / "src" / "asynchat" / "window" / "look"
_RATE: Final = 16_000
_SECONDS: Final = 0.3
_TONES: Final = ((0.0, 880.0), (0.09, 1174.7))
"""When each begins, in seconds, and its frequency in Hz."""


def samples() -> bytes:
    """Return two soft tones, one after the other, as 16-bit samples."""
    made = []
    for number in range(round(_RATE * _SECONDS)):
        now = number / _RATE
        level = 0.0
        for begin, frequency in _TONES:
            since = now - begin
            if since >= 0:
                attack = min(1.0, since / 0.005)
                level += attack * math.exp(-since * 16) * math.sin(math.tau * frequency * since)
        fade = min(1.0, (_SECONDS - now) / 0.02)
        made.append(round(9_000 * level * fade))
    return struct.pack(f"<{len(made)}h", *made)


def main() -> None:
    """Write both files."""
    drawn_icon(128).save(FOLDER / "asynchat.png", "PNG", optimize=True)
    with wave.open(str(FOLDER / "message.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples())


if __name__ == "__main__":
    main()
