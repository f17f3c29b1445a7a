"""Rosstat's open data of ОКТМО read into rows of the list of municipalities."""

from pathlib import Path

import pytest

from foundation.settings import Settings
from schemas.oktmo_list import listed, main
from schemas.regional import bad_catalogues

ROSSTAT = """"25";"000";"000";"000";"1";"1";"Муниципальные образования Иркутской области";;;"000";"0";;
"25";"600";"000";"000";"1";"1";"Муниципальные районы Иркутской области/";;;"000";"0";14.06.2013;01.01.2014
"25";"604";"000";"000";"1";"1";"Братский муниципальный район";"г Братск";;"000";"0";14.06.2013;01.01.2014
"25";"604";"000";"000";"1";"2";"Населенные пункты Братского муниципального района";;;"000";"0";14.06.2013;01.01.2014
"25";"604";"400";"000";"1";"1";"Сельские поселения Братского муниципального района/";;;"000";"0";14.06.2013;01.01.2014
"25";"604";"402";"000";"1";"1";"Мнимское";"с Мнимское";;"000";"0";14.06.2013;01.01.2014
"25";"604";"402";"101";"1";"2";"с Мнимское";;;"000";"0";14.06.2013;01.01.2014
"25";"700";"000";"000";"1";"1";"Городские округа Иркутской области/";;;"000";"0";14.06.2013;01.01.2014
"25";"714";"000";"000";"1";"1";"город Братск";;;"000";"0";14.06.2013;01.01.2014
"40";"305";"000";"000";"1";"1";"муниципальный округ Сенной округ";;;"000";"0";14.06.2013;01.01.2014
"71";"811";"000";"000";"1";"1";"Белоярский муниципальный район";;;"000";"0";14.06.2013;01.01.2014
"71";"871";"000";"000";"1";"1";"город Ханты-Мансийск";;;"000";"0";14.06.2013;01.01.2014
"71";"701";"000";"000";"1";"1";"город Тюмень";;;"000";"0";14.06.2013;01.01.2014
"""


def test_districts_and_cities_are_taken_and_nothing_else() -> None:
    """Guards against headings and settlements as municipalities, and an autonomous okrug's taken for its oblast's."""
    assert [(one.region_code, one.oktmo, one.name, one.level) for one in listed(ROSSTAT)] == [
        ("RU-IRK", "25604000", "Братский муниципальный район", "муниципальный район"),
        ("RU-IRK", "25714000", "город Братск", "городской округ"),
        ("RU-SPE", "40305000", "муниципальный округ Сенной округ", "внутригородская территория"),
        ("RU-KHM", "71811000", "Белоярский муниципальный район", "муниципальный район"),
        ("RU-KHM", "71871000", "город Ханты-Мансийск", "городской округ"),
        ("RU-TYU", "71701000", "город Тюмень", "городской округ"),
    ]
    assert [one.oktmo for one in listed(ROSSTAT, ["RU-TYU"])] == ["71701000"]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_what_is_written_is_a_catalogue(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    """Guards against a list that the region writes and the product then refuses."""
    path = tmp_path / "data.csv"
    path.write_bytes(ROSSTAT.encode(encoding))
    main([str(path)])
    catalogue = settings.home / "catalogues" / "oktmo.csv"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(capsys.readouterr().out, encoding="utf-8")
    assert bad_catalogues(settings.home) == ()
    assert len(catalogue.read_text(encoding="utf-8").splitlines()) == 7


def test_another_file_is_named_by_its_line() -> None:
    """Guards against any CSV read as codes."""
    with pytest.raises(ValueError, match="строка 1"):
        list(listed("ИНН;КПП;ОКТМО\n1;2;3\n"))
