"""A refresh runs whole or not at all: a release of some of its steps would mix what is new with what was there before.

Dagster's pages let anybody materialize a selection of assets, leave checks out, or begin a run again where it failed.
"""

from collections.abc import Set as AbstractSet

import dagster as dg

from orchestration.record import StepFailedError

WHAT_TO_DO = (
    "Обновление выполняется только целиком: выпуск из части шагов смешал бы новое с прежним. Ничего не изменено. "
    "Запустите задание {job} целиком (его страница, Materialize all) или выполните vitrina refresh; пересчитать всё: "
    "vitrina refresh --full; только дашборды: vitrina provision"
)


def require_whole_run(
    run: dg.DagsterRun, job_name: str, assets: AbstractSet[dg.AssetKey], checks: AbstractSet[dg.AssetCheckKey]
) -> None:
    """Raise StepFailedError, in Russian, for a run that is not the job with every asset and check of it."""
    # A run of the whole job has no selection, or an empty one; an empty one beside checks is of checks alone.
    has_assets = run.asset_selection >= assets if run.asset_selection else run.asset_check_selection is None
    has_checks = run.asset_check_selection is None or run.asset_check_selection >= checks
    is_begun_again = run.parent_run_id is not None and run.step_keys_to_execute is not None
    if run.job_name != job_name or not has_assets or not has_checks or is_begun_again:
        raise StepFailedError(WHAT_TO_DO.format(job=job_name))
