"""What programs leave beside the files people send."""

import pytest

from schemas.catalogue import is_service_file


@pytest.mark.parametrize(
    "name",
    [
        "~$kontingent.xlsx",
        "отчёты/~$Контингент.XLSX",
        ".~lock.kontingent.ods#",
        "Thumbs.db",
        "фото\\THUMBS.DB",
        "desktop.ini",
        "__MACOSX/папка/._b.csv",
        "._b.csv",
        ".DS_Store",
        "~WRL0003.tmp",
    ],
)
def test_service_file_is_known(name):
    """The lock file of an open workbook was refused as a damaged workbook, every night anew."""
    assert is_service_file(name)


@pytest.mark.parametrize(
    "name",
    ["kontingent.xlsx", "Контингент~2.xlsx", "~контингент.csv", "desktop.ini.csv", "MACOSX/a.csv", "$свод.xlsx"],
)
def test_report_is_no_service_file(name):
    """A report passed over without a word is a lost report."""
    assert not is_service_file(name)
