"""An .xlsx is a zip of XML: parts are unpacked piece by piece, and counted while they are."""

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from storefront.errors import Refusal
from storefront.supply.sheets.grid import MOST_UNPACKED

MOST_PARTS: Final = 2_000
PIECE: Final = 65_536
ENTRY: Final = b"PK\x01\x02"  # of a zip's list of what is in it
Attributes = dict[str, str]
Begins = Callable[[str, Attributes], None]
BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Package:
    """The parts of an .xlsx; what comes out of all of them together is bounded."""

    def __init__(self, content: bytes) -> None:
        if content.count(ENTRY) > MOST_PARTS:
            raise Refusal("file_unpacks_too_big", field="file")
        try:
            self._zip = ZipFile(BytesIO(content))
        except BROKEN:
            raise Refusal("file_broken", field="file") from None
        self._names = set(self._zip.namelist())
        self._left = MOST_UNPACKED

    def check_whole(self) -> None:
        """Refuse what says of itself that more would come out of it than may."""
        if sum(part.file_size for part in self._zip.infolist()) > MOST_UNPACKED:
            raise Refusal("file_unpacks_too_big", field="file")

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece; its own word for its size is not believed."""
        try:
            with self._zip.open(name) as part:
                while piece := part.read(PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise Refusal("file_unpacks_too_big", field="file")
                    yield piece
        except (KeyError, *BROKEN):
            raise Refusal("file_broken", field="file") from None

    def parse(
        self,
        name: str,
        begins: Begins,
        ends: Callable[[str], None] | None = None,
        says: Callable[[str], None] | None = None,
    ) -> None:
        """Parse a part to its end."""
        for _piece in self.parsed(name, begins, ends, says):
            pass

    def parsed(
        self,
        name: str,
        begins: Begins,
        ends: Callable[[str], None] | None = None,
        says: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Parse a part, stopping after each piece; a document that defines entities is refused."""
        parser = _parser(begins, ends or _nothing, says)
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)  # noqa: FBT003  expat's own: not the last piece
                yield
            parser.Parse(b"", True)  # noqa: FBT003  the last
        except (expat.ExpatError, LookupError, ValueError):
            raise Refusal("file_broken", field="file") from None
        yield


def _parser(
    begins: Begins, ends: Callable[[str], None], says: Callable[[str], None] | None
) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_entities

    def first(name: str, attributes: Attributes) -> None:
        """Names have a prefix or have none, all of them: most writers give none."""
        prefix, colon, _name = name.rpartition(":")
        cut = len(prefix + colon)
        if cut:
            parser.StartElementHandler = lambda name, given: begins(name[cut:], given)
            parser.EndElementHandler = lambda name: ends(name[cut:])
        else:
            parser.StartElementHandler, parser.EndElementHandler = begins, ends
        begins(name[cut:], attributes)

    parser.StartElementHandler = first
    if says is not None:
        parser.CharacterDataHandler = says
    return parser


def _nothing(_name: str) -> None:
    """Take no notice of the end of an element."""


def _no_entities(*_declared: object) -> None:
    raise Refusal("file_broken", field="file")
