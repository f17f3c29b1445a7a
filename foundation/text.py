"""One way to compare Russian text: case, ё/е, quotes, NBSP, dashes and look-alike letters levelled."""

import re
import unicodedata
from functools import lru_cache

# Latin and Greek letters that stand in Cyrillic words after OCR or a wrong keyboard layout.
LOOK_ALIKES = str.maketrans(
    {
        **dict(zip("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху", strict=True)),
        **dict(zip("ΑΒΕΗΙΚΜΝΟΡΤΧΥΠΓΛΔΦο", "АВЕНІКМНОРТХУПГЛДФо", strict=True)),
        "І": "І",
    }
)
LOOK_ALIKE = re.compile(f"[{''.join(map(chr, LOOK_ALIKES))}]")
QUOTES = re.compile("[«»“”„‟\"'`’‘]")
DASHES = re.compile("[‐‑‒–—−]")
FORMAT_MARKS = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
"""Unicode's category Cf, as the inside of a character class: soft hyphens, joiners, marks of direction, inner BOM."""
FORMAT_MARK = re.compile(f"[{FORMAT_MARKS}]")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*", re.UNICODE)
CYRILLIC = re.compile("[А-Яа-яЁё]")
OWNERSHIP = (
    r"(?:(?:муниципальн|государственн|федеральн|краев|областн|республиканск|частн|негосударственн|автономн|бюджетн"
    r"|казенн|некоммерческ)\w* )+"
)
LETTERS = r"(?:кг|фг|ог|[гмчк])?[бка]?"
LEGAL_FORMS = (
    # What tells a kindergarten or a centre from the school of its number stays, in one word.
    (re.compile(rf"^(?:{OWNERSHIP}дошкольное образовательное учреждение|{LETTERS}доу) "), "доу "),
    (
        re.compile(rf"^(?:{OWNERSHIP}(?:образовательное )?учреждение дополнительного образования|{LETTERS}о?у ?до) "),
        "до ",
    ),
    (re.compile(rf"^(?:{OWNERSHIP}(?:(?:обще)?образовательное )?(?:учреждение|организация)|{LETTERS}о?у) "), ""),
    (re.compile(r"^(?:общество с ограниченной ответственностью|(?:публичное )?акционерное общество) "), ""),
    (re.compile(r"^(?:ооо|пао|зао|ао|ано|нко) "), ""),
)
"""Forms of ownership at the beginning of a folded name, and what of them belongs to the name."""


def plain(text: str) -> str:
    """Text without invisible format marks; NBSP and its kin and repeated spaces are one space, dashes are hyphens."""
    if text.isascii():  # most cells of a large file: codes, numbers, dates
        return " ".join(text.split())
    if not text.isprintable():  # format marks are not printable
        text = FORMAT_MARK.sub("", text)
    return " ".join(DASHES.sub("-", unicodedata.normalize("NFC", text)).split())


def spaced(text: str) -> str:
    """A text that is plain already, with what is left of its spaces after words were taken out."""
    return " ".join(text.split())


def unify_look_alikes(text: str) -> str:
    """Latin and Greek look-alikes inside words that have a Cyrillic letter become Cyrillic."""

    def fix(match: re.Match[str]) -> str:
        word = match.group()
        return word.translate(LOOK_ALIKES) if CYRILLIC.search(word) else word

    return WORD.sub(fix, text) if LOOK_ALIKE.search(text) else text


def fold(text: str) -> str:
    """The form in which names and spellings are compared: plain, no quotes, lower case, ё as е."""
    return folded(unify_look_alikes(plain(text)))


def folded(text: str) -> str:
    """The same of a text that is plain already, its look-alike letters levelled."""
    return " ".join(QUOTES.sub("", text).split()).lower().replace("ё", "е")


def sender_key(text: str) -> str:
    """The form in which senders are compared: folded, without the form of ownership («МКУ «Отдел»» is «Отдел»)."""
    folded = fold(text).rstrip(" .,;")
    for form, kept in LEGAL_FORMS:
        if match := form.match(folded):
            return kept + folded[match.end() :]
    return folded


def as_whole_words(spelling: str) -> re.Pattern[str]:
    """Finds a folded spelling in a folded text where it is no part of a longer word."""
    return re.compile(rf"(?<![\w-]){re.escape(spelling)}(?![\w-])")


@lru_cache(maxsize=8192)
def fold_header(text: str) -> str:
    """The form in which column headers are compared: folded, without trailing colons, asterisks and dots."""
    return fold(text).rstrip(" :*.").strip()
