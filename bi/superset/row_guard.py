"""Hold the rules of row-level security against SQL that people write into a chart's query by hand.

Superset takes SQL in columns, metrics, filters and sort orders from everybody who may see a data set, and looks into
it for subqueries only. Version 6.1 overlooks some: the metric `max(x) FROM t UNION ALL SELECT NULL` reads any table,
past every rule. So whoever has no right to SQL Lab asks with names of columns and metrics and with
the SQL of charts saved on the same data set; and only of tables, for to tables the rules are bound.

Runs inside Superset's own environment; superset_config.py hands them to Superset.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, g, request
from superset.errors import ErrorLevel, SupersetError, SupersetErrorType
from superset.exceptions import SupersetSecurityException
from superset.security.manager import SupersetSecurityManager

REFUSAL = "Свой SQL может писать тот, кому открыта Лаборатория SQL; выберите столбцы и показатели из списка."
ROW_COUNT = "COUNT(*)"
"""Superset's own expression: the number of rows under samples and drill to detail."""
TIMESTAMP = "__timestamp"
"""Superset's own name of the chosen time column."""
CLAUSES = ("where", "having")
OLDER_PATH = "Superset.explore_json"


class GuardedSecurityManager(SupersetSecurityManager):  # type: ignore[misc]  # Superset is not installed where mypy runs
    """Superset's security manager that also looks into what is asked."""

    def raise_for_access(self, *arguments: Any, **named: Any) -> None:
        """As Superset does, and then refuse free SQL to those without a right to it."""
        super().raise_for_access(*arguments, **named)
        context, viz = named.get("query_context"), named.get("viz")
        if (context is None and viz is None) or self.can_access("can_execute_sql_query", "SQLLab"):
            return
        if not (_viz_is_plain(viz) if context is None else _context_is_plain(context)):
            kind = SupersetErrorType.DATASOURCE_SECURITY_ACCESS_ERROR
            raise SupersetSecurityException(SupersetError(message=REFUSAL, error_type=kind, level=ErrorLevel.ERROR))


def refuse_shared_answers(app: Any) -> None:
    """Refuse GET on the older path: its cache of whole answers is one for all users, and browsers keep them a day.

    The pages themselves ask by POST.
    """

    @app.before_request  # type: ignore[untyped-decorator]  # Flask is not installed there either
    def refuse() -> None:
        if request.endpoint == OLDER_PATH and request.method != "POST":
            abort(405)


def visible_people(query: Any) -> Any:
    """Who is named in lists of owners: all to those who edit dashboards, to others themselves."""
    from superset import security_manager

    if security_manager.can_access("can_write", "Dashboard"):
        return query
    return query.filter(security_manager.user_model.id == g.user.id)


def visible_roles(query: Any) -> Any:
    """Which roles are named in lists: all to administrators, to others their own, for roles name municipalities."""
    from superset import security_manager

    if security_manager.is_admin():
        return query
    own = [role.id for role in security_manager.get_user_roles()]
    return query.filter(security_manager.role_model.id.in_(own))


@dataclass(frozen=True)
class Known:
    """What may be asked of a data set: its names, and the SQL of the charts saved on it."""

    datasource: Any

    @cached_property
    def names(self) -> frozenset[str]:
        columns = {column.column_name for column in self.datasource.columns}
        return frozenset({*columns, *(metric.metric_name for metric in self.datasource.metrics), TIMESTAMP})

    @cached_property
    def charts(self) -> list[Any]:
        # Superset imports its models only once the application is made, after the security manager.
        from superset import db
        from superset.models.slice import Slice

        found = db.session.query(Slice.viz_type, Slice.params, Slice.query_context)
        return list(found.filter_by(datasource_id=self.datasource.id, datasource_type="table"))

    @cached_property
    def saved(self) -> list[Any]:
        """Settings and queries of the charts."""
        return [json.loads(text) for chart in self.charts for text in (chart.params, chart.query_context) if text]

    @cached_property
    def saved_sql(self) -> frozenset[str]:
        return frozenset(_sql_in(self.saved))

    def has_sql(self, text: str) -> bool:
        """An expression that is a name, or Superset's own, or a saved chart's."""
        return text in self.names or text == ROW_COUNT or text in self.saved_sql

    @cached_property
    def clauses(self) -> frozenset[str]:
        """Conditions as a page joins them of its filters, and as they are saved with a chart's query."""
        joined = {" AND ".join(f"({text})" for text in _conditions(settings)) for settings in self.saved}
        queries = [query for settings in self.saved for query in settings.get("queries", [])]
        return frozenset(joined | {query.get("extras", {}).get(part) or "" for query in queries for part in CLAUSES})

    def has_clause(self, clause: Any) -> bool:
        """A condition of a saved chart, as it stands or as Superset rewrites it before asking."""
        from superset.sql.parse import sanitize_clause

        if not clause or clause in self.clauses:
            return True
        engine = self.datasource.database.db_engine_spec.engine
        return clause in {sanitize_clause(text, engine) for text in self.clauses if text}

    def has_name(self, item: Any) -> bool:
        """A string that is no name would be taken for SQL; what is not a string carries its SQL where _sql_in looks."""
        return item is None or not isinstance(item, str) or item in self.names


def _conditions(settings: Mapping[str, Any]) -> list[str]:
    filters = settings.get("adhoc_filters") or []
    written = [item for item in filters if (item.get("expressionType"), item.get("clause")) == ("SQL", "WHERE")]
    return [str(item.get("sqlExpression")) for item in written]


def _sql_in(value: Any) -> Iterator[str]:
    """Every SQL text in a nested structure, also where its kind says that it is not used."""
    if isinstance(value, Mapping):
        if value.get("sqlExpression"):
            yield str(value["sqlExpression"])
        for inner in value.values():
            yield from _sql_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _sql_in(inner)


def _context_is_plain(context: Any) -> bool:
    """True when a request for data holds no SQL of the asker's own."""
    known = Known(context.datasource)
    return _is_table(context.datasource) and all(_query_is_plain(query, known) for query in context.queries)


def _is_table(datasource: Any) -> bool:
    """A table and no query: into a query Superset carries the rules of its tables only as far as it can read it."""
    return bool(datasource.type == "table" and not datasource.is_virtual)


def _query_is_plain(query: Any, known: Known) -> bool:
    # Annotations from other charts are computed without asking this manager, with settings the asker may override.
    if query.annotation_layers or (query.datasource is not None and query.datasource.id != known.datasource.id):
        return False
    # Strings in `orderby` and in filters need no look: Superset takes them for names only.
    named = [*query.columns, *(query.metrics or []), *query.series_columns, query.series_limit_metric]
    written = [named, query.orderby, query.filter, query.extras, query.post_processing]
    return (
        all(known.has_name(item) for item in named)
        and all(known.has_sql(text) for text in _sql_in(written))
        and all(known.has_clause(query.extras.get(part)) for part in CLAUSES)
    )


def _viz_is_plain(viz: Any) -> bool:
    """The same for the older path, by which the map asks: only for kinds of chart that are saved on the data set."""
    known, form = Known(viz.datasource), viz.form_data
    if (
        not _is_table(viz.datasource)
        or viz.viz_type not in {chart.viz_type for chart in known.charts}
        or form.get("annotation_layers")
        or not all(known.has_sql(text) for text in _sql_in(form))
        or not all(known.has_clause(form.get(part)) for part in CLAUSES)
    ):
        return False
    query = viz.query_obj()
    named = [*(query.get("metrics") or []), *(query.get("groupby") or []), *(query.get("columns") or [])]
    return all(known.has_name(item) for item in [*named, query.get("timeseries_limit_metric")])
