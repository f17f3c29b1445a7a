"""The settings of the home a verb works in, read when the verb runs: `vitrina --help` need not wait for pydantic."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.settings import Settings


def get_settings() -> "Settings":
    """Settings of VITRINA_HOME."""
    from foundation import settings

    return settings.get_settings()
