"""Files as people export them: the same rows in every encoding and shape that a backend or a spreadsheet writes."""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

Rows = Sequence[Sequence[Any]]


def text(rows: Rows, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def workbook(path: Path, *sheets: tuple[str, Rows], merge: str = "", formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if merge:
            sheet.merge_cells(merge)
        for cell, number_format in (formats or {}).items():
            sheet[cell].number_format = number_format
    book.save(path)
    return path


def write(path: Path, shape: str, rows: Rows) -> Path:
    """The rows (the first is the header) as a file of the given shape; the name gets its ending."""
    header, *body = rows
    objects = [dict(zip(header, row, strict=True)) for row in body]
    plain = {
        "csv utf-8": lambda: text(rows).encode(),
        "csv utf-8 with mark": lambda: text(rows).encode("utf-8-sig"),
        "csv gbk": lambda: text(rows).encode("gb18030"),
        "csv semicolon": lambda: text(rows, ";").encode(),
        "csv tab gbk": lambda: text(rows, "\t").encode("gb18030"),
        "csv utf-16 tab": lambda: text(rows, "\t").encode("utf-16"),
        "json": lambda: json.dumps(objects, ensure_ascii=False).encode(),
        "json in an envelope": lambda: json.dumps({"code": 0, "data": {"list": objects, "ids": []}}).encode(),
        "jsonl": lambda: "\n".join(json.dumps(item, ensure_ascii=False) for item in objects).encode(),
        "xls": lambda: old_workbook(rows),
    }
    ending = {"json": ".json", "json in an envelope": ".json", "jsonl": ".jsonl", "xlsx": ".xlsx", "xls": ".xls"}
    file = path.with_name(path.name + ending.get(shape, ".csv"))
    if shape == "xlsx":
        return workbook(file, ("Sheet1", rows))
    file.write_bytes(plain[shape]())
    return file


SHAPES = (
    "csv utf-8", "csv utf-8 with mark", "csv gbk", "csv semicolon", "csv tab gbk", "csv utf-16 tab", "json",
    "json in an envelope", "jsonl", "xlsx", "xls",
)  # fmt: skip


def old_workbook(rows: Rows) -> bytes:
    """A workbook of Excel 97: BIFF8 records in a compound file of 512-byte sectors. No library at hand writes one."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row: int, column: int, value: Any) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, int | float):
            return record(0x0203, place + struct.pack("<d", value))
        return record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))

    cells = b"".join(cell(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row) if v not in (None, ""))
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600)) + record(0x0200, size)
    sheet += cells + record(0x000A)
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600)) + record(0x0042, b"\xb0\x04")
    name = b"Sheet1"
    bound = 4 + 8 + len(name)
    offset = len(start) + bound + 4
    stream = start + record(0x0085, struct.pack("<IHBB", offset, 0, len(name), 0) + name) + record(0x000A) + sheet
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    count = len(stream) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE] + [n + 3 for n in range(count - 1)] + [0xFFFFFFFE]
    assert len(fat) <= 128
    fat += [0xFFFFFFFF] * (128 - len(fat))

    def entry(title: str, kind: int, child: int, first: int, length: int) -> bytes:
        coded = title.encode("utf-16-le") + b"\0\0"
        body = coded.ljust(64, b"\0") + struct.pack("<HBBIII", len(coded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return body + b"\0" * 36 + struct.pack("<IQ", first, length)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + struct.pack("<128I", *fat) + folder.ljust(512, b"\0") + stream
