"""Draws a certificate with Typst for each line of JSON it is given; runs in the environment that the bench made.

Answers with the length of the PDF on a line of its own, then the PDF. Knows nothing of the application.
"""

import json
import sys

import typst  # type: ignore[import-not-found]


def main() -> None:
    """One certificate a line, until there are no more."""
    page, fonts = sys.argv[1:]
    compiler = typst.Compiler(page, font_paths=[fonts], ignore_system_fonts=True)
    for turn, line in enumerate(sys.stdin):
        shown = json.loads(line)
        # Another number each time, so that nothing of the page before is simply taken again.
        inputs = {**shown, "number": f"{shown['number']}-{turn}"}
        pdf = compiler.compile(format="pdf", pdf_standards=["a-3a"], sys_inputs=inputs)
        sys.stdout.buffer.write(f"{len(pdf)}\n".encode() + pdf)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
