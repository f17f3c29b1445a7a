"""«Школа»: whoever leaves the type out of a name may mean the school called so, or a plain one beside it."""

from dataclasses import replace

from foundation.text import fold
from ingestion.match.agreement import Agreement, agreement
from ingestion.match.asked import Organisation
from ingestion.names.forms import SCHOOL, has_form_in_words
from ingestion.names.parts import NameParts


def leaves_type_out(row: NameParts, other: Organisation, found: Organisation, *, is_verbatim: bool) -> bool:
    """Whether a row that says «школа» may have left out the type of `other`, while `found` is called just so.

    `other` agrees but for its type, or an honoree. One that is called «школа» too differs by the honoree alone; one
    that says more than a type of which `found` says it is as well, is no more likely meant than if the row said that.
    `is_verbatim`: the row is the legal name of `found`, which nobody writes for a name with more to it.
    """
    names = [one for one in other.known_names if agreement(row, other, (one,)) is Agreement.TAIL]
    alike = [one.parts for one in names]
    types = {one.type or other.kind or "" for one in alike}
    if any(agreement(replace(row, type=one.parts.type or other.kind or ""), other, (one,)) is Agreement.FULL
           for one in names if one.parts.type != SCHOOL):  # fmt: skip
        return True
    return not (is_verbatim or SCHOOL in types or types <= {one.type for one in found.parts})


def legal_name_of_school(row: NameParts, name: str) -> str:
    """A folded name that may be the legal one, its form in words, of a school that says no type; else nothing."""
    if row.type != SCHOOL:
        return ""
    folded = fold(name)
    return folded if has_form_in_words(folded) else ""
