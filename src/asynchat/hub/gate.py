"""The gate: what is found out about passwords before a request is judged, and how often.

Nothing here changes an account: that is judged in `batches`, by what is found out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from asynchat.chat.asking import NO_PROOF, Proof
from asynchat.chat.budget import Budget
from asynchat.chat.drafts import GuessesDraft
from asynchat.chat.entry import WRONG
from asynchat.chat.guesses import GuessBook, place_of
from asynchat.errors import ChatError
from asynchat.hub.passwords import Passwords
from asynchat.messages import SetPassword, Unregister
from asynchat.text import name_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asynchat.chat.accounts import Account, Directory
    from asynchat.chat.guesses import Guesses
    from asynchat.config import Settings
    from asynchat.messages import Hello, Write

_NONE_YET: Final = "You have no password yet: register to make one."
_ONE_ALREADY: Final = "You have a password already: to change it, say that one, too."

_LONGEST_KEY_CHARS: Final = 64


class Gate:
    """What stands between a password and an account, for one hub.

    ``directory`` is kept up to date by the hub, ``store`` is called with the drafts of
    what is to be stored.
    ``now`` gives seconds of a clock that only goes forward, ``now_ms`` what the clock says.
    """

    def __init__(
        self,
        directory: Directory,
        guesses: Iterable[Guesses],
        settings: Settings,
        *,
        store: Callable[..., None],
        now: Callable[[], float],
        now_ms: Callable[[], int],
    ) -> None:
        self._directory = directory
        self._settings = settings
        self._store = store
        self._now = now
        self._now_ms = now_ms
        self._passwords = Passwords()
        self._registrations: dict[str, Budget] = {}
        self._book = GuessBook(guesses, **_waits(settings))

    def change(self, settings: Settings) -> None:
        """Go by other settings from now on; who registered lately begins anew."""
        self._settings = settings
        self._registrations.clear()
        self._book.change(**_waits(settings))

    async def prove_hello(self, hello: Hello, token_hash: bytes, address: str) -> Proof:
        """Find out about the password of a hello, where it matters.

        Raise `ChatError` ``bad_credentials``, ``bad_password`` or ``too_fast``.
        """
        known = self._directory.with_token(token_hash)
        if hello.password is None or self._directory.is_revoked(token_hash):
            return NO_PROOF
        if hello.register:
            if known is not None and known.password is not None:
                return NO_PROOF  # the same hello again
            self._take_registration(address)
            return Proof(made=await self._passwords.made(hello.password))
        if known is not None:
            return NO_PROOF
        account, key = self._called(hello.name)
        if await self._guess(account, key, hello.password, address) and account is not None:
            return Proof(account.id, account.password)
        raise ChatError("bad_credentials", WRONG)

    async def prove(self, request: Write, account: Account, address: str) -> Proof:
        """Find out about the passwords of a request.  Raise `ChatError`, and ``wrong_password``."""
        match request:
            case SetPassword(old=None, new=new) if account.password is None:
                return Proof(made=await self._passwords.made(new))
            case SetPassword() if account.password is None:
                raise ChatError("wrong_password", _NONE_YET)
            case SetPassword(old=None, new=new):
                return await self._prove_again(new, account, address)
            case SetPassword(old=str() as old, new=new):
                return await self._prove_change(old, new, account, address)
            case Unregister(password=given) if account.password is not None:
                if await self._guess(account, _key_of(account), given or "", address):
                    return Proof(account.id, account.password)
                raise ChatError("wrong_password")
            case _:
                return NO_PROOF

    def tidy(self) -> None:
        """Forget who registered long ago."""
        now = self._now()
        self._registrations = {
            place: budget
            for place, budget in self._registrations.items()
            if not budget.is_full(now)
        }

    def close(self) -> None:
        """End the threads."""
        self._passwords.close()

    async def _prove_again(self, new: str, account: Account, address: str) -> Proof:
        """Prove what may be a first password that was set before the connection was cut."""
        if await self._guess(account, _key_of(account), new, address):
            return Proof(account.id, account.password)
        raise ChatError("wrong_password", _ONE_ALREADY)

    async def _prove_change(self, old: str, new: str, account: Account, address: str) -> Proof:
        right = await self._guess(account, _key_of(account), old, address)
        if right:
            return Proof(account.id, account.password, await self._passwords.made(new))
        # It may be a request that was fulfilled before the connection was cut.
        if await self._passwords.fits(account.password, new):
            self._take_back(_key_of(account), address)
            return Proof(account.id, account.password)
        raise ChatError("wrong_password")

    async def _guess(self, account: Account | None, key: str, password: str, address: str) -> bool:
        """Tell whether this is the account's password.  Raise ``too_fast``.

        It counts as wrong until it is known to be right: who tries many at once has tried many.
        """
        now_ms = self._now_ms()
        wait_ms = self._book.wait_ms(address, key, now_ms)
        if wait_ms:
            wait_s = max(0.1, round(wait_ms / 1000, 1))
            raise ChatError(
                "too_fast",
                f"Wait {wait_s:g} s before you try a password again.",
                retry_after=wait_s,
            )
        self._store(*map(GuessesDraft, self._book.guess(address, key, now_ms)))
        try:
            right = await self._passwords.fits(
                None if account is None else account.password, password
            )
        except ChatError:
            self._take_back(key, address)  # nobody looked at it
            raise
        if right:
            self._take_back(key, address)
        return right

    def _take_back(self, key: str, address: str) -> None:
        self._store(*map(GuessesDraft, self._book.right(address, key)))

    def _called(self, name: str | None) -> tuple[Account | None, str]:
        """Return the account of a name, and what its guesses are counted by."""
        if name is None:
            return None, ""
        try:
            return self._directory.named(name), name_key(name)
        except ChatError:
            return None, name[:_LONGEST_KEY_CHARS].encode(errors="replace").decode()

    def _take_registration(self, address: str) -> None:
        settings = self._settings
        budget = self._registrations.setdefault(
            place_of(address),
            Budget(burst=settings.registration_burst, per_second=settings.registrations_per_s),
        )
        wait_s = budget.take(self._now())
        if wait_s:
            budget.give_back()
            raise ChatError(
                "too_fast",
                "Too many registered from your address; wait a while.",
                retry_after=round(wait_s, 1),
            )


class _Waits(TypedDict):
    """How long one has to wait after a wrong password."""

    first_ms: int
    longest_ms: int
    free: int


def _waits(settings: Settings) -> _Waits:
    return {
        "first_ms": round(settings.failed_login_delay_s * 1000),
        "longest_ms": round(settings.longest_login_delay_s * 1000),
        "free": settings.failed_logins_per_address,
    }


def _key_of(account: Account) -> str:
    return account.id if account.name is None else name_key(account.name)
