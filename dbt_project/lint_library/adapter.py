"""What sqlfluff sees as dbt's `adapter`: each dispatched macro as a plain function call. Used by the linter only."""

from collections.abc import Callable


def dispatch(name: str, _package: str) -> Callable[..., str]:
    def call(*arguments: object) -> str:
        return f"{name}({', '.join(map(str, arguments))})"

    return call


def quote(name: str) -> str:
    return f'"{name}"'
