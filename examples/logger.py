"""Write what is said to a file, one JSON object a line: python logger.py FILE [ADDRESS]."""

import asyncio
import sys
from pathlib import Path

import asynchat
from asynchat.messages import encode

ADDRESS = "asynchat://127.0.0.1:27742"


async def main(path: Path, address: str) -> None:
    """Log until stopped; what was said during a cut comes after it."""
    async with asynchat.connect(address, name="logger") as chat:
        with path.open("ab", buffering=0) as file:
            print("logging", flush=True)
            async for event in chat:
                file.write(encode(event))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *(sys.argv[2:] or [ADDRESS])))
