"""Moments as people read them: one time zone, the command's (VITRINA_TIMEZONE), and its name on every page.

The warehouse keeps UTC. Left to the browser, each reader would see another time, and none would be the command's.
"""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from foundation.settings import get_settings

LOCAL = re.compile(r"\bLOCAL\((\w+|MAX\(\w+\))\)")
ZONE = "ZONE_IN_WORDS"
MOSCOW = "Europe/Moscow"


def local(moment: str) -> str:
    """SQL of a moment of the warehouse in the region's time."""
    return f"(({moment} AT TIME ZONE 'UTC') AT TIME ZONE '{get_settings().timezone}')"


def zone_in_words() -> str:
    """«московское время» or «UTC+7»: today's offset of the region's zone."""
    name = get_settings().timezone
    if name == MOSCOW:
        return "московское время"
    offset = datetime.now(UTC).astimezone(ZoneInfo(name)).utcoffset()
    assert offset is not None
    hours, minutes = divmod(int(offset.total_seconds()) // 60, 60)
    return f"время UTC{hours:+d}" + (f":{minutes:02d}" if minutes else "")


def in_local_time(expression: str) -> str:
    """An expression of bi/ with LOCAL(column) and ZONE_IN_WORDS put into SQL."""
    return LOCAL.sub(lambda match: local(match[1]), expression).replace(ZONE, zone_in_words())
