"""vitrina provision: bring the running Superset up to the files in bi/ and users.yaml, now."""

from cli.acts import journal
from cli.console import progress_bar, say
from cli.exits import FINE, SYSTEM, WANTING, complain
from cli.home import get_settings

NAME = "provision"


def command() -> int:
    """Настроить запущенный Superset: дашборды, роли, пользователи. После правки users.yaml; само — после выпуска."""
    from bi.provision import provision
    from bi.service import running_service
    from orchestration.audit.journal import Act
    from orchestration.mending import mend_home
    from publishing.catalogue import current_release

    settings = get_settings()
    url = running_service(settings)
    if url is None:
        complain(f"Superset этой рабочей папки ({settings.home}) не запущен. Запустите его: vitrina serve")
        return SYSTEM
    if mended := mend_home(settings):
        say(mended)
    release = current_release(settings)
    if release is None:
        complain("Выпуска ещё нет, настраивать нечего. Дальше: vitrina add ФАЙЛ…, затем vitrina refresh")
        return WANTING
    with progress_bar("Настройка Superset") as progress:
        report = provision(settings, url, progress)
    journal(settings, [Act("provision", {"release_id": release.release_id})])
    say(report.text())
    return FINE
