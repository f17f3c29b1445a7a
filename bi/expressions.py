"""What an expression of bi/ speaks of, read from DuckDB's own parse of it: columns, constants, functions."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

Node = dict[str, Any]
EQUALITIES = frozenset({"COMPARE_EQUAL", "COMPARE_IN"})


class ExpressionError(ValueError):
    """DuckDB cannot parse the text."""


def columns(text: str) -> frozenset[str]:
    """Names of the columns it reads."""
    return frozenset(_column(node) for node in _nodes(_parsed(text)) if node.get("class") == "COLUMN_REF")


def functions(text: str) -> frozenset[str]:
    """Functions and operators it calls: sum, count, /."""
    return frozenset(node["function_name"].lower() for node in _nodes(_parsed(text)) if node.get("class") == "FUNCTION")


def compared(text: str, column: str) -> frozenset[str]:
    """Constants, as text, that it holds a column equal to, anywhere: also in FILTER and in CASE."""
    comparisons = (node for node in _nodes(_parsed(text)) if str(node.get("type")) in EQUALITIES)
    return frozenset(value for node in comparisons if column in _own_columns(node) for value in _own_constants(node))


def pinned(condition: str, column: str) -> bool:
    """True when every row of the condition has one and the same value in the column."""
    return any(
        str(node.get("type")) in EQUALITIES and _own_columns(node) == [column] and len(_own_constants(node)) == 1
        for node in _conjuncts(_parsed(condition))
    )


@cache
def _parsed(text: str) -> Node:
    with duckdb.connect() as connection:
        found = connection.execute("select json_serialize_sql(?::varchar)", [f"select ({text}\n)"]).fetchone()
    assert found is not None
    answer: Node = json.loads(found[0])
    if answer["error"] or len(answer["statements"]) != 1:
        raise ExpressionError(f"{text}: {answer.get('error_message', 'more than one statement')}")
    (expression,) = answer["statements"][0]["node"]["select_list"]
    return dict(expression)


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _conjuncts(node: Node) -> Iterator[Node]:
    if node.get("type") == "CONJUNCTION_AND":
        for inner in node["children"]:
            yield from _conjuncts(inner)
    else:
        yield node


def _column(node: Node) -> str:
    return str(node["column_names"][-1])


def _sides(node: Node) -> list[Node]:
    return [node[side] for side in ("left", "right") if side in node] or list(node.get("children", []))


def _own_columns(node: Node) -> list[str]:
    return [_column(side) for side in _sides(node) if side.get("class") == "COLUMN_REF"]


def _own_constants(node: Node) -> list[str]:
    return [str(side["value"].get("value")) for side in _sides(node) if side.get("class") == "CONSTANT"]
