"""In which order the rows of a pack are written: what others refer to comes first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from difflib import SequenceMatcher
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def loading_order(links: Mapping[Key, Iterable[Key]]) -> tuple[list[Key], set[Key]]:
    """Return the keys so that a key follows all it links to, and those whose links
    are not all in place by then, because the links run in a circle.

    `links` keeps its order where nothing else decides; links to keys that are not in
    it, or to the key itself, do not count for the order.
    >>> loading_order({"a": ["b"], "b": [], "c": ["c"]})
    (['b', 'a', 'c'], {'c'})
    >>> loading_order({"a": ["b"], "b": ["a"]})
    (['b', 'a'], {'b'})
    """
    order: list[Key] = []
    early: set[Key] = set()
    state: dict[Key, str] = {}
    for first in links:
        if first in state:
            continue
        state[first] = "open"
        stack = [(first, iter(links[first]))]
        while stack:
            key, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                state[key] = "done"
                order.append(key)
            elif state.get(target) == "open":
                early.add(key)
            elif target in links and target not in state:
                state[target] = "open"
                stack.append((target, iter(links[target])))
    return order, early


def keep_in_order(
    old: list[str], new: list[str], sorted_by_value: bool = False
) -> list[int | None]:
    """Return for each of `new` the place in `old` of the line that becomes it, None
    for a line of its own.

    Equal lines stay, changed ones are paired where they stand. Lines are kept in the
    order they were made in, so after a new line no old one follows, unless a value of
    theirs sorts them.
    >>> keep_in_order(["a", "b"], ["a", "c"])
    [0, 1]
    >>> keep_in_order(["a", "b"], ["x", "a", "b"])
    [None, None, None]
    >>> keep_in_order(["a", "b"], ["x", "a", "b"], sorted_by_value=True)
    [None, 0, 1]
    """
    result: list[int | None] = [None] * len(new)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for __, a1, a2, b1, b2 in matcher.get_opcodes():
        for offset in range(min(a2 - a1, b2 - b1)):
            result[b1 + offset] = a1 + offset
    if not sorted_by_value and None in result:
        first = result.index(None)
        result[first:] = [None] * (len(result) - first)
    return result
