"""People who do not exist: invented names, valid СНИЛС of numbers that nobody was issued."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from samples.identifiers import snils

ONSETS = ("Бра", "Вель", "Гра", "Дри", "Жу", "Зла", "Кле", "Лу", "Мру", "Ню", "Пле", "Рю", "Сту", "Тле", "Фру", "Хле")
MIDDLES = ("вунд", "лизг", "минк", "нотр", "пульм", "ридв", "селт", "тарв", "финт", "халк", "чембр", "юзг")
ENDS = ("арин", "идоров", "упин", "ельков", "ошкин", "ымов", "ядов", "ехин")
FIRST_NAMES = ("Лирана", "Торвина", "Мелиса", "Зорида", "Келара", "Вилора", "Дарсена", "Юнетта")
FIRST_NAMES_MALE = ("Торвин", "Мелис", "Зорид", "Келар", "Дарсен", "Юнет")
PATRONYMICS = ("Торвиновна", "Мелисовна", "Зоридовна", "Келаровна", "Дарсеновна")
PATRONYMICS_MALE = ("Торвинович", "Мелисович", "Зоридович", "Келарович", "Дарсенович")
FIRST_BIRTH_DATE = date(1958, 1, 1)
BIRTH_SPAN_DAYS = 15_000


@dataclass(frozen=True)
class Person:
    """What the export of a person-level file says about one invented person."""

    snils: str
    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    is_male: bool


class People:
    """Makes people one after another; one seed always gives the same people."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._numbers: set[str] = set()
        surnames = [onset + middle + end for onset in ONSETS for middle in MIDDLES for end in ENDS]
        self._rng.shuffle(surnames)
        self._surnames = iter(surnames)
        self.made: list[Person] = []

    def new(self) -> Person:
        """The next person; no two share a surname or a СНИЛС."""
        rng = self._rng
        is_male = rng.random() < 0.2
        surname = next(self._surnames)
        person = Person(
            snils=snils(rng, self._numbers),
            surname=surname if is_male else surname + "а",
            first_name=rng.choice(FIRST_NAMES_MALE if is_male else FIRST_NAMES),
            patronymic=rng.choice(PATRONYMICS_MALE if is_male else PATRONYMICS),
            birth_date=FIRST_BIRTH_DATE + timedelta(days=rng.randrange(BIRTH_SPAN_DAYS)),
            is_male=is_male,
        )
        self.made.append(person)
        return person
