"""vitrina demo: the sample territories, end to end, in a home of their own."""

from pathlib import Path
from typing import TYPE_CHECKING

from cli.console import progress_bar, say
from cli.exits import FINE, WANTING, UsageError, complain
from cli.files_table import show_files
from cli.home import get_settings
from cli.indicators import show_indicators
from foundation.sources import ROOT

if TYPE_CHECKING:
    from foundation.settings import Settings

NAME = "demo"
SAMPLES = ROOT / "samples" / "files"
SAMPLE_USERS = SAMPLES.parent / "users.yaml"
TERRITORY, YEAR = "Енисейский район", 2024


def command() -> int:
    """Показать всё на примерах пяти территорий: загрузка, выпуск, план и факт Енисейского района за 2024 год.

    Работает в VITRINA_HOME; папку, где уже есть свои данные, не трогает.
    """
    settings = get_settings()
    samples = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix not in {".md", ".py"})
    if not samples:
        raise UsageError(f"Нет примеров в {SAMPLES}: запустите демонстрацию из полной копии проекта.")
    code = _load(settings, samples)
    if code != FINE:
        return code
    show_indicators(settings, TERRITORY, None, YEAR)
    vitrina = _how_to_call(settings)
    say("Что посмотреть дальше:")
    say(f"  {vitrina} status")
    say(f"  {vitrina} indicators --territory Ковров --year 2022")
    say(f'  {vitrina} query "select * from laggard limit 10"')
    say(f"  {vitrina} match list")
    return FINE


def _how_to_call(settings: "Settings") -> str:
    """The command as it works from the project's folder, with the home when it is not the default one."""
    is_default = settings.home == (Path.cwd() / type(settings).model_fields["home"].default).absolute()
    return ".venv/bin/vitrina" if is_default else f"VITRINA_HOME={settings.home} .venv/bin/vitrina"


def _load(settings: "Settings", samples: list[Path]) -> int:
    """Load the samples that are not in the current release; nothing new and the same code means nothing to do."""
    from foundation.secret import create_secret
    from ingestion.receive.landing import add_files
    from orchestration.home import prepare_home
    from publishing.catalogue import current_release
    from publishing.checksum import file_sha256
    from publishing.revision import code_digest

    prepare_home(settings)
    create_secret(settings)
    release = current_release(settings)
    known = {
        digest for entry in (release.inputs if release else []) for digest in (entry.sha256, entry.container_sha256)
    }
    new = [path for path in samples if file_sha256(path) not in known]
    if known and len(new) == len(samples):
        raise UsageError(
            f"В {settings.home} уже есть свои данные, примеры с ними не смешиваются. "
            "Задайте другую папку: VITRINA_HOME=var-demo .venv/bin/vitrina demo"
        )
    _add_users(settings)
    if release and not new and release.code_digest == code_digest():
        say(f"Примеры уже загружены, выпуск {release.release_id} построен этой же версией: повторять нечего.")
        return FINE
    add_files(settings, new, {})
    return _refresh(settings)


def _add_users(settings: "Settings") -> None:
    """The sample's people of Superset, where nobody has been named yet."""
    users = settings.home / "users.yaml"
    if not users.exists():
        users.write_bytes(SAMPLE_USERS.read_bytes())


def _refresh(settings: "Settings") -> int:
    from orchestration.run import run_refresh

    with progress_bar("Демонстрация") as progress:
        result = run_refresh(settings, progress)
    show_files(result.files)
    for warning in result.warnings:
        complain(f"Внимание: {warning}")
    if not result.published:
        complain(result.alert or "Выпуск не опубликован.")
        return WANTING
    return FINE
