"""PDFs written by hand, object by object, for the tests of reading them."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF with one text line for each string, page by page."""
    return of_streams([_text(lines) for lines in pages])


def of_streams(streams: Sequence[bytes], *, filters: str = "/FlateDecode", times: int = 1) -> bytes:
    """Return a PDF whose pages have these content streams, deflated ``times`` times."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(streams)))
    objects.append(f"<< /Type /Pages /Count {len(streams)} /Kids [{kids}] >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, content in enumerate(streams):
        packed = content
        for _ in range(times):
            packed = zlib.compress(packed, 9)
        page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
        objects.append(f"{page}/Contents {5 + 2 * number} 0 R >>".encode())
        head = f"<< /Length {len(packed)} /Filter [{' '.join([filters] * times)}] >>\nstream\n"
        objects.append(head.encode() + packed + b"\nendstream")
    parts, offsets, at = [b"%PDF-1.4\n"], [], 9
    for number, body in enumerate(objects, 1):
        offsets.append(at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, at)
    return b"".join(parts) + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _text(lines: Sequence[str]) -> bytes:
    shown = "".join(f"({line.replace('(', '').replace(')', '')}) Tj 0 -16 Td " for line in lines)
    return f"BT /F1 11 Tf 72 720 Td {shown}ET".encode("latin-1")
