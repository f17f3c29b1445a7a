"""What tests of ingestion ask of a report."""

from ingestion.report.file_report import FileReport


def only(reports: list[FileReport]) -> FileReport:
    """The one report, whose counts add up."""
    (report,) = reports
    accounted = report.rows_accepted + report.rows_rejected + report.rows_held + report.rows_ignored
    assert report.rows_read == accounted, report
    return report
