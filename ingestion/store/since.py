"""What came to the build since its last copy: files received or read again, decisions taken and taken back.

A build that is lost is that copy and these lines, JSON each. They stand beside the copy and go with it when the next
one is made. Nothing of people is in them: of a file what the journal of received files says, of a decision the row
that asked.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from foundation.settings import Settings
from ingestion.read import Member
from ingestion.store.archive import archived
from ingestion.store.receipts import Receipt
from ingestion.store.reload import ReloadRequest

FILE = "since.jsonl"


@dataclass(frozen=True)
class PastDecision:
    """A steward's decision on the question that a row asked; without an organisation or a place it was rejected."""

    decided_at: datetime
    file_sha256: str
    sheet: str
    source_row: int
    kind: str
    name: str | None
    organisation_id: str | None
    region: str | None = None
    municipality: str | None = None
    by: str | None = None
    why: str | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None
    undone_why: str | None = None


@dataclass(frozen=True)
class Step:
    """A decision at the time it was taken, or taken back."""

    decision: PastDecision
    is_undoing: bool

    @property
    def moment(self) -> datetime:
        moment = self.decision.undone_at if self.is_undoing else self.decision.decided_at
        assert moment is not None
        return moment


def note_receipt(settings: Settings, receipt: Receipt) -> None:
    """Write down a file that has come into the archive."""
    member = receipt.member
    _append(
        settings,
        {
            "received": {
                "name": member.name, "sha256": member.sha256, "size_bytes": member.size_bytes,
                "received_at": receipt.received_at.isoformat(), "declared": dict(receipt.declared),
                "again": receipt.again,
            }
        },
    )  # fmt: skip


def note_step(settings: Settings, step: Step) -> None:
    """Write down a decision that was taken, or taken back."""
    _append(settings, {"undone" if step.is_undoing else "decided": asdict(step.decision)})


def note_reload(settings: Settings, request: ReloadRequest) -> None:
    """Write down that files of a kind are read again."""
    _append(settings, {"reloaded": asdict(request)})


def since_the_copy(settings: Settings) -> Iterator[Receipt | Step | ReloadRequest]:
    """In the order in which it came; a line that a crash cut short is left out."""
    try:
        lines = (settings.checkpoint / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            (what, values), *_ = json.loads(line).items()
        except ValueError:
            continue
        if what == "received":
            yield _receipt(settings, values)
        elif what == "reloaded":
            yield _reload(values)
        else:
            yield _step(values, is_undoing=what == "undone")


def _append(settings: Settings, entry: Mapping[str, Any]) -> None:
    """Nothing is noted before the first copy is made: the release then tells what went before."""
    path: Path = settings.checkpoint / FILE
    if not path.parent.is_dir():
        return
    line = json.dumps(entry, ensure_ascii=False, default=_iso)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n" if _ends_a_line(path) else f"\n{line}\n")
        stream.flush()
        os.fsync(stream.fileno())


def _iso(value: date) -> str:
    """Of a moment the time too."""
    return value.isoformat()


def _ends_a_line(path: Path) -> bool:
    """Whether what stands there was written to its end: a line must not go on from half of another."""
    with path.open("rb") as stream:
        if not stream.seek(0, os.SEEK_END):
            return True
        stream.seek(-1, os.SEEK_END)
        return stream.read() == b"\n"


def _receipt(settings: Settings, values: Mapping[str, Any]) -> Receipt:
    sha256 = values["sha256"]
    member = Member(values["name"], sha256, values["size_bytes"], None, None, archived(settings, sha256))
    moment = datetime.fromisoformat(values["received_at"])
    return Receipt(member, moment, values["declared"], again=values["again"])


def _reload(values: Mapping[str, Any]) -> ReloadRequest:
    since, until = (values[name] and date.fromisoformat(values[name]) for name in ("since", "until"))
    return ReloadRequest(values["kind"], since, until)


def _step(values: Mapping[str, Any], *, is_undoing: bool) -> Step:
    decided, undone = (values[name] and datetime.fromisoformat(values[name]) for name in ("decided_at", "undone_at"))
    decision = replace(PastDecision(**values), decided_at=decided, undone_at=undone)
    return Step(decision, is_undoing)
