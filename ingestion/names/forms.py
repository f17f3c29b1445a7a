"""The legal form and the type in a folded name.

How they are spelled is data: name_words.yaml, organisation_types.yaml.
"""

import re
from functools import lru_cache

from foundation.settings import per_home
from foundation.text import as_whole_words, spaced
from ingestion.names.spelling import LOOSE_HYPHEN
from schemas.catalogue import name_words, organisation_types

SCHOOL = "школа"
BODY = "учреждение"
"""What letters that end in a bare «У» say beside those of a school («МКУ … МБОУ»): another body, of no known type."""
TOGETHER = " + "
"""Between the types, or numbers, of a site and of its entity."""


@lru_cache
def _form_patterns() -> tuple[tuple[re.Pattern[str], str, str | None], ...]:
    """Legal forms in words and in letters, each with its owner and, of letters, the type they say."""
    words = name_words()
    nouns = "|".join(words["form_nouns"])
    manners = "".join(words["manner_letters"])
    patterns: list[tuple[re.Pattern[str], str, str | None]] = []
    for owner, said in words["owners"].items():
        beginning = rf"(?<![\w-])(?:{'|'.join(said['words'])})\w* (?:[а-я()-]+ ){{0,6}}?(?:{nouns})\w*"
        patterns.append((re.compile(beginning + r"(?: дополнительного образования)?"), owner, None))
        for kind, letters in words["kinds"].items():  # in its order: «МКУ ДО» before «МКУ»
            ending = "|".join(sorted(letters, key=len, reverse=True))
            abbreviation = rf"(?<![\w-])(?:{'|'.join(said['letters'])})[{manners}]?(?:{ending})(?![\w-])"
            patterns.append((re.compile(abbreviation), owner, kind))
    manner = rf"(?<![\w-])(?:{'|'.join(words['manner_words'])})\w* (?:[а-я()-]+ ){{0,4}}?(?:{nouns})\w*"
    patterns.append((re.compile(manner), "", None))
    for kind, letters in words["kinds"].items():
        if kind:  # «У» alone is a word
            bare = "|".join(sorted(letters, key=len, reverse=True))
            patterns.append((re.compile(rf"(?<![\w-])[{manners}]?(?:{bare})(?![\w-])"), "", kind))
    return tuple(patterns)


@lru_cache
def _may_have_form() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A noun of a form in words, and any form in letters: most patterns need no try, for a name has one form."""
    words = name_words()
    owners = "|".join(letters for said in words["owners"].values() for letters in said["letters"])
    endings = "|".join({letters for several in words["kinds"].values() for letters in several})
    manners = "".join(words["manner_letters"])
    letters = rf"(?<![\w-])(?:{owners})?[{manners}]?(?:{endings})(?![\w-])"
    return re.compile("|".join(words["form_nouns"])), re.compile(letters)


def without_legal_form(name: str) -> tuple[str, str, str]:
    """The rest, the owner, and the type that the form alone says («МБДОУ» is a kindergarten's).

    Of forms that say several types, or in letters several owners («МБОУ … (ДОУ)»), all are told together: they agree
    with nobody who says one of them.
    """
    owners: list[str] = []
    kinds: set[str] = set()
    is_bare = False
    noun, letters = _may_have_form()
    has_noun, has_letters = noun.search(name), letters.search(name)
    for pattern, said, of_letters in _form_patterns():
        match = pattern.search(name) if (has_noun if of_letters is None else has_letters) else None
        if match is None:
            continue
        if kind := _kind_in_words(match[0]) if of_letters is None else of_letters:
            kinds.add(kind)
        is_bare |= of_letters == ""
        # «Краевое государственное»: of words the first owner named is told, the others are part of the same form.
        if said and said not in owners and (of_letters is not None or not owners):
            owners.append(said)
        name = spaced(f"{name[: match.start()]} {name[match.end() :]}")
        has_noun, has_letters = noun.search(name), letters.search(name)
    if is_bare and kinds:
        kinds.add(BODY)
    return name, TOGETHER.join(owners), TOGETHER.join(sorted(kinds))


@lru_cache(maxsize=4096)
def _kind_in_words(form: str) -> str:
    """The type that a form in words says, if any."""
    kinds = name_words()["kind_words"].items()
    return next((kind for kind, stems in kinds if any(one in form for one in stems)), "")


def has_form_in_words(name: str) -> bool:
    """Whether a folded name says its legal form in words, as the whole legal name does."""
    noun, _ = _may_have_form()
    return noun.search(name) is not None and any(
        pattern.search(name) for pattern, _, of_letters in _form_patterns() if of_letters is None
    )


def form_start(name: str) -> int | None:
    """Where the first legal form of a folded name begins; None where it has none."""
    return min((match.start() for pattern, *_ in _form_patterns() if (match := pattern.search(name))), default=None)


def form_in_letters(name: str) -> str:
    """The first legal form of a folded name in letters («мбоу»), of one in words its initials; nothing without one."""
    found = [(match.start(), -match.end(), match[0], of_letters is None)
             for pattern, _, of_letters in _form_patterns() if (match := pattern.search(name))]  # fmt: skip
    if not found:
        return ""
    *_, form, is_in_words = min(found)
    return "".join(word[0] for word in form.split()) if is_in_words else form.replace(" ", "")


@per_home
def _type_patterns() -> tuple[tuple[str, re.Pattern[str], str, bool], ...]:
    """Spellings of types, also as whole words, the longest first; whether one counts only after a legal form."""
    words = name_words()
    left_out = {*words["no_types"], *words["any_school"]}
    spelled = [
        (LOOSE_HYPHEN.sub("-", spelling), entry.title)
        for entry in organisation_types()
        if entry.title in words["types_in_names"]
        for spelling in entry.spellings - left_out
    ]
    spelled += [(spelling, title) for title, several in words["types_of_names"].items() for spelling in several]
    spelled += [(spelling, SCHOOL) for spelling in words["any_school"]]
    guarded = set(words["only_after_form"])
    ordered = sorted(dict(spelled).items(), key=lambda pair: (pair[1] == SCHOOL, -len(pair[0]), pair))
    return tuple((text, as_whole_words(text), title, text in guarded) for text, title in ordered)


def without_type(name: str, of_form: str, *, both: bool) -> tuple[str, str, bool]:
    """The rest, the type, and whether the name says it in a word of its own; `both` types of a site's name."""
    found = []
    for spelling, pattern, title, is_guarded in _type_patterns():
        if spelling not in name or (is_guarded and of_form != SCHOOL):
            continue
        while pattern.search(name):
            found.append(title)
            name = spaced(pattern.sub(" ", name, count=1 if both else 0))
        if found and not both:
            break
    if found:
        return name, TOGETHER.join(sorted(found)), True
    return name, "" if of_form == SCHOOL else of_form, False


def type_spans(name: str) -> list[tuple[int, int]]:
    """Where the types of a folded name begin and end, in their turn; the longest spelling of each."""
    spans: list[tuple[int, int]] = []
    for spelling, pattern, _, is_guarded in _type_patterns():
        if spelling in name and not is_guarded:
            spans += [
                match.span()
                for match in pattern.finditer(name)
                if not any(match.start() < end and start < match.end() for start, end in spans)
            ]
    return sorted(spans)
