"""`make faults`: every fault of the list, each try beside a home that nothing was done to; writes docs/faults.md.

    python -m benchmarks.faults --kills 200         everything; hours
    python -m benchmarks.faults --only current      faults whose title has this in it, and no page
    python -m benchmarks.faults --log FILE --page   the table and the page of what the log has so far

With --log what was tried is kept, and tried no more: a run that was cut short goes on. Code 1 when anything was torn,
lost or doubled, told unclearly, or did not recover unaided.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.faults.bench import Bench, Verdict
from benchmarks.faults.damage import damages
from benchmarks.faults.disk import disk_faults
from benchmarks.faults.fault import Fault
from benchmarks.faults.kills import kills
from benchmarks.faults.moves import moves, wrong_clocks
from benchmarks.faults.others import faults_of_others
from benchmarks.faults.page import PAGE, page, table
from publishing.revision import code_digest


def every_fault(number_of_kills: int) -> list[Fault]:
    """The list: what machines do. Kills come last: they are the most, and the others tell more in an hour."""
    damaged = [*damages(), *moves(), *wrong_clocks(), *faults_of_others(), *disk_faults()]
    return [*damaged, *kills(number_of_kills)]


def live(faults: list[Fault], folder: Path, log: Path | None, known: list[Verdict]) -> Iterator[Verdict]:
    """Every try that is not known yet; each verdict is said and kept, a line of JSON, as soon as it stands."""
    bench = Bench(folder)
    bench.prepare()
    _say(f"ночь без помех: {bench.cpu:.0f} с ЦП")
    done = {(verdict.fault, verdict.name) for verdict in known}
    for fault in faults:
        for one in () if fault.not_here else fault.tries:
            if (fault.title, one.name) in done:
                continue
            verdict = bench.attempt(fault, one)
            _say(f"{'хорошо' if verdict.is_fine else 'ПЛОХО '} {verdict.seconds:4.0f} с  {fault.title}: {one.name}")
            if not verdict.is_fine or verdict.said:
                _say(json.dumps(asdict(verdict), ensure_ascii=False, indent=1))
            _keep(log, verdict)
            yield verdict


def logged(log: Path | None) -> list[Verdict]:
    """Verdicts of an earlier run of this very code; another one's say nothing of it."""
    if log is None or not log.is_file():
        return []
    lines = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    return [Verdict.of(values) for values in lines if values.pop("code", None) == code_digest()]


def still_declared(verdicts: list[Verdict], faults: list[Fault]) -> list[Verdict]:
    """Verdicts of faults that are on the list; a log may tell of one that was tried formerly."""
    titles = {fault.title for fault in faults}
    return [verdict for verdict in verdicts if verdict.fault in titles]


def _keep(log: Path | None, verdict: Verdict) -> None:
    if log is None:
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"code": code_digest(), **asdict(verdict)}, ensure_ascii=False) + "\n")


def main() -> int:
    """Do the harm, print the table, write the page."""
    given = _arguments()
    faults = every_fault(given.kills)
    verdicts = still_declared(logged(given.log), faults)
    if given.only:
        faults = [fault for fault in faults if any(part in fault.title for part in given.only)]
    if given.tries:
        faults = [fault.with_tries(given.tries) for fault in faults]
    if not given.page:
        with tempfile.TemporaryDirectory(prefix="vitrina-faults-") as own:
            folder = given.folder or Path(own)
            folder.mkdir(exist_ok=True, parents=True)
            folder.chmod(0o711)  # another account has to reach its home
            verdicts += live(faults, folder, given.log, verdicts)
    _say("\n".join(table(faults, verdicts)))
    for fault in faults:
        if fault.not_here:
            sys.stderr.write(f"НЕ ПРОВЕРЕНО: {fault.title}: {fault.not_here}\n")
    if not given.only:
        PAGE.write_text(page(faults, verdicts), encoding="utf-8")
    return 0 if all(verdict.is_fine for verdict in verdicts) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=int(os.environ.get("FAULTS_KILLS", "200")))
    parser.add_argument("--only", action="append", help="faults whose title has this in it; the page is left alone")
    parser.add_argument("--tries", help="of these only the tries whose name has this in it")
    parser.add_argument("--folder", type=Path, help="where the homes to begin from are made, and kept for the next run")
    parser.add_argument("--log", type=Path, help="a file of verdicts, JSON lines")
    parser.add_argument("--page", action="store_true", help="try nothing more: the page of what the log has")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
