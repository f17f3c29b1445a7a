"""What Superset 6.1 has no setting for: queries, names of marts, logins, passwords, telemetry, a Russian login page.

Runs inside Superset's own environment; superset_config.py hands the application over when it is ready.
"""

import json
import re
import threading
from pathlib import Path
from typing import Any

INTERRUPTED = re.compile("INTERRUPT Error")
LOGIN_ENDPOINTS = ("AuthDBView.login", "SecurityApi.login")
ACTION_LOG = "/superset/log/"
START_SLUG = "start"
START_PAGE = f"/superset/dashboard/{START_SLUG}/"
HOME_PAGES = frozenset({"/", "/superset/welcome/"})
HAS_MARTS = "select 1 from duckdb_schemas() where database_name = current_database() and schema_name = 'marts'"
PASSWORD_LENGTH = 12
TELEMETRY = "https://apachesuperset.gateway.scarf.sh/pixel/"
NOWHERE = "data:,"
YEAR_SECONDS = 365 * 24 * 3600
TOO_MANY_ATTEMPTS = "Слишком много неудачных попыток входа. Повторите через минуту."


def adjust(app: Any, query_seconds: int, failed_logins: str) -> None:
    """Apply all of them to Superset's Flask application."""
    limit_queries(query_seconds)
    open_in_marts()
    limit_failed_logins(app, failed_logins)
    spare_the_session_at_login(app)
    open_on_the_start_page(app)
    serve_translations(app)
    serve_without_telemetry(app)


def limit_queries(seconds: int) -> None:
    """Interrupt a DuckDB query that runs too long.

    Superset's own SQLLAB_TIMEOUT is an alarm signal: in gunicorn's threads it never rings. Superset takes a
    connection for one query and gives it back, so the time it is out is the time of the query.
    """
    from sqlalchemy import event
    from sqlalchemy.pool import Pool
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.errors import SupersetErrorType

    message = f"Запрос шёл дольше {seconds} секунд и остановлен. Сузьте его: год, территория, меньше строк."
    DuckDBEngineSpec.custom_errors = {INTERRUPTED: (message, SupersetErrorType.BACKEND_TIMEOUT_ERROR, {})}

    @event.listens_for(Pool, "checkout")
    def start_timer(connection: Any, record: Any, _proxy: Any) -> None:
        if type(connection).__module__.startswith("duckdb"):
            timer = threading.Timer(seconds, connection.interrupt)
            timer.daemon = True
            timer.start()
            record.info["query_timer"] = timer

    @event.listens_for(Pool, "checkin")
    def stop_timer(_connection: Any, record: Any) -> None:
        timer = record.info.pop("query_timer", None)
        if timer is not None:
            timer.cancel()


def open_in_marts() -> None:
    """Let SQL Lab find a mart by its bare name.

    DuckDB takes no search path with the connection's configuration. Set when it opens, it is also what Superset takes
    for the schema of a bare name when it looks for the rules of row-level security.
    """
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    @event.listens_for(Pool, "connect")
    def search_in_marts(connection: Any, _record: Any) -> None:
        if type(connection).__module__.startswith("duckdb") and connection.execute(HAS_MARTS).fetchall():
            connection.execute("USE marts")


def limit_failed_logins(app: Any, limit: str) -> None:
    """Refuse further attempts for an account from an address; successful logins do not count.

    AUTH_RATE_LIMIT would count the successful ones too, everybody behind one proxy together, and leaves the API open.
    """
    from flask import request
    from flask_limiter.util import get_remote_address

    def account_and_address() -> str:
        values = request.get_json(silent=True) or request.form
        return f"{get_remote_address()} {values.get('username', '')}"

    def refused(response: Any) -> bool:
        return bool(response.status_code == 401 or "/login" in response.headers.get("Location", ""))

    limited = app.appbuilder.sm.limiter.limit(
        limit, key_func=account_and_address, methods=["POST"], deduct_when=refused, error_message=TOO_MANY_ATTEMPTS
    )
    for endpoint in LOGIN_ENDPOINTS:
        app.view_functions[endpoint] = limited(app.view_functions[endpoint])


def spare_the_session_at_login(app: Any) -> None:
    """Answer a stranger's action log without a cookie.

    The login page logs the press of its own button while the form is on its way. Superset refuses a stranger's log with
    a flashed message, that is with a new session cookie, and when this answer is the later one the login is lost.
    """
    from flask import request, session

    @app.before_request
    def pass_over_a_strangers_log() -> Any:
        # Not current_user: to look for one writes into a session that has none, and a written session is a new cookie.
        if request.path == ACTION_LOG and "_user_id" not in session:
            return app.response_class(status=204)
        return None


def check_password(password: str) -> None:
    """Superset calls it for every password a person gets or chooses."""
    if not is_strong(password):
        from flask_appbuilder.exceptions import PasswordComplexityValidationError

        raise PasswordComplexityValidationError(
            f"Пароль: не короче {PASSWORD_LENGTH} знаков, со строчными и прописными буквами и цифрами."
        )


def is_strong(password: str) -> bool:
    """Long enough, with small and capital letters and digits."""
    kinds = (str.islower, str.isupper, str.isdigit)
    return len(password) >= PASSWORD_LENGTH and all(any(kind(sign) for sign in password) for kind in kinds)


def open_on_the_start_page(app: Any) -> None:
    """Lead whoever signs in, or asks for the home page, to the page of questions once it is there."""
    from flask import redirect, request, session

    for item in app.appbuilder.menu.get_list():
        if item.name == "Home":
            item.href = START_PAGE

    @app.before_request
    def lead() -> Any:
        if request.path in HOME_PAGES and request.method == "GET" and "_user_id" in session and _has_start_page():
            return redirect(START_PAGE)
        return None


def _has_start_page() -> bool:
    from superset import db
    from superset.models.dashboard import Dashboard

    return db.session.query(Dashboard.id).filter_by(slug=START_SLUG).first() is not None


def serve_translations(app: Any) -> None:
    """Give the front end its Russian before anybody has signed in, with our corrections (translations_ru.json).

    Superset gives it to signed-in people only, so its login page is English.
    """
    pack = json.loads((_package(app) / "translations/ru/LC_MESSAGES/messages.json").read_text(encoding="utf-8"))
    corrections = json.loads(Path(__file__).with_name("translations_ru.json").read_text(encoding="utf-8"))
    pack["locale_data"]["superset"].update({source: [russian] for source, russian in corrections.items()})
    _serve(app, "/superset/language_pack/ru/", json.dumps(pack, ensure_ascii=False), "application/json", seconds=0)


def serve_without_telemetry(app: Any) -> None:
    """Take the telemetry pixel out of the front end: it is switched off when the front end is built or never."""
    for path in (_package(app) / "static" / "assets").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        if TELEMETRY in text:
            content = text.replace(TELEMETRY, NOWHERE)
            _serve(app, f"/static/assets/{path.name}", content, "text/javascript", seconds=YEAR_SECONDS)


def _package(app: Any) -> Path:
    return Path(app.root_path)


def _serve(app: Any, path: str, content: str, mimetype: str, seconds: int) -> None:
    def view() -> Any:
        response = app.response_class(content, mimetype=mimetype)
        response.cache_control.max_age = seconds
        return response

    app.add_url_rule(path, endpoint=f"vitrina{path.replace('.', '_')}", view_func=view)
