"""A bot that says again what it is told: python echo_bot.py [ADDRESS].

It answers what begins with its name, as in "echo: hello".
"""

import asyncio
import sys

import asynchat

ADDRESS = "asynchat://127.0.0.1:27742"


async def main(address: str) -> None:
    """Answer until the server sends us away."""
    async with asynchat.connect(address, name="echo") as chat:
        print("listening", flush=True)
        async for event in chat:
            if isinstance(event, asynchat.Said) and event.account != chat.account:
                name, colon, text = event.text.partition(":")
                if colon and name == chat.name and text.strip():
                    await chat.send(event.room, f"{event.sender}: {text.strip()}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ADDRESS))
