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
QUOTES = re.compile("[«»“”„‟\"'`’‘]")
DASHES = re.compile("[‐‑‒–—−]")
SPACES = re.compile(r"\s+")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*", re.UNICODE)
CYRILLIC = re.compile("[А-Яа-яЁё]")


def plain(text: str) -> str:
    """Text with NBSP and repeated spaces made single spaces, dashes made hyphens, soft hyphens dropped."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    return SPACES.sub(" ", DASHES.sub("-", text)).strip()


def unify_look_alikes(text: str) -> str:
    """Latin and Greek look-alikes inside words that have a Cyrillic letter become Cyrillic."""

    def fix(match: re.Match[str]) -> str:
        word = match.group()
        return word.translate(LOOK_ALIKES) if CYRILLIC.search(word) else word

    return WORD.sub(fix, text)


def fold(text: str) -> str:
    """The form in which names and spellings are compared: plain, no quotes, lower case, ё as е."""
    return SPACES.sub(" ", QUOTES.sub("", unify_look_alikes(plain(text)))).strip().lower().replace("ё", "е")


def as_whole_words(spelling: str) -> re.Pattern[str]:
    """Finds a folded spelling in a folded text where it is no part of a longer word."""
    return re.compile(rf"(?<![\w-]){re.escape(spelling)}(?![\w-])")


@lru_cache(maxsize=8192)
def fold_header(text: str) -> str:
    """The form in which column headers are compared: folded, without trailing colons, asterisks and dots."""
    return fold(text).rstrip(" :*.").strip()
