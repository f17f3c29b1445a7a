"""The generated page for senders and the metadata it comes from."""

from publishing.pages.exports import PAGE, page
from schemas.header_map import project_layouts
from schemas.kinds import KINDS
from schemas.rules import EXPECTED


def test_page_is_up_to_date() -> None:
    """Guards against a column that senders are not told of: run `make docs` after changing metadata."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_kind_has_a_layout_whose_fields_the_model_knows() -> None:
    """Guards against a heading mapped to a field that no column reads, which would vanish silently."""
    seen = set()
    for layout in project_layouts():
        seen.add(layout.kind)
        columns = KINDS[layout.kind].model.columns
        fields = {column.metadata["field"] or name for name, column in columns.items()}
        unpivoted = {f"{value}_{role}" for value in layout.unpivot_values for role in layout.unpivot}
        assert set(layout.titles) <= fields | unpivoted, layout.name
    assert seen == set(KINDS)


def test_every_check_of_every_model_has_its_words() -> None:
    """Guards against a reject whose sender is told a code instead of what was expected."""
    for kind in KINDS.values():
        checks = [*kind.model.checks, *(check for column in kind.model.columns.values() for check in column.checks)]
        assert {check.name for check in checks} <= set(EXPECTED)
