"""Random queries and issues for the tests of the match language."""

from hypothesis import strategies as st

from bridge.domain.query import AllOf, AnyOf, Has, Not, Pattern, Query

LETTERS = 'aAb* "\\()-:ßé'

pieces = st.text(LETTERS, max_size=3)
patterns = st.tuples(pieces, st.lists(pieces.filter(bool), max_size=2), pieces).map(
    lambda parts: Pattern((parts[0], *parts[1], parts[2]))
).filter(lambda pattern: pattern.pieces != ("",)) | pieces.filter(bool).map(
    lambda piece: Pattern((piece,))
)
names = st.sampled_from(["service", "team", "tag"])
terms = st.builds(Has, names, patterns)
queries = st.recursive(
    terms,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=4).map(lambda q: AllOf(tuple(q)))
        | st.lists(inner, min_size=2, max_size=4).map(lambda q: AnyOf(tuple(q)))
    ),
    max_leaves=12,
)

simple_patterns = st.sampled_from(
    [("a",), ("b",), ("ab",), ("a", ""), ("", "b"), ("", ""), ("a", "b"), ("A",)]
).map(Pattern)
simple_queries: st.SearchStrategy[Query] = st.recursive(
    st.builds(Has, names, simple_patterns),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=3).map(lambda q: AllOf(tuple(q)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda q: AnyOf(tuple(q)))
    ),
    max_leaves=5,
)
"""Queries over so few values that they meet."""

issues = st.dictionaries(
    names,
    st.lists(st.text("aAb:", min_size=1, max_size=3), min_size=1, max_size=3).map(
        tuple
    ),
)
