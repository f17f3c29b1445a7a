"""Lines that name a municipality and nothing else: «Енисейский район», «г. Ковров», «городской округ Мнимый»."""

import re

from foundation.text import fold

WORD = r"[а-я]+(?:-[а-я]+)*"
DISTRICT = rf"{WORD}(?:ий|ый|ой) (?:(?:муниципальн|городск)(?:ый|ой) )?(?:район|округ|р-н)"
TOWN = (
    rf"(?:г\. ?|гор\. ?|(?:г|гор|город|городской округ|муниципальн(?:ый|ое) (?:район|округ|образование)|мо|го|зато) )"
    rf"(?:город |г\. ?)?{WORD}(?: {WORD})?"
)
ORGANISATION = r"школ|гимнази|лице|\bсад|учрежден|\bцентр|колледж|техникум|интернат|управлен|отдел|комитет"
PLACE_LINE = re.compile(rf"^(?!.*(?:{ORGANISATION}))(?:{DISTRICT}|{TOWN})$")


def is_place_line(text: str) -> bool:
    """Whether a text is a municipality's name with a word that says so; a name without one may be anything."""
    return PLACE_LINE.match(fold(text)) is not None
