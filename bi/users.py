"""The users file: people, their roles and municipalities, checked against bi/access.yaml and the published release."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import fuzz, process

from bi.errors import AccessError
from bi.release import Municipality
from bi.roles import Role
from foundation.text import fold

ADMINISTRATOR_LOGIN = "admin"
"""The login of the administrator whom the first start of Superset makes."""
SUGGESTIONS = 3
SUGGESTION_SCORE = 60
Text = Annotated[str, Field(max_length=64)]
PROBLEMS = {
    "missing": "нет обязательного поля",
    "extra_forbidden": "такого поля нет; есть login, first_name, last_name, email, role, municipalities",
    "string_type": "нужен текст",
    "string_too_long": "длиннее 64 знаков",
    "string_pattern_mismatch": "недопустимое значение",
    "tuple_type": "нужен список, например [Енисейский район]",
    "model_type": "запись должна состоять из полей: login, role и других",
}


class Person(BaseModel):
    """An entry of the file as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    login: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
    first_name: Text = ""
    last_name: Text = ""
    email: Annotated[str, Field(pattern=r"^([^@\s]+@[^@\s]+)?$", max_length=320)] = ""
    role: str
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """A person as Superset has to know them."""

    login: str
    first_name: str
    last_name: str
    email: str
    role: Role
    municipalities: tuple[Municipality, ...]


def read_accounts(path: Path, roles: Mapping[str, Role], places: Collection[Municipality]) -> tuple[Account, ...]:
    """The people of the file; raises AccessError that lists every mistake with its entry."""
    problems: list[str] = []
    accounts: list[Account] = []
    taken: set[str] = {ADMINISTRATOR_LOGIN}
    for number, entry in enumerate(_entries(path), start=1):
        found = list(_problems_of_form(entry))
        if not found:
            person = Person.model_validate(entry)
            chosen, found = _municipalities(person, places)
            found += [*_problems_of_role(person, roles), *_problems_of_identity(person, taken)]
            taken |= {person.login.casefold(), _email(person).casefold()}
            if not found:
                names = (person.login, person.first_name or person.login, person.last_name, _email(person))
                accounts.append(Account(*names, roles[person.role], chosen))
        problems += [f"запись {number}{_called(entry)}: {problem}" for problem in found]
    if problems:
        raise AccessError(f"Файл пользователей {path}:\n" + "\n".join(f"  {problem}." for problem in problems))
    return tuple(accounts)


def _entries(path: Path) -> list[Any]:
    try:
        # Everything as text: YAML would read the ОКТМО 04615000 as an octal number.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise AccessError(f"Файл пользователей {path} записан не в UTF-8: сохраните его в этой кодировке.") from error
    except yaml.MarkedYAMLError as error:
        line = f", строка {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise AccessError(f"Файл пользователей {path}{line}: ошибка YAML, проверьте отступы и скобки.") from error
    if content is None or content == "":
        return []
    if not isinstance(content, list):
        raise AccessError(f"Файл пользователей {path}: нужен список записей, каждая начинается с «- login: …».")
    return content


def _called(entry: Any) -> str:
    login = entry.get("login") if isinstance(entry, dict) else None
    return f" ({login})" if login else ""


def _email(person: Person) -> str:
    """Superset wants one of everybody and no two alike; no mail is ever sent to it."""
    return person.email or f"{person.login}@localhost"


def _problems_of_form(entry: Any) -> Iterator[str]:
    try:
        Person.model_validate(entry)
    except ValidationError as error:
        for detail in error.errors():
            field = ".".join(str(part) for part in detail["loc"])
            problem = PROBLEMS.get(detail["type"], "недопустимое значение")
            yield f"{field}: {problem}" if field else problem


def _problems_of_identity(person: Person, taken: Collection[str]) -> Iterator[str]:
    login = person.login.casefold()
    if login == ADMINISTRATOR_LOGIN:
        yield f"логин {ADMINISTRATOR_LOGIN} занят администратором, который создан при первом запуске; дайте другой"
    elif login in taken:
        yield "этот логин уже есть в файле"
    elif _email(person).casefold() in taken:
        yield "этот адрес почты уже есть в файле"


def _problems_of_role(person: Person, roles: Mapping[str, Role]) -> Iterator[str]:
    role = roles.get(person.role)
    if role is None:
        yield f"неизвестная роль «{person.role}»; есть: {', '.join(roles)}"
    elif role.rows == "municipality" and not person.municipalities:
        yield f"роли «{role.name}» нужен хотя бы один муниципалитет, иначе человек не увидит ничего"
    elif role.rows == "all" and person.municipalities:
        yield f"роль «{role.name}» видит все строки: уберите municipalities"


def _municipalities(person: Person, places: Collection[Municipality]) -> tuple[tuple[Municipality, ...], list[str]]:
    chosen: dict[str, Municipality] = {}
    problems: list[str] = []
    for wanted in person.municipalities:
        found = _matching(wanted, places)
        if len(found) == 1:
            chosen[found[0].key] = found[0]
        elif found:
            listed = "; ".join(map(str, found))
            problems.append(f"муниципалитет «{wanted}» не один, укажите код вместо названия: {listed}")
        else:
            problems.append(f"муниципалитета «{wanted}» нет в выпуске{_suggestions(wanted, places)}")
    return tuple(chosen.values()), problems


def _matching(wanted: str, places: Collection[Municipality]) -> list[Municipality]:
    """By key, else by the whole name: a part of a name is too little to open rows by."""
    by_key = [place for place in places if place.key == wanted]
    return by_key or [place for place in places if fold(place.name) == fold(wanted)]


def _suggestions(wanted: str, places: Collection[Municipality]) -> str:
    names = {place: fold(place.name) for place in places}
    close = process.extract(fold(wanted), names, scorer=fuzz.WRatio, limit=SUGGESTIONS, score_cutoff=SUGGESTION_SCORE)
    return f"; похожи: {'; '.join(str(place) for _, _, place in close)}" if close else ""
