"""Messages for the tests: one of any kind, and every kind there is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from hypothesis import strategies as st
from msgspec import Struct, inspect

from asynchat.messages import AnyEvent, Message, Request, ServerFrame

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

REQUESTS: tuple[type[Message], ...] = get_args(Request)
EVENTS: tuple[type[Message], ...] = get_args(AnyEvent)
SERVER_FRAMES: tuple[type[Message], ...] = get_args(ServerFrame)


def parts_of(kinds: tuple[type[Message], ...]) -> set[type[Struct]]:
    """Return what has no type of its own and stands inside messages of these kinds."""
    found: set[type[Struct]] = set()

    def look(kind: inspect.Type) -> None:
        match kind:
            case inspect.StructType(cls=cls, fields=fields):
                if kind.tag_field is None:
                    found.add(cls)
                for field in fields:
                    look(field.type)
            case inspect.VarTupleType(item_type=item):
                look(item)
            case inspect.UnionType(types=types):
                for one in types:
                    look(one)

    for kind in kinds:
        look(inspect.type_info(kind))
    return found


@cache
def any_of(kind: type[Message]) -> SearchStrategy[Message]:
    """Return the strategy of all messages of a kind that its fields' types allow.

    It is made once: what a pattern allows takes far longer to find than to draw from.
    """
    return _any_of(inspect.type_info(kind))


_PLAIN: dict[type[inspect.Type], SearchStrategy[Any]] = {
    inspect.FloatType: st.floats(allow_nan=False, allow_infinity=False),
    inspect.BoolType: st.booleans(),
    inspect.NoneType: st.none(),
}


def _any_of(kind: inspect.Type) -> SearchStrategy[Any]:
    match kind:
        case inspect.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: _any_of(field.type) for field in fields})
        case inspect.UnionType(types=types):
            return st.one_of(*map(_any_of, types))
        case inspect.VarTupleType(item_type=item):
            return st.lists(_any_of(item), max_size=3).map(tuple)
        case inspect.StrType(pattern=None):
            return st.text(max_size=20)
        case inspect.StrType(pattern=pattern):
            return st.from_regex(str(pattern))
        case inspect.IntType(ge=None):
            return st.integers(-(2**63), 2**63 - 1)
        case inspect.IntType(ge=least, le=most):
            return st.integers(least, most)
    return _PLAIN[type(kind)]
