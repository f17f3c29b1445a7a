"""`vitrina restore`: a copy made by `vitrina backup` back into an empty home, all of it or nothing."""

import json
import shutil
import tarfile
from contextlib import ExitStack
from pathlib import Path

from foundation.settings import Settings
from orchestration.backup import (
    CONTENTS,
    FORMAT,
    BackupError,
    Contents,
    Progress,
    files_under,
    listing,
    proof_of_secret,
)
from orchestration.lock import refresh_lock
from orchestration.permissions import close_home
from publishing.release import mend_current, switch_current


def restore(settings: Settings, source: Path, progress: Progress | None = None) -> tuple[Contents, list[str]]:
    """Bring a copy back into an empty home; what the administrator has yet to do, in Russian.

    Everything is unpacked beside the home and compared with the copy's own list first: a damaged copy changes nothing.
    """
    tell = progress or (lambda _: None)
    _require_empty(settings)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = _aside(settings)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    with ExitStack() as alone:
        try:
            tell("Распаковка копии")
            contents = _unpack(source, aside)
            tell("Сверка с описью копии")
            _compare(source, aside, contents)
            alone.enter_context(refresh_lock(settings))
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        for path in sorted(aside.iterdir()):
            if path.name != CONTENTS:
                path.rename(settings.home / path.name)
        if contents.release_id is not None and (settings.releases / contents.release_id).is_dir():
            switch_current(settings, contents.release_id)
        mend_current(settings)
        close_home(settings)  # the copy keeps the modes that its files had
        shutil.rmtree(aside)  # until now it says that not all is there
    return contents, _left_to_do(settings, contents)


def require_whole_restoration(settings: Settings) -> None:
    """Raise BackupError in a home whose restoration was cut short: a refresh would begin its history anew."""
    if _aside(settings).exists():
        raise BackupError(
            f"Восстановление папки {settings.home} из копии было прервано, в ней не всё. Восстановите копию в новую "
            "пустую папку: VITRINA_HOME=/новая/папка vitrina restore ФАЙЛ"
        )


def _aside(settings: Settings) -> Path:
    return settings.home / ".restore"


def _require_empty(settings: Settings) -> None:
    mine = {settings.secret_file.name, "refresh.lock"}
    found = [path.name for path in settings.home.iterdir()] if settings.home.is_dir() else []
    if in_the_way := sorted(name for name in found if name not in mine and not name.startswith(".")):
        raise BackupError(
            f"Папка {settings.home} не пуста ({', '.join(in_the_way[:3])}): восстановление ничего не перезаписывает. "
            "Укажите пустую: VITRINA_HOME=/новая/папка vitrina restore ФАЙЛ"
        )


def _unpack(source: Path, folder: Path) -> Contents:
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            tar.extractall(folder, filter="data")
        values = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        missing = "В ней нет описи backup.json" if source.is_file() else "Файла нет"
        raise BackupError(f"{source}: это не копия vitrina backup. {missing}.") from error
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise BackupError(f"{source}: копия повреждена или это не копия vitrina backup. Возьмите другую.") from error
    if values.get("format") != FORMAT:
        raise BackupError(f"{source}: копия сделана версией новее этой. Обновите программу и повторите.")
    return Contents(**{**values, "files": {name: tuple(entry) for name, entry in values["files"].items()}})


def _compare(source: Path, folder: Path, contents: Contents) -> None:
    found = {path.relative_to(folder).as_posix(): listing(path) for path in files_under(folder)}
    del found[CONTENTS]
    if wrong := sorted(
        name for name in found.keys() | contents.files.keys() if found.get(name) != contents.files.get(name)
    ):
        raise BackupError(
            f"{source}: копия повреждена, с описью не сходится файлов: {len(wrong)} (первый: {wrong[0]}). Ничего не "
            "восстановлено, возьмите другую копию."
        )


def _left_to_do(settings: Settings, contents: Contents) -> list[str]:
    if contents.secret_proof is None:
        return []
    if settings.secret() is None:
        return [
            f"Секрета в копии нет: положите его в {settings.secret_file} (права 0600) или задайте VITRINA_SECRET. Без "
            "него файлы с данными людей не принимаются."
        ]
    if proof_of_secret(settings) != contents.secret_proof:
        return [
            "Секрет здесь не тот, что был у этого хранилища: люди получили бы другие псевдонимы и посчитались дважды. "
            f"Замените {settings.secret_file} прежним до первого обновления."
        ]
    return []
