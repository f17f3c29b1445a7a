"""A refresh in which something happens at a call of one function of the product: a moment no watcher would hit.

    python -m benchmarks.faults.meddling MODULE FUNCTION before|after COMMAND…

The shell command is run at the first call; then `vitrina refresh` goes on.
"""

import importlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any


def meddle(module: str, function: str, when: str, command: str) -> None:
    """Put the command before or after the first call of a function."""
    owner: Any = importlib.import_module(module)
    *path, last = function.split(".")
    for part in path:
        owner = getattr(owner, part)
    original: Callable[..., Any] = getattr(owner, last)
    left = [command]

    def meddled(*arguments: Any, **named: Any) -> Any:
        is_first = bool(left)
        if is_first and when == "before":
            subprocess.run(["sh", "-c", left.pop()], check=True)
        result = original(*arguments, **named)
        if is_first and when == "after":
            subprocess.run(["sh", "-c", left.pop()], check=True)
        return result

    setattr(owner, last, meddled)


def main() -> None:
    """Refresh, meddled with."""
    meddle(*sys.argv[1:5])
    sys.argv = ["vitrina", "refresh"]
    from cli.main import run  # noqa: PLC0415 - what is meddled with has to be imported first

    run()


if __name__ == "__main__":
    main()
