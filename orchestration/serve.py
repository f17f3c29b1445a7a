"""`vitrina serve`: Dagster's web interface and daemon and Superset, started and ended together."""

import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from bi.first_start import ServiceError, check_installed, log_folder, prepare
from bi.service import answers, running_service, service_url, start_superset, wait_until_ready, withdraw
from bi.settings import SupersetSettings
from foundation.settings import Settings
from orchestration.children import ChildEndedError, Children, StopRequestedError
from orchestration.dbt.project import prepare_manifest
from orchestration.doors import require_closed_doors
from orchestration.failures import describe_failure
from orchestration.home import prepare_dagster_home
from orchestration.instance import prepare_storage
from orchestration.mending import mend_home
from orchestration.permissions import close_home
from orchestration.unix_socket import require_free
from publishing.catalogue import current_release

LOOPBACK = "127.0.0.1"
DEFINITIONS = ("-m", "orchestration.definitions")

Say = Callable[[str], None]


class PortTakenError(OSError):
    """Somebody already listens there."""


def serve(settings: Settings, host: str, port: int, superset: SupersetSettings | None, say: Say) -> int:
    """Run until Ctrl-C or until a child ends by itself; 0 when stopped, 3 when a child failed."""
    _check_doors(settings, host, port, superset)
    if superset is not None:
        _check_superset(settings, superset)
    if mended := mend_home(settings):
        say(mended)
    close_home(settings)
    # Not DAGSTER_HOME/logs: Dagster empties that folder when it stops.
    logs = prepare_dagster_home(settings) / "services"
    logs.mkdir(exist_ok=True)
    prepare_manifest(settings)
    prepare_storage(settings)
    with Children() as children:
        try:
            _start_dagster(settings, host, port, children, logs)
            children.start("dagster-daemon", ["run", *DEFINITIONS], logs)
            if superset is not None:
                _start_superset(settings, superset, children, say)
            say(f"Dagster: {settings.dagster_socket or f'http://{host}:{port}'}")
            say(f"Ночное обновление: «{settings.refresh_cron}» ({settings.timezone}); новые файлы в {settings.landing}")
            if superset is not None:
                _provision(settings, superset, children, say)
            say(f"Журналы: {_logs(settings, logs, superset)}. Остановить: Ctrl-C")
            children.wait(lambda: False)
        except StopRequestedError:
            say("Остановлено.")
        except ChildEndedError as error:
            say(f"Процесс {error} завершился сам. Журналы: {_logs(settings, logs, superset)}")
            return 3
        finally:
            if superset is not None:
                withdraw(settings)
    return 0


def _check_doors(settings: Settings, host: str, port: int, superset: SupersetSettings | None) -> None:
    if settings.dagster_socket is None:
        require_closed_doors(settings, host, superset)
        _check_port(host, port, "--port")
    else:
        require_closed_doors(settings, LOOPBACK, superset)
        require_free(settings.dagster_socket)


def _start_dagster(settings: Settings, host: str, port: int, children: Children, logs: Path) -> None:
    if settings.dagster_socket is None:
        children.start("dagster-webserver", [*DEFINITIONS, "--host", host, "--port", str(port)], logs)
    else:
        socket_path = str(settings.dagster_socket.absolute())
        children.start("python", ["-m", "orchestration.webserver", socket_path], logs, name="dagster-webserver")


def _check_port(host: str, port: int, option: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(
                error.errno, f"порт {port} занят, укажите другой: {option}", f"{host}:{port}"
            ) from None


def _check_superset(settings: Settings, superset: SupersetSettings) -> None:
    running = running_service(settings)
    if running is not None and answers(running):
        raise ServiceError(f"Superset этой рабочей папки уже работает: {running}. Остановите прежний vitrina serve.")
    _check_port(superset.host, superset.port, "--superset-port")
    check_installed()


def _start_superset(settings: Settings, superset: SupersetSettings, children: Children, say: Say) -> None:
    prepare(settings, superset, say, children.wait)
    child = start_superset(settings, superset)
    children.adopt("superset", child, signal.SIGTERM)
    wait_until_ready(settings, superset, child, children.wait)
    url = service_url(superset)
    say(f"Дашборды: {url}/dashboard/list/")
    say(f"SQL Lab: {url}/sqllab/")


def _provision(settings: Settings, superset: SupersetSettings, children: Children, say: Say) -> None:
    """Bring dashboards and access up to the files in bi/; the services go on whatever comes of it."""
    if current_release(settings) is None:
        say("Выпуска ещё нет. Примеры: vitrina demo; свои файлы: vitrina add ФАЙЛ…, затем vitrina refresh.")
        say("Дашборды настроятся сами после первого обновления.")
        return
    # In a thread: a stop must not wait for it.
    thread = threading.Thread(target=_try_to_provision, args=(settings, superset, say), daemon=True)
    thread.start()
    children.wait(lambda: not thread.is_alive())


def _try_to_provision(settings: Settings, superset: SupersetSettings, say: Say) -> None:
    from bi.provision import provision  # noqa: PLC0415 - the client takes a second to import, `--no-superset` needs none

    try:
        say(provision(settings, service_url(superset), say, superset).text())
    except Exception as error:
        say(f"Дашборды не настроены: {describe_failure(error)}. Службы работают; повторить: vitrina provision")


def _logs(settings: Settings, logs: Path, superset: SupersetSettings | None) -> str:
    return f"{logs}" if superset is None else f"{logs}, {log_folder(settings)}"
