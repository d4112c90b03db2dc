"""Requests of our own: files that are looked at and dropped stay in memory, and cookies are found where they stand.

What fits a document of ours and is only to be verified never touches a disk. Everywhere else a large upload is spooled
to a nameless file, as usual.
"""

from io import BytesIO
from typing import IO

from htmx_flask.requests import HtmxAwareRequest
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property

from ..services.documents.verification import MAX_FILE

LOOKED_AT = "/verify"
ROOM_FOR_PARTS = 64 * 1024  # bytes around the file in its form


class OwnRequest(HtmxAwareRequest):
    """A request that keeps a file to be verified in memory."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies, which a WSGI server gives in one place; werkzeug itself looks through all headers for them."""
        return parse_cookie(self.environ.get("HTTP_COOKIE"), cls=self.dict_storage_class)  # type: ignore[return-value]

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        size = total_content_length
        if self.path == LOOKED_AT and size is not None and size <= MAX_FILE + ROOM_FOR_PARTS:
            return BytesIO()
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)
