"""Where things lie and how they are configured: environment variables with the prefix VITRINA_."""

import os
import re
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from foundation.day import local_day

MINIMAL_SECRET_LENGTH = 32
MEMORY = r"^(\d+(?:\.\d+)?) ?([KMGT])(i?)B$"
"""How an amount of memory is written, DuckDB's way: «2GB», «1GiB»."""
STORAGE_VERSION = "v1.0.0"
"""What DuckDB 1.5 writes, and Superset's driver reads; left to itself, DuckDB 2 writes files that 1.5 cannot open."""


class SecretTooShortError(ValueError):
    """The configured secret has fewer characters than a keyed hash of a small number space needs."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:  # a ValueError is one already
        raise ValueError("нет такого часового пояса") from error
    return name


class Settings(BaseSettings):
    """Paths under VITRINA_HOME (design.md section 6) and the few values an administrator sets."""

    model_config = SettingsConfigDict(env_prefix="VITRINA_", extra="ignore")

    home: Path = Path("var")
    timezone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Moscow"
    refresh_cron: str = "0 2 * * *"
    landing_settle_seconds: float = 2.0
    """A landing file whose size or time changed within this many seconds is still being written."""
    build_date: date | None = None
    """The day that counts as today in the marts; for building again what was built on another day."""
    memory_limit: str = Field(default="2GB", pattern=MEMORY)
    """What DuckDB may hold in memory while a release is built; beyond it, it works on disk."""
    file_memory: str = Field(default="2GB", pattern=MEMORY)
    """What reading one file may take; a file that takes more is set aside, the others go on."""
    file_seconds: float = Field(default=600, gt=0)
    """How long reading one file may take."""

    dagster_behind_login: bool = False
    """A proxy with TLS and a login stands before Dagster's interface, and nobody else reaches it."""
    dagster_socket: Path | None = None
    """A Unix socket (0660) for Dagster's interface in place of a port: its account and group alone reach it."""

    query_seconds: float = Field(default=300, gt=0)
    """How long one query to a release may take (`vitrina query`); the dashboards have a limit of their own."""
    query_memory: str = Field(default="1GB", pattern=MEMORY)
    """What one query to a release may hold in memory; beyond it, it works on disk."""
    query_disk: str = Field(default="5GB", pattern=MEMORY)
    """What one query to a release may write to disk meanwhile."""
    query_threads: int = Field(default=1, ge=1)
    """How many processors one query to a release may take: a question of milliseconds is slower when it is split."""

    @property
    def file_memory_bytes(self) -> int:
        number, letter, binary = _memory_parts(self.file_memory)
        return int(float(number) * (1024 if binary else 1000) ** ("KMGT".index(letter) + 1))

    @property
    def file_memory_in_words(self) -> str:
        """«1 ГиБ»: the bound as it was set, for people."""
        number, letter, binary = _memory_parts(self.file_memory)
        return f"{number.replace('.', ',')} {dict(zip('KMGT', 'КМГТ', strict=True))[letter]}{'и' if binary else ''}Б"

    @property
    def duckdb_config(self) -> dict[str, str | bool | int | float | list[str]]:
        """How the build file is opened: by every process alike."""
        return {"memory_limit": self.memory_limit, "storage_compatibility_version": STORAGE_VERSION}

    @property
    def temporary(self) -> Path:
        """What queries write while they run: never beside the release they read."""
        return self.home / ".temporary"

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def releases(self) -> Path:
        return self.home / "releases"

    @property
    def current(self) -> Path:
        return self.home / "current"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def secret_file(self) -> Path:
        return self.home / "secret"

    @property
    def build_file(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def checkpoint(self) -> Path:
        """The last good copy of the build file, and what came since: what a damaged build is restored from."""
        return self.home / "checkpoint"

    def day_of_build(self) -> date:
        """`build_date` when it is set, else today in the time zone of the region."""
        return self.build_date or local_day(datetime.now(UTC), self.timezone)

    def secret(self) -> str | None:
        """The key of person_key: VITRINA_SECRET, else the file VITRINA_HOME/secret, else None.

        Raises SecretTooShortError when what is configured is shorter than 32 characters
        (contracts.md, settled question 1).
        """
        value = os.environ.get("VITRINA_SECRET")
        if value is None and self.secret_file.is_file():
            value = self.secret_file.read_text(encoding="utf-8").strip()
        if value is None:
            return None
        if len(value) < MINIMAL_SECRET_LENGTH:
            raise SecretTooShortError(f"секрет короче {MINIMAL_SECRET_LENGTH} символов")
        return value


def _memory_parts(text: str) -> tuple[str, str, str]:
    match = re.match(MEMORY, text)
    assert match is not None
    number, letter, binary = match.groups()
    return number, letter, binary


REGIONAL_FOLDERS = ("header_maps", "passports", "catalogues")
"""Where a region adds metadata of its own, under VITRINA_HOME."""
P = ParamSpec("P")
T = TypeVar("T")


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, with an absolute home."""
    settings = Settings()
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})


def regional_home() -> Path:
    """Where the region's own metadata lies: the home of this process, which VITRINA_HOME names."""
    return get_settings().home


def regional_files(home: Path) -> list[Path]:
    """Every file of the region's own metadata: a change of one may change published figures."""
    return sorted(path for folder in REGIONAL_FOLDERS for path in (home / folder).glob("*.*") if path.is_file())


def per_home(read: Callable[P, T]) -> Callable[P, T]:
    """Remember what a reader of metadata found, each home's own: its files are read once in a process."""
    of_any: Callable[..., T] = read

    @lru_cache
    def kept(_: Path, *arguments: Hashable) -> T:
        return of_any(*arguments)

    @wraps(read)
    def of_this_home(*arguments: P.args, **_: P.kwargs) -> T:
        return kept(regional_home(), *arguments)

    return of_this_home
