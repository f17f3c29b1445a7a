"""People's data in free text: a СНИЛС, a person's ИНН and signature lines become words before anything is kept.

One door for every layer: whatever stores or prints text of a sender (a cell, a file's name, a sheet, a title, a
sender) passes it through `mask`. Columns that hold people by design never come here: they are hashed at reading.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING

from foundation.text import FORMAT_MARKS
from schemas.catalogue_file import read_mapping

if TYPE_CHECKING:  # an idle refresh masks names of files and needs no polars
    import polars as pl

SNILS_HIDDEN, INN_HIDDEN, SIGNATURE_HIDDEN, NAME_HIDDEN = (
    "[СНИЛС скрыт]",
    "[ИНН скрыт]",
    "[подпись скрыта]",
    "[имя скрыто]",
)
UNCHECKED_UP_TO = 1_001_998
"""Numbers up to 001-001-998 carry no check number (golden check G-C01)."""
SNILS_WEIGHTS = range(9, 0, -1)
FIRST_INN_WEIGHTS = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
SECOND_INN_WEIGHTS = (3, *FIRST_INN_WEIGHTS)

DASHES = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d-"
GAP = rf"(?:[\s._/:*+{FORMAT_MARKS}{DASHES}]{{0,4}}|,)"
# Lookaheads: candidates overlap («2024 9999 1234 5603»), and the first need not be the person's.
SNILS = re.compile(rf"(?<![0-9])(?=([0-9]{{3}}({GAP})[0-9]{{3}}({GAP})[0-9]{{3}}({GAP})[0-9]{{2}})(?![0-9]))")
INN = re.compile(rf"(?<![0-9])(?=([0-9](?:[\s{FORMAT_MARKS}{DASHES}]{{0,3}}[0-9]){{11}})(?![0-9]))")
EXPONENT = re.compile(r"(?<![0-9.,])([0-9][.,][0-9]{10,11})[eEеЕ]\+?1[01](?![0-9])")
DAYS_OR_YEARS = re.compile(rf"(?:19|20)\d\d(?:[\s{DASHES}]+(?:19|20)\d\d|[{DASHES}]\d\d[{DASHES}]\d\d\b)")
MONEY_GAPS = frozenset({"", ",", ".", " ", "\u00a0", "\u202f"})

SURNAME = r"[А-ЯЁ][А-Яа-яЁё]+(?:-[А-ЯЁ][А-Яа-яЁё]+)?"
INITIALS = r"[А-ЯЁ]\. ?(?:[А-ЯЁ]\b\.?)?"
NOT_NAMED_AFTER = r"(?<!им\.)(?<!им\. )(?<!имени )(?<![А-ЯЁ]\.)(?<![А-ЯЁ]\. )"
"""A school «имени А.С. Пушкина» is no signature."""
PATRONYMIC_ENDS = ("вич", "вна", "чна", "ич", "оглы", "кызы")
PERSON = (
    rf"{NOT_NAMED_AFTER}\b(?:{SURNAME}\s+{INITIALS}|{INITIALS}\s?{SURNAME}\b"
    rf"|{SURNAME}\s+{SURNAME}\s+[А-ЯЁ][А-Яа-яЁё]+(?i:{'|'.join(PATRONYMIC_ENDS)})\b)"
)
TELEPHONE = r"(?:(?i:\bт(?:ел|елефон)?\b)\.?:?\s*[+(]?\d|(?:\+7|\b8)[\s(-]+\d{3})"
PLACE_FOR_SIGNATURE = r"(?:\(\s*(?i:(?:личная\s+)?подпись)[^)\n]*\)|/\s*(?i:подпись)\s*/|_{3,})"
NAME = re.compile(PERSON)
NAME_OR_TELEPHONE = re.compile(f"{PERSON}|{TELEPHONE}")
TO_BE_SIGNED = re.compile(PLACE_FOR_SIGNATURE)
WHOLE_NUMBER = re.compile(r"\s*([0-9]{11,12})(?:[.,]0+)?\s*")
ALONE = re.compile(rf"\W*{PERSON}\W*")
# What a text must hold to need a closer look. Literals only where millions of texts pass: three times as fast.
MANY_DIGITS = re.compile(r"[0-9](?:[^0-9]{0,4}[0-9]){10}")
INITIAL = re.compile(r"[А-ЯЁ]\.")


def is_valid_snils(digits: str) -> bool:
    """Check number of a СНИЛС of 11 digits."""
    number, control = digits[:9], int(digits[9:])
    if int(number) <= UNCHECKED_UP_TO:
        return True
    total: int = sum(map(mul, map(int, number), SNILS_WEIGHTS))
    return total % 101 % 100 == control


def is_personal_inn(digits: str) -> bool:
    """Both check digits of a person's ИНН of 12 digits."""
    numbers = [int(digit) for digit in digits]
    first = sum(map(mul, numbers, FIRST_INN_WEIGHTS)) % 11 % 10
    second = sum(map(mul, numbers, SECOND_INN_WEIGHTS)) % 11 % 10
    return numbers[10:] == [first, second] and any(numbers)


def mask(text: str) -> str:
    """The text with people's numbers and signatures hidden, all else as it was; masking again changes nothing."""
    if MANY_DIGITS.search(text):
        for start, end, words in reversed(list(_numbers(text))):
            text = text[:start] + words + text[end:]
    if _words_of_signatures().search(text) or ("." in text and INITIAL.search(text)):
        return "\n".join(map(_mask_line, text.split("\n")))
    return text


def mask_quote(text: str) -> str:
    """As `mask`, for a value quoted in a message: one that is a person's name and nothing else is hidden too."""
    return NAME_HIDDEN if is_person(text) else mask(text)


def mask_column(texts: "pl.Series") -> "pl.Series":
    """`mask` of a column: a regular expression finds the few texts that need it."""
    closer_look = "|".join(pattern.pattern for pattern in (MANY_DIGITS, _words_of_signatures(), INITIAL))
    suspicious = texts.str.contains(closer_look).fill_null(value=False)
    if not suspicious.any():
        return texts
    masked = texts.filter(suspicious).map_elements(mask, return_dtype=texts.dtype)
    return texts.scatter(suspicious.arg_true(), masked)


def is_number_of_person(text: str) -> bool:
    """Whether a cell where a number is due holds a СНИЛС or a person's ИНН, as Excel may have made it."""
    match = WHOLE_NUMBER.fullmatch(text)
    return match is not None and _is_number_of_person(match[1])


def is_person(text: str) -> bool:
    """Whether a cell is a person's name: «Образцов О.О.», «О.О. Образцов», all three names."""
    return ALONE.fullmatch(text) is not None


def is_signature(text: str) -> bool:
    """Whether a cell is a line of signature or contact: «Исп. Примеров П.П.», «Директор ____ О.О. Образцов»."""
    return any(_mask_line(line) != line for line in text.split("\n"))


def begins_signature(text: str) -> bool:
    """Whether a cell begins like a signature whose name stands in another cell: «Начальник управления», «Исп.»."""
    return _beginning().match(text) is not None


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and substitute of each person's number, none overlapping."""
    found = [(*match.span(1), SNILS_HIDDEN) for match in SNILS.finditer(text) if _is_snils(match)]
    found += [(*match.span(1), INN_HIDDEN) for match in INN.finditer(text) if _is_inn(match[1])]
    found += [(*match.span(), INN_HIDDEN) for match in EXPONENT.finditer(text) if _is_number_of_person(match[1])]
    reached = 0
    for start, end, words in sorted(found):
        if start >= reached:
            yield start, end, words
            reached = end


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789")


def _is_snils(match: re.Match[str]) -> bool:
    digits, (first, second, last) = _digits(match[1]), match.group(2, 3, 4)
    if last in {",", "."} and first == second != last and first in MONEY_GAPS:  # «123 456 789,01» is money
        return False
    is_written_in_groups = bool(first and second and last)
    return is_valid_snils(digits) and (int(digits[:9]) > UNCHECKED_UP_TO or is_written_in_groups)


def _is_inn(text: str) -> bool:
    return is_personal_inn(_digits(text)) and not DAYS_OR_YEARS.match(text)


def _is_number_of_person(written: str) -> bool:
    digits = _digits(written)
    if len(digits) == 12:
        return is_personal_inn(digits)
    return is_valid_snils(digits) and int(digits[:9]) > UNCHECKED_UP_TO


@lru_cache
def _words(part: str) -> str:
    return "(?i:" + "|".join(read_mapping("signatures.yaml")[part]) + ")"


@lru_cache
def _words_of_signatures() -> re.Pattern[str]:
    """What a signature without initials holds: whoever made the paper, a place to sign, an end of a patronymic."""
    makers = [match[0] for word in read_mapping("signatures.yaml")["makers"] if (match := re.match("[а-я]+", word))]
    words = [*makers, "подпись", *PATRONYMIC_ENDS]
    spelled = [form for word in words for form in (word, word.upper(), word.capitalize())]
    return re.compile("|".join(["___", *dict.fromkeys(spelled)]))


def _mask_line(line: str) -> str:
    """A line by which somebody made or signed the paper, hidden from its first word; of a line of posts, the names."""
    named = list(NAME_OR_TELEPHONE.finditer(line))
    if named and (maker := _maker().search(line, 0, named[-1].start())):
        return line[: maker.start()] + SIGNATURE_HIDDEN
    if _maker_by_surname().fullmatch(line):
        return SIGNATURE_HIDDEN
    if _post().match(line) is None:
        return line
    if TO_BE_SIGNED.search(line):
        return SIGNATURE_HIDDEN
    names = list(NAME.finditer(line))
    ends_with_name = bool(names) and not re.search(r"\w", line[names[-1].end() :])
    return NAME.sub(NAME_HIDDEN, line) if ends_with_name else line


@lru_cache
def _maker() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_words('makers')}")


@lru_cache
def _maker_by_surname() -> re.Pattern[str]:
    return re.compile(rf"\s*{_words('makers')}\W*{SURNAME}\W*")


@lru_cache
def _post() -> re.Pattern[str]:
    return re.compile(rf"\s*{_words('posts')}(?!\w)")


@lru_cache
def _beginning() -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{_words('makers')}|{_words('posts')})(?!\w)")
