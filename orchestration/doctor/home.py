"""The home: whose it is, who may read it, the secret; the machine: versions and clock."""

import os
import pwd
import re
import stat
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bi.settings import ENVIRONMENT
from foundation.plural import plural
from foundation.private_file import OTHERS
from foundation.settings import SecretTooShortError, Settings
from foundation.sources import ROOT
from ingestion.file_names import shown
from ingestion.receive.landing import landing_files
from orchestration.doctor.finding import Finding
from orchestration.last_refresh import is_to_come, read_last_refresh
from orchestration.permissions import is_mailbox, open_to_others

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^;\s]+)")


def check_permissions(settings: Settings) -> list[Finding]:
    """Whether the home is this account's, and nobody else's to read."""
    owner = settings.home.stat().st_uid
    if owner != os.geteuid():
        name = _user(owner)
        step = f"запускать от имени {name}: sudo -u {name} vitrina …"
        return [Finding("permissions", "bad", f"папка {settings.home} принадлежит {name}, а не вам", step)]
    foreign = next((path for path in _own_paths(settings) if path.lstat().st_uid != owner), None)
    if foreign is not None:
        step = f"chown -R {_user(owner)} {settings.home}"
        told = f"{foreign} принадлежит другому ({_user(foreign.lstat().st_uid)}): обновление может не записать в него"
        return [Finding("permissions", "bad", told, step)]
    found = list(open_to_others(settings))
    if found:
        count = plural(len(found), "путь открыт", "пути открыты", "путей открыто")
        step = f"закроет ближайшее обновление; сейчас: chmod -R go-rwx {settings.home}"
        return [Finding("permissions", "bad", f"{count} другим пользователям, первый: {found[0]}", step)]
    if unread := [path.name for path in landing_files(settings) if not os.access(path, os.R_OK)]:
        count = plural(len(unread), "файл", "файла", "файлов")
        step = f"дать право читать: тот, кто их кладёт, или chmod go+r {settings.landing}/*"
        return [Finding("permissions", "bad", f"во входящих не читается {count}, первый: {shown(unread[0])}", step)]
    if is_mailbox(settings):
        told = f"закрыто всё, кроме {settings.landing}: туда могут писать другие учётные записи"
        step = f"если файлы кладёт только эта учётная запись: chmod -R go-rwx {settings.landing}"
        return [Finding("permissions", "warn", told, step)]
    return [Finding("permissions", "ok", "рабочая папка закрыта для других")]


def _own_paths(settings: Settings) -> Iterator[Path]:
    """What the service must be able to write to: all but what senders have put into a mailbox of theirs."""
    mailbox = settings.landing if is_mailbox(settings) else None
    return (path for path in settings.home.rglob("*") if mailbox is None or mailbox not in path.parents)


def check_secret(settings: Settings) -> list[Finding]:
    """The key of pseudonyms: there, long enough, the owner's alone."""
    try:
        secret = settings.secret()
    except SecretTooShortError as error:
        return [Finding("secret", "bad", str(error), "задать прежний секрет целиком: из копии, VITRINA_SECRET")]
    if secret is None:
        told = "секрета нет: файлы с данными людей не принимаются"
        return [Finding("secret", "warn", told, "новая папка: vitrina init; восстановленная: положить прежний секрет")]
    if os.environ.get("VITRINA_SECRET") is not None:
        return [Finding("secret", "ok", "секрет задан в окружении")]
    if stat.S_IMODE(settings.secret_file.stat().st_mode) & OTHERS:
        told = f"{settings.secret_file} могут прочесть другие"
        return [Finding("secret", "bad", told, f"chmod 600 {settings.secret_file}")]
    return [Finding("secret", "ok", "секрет на месте, закрыт для других; его копия должна лежать отдельно")]


def check_versions(_: Settings) -> list[Finding]:
    """Python and packages against what the project was tested with, those of Superset's environment too."""
    project = _project(ROOT)
    wrong = []
    if not _python_fits(project["requires-python"], sys.version_info[:2]):
        wrong.append(f"Python {sys.version.split()[0]}, нужен {project['requires-python']}")
    own = {name: _installed(name) for name in _pins(project["dependencies"])}
    wrong += _differences(_pins(project["dependencies"]), own)
    told = ", ".join(f"{name} {own.get(name)}" for name in ("duckdb", "dbt-core", "dagster"))
    if wrong:
        return [Finding("versions", "bad", "; ".join(wrong), "установить закреплённые версии: make bootstrap")]
    return [Finding("versions", "ok", f"Python {sys.version.split()[0]}, {told}")]


def check_superset_versions(_: Settings) -> list[Finding]:
    """The environment of the dashboards, which is locked on its own."""
    folders = list((ENVIRONMENT / ".venv").glob("lib/*/site-packages"))
    if not folders:
        told = "среда Superset не установлена: дашбордов нет"
        return [Finding("superset", "warn", told, "make superset; без дашбордов: vitrina serve --no-superset")]
    there = {_normal(one.name): one.version for one in distributions(path=[str(path) for path in folders])}
    pins = _pins(_project(ENVIRONMENT)["dependencies"])
    if wrong := _differences(pins, {name: there.get(name) for name in pins}):
        return [Finding("superset", "bad", f"среда Superset: {'; '.join(wrong)}", "установить заново: make superset")]
    return [Finding("superset", "ok", f"Superset {there['apache-superset']}")]


def check_clock(settings: Settings) -> list[Finding]:
    """The time zone of schedule and deadlines, and a clock that does not run behind what is recorded."""
    now = datetime.now(UTC)
    try:
        local = now.astimezone(ZoneInfo(settings.timezone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        step = "VITRINA_TIMEZONE, например Asia/Krasnoyarsk; данные зон: пакет tzdata системы"
        return [Finding("clock", "bad", f"часового пояса «{settings.timezone}» нет", step)]
    last = read_last_refresh(settings) or {}
    ended = last.get("finished_at")
    if ended and is_to_come(datetime.fromisoformat(ended), now):
        told = f"часы машины ({local:%d.%m.%Y %H:%M}) отстают: последнее обновление закончилось позже, {ended}"
        return [Finding("clock", "bad", told, "включить синхронизацию времени: timedatectl set-ntp true")]
    return [Finding("clock", "ok", f"{local:%d.%m.%Y %H:%M}, {settings.timezone}")]


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _project(folder: Path) -> Mapping[str, list[str] | str]:
    values: Mapping[str, list[str] | str] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return values


def _pins(dependencies: Iterable[str] | str) -> dict[str, str]:
    """Packages of which exactly one version was tested."""
    found = [PIN.match(line) for line in dependencies]
    return {_normal(match[1]): match[2] for match in found if match}


def _normal(name: str) -> str:
    """A package's name as PEP 503 compares them: apache_superset is apache-superset."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _differences(pins: Mapping[str, str], found: Mapping[str, str | None]) -> list[str]:
    return list(_each_difference(pins, found))


def _each_difference(pins: Mapping[str, str], found: Mapping[str, str | None]) -> Iterator[str]:
    for name, wanted in pins.items():
        if found[name] is None:
            yield f"нет пакета {name}"
        elif found[name] != wanted:
            yield f"{name} {found[name]}, а проверено с {wanted}"


def _python_fits(bounds: list[str] | str, running: tuple[int, ...]) -> bool:
    """Whether «>=3.11,<3.12» admits a version."""
    assert isinstance(bounds, str)
    for sign, major, minor in re.findall(r"(>=|<)(\d+)\.(\d+)", bounds):
        bound = (int(major), int(minor))
        if not (running >= bound if sign == ">=" else running < bound):
            return False
    return True
