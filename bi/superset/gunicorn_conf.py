"""How gunicorn serves Superset; address, workers and log files come as arguments from bi/service.py."""

import os
from typing import Any

worker_class = "gthread"
threads = 8
preload_app = True  # one import for all workers: half the memory, and an error at start shows at once
timeout = 120
graceful_timeout = 10
control_socket_disable = True  # it would lie in the home folder of whoever runs the service
limit_request_line = 0  # the state of a chart travels in the address
limit_request_field_size = 0
capture_output = True
# The path only: what a person filtered by stands in the query string.
access_log_format = "%(t)s %(h)s %(m)s %(U)s %(s)s %(M)sms"


def post_fork(_server: Any, worker: Any) -> None:
    """A connection to the metadata opened before the fork must not be shared by the workers."""
    from superset.extensions import db

    with worker.app.wsgi().app_context():
        db.engine.dispose(close=False)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Requests are answered and logs written: taking the interpreter apart would cost seconds more."""
    os._exit(0)


def on_exit(_server: Any) -> None:
    """The same for the process that started the workers."""
    os._exit(0)
