"""Superset's server configuration: Russian, self-contained, no request to any other host.

Runs inside Superset's own environment, so it imports nothing of ours and reads environment variables and files only:
bi/service.py sets VITRINA_HOME and hands on the VITRINA_SUPERSET_* variables of bi/settings.py.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy.engine import make_url

FOLDER = Path(__file__).parent
sys.path.append(str(FOLDER))
from adjustments import adjust, check_password  # noqa: E402 - found by the path above
from exports import export_for_excel  # noqa: E402 - found by the path above
from release_connection import open_release  # noqa: E402 - found by the path above
from row_guard import (  # noqa: E402 - found by the path above
    GuardedSecurityManager,
    refuse_shared_answers,
    visible_people,
    visible_roles,
)

VITRINA_HOME = Path(os.environ["VITRINA_HOME"])
SUPERSET_HOME = VITRINA_HOME / "superset"


def _setting(name: str) -> str:
    return os.environ.get(f"VITRINA_SUPERSET_{name}", "")


def _secret_key() -> str:
    return _setting("SECRET_KEY") or (SUPERSET_HOME / "secret_key").read_text(encoding="utf-8").strip()


# ---- metadata ------------------------------------------------------------------------------------------------------
SECRET_KEY = _secret_key()


def _metadata_uri() -> str:
    """The address without the password: Superset prints it when it cannot connect. The driver takes it from here."""
    uri = make_url(_setting("METADATA_URI") or f"sqlite:///{SUPERSET_HOME}/superset.db?check_same_thread=false")
    if uri.password:
        os.environ["PGPASSWORD"] = str(uri.password)
    return str(uri._replace(password=None))


SQLALCHEMY_DATABASE_URI = _metadata_uri()
SQLALCHEMY_EXAMPLES_URI = SQLALCHEMY_DATABASE_URI


# ---- the release: `current` is resolved anew at each connection --------------------------------------------------
def DB_CONNECTION_MUTATOR(uri: Any, params: dict[str, Any], *_: Any) -> tuple[Any, dict[str, Any]]:  # noqa: N802 - the name Superset looks for
    """Superset calls it for every engine it makes."""
    return open_release(uri, params)


PREVENT_UNSAFE_DB_CONNECTIONS = True  # SQLite and shillelagh as sources; DuckDB is not among them


# ---- caches: no Redis, no Celery ---------------------------------------------------------------------------------
def _file_cache(name: str, seconds: int) -> dict[str, Any]:
    return {
        "CACHE_TYPE": "FileSystemCache",
        "CACHE_DIR": str(SUPERSET_HOME / "cache" / name),
        "CACHE_DEFAULT_TIMEOUT": seconds,
        "CACHE_KEY_PREFIX": f"{name}_",
        "CACHE_THRESHOLD": 5000,
        "CACHE_OPTIONS": {"mode": 0o600},
    }


_CACHE_SECONDS = int(_setting("CACHE_SECONDS") or 0)
# One cache for both: invalidation by data set deletes from CACHE_CONFIG only, answers lie in DATA_CACHE_CONFIG.
CACHE_CONFIG = _file_cache("data", _CACHE_SECONDS) if _CACHE_SECONDS else {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = CACHE_CONFIG
STORE_CACHE_KEYS_IN_METADATA_DB = _CACHE_SECONDS > 0
FILTER_STATE_CACHE_CONFIG = _file_cache("filter_state", int(timedelta(days=30).total_seconds()))
EXPLORE_FORM_DATA_CACHE_CONFIG = _file_cache("explore", int(timedelta(days=7).total_seconds()))
CELERY_CONFIG = None
RESULTS_BACKEND = None

# ---- Russian -----------------------------------------------------------------------------------------------------
BABEL_DEFAULT_LOCALE = "ru"
LANGUAGES = {"ru": {"flag": "ru", "name": "Русский"}}
D3_FORMAT = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0₽"]}
D3_TIME_FORMAT = {
    "dateTime": "%d.%m.%Y %H:%M:%S",
    "date": "%d.%m.%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"],
    "shortDays": ["вс", "пн", "вт", "ср", "чт", "пт", "сб"],
    "months": [
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ],
    "shortMonths": ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"],
}
CURRENCIES = ["RUB"]

# ---- appearance --------------------------------------------------------------------------------------------------
APP_NAME = "Витрина"
LOGO_TOOLTIP = "Витрина показателей цифровой образовательной среды"
LOGO_TARGET_PATH = "/superset/dashboard/start/"


def _picture(name: str) -> str:
    """A picture as an address that needs no server: Superset serves files of its own package only."""
    return "data:image/svg+xml," + quote((FOLDER / name).read_text(encoding="utf-8"))


FAVICONS = [{"href": _picture("icon.svg"), "type": "image/svg+xml"}]
THEME_DEFAULT = {
    "algorithm": "default",
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": _picture("logo.svg"),
        "brandLogoHref": LOGO_TARGET_PATH,
        "brandLogoHeight": "24px",
        "brandLogoMargin": "18px 0",
        "brandSpinnerSvg": (FOLDER / "spinner.svg").read_text(encoding="utf-8"),
        "colorPrimary": "#1f5f99",
        "colorLink": "#1f5f99",
        "fontUrls": [],
        "fontFamily": "Inter, Arial, sans-serif",  # Inter comes with Superset, Cyrillic included
    },
}
THEME_DARK = None  # one appearance, the one that was looked at

# ---- what people may do ------------------------------------------------------------------------------------------
FEATURE_FLAGS = {
    "ALERT_REPORTS": False,
    "ALLOW_ADHOC_SUBQUERY": False,  # a subquery in a chart would see rows the rules of row-level security hide
    "DASHBOARD_RBAC": False,  # it would let a dashboard hand out data sets past the rights of roles
    "DRILL_BY": True,
    "DRILL_TO_DETAIL": True,
    "EMBEDDABLE_CHARTS": False,
    "EMBEDDED_SUPERSET": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "RLS_IN_SQLLAB": True,
    "TAGGING_SYSTEM": False,
    "THUMBNAILS": False,
}
CUSTOM_SECURITY_MANAGER = GuardedSecurityManager
EXTRA_RELATED_QUERY_FILTERS = {"user": visible_people, "role": visible_roles}
AUTH_USER_REGISTRATION = False
PUBLIC_ROLE_LIKE = None
FAB_API_SWAGGER_UI = False
ENABLE_UI_THEME_ADMINISTRATION = False
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
HTML_SANITIZATION = True

# ---- limits ------------------------------------------------------------------------------------------------------
ROW_LIMIT = 10_000
SAMPLES_ROW_LIMIT = 1_000
SQL_MAX_ROW = 100_000
CSV_STREAMING_ROW_THRESHOLD = 1_000_000_000  # never: exports.csv_for_excel needs the whole answer
SQLLAB_TIMEOUT = int(_setting("QUERY_SECONDS") or 30)  # held by adjustments.limit_queries
SUPERSET_WEBSERVER_TIMEOUT = SQLLAB_TIMEOUT + 30  # how long the page waits


def FLASK_APP_MUTATOR(app: Any) -> None:  # noqa: N802 - the name Superset looks for
    """Superset calls it with the application that is about to serve."""
    adjust(app, query_seconds=SQLLAB_TIMEOUT, failed_logins="10 per minute")
    export_for_excel(app)
    refuse_shared_answers(app)


# ---- a government network ----------------------------------------------------------------------------------------
_BEHIND_TLS = _setting("BEHIND_TLS").lower() in {"1", "true", "yes"}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _BEHIND_TLS
PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
ENABLE_PROXY_FIX = _BEHIND_TLS
WTF_CSRF_ENABLED = True
ENABLE_CORS = False
RATELIMIT_ENABLED = True
RATELIMIT_STORAGE_URI = "memory://"
RATELIMIT_APPLICATION = None
AUTH_RATE_LIMITED = False  # adjustments.limit_failed_logins does it better
FAB_PASSWORD_COMPLEXITY_ENABLED = True
FAB_PASSWORD_COMPLEXITY_VALIDATOR = check_password
TALISMAN_ENABLED = True
CONTENT_SECURITY_POLICY_WARNING = False
TALISMAN_CONFIG = {
    # No host but our own. That also stops the telemetry pixel, which is built into the front end.
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": _BEHIND_TLS,
}

LOG_LEVEL = "WARNING"
