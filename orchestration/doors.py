"""Where `vitrina serve` may listen: on this machine, or beyond it behind TLS and a login."""

import ipaddress
import socket

from bi.settings import SupersetSettings
from foundation.settings import Settings
from ingestion.errors import UserError

MORE = "Как поставить прокси: docs/operator.md, раздел «Доступ по сети»."


def require_closed_doors(settings: Settings, host: str, superset: SupersetSettings | None) -> None:
    """Raise UserError when a service would listen beyond this machine without TLS and a login."""
    if not settings.dagster_behind_login and not is_loopback(host):
        raise UserError(
            f"Dagster по адресу {host} открылся бы всей сети: у него нет ни входа, ни шифрования, а запускать и "
            "останавливать обновления там может каждый. Оставьте 127.0.0.1 (без --host) и поставьте на этой же машине "
            "прокси с HTTPS и входом. Если прокси на другой машине и, кроме него, сюда никто не попадает: "
            f"VITRINA_DAGSTER_BEHIND_LOGIN=true. {MORE}"
        )
    if superset is not None and not superset.behind_tls and not is_loopback(superset.host):
        raise UserError(
            f"Superset по адресу {superset.host} передавал бы пароли и данные по сети открыто. Оставьте 127.0.0.1 (без "
            "--superset-host) и поставьте перед ним прокси с HTTPS. Если прокси на другой машине: "
            f"VITRINA_SUPERSET_BEHIND_TLS=true. {MORE}"
        )


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address; a name is what it resolves to, all of it."""
    try:
        found = {
            str(entry[4][0]).split("%")[0] for entry in socket.getaddrinfo(host or None, None, flags=socket.AI_PASSIVE)
        }
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(ipaddress.ip_address(address).is_loopback for address in found)
