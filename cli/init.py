"""vitrina init: make VITRINA_HOME and its secret."""

from cli.acts import journal
from cli.console import say
from cli.home import get_settings

NAME = "init"


def command() -> int:
    """Создать рабочую папку (VITRINA_HOME) и секрет для псевдонимов."""
    from foundation.secret import create_secret
    from orchestration.audit.journal import Act
    from orchestration.home import prepare_home

    settings = get_settings()
    prepare_home(settings)
    if create_secret(settings):
        journal(settings, [Act("create_secret", {})])
        say(f"Создан секрет: {settings.secret_file} (доступ только владельцу). Сохраните его копию в надёжном месте:")
        say("без него псевдонимы людей из новых файлов не совпадут с прежними.")
    else:
        settings.secret()
        say(f"Секрет уже есть: {settings.secret_file}, он не изменён.")
    say(f"Рабочая папка готова: {settings.home}")
    say("Дальше: vitrina add ФАЙЛ…, затем vitrina refresh")
    return 0
