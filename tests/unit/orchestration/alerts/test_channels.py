"""E-mail and webhook against real servers: signed in, encrypted, refused, away; nothing secret in what is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from servers import (
    PASSWORD,
    USER,
    Mailbox,
    Webhook,
    certificate,
    free_port,
    mail_server,
    only_with_password,
    silent_server,
    webhook_server,
)

from foundation.settings import Settings
from orchestration.alerts.attend import wrong_setting
from orchestration.alerts.channels import Channel, DeliveryError, channels
from orchestration.alerts.settings import AlertSettings
from orchestration.alerts.wording import Message, try_message

TO = ("one@region.example", "two@region.example")
Make = Callable[..., Channel]


@pytest.fixture
def message(settings: Settings) -> Message:
    return try_message(settings, datetime(2026, 11, 21, tzinfo=UTC))


def mail(port: int, **options: object) -> Channel:
    (channel,) = channels(
        AlertSettings.model_validate({"email_to": TO, "smtp_host": "localhost", "smtp_port": port, **options})
    )
    return channel


def test_a_letter_arrives_as_it_was_written(message: Message) -> None:
    """Guards against a subject of question marks, an address lost from a list, or answers of absent colleagues."""
    box = Mailbox()
    with mail_server(box) as port:
        assert (
            mail(port, email_to="one@region.example, two@region.example ", email_from="v@r.example").deliver(message)
            is None
        )
    (letter,) = box.letters
    assert box.recipients == [list(TO)]
    assert (letter["Subject"], letter["From"]) == ("Витрина: проверка оповещений", "v@r.example")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content() == message.text


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_signed_in_over_tls(message: Message, security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against mail servers as regions have them: with TLS and a password from a file."""
    own, context = certificate(tmp_path)
    (tmp_path / "password").write_text(PASSWORD + "\n", encoding="utf-8")
    server = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    box = Mailbox()
    options = {"smtp_security": security, "smtp_user": USER, "smtp_password_file": tmp_path / "password"}
    with mail_server(
        box, **server, authenticator=only_with_password, auth_required=True, auth_require_tls=security == "starttls"
    ) as port:
        with pytest.raises(DeliveryError, match="сертификату сервера нельзя верить"):
            mail(port, **options).deliver(message)
        monkeypatch.setenv("SSL_CERT_FILE", str(own))
        channel = mail(port, **options)
        channel.greet()
        assert box.letters == [], "a greeting sends nothing"
        channel.deliver(message)
    assert len(box.letters) == 1


def test_a_wrong_password_is_told_without_it(message: Message) -> None:
    """Guards against a password in a log, in `status` or in an answer of the server that repeats it."""
    server = {"authenticator": only_with_password, "auth_required": True, "auth_require_tls": False}
    with mail_server(Mailbox(), **server) as port:
        with pytest.raises(DeliveryError) as raised:
            mail(port, smtp_user=USER, smtp_password="wrong-password").deliver(message)
        assert str(raised.value) == "сервер не принял имя и пароль (код 535)"
        with pytest.raises(DeliveryError, match="не из латинских букв"):
            mail(port, smtp_user=USER, smtp_password="пароль").deliver(message)


def test_no_fall_back_to_the_clear(message: Message) -> None:
    """Guards against a letter sent unencrypted because the server, or somebody between, hides STARTTLS."""
    box = Mailbox()
    with mail_server(box) as port, pytest.raises(DeliveryError, match="STARTTLS"):
        mail(port, smtp_security="starttls").deliver(message)
    assert box.letters == []


def test_one_address_that_is_gone_does_not_silence_the_others(message: Message) -> None:
    """Guards against an alert lost because a colleague's mailbox was closed, and against not saying so."""
    box = Mailbox(refuses=TO[0])
    with mail_server(box) as port:
        assert mail(port).deliver(message) == "адресатов не принято: 1 из 2"
    assert box.recipients == [[TO[1]]]
    with mail_server(Mailbox(refuses=TO[0])) as port, pytest.raises(DeliveryError, match="ни одного адресата"):
        mail(port, email_to=TO[:1]).deliver(message)


def test_servers_that_are_away(message: Message, tmp_path: Path) -> None:
    """Guards against a traceback, and against an address with its token in a message."""
    with pytest.raises(DeliveryError, match="нет соединения"):
        mail(free_port()).deliver(message)
    with pytest.raises(DeliveryError, match="имя сервера не найдено"):
        mail(25, smtp_host="no-such-host.invalid").deliver(message)
    with pytest.raises(DeliveryError, match="password не читается"), mail_server(Mailbox()) as port:
        mail(port, smtp_user=USER, smtp_password_file=tmp_path / "password").deliver(message)
    for url in (f"http://127.0.0.1:{free_port()}/token", "http://no-such-host.invalid/token", "token", "ftp://x/token"):
        (channel,) = channels(AlertSettings.model_validate({"webhook_url": url}))
        for action in (lambda: channel.deliver(message), channel.greet):  # noqa: B023 - called at once
            with pytest.raises(DeliveryError) as raised:
                action()
            assert "token" not in str(raised.value)


@pytest.mark.parametrize("status", [301, 403, 500])
def test_a_webhook_that_does_not_take_it_has_not_taken_it(message: Message, status: int, tmp_path: Path) -> None:
    """Guards against a login page behind a redirect, or an error, taken for delivery."""
    hook = Webhook(status)
    with webhook_server(hook) as url:
        (tmp_path / "url").write_text(url + "\n", encoding="utf-8")
        (channel,) = channels(AlertSettings(webhook_url_file=tmp_path / "url"))
        channel.greet()
        assert hook.posts == [], "a greeting sends nothing"
        with pytest.raises(DeliveryError, match=f"кодом {status}"):
            channel.deliver(message)


@pytest.mark.parametrize(
    ("written", "known_as", "shown"),
    [
        ("Иванова А. А. <one@region.example>", "one@region.example", "Иванова А. А."),
        ('"Отдел, ЦОС" <one@region.example>', "one@region.example", "Отдел, ЦОС"),
        ("one@пример.рф", "one@xn--e1afmkfd.xn--p1ai", ""),
        ("root", "root", ""),
    ],
)
def test_addresses_as_people_write_them(written: str, known_as: str, shown: str, message: Message) -> None:
    """Guards against a name in Cyrillic before the address, or a domain in it, that stops every alert."""
    box = Mailbox()
    with mail_server(box) as port:
        mail(port, email_to=written, email_from=written).deliver(message)
    assert box.recipients == [[known_as]]
    (letter,) = box.letters
    for header in ("To", "From"):
        (address,) = letter[header].addresses
        assert (address.display_name, address.addr_spec) == (shown, known_as)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email_to": "one@region.example\nBcc: x@region.example"},
        {"email_to": "one region.example"},
        {"email_to": "one@region..example"},
        {"email_to": "a@r.example", "email_from": "Vitrina <v@r.example"},
        {"timeout_seconds": "inf"},
        {"timeout_seconds": "1e300"},
        {"max_age_hours": "1e300"},
        {"remind_after_days": "99999999999"},
    ],
)
def test_a_wrong_setting_is_found_before_the_night(wrong: dict[str, str]) -> None:
    """Guards against an error of the program the night an alert is due."""
    with pytest.raises(ValidationError) as raised:
        AlertSettings.model_validate(wrong)
    assert "VITRINA_ALERT_" in wrong_setting(raised.value)


def test_servers_that_never_end_their_answer(message: Message) -> None:
    """Guards against a refresh that holds its lock for as long as a server likes to talk."""
    with silent_server() as port, pytest.raises(DeliveryError, match="не отвечает"):
        mail(port, timeout_seconds=0.2).deliver(message)
    with webhook_server(Webhook(endless=True)) as url:
        (channel,) = channels(AlertSettings.model_validate({"webhook_url": url}))
        assert channel.deliver(message) is None


@pytest.mark.parametrize("url", ["region.example/hook", "/hook", "ftp://127.0.0.1/hook", "http:///hook"])
def test_an_address_without_a_server_is_not_greeted(url: str) -> None:
    """Guards against `doctor` greeting whatever listens on port 80 of this machine and calling it well."""
    (channel,) = channels(AlertSettings.model_validate({"webhook_url": url}))
    with pytest.raises(DeliveryError, match="адрес не годится"):
        channel.greet()


def test_a_password_is_not_sent_in_the_clear() -> None:
    """Guards against a password of the domain readable on the wire; on this machine there is no wire."""
    given = {"smtp_host": "mail.region.example", "smtp_user": USER, "smtp_password": PASSWORD}
    with pytest.raises(ValidationError) as raised:
        AlertSettings.model_validate(given)
    assert "starttls" in wrong_setting(raised.value)
    assert PASSWORD not in str(raised.value) + wrong_setting(raised.value)
    assert AlertSettings.model_validate({**given, "smtp_security": "starttls"}).password() == PASSWORD


def test_no_channels_no_settings() -> None:
    """Guards against a home that nobody set up and that tries to reach a mail server all the same."""
    assert channels(AlertSettings()) == []
