"""Files of papers, kept by their SHA-256 under the data folder: the same file is kept once and never changes."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Any

from service.awards.errors import FileTooLarge
from service.errors import FieldProblem, Invalid, NotFound

CHUNK = 64 * 1024
LONGEST_NAME = 120

_MAGIC = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class FileKindRefused(Invalid):
    """Only PDF, DOCX, JPG and PNG files become papers, told by what is in them and by their name alike."""

    code = "file_kind_refused"
    message = "Chỉ nhận tệp PDF, DOCX, JPG hoặc PNG. Tệp này không đọc được theo đuôi tên của nó."


class FileMissing(NotFound):
    """The record is there, its file is not: the data folder was moved or restored without it."""

    code = "file_missing"
    message = "Chưa tìm thấy tệp của giấy tờ này trong kho lưu. Báo quản trị hệ thống."


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A file in the store; `size` in bytes."""

    sha256: str
    size: int
    name: str
    media_type: str

    def columns(self) -> dict[str, Any]:
        """As the columns of a paper."""
        return {
            "file_sha256": self.sha256,
            "file_size": self.size,
            "file_name": self.name,
            "media_type": self.media_type,
        }


class PaperStore:
    """The folder `papers` below the data folder."""

    def __init__(self, data_dir: Path, limit_bytes: int) -> None:
        self.folder = data_dir / "papers"
        self.limit_bytes = limit_bytes

    def put(self, stream: IO[bytes], file_name: str) -> StoredFile:
        """Keep what the stream gives, whole or not at all.

        Raises:
            FileTooLarge: over the limit; reading stops there.
            FileKindRefused: empty, or none of the four kinds.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, scratch_name = tempfile.mkstemp(dir=self.folder, prefix=".upload-")
        scratch = Path(scratch_name)
        try:
            with os.fdopen(handle, "wb") as out:
                sha256, size = self._copy(stream, out)
            name = clean_name(file_name)
            media_type = media_type_of(scratch, name)
            target = self._path(sha256)
            target.parent.mkdir(exist_ok=True)
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)
        return StoredFile(sha256=sha256, size=size, name=name, media_type=media_type)

    def path_of(self, sha256: str) -> Path:
        """Where that file lies. Raises FileMissing."""
        path = self._path(sha256)
        if not path.is_file():
            raise FileMissing()
        return path

    def _copy(self, stream: IO[bytes], out: IO[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > self.limit_bytes:
                raise FileTooLarge()
            digest.update(chunk)
            out.write(chunk)
        return digest.hexdigest(), size

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


def clean_name(file_name: str) -> str:
    """The last part of a name, without control characters, its ending kept when it is cut."""
    last = PureWindowsPath(PurePosixPath(file_name).name).name
    printable = "".join(char for char in last if char.isprintable()).strip()
    stem, dot, ending = printable.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}" if stem else printable[:LONGEST_NAME] or "tep"


def media_type_of(path: Path, name: str) -> str:
    """The kind told by the first bytes, agreeing with the name's ending. Raises FileKindRefused."""
    with path.open("rb") as source:
        start = source.read(16)
    ending = Path(name).suffix.lower()
    for magic, media_type, endings in _MAGIC:
        if start.startswith(magic) and ending in endings:
            return media_type
    if ending == ".docx" and _is_docx(path):
        return _DOCX
    raise FileKindRefused([FieldProblem(field="file", message=FileKindRefused.message)])


def _is_docx(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False
    return "[Content_Types].xml" in names and any(name.startswith("word/") for name in names)
