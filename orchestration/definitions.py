"""What Dagster loads (`dagster dev -m orchestration.definitions`): one explicit object, nothing loose beside it."""

from orchestration.assembly import build_definitions
from schemas.settings import get_settings

definitions = build_definitions(get_settings())
