"""The open registry of accredited organisations, XML, read as a registry of organisations."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from ingestion.read import Sheet, open_members, read_workbook
from ingestion.report.file_report import FileReport

Fields = dict[str, object]
Rows = list[dict[str, str | None]]
ReadRows = Callable[..., Rows]
PERSON, PHONE, MAIL = "Образцова Вера Примеровна", "+7 (391) 000-00-00", "school@example.org"
REGION = "Красноярский край"
ADDRESS = "663180, Красноярский край, Енисейский район, с. Озерное, ул. Школьная, д. 3"
GENERAL = ("Начальное общее образование", "Основное общее образование", "Среднее общее образование")


def inn_of(stem: str) -> str:
    """A generated ИНН with a valid check digit."""
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return stem + str(sum(int(digit) * weight for digit, weight in zip(stem, weights, strict=True)) % 11 % 10)


def ogrn_of(stem: str) -> str:
    """A generated ОГРН with a valid check digit."""
    return stem + str(int(stem) % 11 % 10)


HEAD_INN, HEAD_OGRN = inn_of("244700901"), ogrn_of("102240090001")
OTHER_INN, OTHER_OGRN = inn_of("244700902"), ogrn_of("102240090002")


def element(name: str, content: object) -> str:
    """An element of a text, of fields, or several elements of one name."""
    if isinstance(content, list):
        return "".join(element(name, one) for one in content)
    inner = "".join(element(*pair) for pair in content.items()) if isinstance(content, dict) else escape(str(content))
    return f"<{name}>{inner}</{name}>"


def card(identifier: str, name: str, **fields: object) -> Fields:
    """An organisation's card as the registry publishes it, with the people in it."""
    return {
        "Id": identifier, "FullName": name, "HeadEduOrgId": "", "IsBranch": "", "PostAddress": ADDRESS,
        "Phone": PHONE, "Email": MAIL, "HeadPost": "Директор", "HeadName": PERSON, "RegionName": REGION, **fields,
    }  # fmt: skip


def head(**fields: object) -> Fields:
    """The school to which branches belong."""
    codes = {"INN": HEAD_INN, "KPP": "244701001", "OGRN": HEAD_OGRN, "ShortName": "МБОУ Озерновская СОШ № 47"}
    name = "Муниципальное бюджетное общеобразовательное учреждение «Озерновская средняя общеобразовательная школа № 47»"
    return card("A-1", name, **{**codes, **fields})


def supplement(organisation: Fields | None, *levels: str, **fields: object) -> Fields:
    """A supplement with its programmes."""
    programmes = [{"EduLevelName": level, "IsAccredited": "1", "IsCanceled": "0"} for level in levels]
    given = {"ActualEducationOrganization": organisation} if organisation else {}
    return {"StatusName": "Действующее", **fields, **given, "EducationalPrograms": {"EducationalProgram": programmes}}


def certificate(organisation: Fields, *supplements: Fields, **fields: object) -> Fields:
    """A certificate of accreditation in force."""
    return {
        "Id": "C", "StatusName": "Действующее", "RegionName": REGION, "IssueDate": "2015-03-01", "EndDate": "",
        **fields, "ActualEducationOrganization": organisation, "Supplements": {"Supplement": list(supplements)},
        "Decisions": {"Decision": {"Id": "D", "DecisionDate": "2015-03-01"}},
    }  # fmt: skip


def registry_xml(*certificates: Fields, prolog: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """The whole file."""
    return f"{prolog}\n{element('OpenData', {'Certificates': {'Certificate': list(certificates)}})}"


@pytest.fixture
def rows_of(tmp_path: Path, read: Callable[[Path], list[Sheet]]) -> ReadRows:
    """Rows of the sheet by heading, for a registry of these certificates."""

    def run(*certificates: Fields) -> Rows:
        path = tmp_path / "accreditation.xml"
        path.write_text(registry_xml(*certificates), encoding="utf-8")
        (sheet,) = read(path)
        assert sheet.name == "Реестр аккредитации"
        headings, *rows = sheet.frame.rows()
        return [dict(zip(headings, row, strict=True)) for row in rows]

    return run


def test_organisation_in_the_words_of_the_contract(rows_of: ReadRows) -> None:
    """Guards against a heading or a value that the kind organisation_registry does not know."""
    refused = {"EduLevelName": "Дополнительное образование детей и взрослых", "IsAccredited": "0"}
    cancelled = {"EduLevelName": "Дошкольное образование", "IsCanceled": "1"}
    paper = supplement(head(), *GENERAL)
    paper["EducationalPrograms"]["EducationalProgram"] += [refused, cancelled]  # type: ignore[index]
    assert rows_of(certificate(head(), paper)) == [
        {
            "ИНН": HEAD_INN,
            "КПП": "244701001",
            "ОГРН": HEAD_OGRN,
            "Субъект": REGION,
            "Муниципалитет": "Енисейский район",
            "Полное наименование": head()["FullName"],
            "Краткое наименование": "МБОУ Озерновская СОШ № 47",
            "Тип организации": "СОШ",
            "Общеобразовательная": None,
            "Реализует программы": "НОО, ООО, СОО",
            "Филиал": "нет",
            "ИНН головной организации": None,
            "Действует с": None,
            "Действует по": None,
        }
    ]


def test_card_silent_where_the_certificate_speaks(rows_of: ReadRows) -> None:
    """Guards against a row lost because the card leaves to the certificate what both should say."""
    empty = card("A-1", "", PostAddress="с. Озерное, ул. Школьная, д. 3", RegionName="", INN="-", KPP="", OGRN="")
    (row,) = rows_of(
        certificate(empty, EduOrgFullName="МБОУ Озерновская СОШ № 47", EduOrgINN=HEAD_INN, PostAddress=ADDRESS)
    )
    assert (row["ИНН"], row["Полное наименование"]) == (HEAD_INN, "МБОУ Озерновская СОШ № 47")
    assert (row["Субъект"], row["Муниципалитет"]) == (REGION, "Енисейский район")


def test_branch_by_the_identifier_of_its_head(rows_of: ReadRows) -> None:
    """Guards against a branch without ИНН rejected although the card names its head."""
    branch = card("B-1", "Филиал «Луговой»", IsBranch="1", HeadEduOrgId="a-1", KPP="244743001")
    _, row = rows_of(certificate(head(), supplement(branch, GENERAL[0], IsForBranch="1")))
    assert (row["ИНН"], row["КПП"], row["Филиал"]) == (HEAD_INN, "244743001", "да")
    assert row["ИНН головной организации"] == HEAD_INN
    assert row["Реализует программы"] == "НОО"


def test_head_of_a_branch_in_a_later_certificate(rows_of: ReadRows) -> None:
    """Guards against heads looked for only among the certificates already read."""
    by_identifier = card("B-1", "Филиал «Луговой»", HeadEduOrgId="A-1", KPP="244743001")
    by_ogrn = card("B-2", "Филиал «Лесной»", IsBranch="true", OGRN=HEAD_OGRN, KPP="244743002")
    first, second, _ = rows_of(certificate(by_identifier), certificate(by_ogrn), certificate(head()))
    assert (first["ИНН"], first["Филиал"]) == (HEAD_INN, "да")
    assert (second["ИНН"], second["Филиал"]) == (HEAD_INN, "да")


def test_branch_that_leads_nowhere_stays_without_inn(rows_of: ReadRows) -> None:
    """Guards against a guessed head: what a card says of its head is never overruled by where the card stands."""
    lost = card("B-1", "Филиал «Дальний»", IsBranch="1", KPP="244743001")
    elsewhere = card("B-2", "Филиал «Чужой»", HeadEduOrgId="Z-9", KPP="244743002")
    unknown = card("B-3", "Филиал «Иной»", IsBranch="1", OGRN=OTHER_OGRN, KPP="244743003")
    papers = [supplement(one) for one in (elsewhere, unknown)]
    rows = rows_of(certificate(lost), certificate(head(), *papers))
    assert [row["ИНН"] for row in rows] == [None, HEAD_INN, None, None]


def test_two_entities_under_one_ogrn_lead_nowhere(rows_of: ReadRows) -> None:
    """Guards against the first of two candidates taken for the head."""
    branch = card("B-1", "Филиал «Луговой»", IsBranch="1", OGRN=HEAD_OGRN)
    double = card("A-2", "МБОУ Озерновская школа", INN=OTHER_INN, OGRN=HEAD_OGRN)
    assert rows_of(certificate(head()), certificate(double), certificate(branch))[2]["ИНН"] is None


def test_branch_known_only_by_its_supplement(rows_of: ReadRows) -> None:
    """Guards against most branches of the published file lost: no flag, no ИНН, no ОГРН, their head's КПП."""
    names = ["Филиал МБОУ Озерновская СОШ № 47 - ООШ с. Луговое", "Начальная школа д. Лесная"]
    empty = {"KPP": "244701001", "RegionName": "", "Phone": "", "HeadName": ""}
    papers = [supplement(card(f"B-{number}", name, **empty)) for number, name in enumerate(names)]
    _, *branches = rows_of(certificate(head(), *papers))
    assert [row["Полное наименование"] for row in branches] == names
    for row in branches:
        assert (row["ИНН"], row["ИНН головной организации"], row["Филиал"]) == (HEAD_INN, HEAD_INN, "да")
        assert row["КПП"] is None, "by the head's own КПП the branch would be taken for the head"
        assert (row["Субъект"], row["Муниципалитет"]) == (REGION, "Енисейский район")


def test_branch_under_the_card_of_its_head(rows_of: ReadRows) -> None:
    """Guards against a branch lost where its supplement repeats the head's card."""
    paper = supplement(head(), IsForBranch="1", EduOrgFullName="Филиал «Луговой»", EduOrgKPP="244743001")
    _, row = rows_of(certificate(head(), paper))
    assert (row["ИНН"], row["КПП"], row["Полное наименование"]) == (HEAD_INN, "244743001", "Филиал «Луговой»")


def test_second_card_of_the_head_is_no_branch(rows_of: ReadRows) -> None:
    """Guards against a head that is its own branch because its card was entered twice."""
    double = head(Id="A-77", KPP="", ShortName="")
    (row,) = rows_of(certificate(head(), supplement(double, *GENERAL)))
    assert (row["КПП"], row["Филиал"], row["Реализует программы"]) == ("244701001", "нет", "НОО, ООО, СОО")


def test_latest_issued_certificate_wins(rows_of: ReadRows) -> None:
    """Guards against an old name that outlives the new one, wherever in the file each of them stands."""
    new = certificate(head(FullName="Новое имя школы"), supplement(None, *GENERAL), IssueDate="2021-05-20")
    old = certificate(head(FullName="Старое имя школы"), supplement(None, GENERAL[0]), IssueDate="12.02.2010 0:00:00")
    stranger = certificate(card("X", "Лицей № 1", INN=OTHER_INN))
    for order in ([old, stranger, new], [new, stranger, old]):
        first, _ = rows_of(*order)
        assert (first["Полное наименование"], first["Реализует программы"]) == ("Новое имя школы", "НОО, ООО, СОО")


def test_one_organisation_under_two_identifiers(rows_of: ReadRows) -> None:
    """Guards against two rows with one ИНН and КПП, of which the load would keep the first and not the latest."""
    (row,) = rows_of(certificate(head()), certificate(head(Id="A-2", FullName="Новое имя"), IssueDate="2020-01-01"))
    assert row["Полное наименование"] == "Новое имя"
    (row,) = rows_of(certificate(head(Id="")), certificate(head(Id="", FullName="Новое"), IssueDate="2020-01-01"))
    assert row["Полное наименование"] == "Новое"


def test_terminated_certificate_ends_an_organisation(rows_of: ReadRows) -> None:
    """Guards against closed schools counted for ever, and a living one closed by its old certificate."""
    ended = certificate(head(), StatusName="Недействующее", EndDate="2019-06-30T00:00:00+03:00")
    stopped = certificate(card("X", "Лицей № 1", INN=OTHER_INN), StatusName="Прекращено", EndDate="2018-01-15")
    first, second = rows_of(ended, stopped)
    assert (first["Действует по"], second["Действует по"]) == ("2019-06-30", "2018-01-15")
    (row,) = rows_of(ended, certificate(head(), EndDate="2033-03-01"))
    assert row["Действует по"] is None


def test_programmes_of_a_terminated_supplement_do_not_count(rows_of: ReadRows) -> None:
    """Guards against a level of education the school has no longer."""
    papers = [supplement(head(), *GENERAL, StatusName="Недействующее"), supplement(head(), *GENERAL[:2])]
    assert rows_of(certificate(head(), *papers))[0]["Реализует программы"] == "НОО, ООО"


def test_general_school_of_no_named_type(rows_of: ReadRows) -> None:
    """Guards against «Школа № 5» left out of denominators, and a university with a school counted in them."""
    school = certificate(card("S", "ГБОУ «Школа № 5»", INN=OTHER_INN), supplement(None, *GENERAL))
    levels = (*GENERAL, "Высшее образование - бакалавриат")
    university = certificate(card("U", "Северный университет", INN=HEAD_INN), supplement(None, *levels))
    first, second = rows_of(school, university)
    assert (first["Тип организации"], first["Общеобразовательная"]) == ("иная", "да")
    assert (second["Тип организации"], second["Общеобразовательная"]) == ("иная", None)


def test_nothing_of_people_is_read(rows_of: ReadRows) -> None:
    """Guards against the head's name, a telephone, or an entrepreneur's name and ИНН in a cell (promise 9)."""
    entrepreneur = {"IndividualEntrepreneurLastName": "Образцова", "IndividualEntrepreneurINN": "500100732259"}
    certificates = [
        certificate(head(), supplement(head(HeadName=PERSON))),
        certificate(card("P-1", PERSON, INN="500100732259"), **entrepreneur),
        certificate(card("P-2", PERSON), EduOrgFullName=PERSON, **entrepreneur),
        certificate(card("P-3", f"Индивидуальный предприниматель {PERSON}")),
        certificate(card("", f"ИП {PERSON}")),
    ]
    rows = rows_of(*certificates)
    assert len(rows) == 5, "the rows stay, to be rejected and said so"
    text = " ".join(cell for row in rows for cell in row.values() if cell)
    for secret in (*PERSON.split(), PHONE, MAIL, "500100732259"):
        assert secret not in text


def test_prefixes_and_windows_1251(tmp_path: Path, read: Callable[[Path], list[Sheet]]) -> None:
    """Guards against a registry known only by one spelling of its tags or one encoding."""
    text = registry_xml(certificate(head()), prolog='<?xml version="1.0" encoding="windows-1251"?>')
    text = text.replace("<OpenData>", '<r:OpenData xmlns:r="urn:r">').replace("</OpenData>", "</r:OpenData>")
    path = tmp_path / "data.txt"
    path.write_bytes(text.encode("cp1251"))
    assert read(path)[0].frame.row(1)[0] == HEAD_INN
    path.write_bytes(registry_xml(certificate(head()), prolog="").encode("utf-16"))
    assert read(path)[0].frame.row(1)[0] == HEAD_INN


def test_registry_inside_a_zip(tmp_path: Path) -> None:
    """Guards against the parcel in which the registry is published refused as no table."""
    path = tmp_path / "accreditation.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data-20260403-structure-20160713.xml", registry_xml(certificate(head())))
    (member,) = open_members(path, path.name, tmp_path / "workspace")
    assert read_workbook(member, "Europe/Moscow").sheets[0].frame.height == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<?xml version="1.0"?><EGRUL><СвЮЛ/></EGRUL>', "ожидалось: OpenData, в нём Certificates и Certificate"),
        ("<EGRUL><СвЮЛ/></EGRUL>", "ожидалось: OpenData, в нём Certificates и Certificate"),
        ("<Licences><OpenData/></Licences>", "ожидалось: OpenData, в нём Certificates и Certificate"),
        ("<OpenData><Licences><Licence/></Licences></OpenData>", "ожидалось: OpenData, в нём Certificates"),
        ("<!DOCTYPE OpenData><OpenData/>", "объявление DOCTYPE"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "документ XML"),
    ],
)
def test_other_xml_is_refused(tmp_path: Path, refusal: Callable[[Path], str], text: str, expected: str) -> None:
    """Guards against XML of something else read as a table of one column, or as an empty registry."""
    path = tmp_path / "data.xml"
    path.write_text(text, encoding="utf-8")
    assert expected in refusal(path)


def test_entities_are_refused_before_they_grow(tmp_path: Path, refusal: Callable[[Path], str]) -> None:
    """Guards against a small file that fills the memory, and a file of the server read into the sheet."""
    bomb = '<!DOCTYPE OpenData [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    path = tmp_path / "data.xml"
    path.write_text(registry_xml(certificate(head(FullName="x")), prolog=bomb).replace("x</", "&b;&c;</"))
    assert "объявление DOCTYPE" in refusal(path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_truncated_file_is_refused(tmp_path: Path, refusal: Callable[[Path], str], share: float) -> None:
    """Guards against half a registry loaded because the download broke off."""
    whole = registry_xml(*(certificate(head(Id=f"A-{number}")) for number in range(20))).encode()
    path = tmp_path / "data.xml"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "повреждён или обрезан" in refusal(path)


def test_registry_loads_and_branches_become_sites(
    tmp_path: Path, load: Callable[..., list[FileReport]], query: Callable[[str], list[tuple[object, ...]]]
) -> None:
    """Guards against a registry that is read but not recognised, and against rows lost on the way (promise 3)."""
    branch = card("B-1", "Филиал «Луговой» МБОУ Озерновская СОШ № 47", HeadEduOrgId="A-1", KPP="244743001")
    unplaced = card("X", "МБОУ «Лицей № 1»", INN=OTHER_INN, OGRN=OTHER_OGRN, PostAddress="с. Луговое, ул. Речная")
    orphan = card("B-9", "Филиал «Дальний»", IsBranch="1", KPP="244743009")
    path = tmp_path / "accreditation.xml"
    path.write_text(
        registry_xml(
            certificate(head(), supplement(branch, GENERAL[0]), supplement(head(), *GENERAL)),
            certificate(unplaced),
            certificate(orphan),
            certificate(head(), IssueDate="2010-01-01", StatusName="Недействующее", EndDate="2015-01-01"),
        ),
        encoding="utf-8",
    )
    (report,) = load(path)
    assert (report.outcome, report.kind) == ("loaded", "organisation_registry")
    counts = (report.rows_read, report.rows_accepted, report.rows_rejected, report.rows_held, report.rows_ignored)
    assert counts == (4, 2, 2, 0, 0)
    assert query(
        "select organisation_id, entity_id, is_branch, municipality, programmes, valid_to, sheet, source_row"
        " from raw.organisation_registry order by source_row"
    ) == [
        (HEAD_INN, HEAD_INN, False, "Енисейский район", "НОО, ООО, СОО", None, "Реестр аккредитации", 2),
        (f"{HEAD_INN}/244743001", HEAD_INN, True, "Енисейский район", "НОО", None, "Реестр аккредитации", 3),
    ]
    messages = query("select source_row, column_name, message from journal.reject order by source_row")
    assert [(row, column) for row, column, _ in messages] == [(4, "Муниципалитет"), (5, "ИНН")]
    assert all("обязательно" in str(message) for _, _, message in messages)
