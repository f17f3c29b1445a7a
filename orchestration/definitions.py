"""What Dagster loads (`dagster dev -m orchestration.definitions`): one explicit object, nothing loose beside it."""

from foundation.settings import get_settings
from orchestration.assembly import build_definitions

definitions = build_definitions(get_settings())
