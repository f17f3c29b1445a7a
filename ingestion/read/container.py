"""A received file as members: itself, or the files of a ZIP."""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from foundation.system_errors import reason_in_words
from ingestion.read.errors import Refusal
from ingestion.read.member_name import decoded_name
from ingestion.read.signature import FileFormat, detect_format
from schemas.catalogue import is_service_file

MAX_UNPACKED_BYTES = 2 << 30
MAX_MEMBERS = 1000
SHOWN_NAMES = 5
_BLOCK = 1 << 20
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """One file to read. In a ZIP the name is the member's own, with its folders; hashes are of the bytes."""

    name: str
    sha256: str
    size_bytes: int
    container_name: str | None
    container_sha256: str | None
    content: Path
    remarks: tuple[str, ...] = ()
    """What was left out of the archive; the first member tells it, so that it is told once."""


def open_members(path: Path, original_name: str, workspace: Path) -> list[Member]:
    """The members of a received file; those of a ZIP are unpacked into `workspace`, which the caller removes.

    What a plain file holds is judged by `read_workbook`, so that a file refused still has its hash and size.
    """
    try:
        return _open(path, original_name, workspace)
    except Refusal as refusal:
        raise refusal.about(original_name) from refusal
    except OSError as error:
        raise Refusal(f"файл не читается ({reason_in_words(error)})", "Проверьте путь и права и повторите").about(
            original_name
        ) from error


def _open(path: Path, original_name: str, workspace: Path) -> list[Member]:
    sha256 = _sha256(path)
    if not _is_archive(path):
        return [Member(original_name, sha256, path.stat().st_size, None, None, path)]
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpack(archive, original_name, sha256, workspace)
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise Refusal("архив ZIP повреждён") from error
    except (NotImplementedError, RuntimeError) as error:  # how zipfile says: unknown compression, a password
        raise Refusal(
            "архив ZIP сжат способом, который не поддерживается", "Упакуйте файлы обычным ZIP и повторите"
        ) from error


def _is_archive(path: Path) -> bool:
    try:
        return detect_format(path) is FileFormat.ARCHIVE
    except Refusal:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _unpack(archive: zipfile.ZipFile, container: str, container_sha256: str, workspace: Path) -> list[Member]:
    entries = [(info, name) for info in archive.infolist() if (name := _visible_name(info)) is not None]
    remarks = _service_files(archive)
    if not entries:
        problem = "; ".join(["архив ZIP пуст", *remarks])
        raise Refusal(problem, "Упакуйте в него файлы выгрузки и повторите")
    if len(entries) > MAX_MEMBERS:
        raise Refusal(
            f"в архиве {len(entries)} файлов, принимается не более {MAX_MEMBERS}", "Разделите архив и повторите"
        )
    if any(info.flag_bits & _ENCRYPTED for info, _ in entries):
        raise Refusal("архив ZIP защищён паролем", "Упакуйте файлы без пароля и повторите")
    workspace.mkdir(parents=True, exist_ok=True)
    members: list[Member] = []
    budget = MAX_UNPACKED_BYTES
    for number, (info, name) in enumerate(entries):
        # The name on disk is ours: nothing in the archive can choose where bytes are written.
        target = workspace / f"{container_sha256[:16]}-{number:04}"
        budget -= _extract(archive, info, target, budget)
        if _is_archive(target):
            raise Refusal(f"внутри архива лежит другой архив («{name}»)", "Упакуйте файлы в один ZIP и повторите")
        size = target.stat().st_size
        told = () if members else remarks
        members.append(Member(name, _sha256(target), size, container, container_sha256, target, told))
    return members


def _service_files(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """A remark on the files that programs left beside the ones people send, when there are any."""
    names = sorted({name for name in map(_name, archive.infolist()) if name and is_service_file(name)})
    shown = ", ".join(f"«{name}»" for name in names[:SHOWN_NAMES])
    rest = f" и ещё {len(names) - SHOWN_NAMES}" if len(names) > SHOWN_NAMES else ""
    return (f"служебные файлы архива пропущены: {shown}{rest}",) if names else ()


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Write one entry, counting the bytes that really come out: the size an archive declares may be a lie."""
    written = 0
    with archive.open(info) as source, target.open("wb") as sink:
        while block := source.read(_BLOCK):
            written += len(block)
            if written > budget:
                limit = MAX_UNPACKED_BYTES >> 20
                raise Refusal(f"после распаковки архив больше {limit} МБ", "Разделите архив на части и повторите")
            sink.write(block)
    return written


def _visible_name(info: zipfile.ZipInfo) -> str | None:
    """The entry's name as its author saw it; None for folders, hidden files and what programs leave beside files."""
    name = _name(info)
    if info.is_dir() or not name or is_service_file(name) or any(part.startswith(".") for part in name.split("/")):
        return None
    return name


def _name(info: zipfile.ZipInfo) -> str:
    """The decoded name with its folders, which lead nowhere but down."""
    parts = PurePosixPath(decoded_name(info).replace("\\", "/")).parts
    return "/".join(part for part in parts if part not in {"/", ".."})
