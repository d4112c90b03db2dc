"""Good and hostile papers, built byte by byte for the tests; nothing is read from disk."""

import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

MEGABYTE = 1024 * 1024


def saved(pdf, **options):
    """The bytes of `pdf`, the same in every second: the identity of a file is otherwise made of the time."""
    target = io.BytesIO()
    pdf.save(target, deterministic_id="encryption" not in options, **options)
    return target.getvalue()


def pdf_of(pages=1):
    """A PDF with that many pages, each with some drawing on it."""
    pdf = pikepdf.new()
    for number in range(pages):
        pdf.add_blank_page()
        drawing = " ".join(f"{(step * 37 + number) % 500} {step % 700} m 9 9 l S" for step in range(300))
        pdf.pages[-1].Contents = pdf.make_stream(drawing.encode())
    return pdf


def pdf_bytes(pages=1):
    """The bytes of `pdf_of`."""
    return saved(pdf_of(pages))


def picture(kind, *, size=(120, 80), mode="RGB", **options):
    """A picture with noise in it, so that it doesn't shrink to nothing."""
    target = io.BytesIO()
    noise = Image.effect_noise(size, 60).convert(mode)
    noise.save(target, kind, **options)
    return target.getvalue()


def archive(**files):
    """A zip of these names (two underscores stand for a slash) and texts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "/"), text)
    return target.getvalue()


def docx():
    """The beginning of what a word processor saves."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<w:document/>")
    return target.getvalue()


def deflated_zeros(megabytes, *, after=b""):
    """A zlib stream of some bytes and that many megabytes of zeros, made without holding or packing them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    stored = struct.pack("<BHH", 0, len(after), len(after) ^ 0xFFFF) + after
    start = zlib.adler32(after)
    low, high = start & 0xFFFF, start >> 16
    checksum = (high + megabytes * MEGABYTE * low) % 65521 << 16 | low  # Adler-32 carried on over zeros
    return b"\x78\xda" + stored + block * megabytes + b"\x03\x00" + struct.pack(">I", checksum)


def pdf_with_stream(packed, filters, **entries):
    """A PDF that holds `packed` as it stands, said to be packed by `filters`."""
    pdf = pdf_of()
    stream = pikepdf.Stream(pdf, packed)
    stream.Filter = Array([Name(step) for step in filters])
    for key, value in entries.items():
        stream[f"/{key}"] = value
    pdf.Root.Sample = pdf.make_indirect(stream)
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def pdf_bomb(megabytes):
    """A small PDF with a stream of zeros that large."""
    return pdf_with_stream(deflated_zeros(megabytes), ["/FlateDecode"])


def pdf_bomb_in_object_stream(megabytes):
    """A PDF whose objects themselves are packed in a bomb, met as soon as the file is opened."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"]  # fmt: skip
    index = b"1 0 2 %d 3 %d " % (len(objects[0]), len(objects[0] + objects[1]))
    packed = deflated_zeros(megabytes, after=index + b"".join(objects))
    entry = b"<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>" % (len(index), len(packed))
    begin = b"%PDF-1.5\n"
    holder = b"4 0 obj\n" + entry + b"stream\n" + packed + b"\nendstream\nendobj\n"
    start = len(begin) + len(holder)
    places = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, len(begin), 0), (1, start, 0)]
    rows = b"".join(struct.pack(">BIB", *place) for place in places)
    head = b"<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>" % len(rows)
    table = b"5 0 obj\n" + head + b"stream\n" + rows + b"\nendstream\nendobj\n"
    return begin + holder + table + b"startxref\n%d\n%%%%EOF\n" % start


def pdf_with_script():
    """Runs a script when it is opened."""
    pdf = pdf_of()
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    return saved(pdf)


def pdf_with_script_on_a_page():
    """Runs a script when a page is left, from an action that stands directly in the page."""
    pdf = pdf_of()
    pdf.pages[0].obj.AA = Dictionary(C=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))
    return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def pdf_with_launch():
    """Starts a program when its link is followed."""
    pdf = pdf_of()
    action = Dictionary(S=Name.Launch, F=pikepdf.String("calc.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    pdf.pages[0].Annots = Array([pdf.make_indirect(link)])
    return saved(pdf)


def pdf_with_attachment():
    """Carries another file."""
    pdf = pdf_of()
    pdf.attachments["账目.xlsx"] = b"PK something"
    return saved(pdf)


def locked_pdf(*, user):
    """An encrypted PDF; without a password for users anybody can read it."""
    return saved(pdf_of(), encryption=pikepdf.Encryption(owner="owner", user=user))


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width, height, packed, *extra):
    """A grey PNG of that size with these packed rows and further (kind, body) chunks."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    more = b"".join(_chunk(kind, body) for kind, body in extra)
    begin = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + more
    return begin + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def jpeg_said_to_be(width, height):
    """A JPEG whose header claims another size."""
    content = picture("JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]
