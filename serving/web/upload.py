"""Image files in a body: the bytes as they are, or a form with files."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from serving.errors import InvalidRequestError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_FORM = b"multipart/form-data"


@dataclass
class UploadedFile:
    """One file; the name is the sender's word and used for nothing but the answer."""

    name: str
    content: bytes


@dataclass
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    header_name: bytes = b""
    header_value: bytes = b""
    chunks: list[bytes] = field(default_factory=list)


def is_form(content_type: bytes) -> bool:
    """Tell whether a body is a form with files; curl's default type for raw bytes is not."""
    return content_type.lower().startswith(_FORM)


def parse_form(content_type: bytes, body: bytes) -> list[UploadedFile]:
    """Return the files of a form; its other fields are ignored.

    Raises:
        InvalidRequestError: It is no form, or holds no file.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise InvalidRequestError("The Content-Type multipart/form-data has no boundary")
    collector = _Collector()
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise InvalidRequestError(f"The form is damaged: {error}") from None
    if not collector.files:
        raise InvalidRequestError("The form holds no file; send one with curl -F image=@photo.jpg")
    return collector.files


class _Collector:
    """Puts the pieces that the parser hands out together again."""

    def __init__(self) -> None:
        self.files: list[UploadedFile] = []
        self._part = _Part()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._part = _Part()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._part.header_name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.header_value += data[start:end]

    def _header_end(self) -> None:
        self._part.headers[self._part.header_name.lower()] = self._part.header_value
        self._part.header_name = self._part.header_value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._part.chunks.append(data[start:end])

    def _end(self) -> None:
        options = parse_options_header(self._part.headers.get(b"content-disposition", b""))[1]
        if b"filename" in options:
            name = options[b"filename"].decode(errors="replace")
            self.files.append(UploadedFile(name, b"".join(self._part.chunks)))
