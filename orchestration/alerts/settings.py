"""Whom alerts go to and how: environment variables with the prefix VITRINA_ALERT_."""

import re
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
"""Between two addresses, and not within the quoted name of one."""
ADDRESS = re.compile(r'(?:"[^"<>\r\n]*" ?<[^\s<>"]+>|[^"<>,\r\n]* ?<[^\s<>"]+>|[^\s<>",]+)')
"""«ivanova@region.example», «Иванова <ivanova@region.example>», «root»."""


def _addresses(value: object) -> object:
    return tuple(part.strip() for part in COMMA.split(value) if part.strip()) if isinstance(value, str) else value


def _address(value: str) -> str:
    if not ADDRESS.fullmatch(value):
        raise ValueError("не адрес почты")
    parseaddr(value)[1].rpartition("@")[2].encode("idna")  # a ValueError where it is no name of a domain
    return value


Address = Annotated[str, AfterValidator(_address)]


def _none_of_empty(value: object) -> object:
    return value.strip() or None if isinstance(value, str) else value


class SecretFileError(Exception):
    """A file that should hold a secret cannot be read; the message is Russian."""


class AlertSettings(BaseSettings):
    """What an administrator sets; passwords and the webhook's address come from the environment or from a file."""

    model_config = SettingsConfigDict(env_prefix="VITRINA_ALERT_", extra="ignore", hide_input_in_errors=True)

    email_to: Annotated[tuple[Address, ...], NoDecode, BeforeValidator(_addresses)] = ()
    """Whom to write to, separated by commas, each with a name before it or without; unset: no e-mail."""
    email_from: Annotated[Address | None, BeforeValidator(_none_of_empty)] = None
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=25, gt=0, lt=65536)
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    webhook_url: SecretStr | None = None
    """Where to POST JSON; the address itself often is the password."""
    webhook_url_file: Path | None = None
    remind_after_days: int = Field(default=3, ge=1, le=3650)
    """How many days a trouble lasts until its one reminder."""
    max_age_hours: float = Field(default=26, gt=0, le=87_600)
    """How long no refresh may come to an end: a daily schedule and two hours of work."""
    timeout_seconds: float = Field(default=10, gt=0, le=600)
    """How long a server may keep one answer waiting."""

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> "AlertSettings":
        if self.smtp_user and self.smtp_security == "none" and self.smtp_host not in LOOPBACK:
            raise ValueError("пароль почты не передаётся без шифрования: VITRINA_ALERT_SMTP_SECURITY=starttls или tls")
        return self

    @property
    def has_channel(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self.email_to) or self.has_webhook

    @property
    def has_webhook(self) -> bool:
        return self.webhook_url is not None or self.webhook_url_file is not None

    def password(self) -> str:
        """The password of the mail server; empty where none is set. Raises SecretFileError."""
        return _secret(self.smtp_password, self.smtp_password_file)

    def webhook(self) -> str:
        """The address of the webhook; empty where none is set. Raises SecretFileError."""
        return _secret(self.webhook_url, self.webhook_url_file)


def is_anybody_told() -> bool:
    """Whether there is a channel, or a wrong setting that has to be said: asked before what tells is imported."""
    try:
        return AlertSettings().has_channel
    except ValidationError:
        return True


def _secret(value: SecretStr | None, file: Path | None) -> str:
    if value is not None:
        return value.get_secret_value()
    try:
        return file.read_text(encoding="utf-8").strip() if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileError(f"файл {file} не читается ({type(error).__name__})") from None
