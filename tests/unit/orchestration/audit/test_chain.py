"""Whatever is done to one line of the journal of acts is found, whatever a kill does to it is not called a forgery."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestration.audit.chain import BEGINNING, TORN, Head, digest, examine, sealed

ENTRIES = st.dictionaries(st.sampled_from(["at", "action", "by"]), st.text(max_size=8), max_size=3)
CHAINS = st.lists(st.tuples(ENTRIES, st.sampled_from([0, 0, 0, 1, 2])), min_size=1, max_size=8)
"""Entries, and how many killed processes left half a line before each, one after the other."""
Chain = list[tuple[dict[str, str], int]]


def written(chain: Chain) -> list[bytes]:
    """The lines as the journal writes them."""
    lines: list[bytes] = []

    def last() -> str:
        return digest(lines[-1]) if lines else BEGINNING

    for entry, torn in chain:
        if torn:
            before, halves = last(), [sealed(entry, last())[: -3 - number] for number in range(torn)]
            lines += halves
            details = {"after": before, "sha256": digest(b"\n".join(halves))}
            lines.append(sealed({"action": TORN, "details": details}, last()))
        lines.append(sealed(entry, last()))
    return lines


def content(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def head_of(lines: list[bytes]) -> Head:
    return Head(len(lines), digest(lines[-1]))


@settings(deadline=None, max_examples=400)
@given(chain=CHAINS)
def test_a_whole_chain_is_whole(chain: Chain) -> None:
    """Guards against a journal called forged because a process was killed while it wrote."""
    lines = written(chain)
    found = examine(content(lines), head_of(lines))
    assert found.fault is None
    assert (found.lines, found.head) == (len(lines), digest(lines[-1]))
    assert len(found.torn) == sum(torn for _, torn in chain)


@settings(deadline=None, max_examples=400)
@given(chain=CHAINS, data=st.data())
def test_one_changed_byte_is_found(chain: Chain, data: st.DataObject) -> None:
    """Guards against a decision whose author was changed, in any line, the last one included."""
    lines = written(chain)
    whole = bytearray(content(lines))
    place = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255))
    assume(whole[place] != value)
    whole[place] = value
    assert examine(bytes(whole), head_of(lines)).fault is not None


@settings(deadline=None, max_examples=400)
@given(chain=CHAINS, data=st.data())
def test_a_removed_line_is_found(chain: Chain, data: st.DataObject) -> None:
    """Guards against an act that disappears: the first, one in the middle, the last, or several off the end."""
    lines = written(chain)
    start = data.draw(st.integers(0, len(lines) - 1))
    end = data.draw(st.integers(start + 1, len(lines)))
    assert examine(content(lines[:start] + lines[end:]), head_of(lines)).fault is not None


@settings(deadline=None, max_examples=400)
@given(chain=CHAINS, data=st.data())
def test_swapped_and_repeated_lines_are_found(chain: Chain, data: st.DataObject) -> None:
    """Guards against acts told in another order."""
    lines = written(chain)
    one, other = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
    assert examine(content([*lines[:one], lines[one], *lines[one:]]), head_of(lines)).fault is not None
    assume(one != other)
    swapped = list(lines)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert examine(content(swapped), head_of(lines)).fault is not None


@settings(deadline=None, max_examples=400)
@given(chain=CHAINS, data=st.data())
def test_a_cut_end_is_found(chain: Chain, data: st.DataObject) -> None:
    """Guards against a journal shortened by bytes and taken for one whose last line a kill cut short."""
    lines = written(chain)
    whole = content(lines)
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert examine(whole[:cut], head_of(lines)).fault is not None


def test_the_first_broken_line_is_named() -> None:
    """Guards against «журнал повреждён» over ten thousand lines."""
    lines = written([({"action": f"act {number}"}, 0) for number in range(5)])
    changed = [*lines[:2], lines[2].replace(b"act 2", b"act 9"), *lines[3:]]
    assert examine(content(changed), head_of(lines)).fault == (
        "строка 4 не продолжает строку 3: одна из них изменена, удалена или переставлена"
    )
    last = [*lines[:4], lines[4].replace(b"act 4", b"act 9")]
    assert examine(content(last), head_of(lines)).fault == "строка 5 изменена"
    unread = [*lines[:2], b"{", *lines[3:]]
    assert str(examine(content(unread), head_of(lines)).fault).startswith("строка 3 не читается")
    torn = written([({"action": "act 0"}, 0), ({"action": "act 1"}, 1)])
    hidden = [torn[0].replace(b"act 0", b"act 9"), *torn[1:]]
    assert examine(content(hidden), head_of(torn)).fault == "строка 1 изменена или удалена: так говорит строка 3"
    assert examine(content(lines[1:]), head_of(lines)).fault == (
        "строка 1 не начинает журнал: строки перед ней удалены или она изменена"
    )
    assert examine(content(lines[:3]), head_of(lines)).fault == "было строк 5, стало 3: последние удалены"
    assert str(examine(content(lines), None).fault).startswith("нет записи о конце журнала")
    assert examine(b"", None).fault is None
    assert examine(b"", Head(1, "0")).fault == "было строк 1, стало 0: последние удалены"
