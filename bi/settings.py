"""How Superset runs and where it keeps its things: environment variables with the prefix VITRINA_SUPERSET_."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from foundation.settings import Settings

ENVIRONMENT = Path(__file__).parent / "superset"
"""The project of Superset's own locked environment; its .venv is made by `make`."""


class SupersetSettings(BaseSettings):
    """What an administrator may set; secrets come from the environment or from files of mode 0600."""

    model_config = SettingsConfigDict(env_prefix="VITRINA_SUPERSET_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8088
    workers: int = 2
    metadata_uri: SecretStr | None = None
    """Where Superset keeps users and dashboards: unset for SQLite under VITRINA_HOME/superset, else
    postgresql+psycopg2://user:password@host/database."""
    admin_password: SecretStr | None = None
    secret_key: SecretStr | None = None
    users_file: Path | None = None
    """People, their roles and municipalities; unset for VITRINA_HOME/users.yaml."""
    cache_seconds: int = 0
    """How long answers of charts are kept. 0: never; a mart answers in milliseconds, and nothing can be stale."""
    query_seconds: int = 30
    """A query of a chart or of SQL Lab that runs longer is stopped."""
    behind_tls: bool = False
    """A proxy with TLS stands in front: cookies go over HTTPS only, X-Forwarded-* headers are believed."""
    threads: int = 2
    memory_limit: str = "2GB"
    disk_limit: str = "5GB"
    """DuckDB's limits within one Superset worker; on disk is what a query cannot hold in memory."""


def superset_home(settings: Settings) -> Path:
    """VITRINA_HOME/superset: metadata, passwords, logs."""
    return settings.home / "superset"
