"""Dagster's interface on a Unix socket, for it has no login of its own.

    python -m orchestration.webserver SOCKET

`dagster-webserver` listens on TCP only, where every account of the machine may start and stop nights; uvicorn, asked
for a Unix socket, opens it to every account as well.
"""

import sys
from pathlib import Path

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__

from foundation.private_file import keep_private
from orchestration.relied import Relied
from orchestration.unix_socket import own_socket

DEFINITIONS = "orchestration.definitions"

_WHY = "orchestration/webserver.py serves Dagster's interface on a Unix socket"
RELIED_ON = (
    Relied("dagster._core.workspace.context", "WorkspaceProcessContext", "__init__",
           ("instance", "workspace_load_target", "version", "read_only", "grpc_server_registry",
            "code_server_log_level", "server_command"), _WHY),
    Relied("dagster._core.workspace.load_target", "ModuleTarget", "create_origins", (), _WHY,
           source="self.module_name"),
    Relied("dagster_webserver.app", "", "create_app_from_workspace_process_context",
           ("workspace_process_context", "path_prefix", "live_data_poll_rate", "kwargs"), _WHY),
    Relied("dagster_webserver.cli", "", "host_dagster_ui_with_workspace_process_context",
           ("workspace_process_context", "host", "port", "path_prefix", "log_level", "live_data_poll_rate"), _WHY,
           source="create_app_from_workspace_process_context("),
)  # fmt: skip


def main(path: Path) -> None:
    """Serve until a signal."""
    keep_private()
    own = own_socket(path)
    target = ModuleTarget(DEFINITIONS, None, None, None)
    try:
        with DagsterInstance.get() as instance, WorkspaceProcessContext(instance, target, __version__) as workspace:
            app = create_app_from_workspace_process_context(workspace)
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[own])
    finally:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
