"""Requests whose files are looked at and dropped: what fits a document of ours never touches a disk.

Everywhere else a large upload is spooled to a nameless file, as usual.
"""

from io import BytesIO
from typing import IO

from htmx_flask.requests import HtmxAwareRequest

from ..services.documents.verification import MAX_FILE

LOOKED_AT = "/verify"
ROOM_FOR_PARTS = 64 * 1024  # bytes around the file in its form


class OwnRequest(HtmxAwareRequest):
    """A request that keeps a file to be verified in memory."""

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
