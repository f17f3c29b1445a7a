"""The settings of the home a verb works in, read when the verb runs: `vitrina --help` need not wait for pydantic."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.settings import Settings


def get_settings() -> "Settings":
    """Settings of VITRINA_HOME."""
    from foundation import settings

    return settings.get_settings()


def existing_home() -> "Settings":
    """Settings of a home that is there; raises UsageError: of a mistyped one nothing true can be said."""
    from cli.exits import UsageError

    found = get_settings()
    if not found.home.is_dir():
        raise UsageError(
            f"Рабочей папки {found.home} нет. Проверьте VITRINA_HOME; новую папку создаёт vitrina init, "
            "прежнюю возвращает vitrina restore ФАЙЛ."
        )
    return found
