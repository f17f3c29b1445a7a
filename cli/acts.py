"""What a command has done goes into the journal of acts (docs/operator.md)."""

from typing import TYPE_CHECKING

from cli.exits import complain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foundation.settings import Settings
    from orchestration.audit.journal import Act


def journal(settings: "Settings", acts: "Iterable[Act]", by: str | None = None) -> None:
    """Add acts that are done. They stay done when the journal cannot be written: then that is said."""
    from foundation.system_errors import reason_in_words
    from orchestration.audit.journal import journal_path, record

    try:
        record(settings, acts, by)
    except OSError as error:
        said = f"{journal_path(settings)}: {reason_in_words(error)}"
        complain(f"Внимание: сделано, но в журнал действий не записано ({said}).")
