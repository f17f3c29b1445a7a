"""How a message gets out: e-mail by SMTP, JSON by a webhook. A failure is told without passwords or addresses."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import urlsplit

from foundation.system_errors import reason_in_words
from orchestration.alerts.settings import AlertSettings, SecretFileError
from orchestration.alerts.wording import Message

TITLES = {"email": "почта", "webhook": "webhook"}


class DeliveryError(Exception):
    """A message that did not get out; Russian, without secrets."""


@dataclass(frozen=True)
class Channel:
    """A way out: `code` for the memory, `title` for people, what delivers and what only says hello."""

    code: str
    title: str
    deliver: Callable[[Message], str | None]
    """Raises DeliveryError; a remark when not everybody got the message."""
    greet: Callable[[], None]
    """Connect without delivering anything; raises DeliveryError."""


def channels(options: AlertSettings) -> list[Channel]:
    """The channels that are set up."""
    found = []
    if options.email_to:
        title = f"{TITLES['email']}, {options.smtp_host}:{options.smtp_port}"
        found.append(Channel("email", title, lambda message: _mail(options, message), lambda: _greet_mail(options)))
    if options.has_webhook:
        found.append(
            Channel("webhook", TITLES["webhook"], lambda message: _post(options, message), lambda: _greet_host(options))
        )
    return found


def _mail(options: AlertSettings, message: Message) -> str | None:
    mail = EmailMessage()
    sender = _address_of(options.email_from or f"vitrina@{socket.getfqdn()}")
    recipients = [_address_of(text) for text in options.email_to]
    mail["From"], mail["To"], mail["Subject"] = sender, recipients, message.subject
    mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain=sender.domain or None)
    mail["Auto-Submitted"] = "auto-generated"  # no out-of-office answers
    mail.set_content(message.text)
    with _mail_server(options) as server:
        refused = server.send_message(mail, sender.addr_spec, [one.addr_spec for one in recipients])
    return f"адресатов не принято: {len(refused)} из {len(options.email_to)}" if refused else None


def _address_of(text: str) -> Address:
    """An address with the name before it; a domain in Cyrillic as the network knows it."""
    name, spec = parseaddr(text)
    user, at, domain = spec.rpartition("@")
    return Address(name, user if at else spec, domain.encode("idna").decode() if at else "")


def _greet_mail(options: AlertSettings) -> None:
    with _mail_server(options) as server:
        server.noop()


@contextmanager
def _mail_server(options: AlertSettings) -> Iterator[smtplib.SMTP]:
    """A server that has said hello, over TLS and signed in where that is set."""
    try:
        context = ssl.create_default_context()
        host, port, timeout = options.smtp_host, options.smtp_port, options.timeout_seconds
        connected = (
            smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
            if options.smtp_security == "tls"
            else smtplib.SMTP(host, port, timeout=timeout)
        )
        with connected as server:
            server.ehlo_or_helo_if_needed()
            if options.smtp_security == "starttls":
                server.starttls(context=context)
            if options.smtp_user:
                server.login(options.smtp_user, options.password())
            yield server
    except SecretFileError as error:
        raise DeliveryError(str(error)) from None
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise DeliveryError(_of_mail(error)) from None


def _of_mail(error: Exception) -> str:
    """What went wrong with a mail server; its own words stay out, they may repeat names and addresses."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"сервер не принял имя и пароль (код {error.smtp_code})"
        case smtplib.SMTPRecipientsRefused():
            return "сервер не принял ни одного адресата"
        case smtplib.SMTPSenderRefused():
            return f"сервер не принял отправителя (код {error.smtp_code}): задайте VITRINA_ALERT_EMAIL_FROM"
        case smtplib.SMTPNotSupportedError():
            return "сервер не умеет того, что настроено (STARTTLS, вход по паролю или адрес кириллицей)"
        case smtplib.SMTPResponseException():
            return f"сервер отказал (код {error.smtp_code})"
        case smtplib.SMTPServerDisconnected():
            return "сервер не отвечает" if isinstance(error.__context__, TimeoutError) else "сервер прервал связь"
        case UnicodeError():
            return "имя, пароль или адрес не из латинских букв: почта их не передаёт"
        case smtplib.SMTPException():
            return f"ошибка почты {type(error).__name__}"
        case _:
            return _of_network(error)


def _of_network(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return "сертификату сервера нельзя верить"
        case ssl.SSLError():
            return "защищённое соединение не установлено"
        case TimeoutError():
            return "сервер не отвечает"
        case socket.gaierror():
            return "имя сервера не найдено"
        case OSError():
            return f"нет соединения ({reason_in_words(error)})"
        case _:
            return f"ошибка {type(error).__name__}"


def _post(options: AlertSettings, message: Message) -> str | None:
    import requests  # noqa: PLC0415 - takes a while to import, and most nights send nothing

    url = _address(options)
    try:
        # Of the answer only the code is read: a body may never end.
        with requests.post(
            url, json=message.as_dict(), timeout=options.timeout_seconds, allow_redirects=False, stream=True
        ) as answer:
            code = answer.status_code
    except requests.Timeout:
        raise DeliveryError("сервер не отвечает") from None
    except requests.exceptions.SSLError:
        raise DeliveryError("защищённое соединение не установлено") from None
    except requests.ConnectionError:
        raise DeliveryError("нет соединения") from None
    except (requests.RequestException, ValueError) as error:
        raise DeliveryError(f"адрес не годится ({type(error).__name__})") from None
    if not 200 <= code < 300:
        raise DeliveryError(f"сервер ответил кодом {code}")
    return None


def _address(options: AlertSettings) -> str:
    try:
        return options.webhook()
    except SecretFileError as error:
        raise DeliveryError(str(error)) from None


def _greet_host(options: AlertSettings) -> None:
    url = _address(options)
    try:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise DeliveryError("адрес не годится: нужен http://… или https://…")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname, port), options.timeout_seconds):
            pass
    except (OSError, ValueError) as error:
        raise DeliveryError(_of_network(error)) from None
