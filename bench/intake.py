"""How long a large table of penalties takes to read, and how much memory: CSV and XLSX, with rejected rows written.

Makes a file of 20,000 rows (or as many as asked for), every hundredth of them wrong in one of seven ways, reads it to
the end and writes the rejected rows. Each reading runs in a process of its own, so that its peak memory is its own.
Compares nothing and keeps nothing.

    .venv/bin/python -m bench.intake [ROWS]
"""

import argparse
import csv
import io
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl

from workflow_app.domain.identifiers import uscc_from
from workflow_app.domain.intake import penalties, rejected, sheets
from workflow_app.domain.intake.layouts import PENALTIES

TODAY = date(2026, 11, 21)
BUREAU = uscc_from("11120102MB0X00001")
GOOD = {
    "CF_XDR_LB": "法人及非法人组织",
    "CF_FRDB": "周明远",
    "CF_WFXW": "经营超过保质期的食品",
    "CF_SY": "执法人员检查时发现货架上有超过保质期的食品，当事人不能提供进货查验记录。" * 3,
    "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条第一款第五项",
    "CF_CFLB": "警告；罚款",
    "CF_NR": "给予警告，并处罚款人民币一万五千元。",
    "CF_NR_FK": "1.5",
    "CF_JDRQ": "2026-09-18",
    "CF_YXQ": "2027/9/18",
    "CF_GSJZQ": "2027年9月18日",
    "CF_CFJG": "示范区市场监督管理局",
    "CF_CFJGDM": BUREAU,
    "CF_SJLY": "示范区市场监督管理局",
    "CF_SJLYDM": BUREAU,
}
WRONG = (
    {"CF_JDRQ": "9/18/2026"},
    {"CF_XDR_SHXYM": "91120102MA00000000"},
    {"CF_NR_FK": ""},
    {"CF_CFLB": "记过"},
    {"CF_YXQ": "2026-01-01"},
    {"CF_WSH": ""},
    {"CF_XDR_LB": "自然人"},
)


def lines(count: int) -> Iterator[list[str]]:
    """A header and `count` rows."""
    codes = [column.code for column in PENALTIES.columns]
    yield codes
    for number in range(count):
        row = GOOD | {
            "CF_XDR_MC": f"示范商贸有限公司第{number}分店",
            "CF_XDR_SHXYM": uscc_from(f"91120102MA{number:07d}"),
            "CF_WSH": f"津东市监罚〔2026〕{number}号",
        }
        if number % 100 == 99:
            row |= WRONG[number // 100 % len(WRONG)]
        yield [row.get(code, "") for code in codes]


def write_files(folder: Path, count: int) -> list[Path]:
    """The same table as CSV in two encodings and as a workbook."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines(count))
    book = openpyxl.Workbook(write_only=True)
    worksheet = book.create_sheet()
    for line in lines(count):
        worksheet.append(line)
    files = [folder / name for name in ("utf-8.csv", "gb18030.csv", "table.xlsx")]
    files[0].write_bytes(text.getvalue().encode())
    files[1].write_bytes(text.getvalue().encode("gb18030"))
    book.save(files[2])
    return files


def peak() -> float:
    """The greatest memory of this process so far, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def read_one(path: Path) -> None:
    """Reads a file and prints one line of figures."""
    before, begun, busy = peak(), time.perf_counter(), time.process_time()
    content = path.read_bytes()
    sheet = sheets.read(content, path.name, layouts=(PENALTIES,))
    opened = time.perf_counter()
    reasons: Counter[str] = Counter()

    def counted() -> Iterator[penalties.Outcome[penalties.PenaltyRow]]:
        for outcome in penalties.read(sheet, today=TODAY):
            reasons["taken" if outcome.taken else outcome.faults[0].column] += 1
            yield outcome

    target = io.BytesIO()
    write = rejected.write_xlsx if path.suffix == ".xlsx" else rejected.write_csv
    refused = write(target, sheet.header, counted(), say=str)
    ended, worked, after = time.perf_counter(), time.process_time(), peak()
    sys.stdout.write(
        f"{path.name:12} {len(content) / 1e6:6.1f} MB  {sheet.row_count:7} rows  "
        f"opened {opened - begun:5.2f} s  in all {ended - begun:5.2f} s (processor {worked - busy:5.2f} s)  "
        f"memory +{after - before:4.0f} MB (peak {after:.0f})  taken {reasons['taken']}  rejected {refused}\n"
    )


def main() -> None:
    """Makes the files and reads each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=20_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        read_one(asked.read)
        return
    with tempfile.TemporaryDirectory() as folder:
        for path in write_files(Path(folder), asked.rows):
            subprocess.run([sys.executable, "-m", "bench.intake", "--read", str(path)], check=True)


if __name__ == "__main__":
    main()
