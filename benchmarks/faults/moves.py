"""A home at another place: moved, copied, restored; and a clock that is wrong for one night."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

from benchmarks.faults.fault import Fault, Harm, Scene, Try
from benchmarks.faults.home import TODAY, Home
from benchmarks.faults.region import SECRET

FAKETIME = Path(os.environ.get("FAULTS_FAKETIME", "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"))


def moves() -> list[Fault]:
    """Each way to another path."""
    places = [
        Try("перенесена", _moved),
        Try("скопирована со ссылками", _copied(symlinks=True)),
        Try("скопирована без ссылок", _copied(symlinks=False)),
        Try("скопирована без current", _without_current),
    ]
    copies = [Try("копия между ночами", _restored), Try("копия во время обновления", _restored_while_refreshing)]
    return [
        Fault("рабочая папка на другом месте", places, is_in_place=False),
        Fault("восстановлена из vitrina backup в другой папке", copies, is_in_place=False),
    ]


def wrong_clocks() -> list[Fault]:
    """The night before had another day: by the setting, and by the clock of the machine itself."""
    not_here = None if FAKETIME.is_file() else f"нет {FAKETIME}: apt install libfaketime"
    days = [Try("вчера", _on(-1)), Try("через 400 дней", _on(400))]
    clocks = {
        "назад на час": "-1h",
        "назад на 400 дней": "-400d",
        "вперёд на день": "+1d",
        "вперёд на 400 дней": "+400d",
    }
    return [
        Fault("день сборки неверен одну ночь", days, may_name_another_reason=True),
        Fault("часы неверны одну ночь", [Try(name, _clock(offset)) for name, offset in clocks.items()], not_here),
    ]


def _moved(scene: Scene) -> Home:
    home = scene.home.at(scene.beside / "moved")
    scene.home.path.rename(home.path)
    return home


def _copied(*, symlinks: bool) -> Harm:
    def harm(scene: Scene) -> Home:
        home = scene.home.at(scene.beside / "copy")
        shutil.copytree(scene.home.path, home.path, symlinks=symlinks)
        shutil.rmtree(scene.home.path)
        return home

    return harm


def _without_current(scene: Scene) -> Home:
    (scene.home.path / "current").unlink()
    return _copied(symlinks=True)(scene)


def _restored(scene: Scene) -> Home:
    backup = scene.beside / "backup.tar.gz"
    scene.home.done("backup", str(backup))
    return _from_backup(scene, backup)


def _restored_while_refreshing(scene: Scene) -> Home:
    """The copy waits for the end of the refresh: the night after has nothing left to do."""
    backup = scene.beside / "backup.tar.gz"
    running = scene.home.start("refresh")
    scene.home.done("backup", str(backup))
    scene.home.ended(running)
    return _from_backup(scene, backup)


def _from_backup(scene: Scene, backup: Path) -> Home:
    home = scene.home.at(scene.beside / "restored")
    home.path.mkdir(mode=0o700)
    (home.path / "secret").write_text(SECRET, encoding="utf-8")
    (home.path / "secret").chmod(0o600)
    home.done("restore", str(backup))
    shutil.rmtree(scene.home.path)
    return home


def _on(days: int) -> Harm:
    def harm(scene: Scene) -> Home:
        scene.home.on(TODAY + timedelta(days=days)).refresh()
        return scene.home

    return harm


def _clock(offset: str) -> Harm:
    def harm(scene: Scene) -> Home:
        wrong = scene.home.given(LD_PRELOAD=str(FAKETIME), FAKETIME=offset, NO_FAKE_STAT="1")
        wrong.refresh()
        return scene.home

    return harm
