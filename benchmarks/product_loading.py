"""The part of a refresh that reads, judges and splits: everything in landing into the build file, no marts."""

from foundation.settings import get_settings
from ingestion.pipeline import LOAD_ORDER, load_kind, prepare_build, receive, settle_held
from ingestion.store.tables import hold_build_open, let_build_go


def main() -> None:
    """Load what lies in landing of VITRINA_HOME."""
    settings = get_settings()
    prepare_build(settings)
    hold_build_open(settings)
    receive(settings)
    for kind in LOAD_ORDER:
        load_kind(settings, kind)
    settle_held(settings)
    let_build_go()


if __name__ == "__main__":
    main()
