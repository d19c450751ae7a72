#!/usr/bin/python3
"""Makes tests/golden/io: small data files written by other implementations than Kubik's.

npy and npz by NumPy, csv by Python's csv module, png by Pillow where it can and otherwise by the few lines below (whose
files Pillow then has to read back as the same pixels), idx and safetensors byte by byte after their specifications.
Run with Debian's python3, python3-numpy and python3-pil:  /usr/bin/python3 tests/golden/make_io.py
Never edit the files to make a test pass.
"""

import csv
import gzip
import io
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "io")


def path(*parts):
    full = os.path.join(ROOT, *parts)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def write(data, *parts):
    with open(path(*parts), "wb") as file:
        file.write(data)


# ---- npy, npz ------------------------------------------------------------------------------------------------------

def counting(dtype):
    """0 … 23 as (2, 3, 4); signed types less 12, floats halved, bool: divisible by 3. The tests know this formula."""
    n = np.arange(24)
    kind = np.dtype(dtype).kind
    if kind == "f":
        n = (n - 12) / 2
    elif kind == "i":
        n = n - 12
    elif kind == "b":
        n = n % 3 == 0
    return n.reshape(2, 3, 4).astype(dtype)


def npy():
    for code in ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"]:
        np.save(path("npy", code + ".npy"), counting(code))
    for code in ["f8", "f4", "f2", "i8", "i4", "i2", "u8", "u4", "u2"]:
        np.save(path("npy", code + "_big.npy"), counting(">" + code))
    for code in ["f8", "i4", "u1", "i2"]:
        np.save(path("npy", code + "_fortran.npy"), np.asfortranarray(counting(code)))
    np.save(path("npy", "f4_big_fortran.npy"), np.asfortranarray(counting(">f4")))
    for version in [(1, 0), (2, 0), (3, 0)]:
        with open(path("npy", f"f4_v{version[0]}.npy"), "wb") as file:
            np.lib.format.write_array(file, counting("f4"), version=version)
    np.save(path("npy", "scalar.npy"), np.float64(2.5))
    np.save(path("npy", "vector.npy"), np.array([1, 2, 3], "i8"))
    np.save(path("npy", "empty.npy"), np.zeros((0, 3), "f4"))
    np.save(path("npy", "special.npy"), np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45, 3.4028235e38], "f4"))
    np.save(path("npy", "u8_too_large.npy"), np.array([1, 2**64 - 1], "u8"))
    np.save(path("npy", "objects.npy"), np.array([{"a": 1}, None], object), allow_pickle=True)
    np.save(path("npy", "complex.npy"), np.array([1 + 2j]))
    np.save(path("npy", "texts.npy"), np.array(["a", "bc"]))
    np.save(path("npy", "bytes.npy"), np.array([b"a", b"bc"]))
    np.save(path("npy", "dates.npy"), np.array(["2020-01-01"], "M8[D]"))
    np.save(path("npy", "records.npy"), np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")]))
    np.save(path("npy", "long_double.npy"), np.array([1.0], np.longdouble))
    np.savez(path("npz", "stored.npz"), x=counting("f4"), y=np.array([0, 2, 1], "i8"))
    np.savez_compressed(path("npz", "deflated.npz"), x=counting("f4"), y=np.array([0, 2, 1], "i8"))


# ---- idx -----------------------------------------------------------------------------------------------------------

def idx():
    values = [0, 1, 2, 100, 126, 127]
    for code, letter in [(0x08, "B"), (0x09, "b"), (0x0B, "h"), (0x0C, "i"), (0x0D, "f"), (0x0E, "d")]:
        signed = values if letter == "B" else [-v for v in values]
        data = struct.pack(">BBBB2I", 0, 0, code, 2, 2, 3) + struct.pack(">6" + letter, *signed)
        write(data, "idx", f"{code:02X}.idx")
    data = struct.pack(">BBBBI", 0, 0, 8, 1, 6) + bytes(values)
    write(gzip.compress(data, mtime=0), "idx", "zipped_without_saying_so.idx")


# ---- safetensors ---------------------------------------------------------------------------------------------------

def safetensors():
    parts = {
        "bool": ("BOOL", [3], bytes([1, 0, 1])),
        "f16": ("F16", [2], struct.pack("<2e", 0.5, -2)),
        "bf16": ("BF16", [3], struct.pack("<3H", 0x3F80, 0xC040, 0x7F80)),  # 1, -3, inf
        "f32": ("F32", [2, 3], struct.pack("<6f", 0, 1, 2, 3, 4, 5.25)),
        "f64": ("F64", [], struct.pack("<d", 0.1)),
        "i32": ("I32", [2], struct.pack("<2i", -(2**31), 2**31 - 1)),
        "i64": ("I64", [2], struct.pack("<2q", -(2**63), 2**63 - 1)),
        "u8": ("U8", [2, 2], bytes([0, 1, 254, 255])),
        "empty": ("F32", [0, 4], b""),
        "имя.ü": ("U8", [1], b"\x07"),
    }
    header, data = {"__metadata__": {"net": "linear 10", "line": "a\nb \"c\""}}, b""
    for name, (dtype, shape, content) in parts.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    write(struct.pack("<Q", len(text)) + text + data, "safetensors", "all_types.safetensors")

    # What the reference implementation writes for these two tensors: widest first, then by name; no white space.
    text = (b'{"__metadata__":{"a":"1"},"b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},'
            b'"a":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},"c":{"dtype":"U8","shape":[],"data_offsets":[16,17]}}')
    text += b" " * (-len(text) % 8)
    write(struct.pack("<Q", len(text)) + text + struct.pack("<d2fB", 3, 1, 2, 9), "safetensors", "as_written.safetensors")


# ---- csv -----------------------------------------------------------------------------------------------------------

def csv_files():
    rows = [
        ["name", "note", "x"],
        ["plain", "no quotes", "1"],
        ["comma", "a,b", "-2.5"],
        ["quote", 'say "hi"', "3e2"],
        ["lines", "first\nsecond\r\nthird", "4"],
        ["empty", "", "5"],
        ["Ünïcødé", "日本 🙂", "6"],
        ["space", "  kept  ", "7"],
    ]
    for name, dialect in [("excel.csv", "excel"), ("excel_tab.csv", "excel-tab"), ("unix_all_quoted.csv", "unix")]:
        with open(path("csv", name), "w", newline="", encoding="utf-8") as file:
            csv.writer(file, dialect).writerows(rows)
    with open(path("csv", "semicolon_bom.csv"), "w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    with open(path("csv", "utf16.csv"), "w", newline="", encoding="utf-16") as file:
        csv.writer(file).writerows(rows)
    with open(path("csv", "excel.csv"), "rb") as file:
        write(gzip.compress(file.read(), mtime=0), "csv", "zipped_without_saying_so.csv")


# ---- png -----------------------------------------------------------------------------------------------------------

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """One row of samples as bytes."""
    if depth == 16:
        return samples.astype(">u2").tobytes()
    bits = "".join(format(int(s), f"0{depth}b") for s in samples.ravel())
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(rows, step):
    """Rows with the filters 0, 1, 2, 3, 4 by turns, so that every filter is met."""
    out, above = b"", None
    for y, row in enumerate(rows):
        above = above or bytes(len(row))
        kind = y % 5
        out += bytes([kind])
        for i, value in enumerate(row):
            a = row[i - step] if i >= step else 0
            c = above[i - step] if i >= step else 0
            b = above[i]
            guess = [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]
            out += bytes([(value - guess) % 256])
        above = row
    return out


def encode(samples, colour, depth, interlaced=False, palette=None, trns=None, idat=None):
    """A PNG of samples (H, W, S), after the specification."""
    height, width, _ = samples.shape
    step = max(1, SAMPLES[colour] * depth // 8)
    data = b""
    for x, y, sx, sy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::sy, x::sx]
        if part.size:
            data += filtered([packed(row, depth) for row in part], step)
    packed_data = zlib.compress(data)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", width, height, depth, colour, 0, 0, interlaced))
    png += chunk(b"gAMA", struct.pack(">I", 45455))
    if palette is not None:
        png += chunk(b"PLTE", palette.astype("u1").tobytes())
    if trns is not None:
        png += chunk(b"tRNS", trns)
    idat = idat or len(packed_data)
    for i in range(0, len(packed_data), idat):
        png += chunk(b"IDAT", packed_data[i:i + idat])
    return png + chunk(b"tEXt", b"Comment\0made by make_io.py") + chunk(b"IEND", b"")


def to_bytes(samples, depth):
    """Samples of any depth as 0 … 255, rounded to nearest."""
    most = 2**depth - 1
    return ((samples.astype("i8") * 510 + most) // (2 * most)).astype("u1")


def expect(name, png, pixels, pillow=True):
    write(png, "png", name + ".png")
    np.save(path("png", name + ".npy"), pixels.astype("u1"))
    if pillow:
        mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[pixels.shape[2]]
        theirs = np.asarray(Image.open(io.BytesIO(png)).convert(mode)).reshape(pixels.shape)
        assert np.array_equal(theirs, pixels), name


def png():
    rng = np.random.default_rng(7)
    height, width = 11, 13  # no multiple of 8, so that rows end inside bytes and Adam7 passes are uneven
    for colour, depths in [(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (4, [8, 16]), (6, [8, 16])]:
        for depth in depths:
            samples = rng.integers(0, 2**depth, (height, width, SAMPLES[colour]))
            for interlaced in [False, True]:
                name = f"colour{colour}_{depth}bit" + ("_adam7" if interlaced else "")
                # Pillow cuts 16 bits off instead of rounding them.
                expect(name, encode(samples, colour, depth, interlaced), to_bytes(samples, depth), pillow=depth < 16)
    for depth in [1, 2, 4, 8]:
        palette = rng.integers(0, 256, (2**depth, 3))
        samples = rng.integers(0, 2**depth, (height, width, 1))
        for interlaced in [False, True]:
            name = f"colour3_{depth}bit" + ("_adam7" if interlaced else "")
            expect(name, encode(samples, 3, depth, interlaced, palette), palette[samples[:, :, 0]])
    palette, alpha = rng.integers(0, 256, (16, 3)), rng.integers(0, 256, 5)
    samples = rng.integers(0, 16, (height, width, 1))
    full = np.concatenate([palette, np.append(alpha, [255] * 11)[:, None]], 1)
    expect("palette_transparent", encode(samples, 3, 4, False, palette, bytes(alpha.tolist())), full[samples[:, :, 0]])
    for colour, depth in [(0, 2), (0, 16), (2, 8)]:
        samples = rng.integers(0, 4, (height, width, SAMPLES[colour])) * (1 if depth < 16 else 20000)
        key = samples[3, 4]
        opaque = np.where((samples == key).all(2, keepdims=True), 0, 255)
        pixels = np.concatenate([to_bytes(samples, depth), opaque], 2)
        name = f"colour{colour}_{depth}bit_key"
        expect(name, encode(samples, colour, depth, trns=struct.pack(f">{len(key)}H", *key.tolist())), pixels, pillow=depth == 8)
    samples = rng.integers(0, 256, (height, width, 3))
    expect("many_idat", encode(samples, 2, 8, idat=7), samples)
    for width, height in [(1, 1), (1, 9), (9, 1), (3, 3), (5, 2)]:
        samples = rng.integers(0, 2, (height, width, 1))
        expect(f"tiny_{width}x{height}_adam7", encode(samples, 0, 1, True), to_bytes(samples, 1))
    # Written by Pillow itself.
    ramp = np.add.outer(np.arange(16) * 7, np.arange(20) * 5).astype("u1")
    for mode in ["L", "RGB", "RGBA", "LA", "P", "1"]:
        picture = Image.fromarray(np.stack([ramp, ramp.T[:16, :1] + ramp, 255 - ramp], 2)).convert(mode)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG")
        target = {"P": "RGB", "1": "L"}.get(mode, mode)
        pixels = np.asarray(picture.convert(target))
        expect("pillow_" + mode, buffer.getvalue(), pixels.reshape(16, 20, -1))


if __name__ == "__main__":
    npy()
    idx()
    safetensors()
    csv_files()
    png()
