"""Tables that people send in."""

from __future__ import annotations

from flask import request

from suggester.errors import CsvRefused


def table_sent() -> str:
    """Read the file that was chosen; CsvRefused where there is none, or it is not in UTF-8."""
    sent = request.files.get("table")
    if sent is None or not sent.filename:
        raise CsvRefused("No file was chosen; export a table as CSV, edit it, and choose that file here.")
    try:
        return str(sent.read(), "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CsvRefused("The file is not in UTF-8; save it as “CSV UTF-8” and choose it again.") from error
