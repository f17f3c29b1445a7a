"""What Dagster loads (`dagster dev -m orchestration.definitions`): one explicit object, nothing loose beside it."""

from foundation.private_file import keep_private
from foundation.settings import get_settings
from orchestration.assembly import build_definitions
from orchestration.collector import settle

keep_private()  # whoever starts Dagster: the daemon, systemd, a developer
definitions = build_definitions(get_settings())
settle()
