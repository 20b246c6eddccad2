"""From a frame to its verdict: python3 inspect_frames.py MODEL.onnx FRAME...

MODEL.onnx is what `flowline export` wrote. A frame is a file that Pillow reads; without Pillow, a binary PGM or PPM
file (P5 or P6; 8 bits, or 16 of which the first byte is the higher one). The line of a frame: its name, verdict,
log10 NFA, score, p-value, and x y width height of each region, in its pixels, the most meaningful first.
"""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path

import numpy as np

import flowline

try:
    from PIL import Image
except ImportError:
    Image = None


def read(name: str) -> np.ndarray:
    """Reads a file: uint8 or uint16, (height, width) in grey, else (height, width, 3) in red, green and blue."""
    raw = Path(name).read_bytes()
    header = re.match(rb"P([56])\s+(\d+)\s+(\d+)\s+(255|65535)\s", raw)
    if header is None and Image is not None:
        with Image.open(name) as image:
            if image.mode.startswith("I"):
                return np.asarray(image, np.uint16)
            return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    if header is None:
        raise ValueError(f"{name} is no PGM or PPM file of 8 or 16 bits, and Pillow is not installed")
    colours, width, height, white = map(int, header.groups())
    shape = (height, width) if colours == 5 else (height, width, 3)
    return np.frombuffer(raw, np.uint8 if white == 255 else ">u2", math.prod(shape), header.end()).reshape(shape)


def main(model_file: str, *names: str) -> int:
    """Prints the inspections; returns 1 if a frame is not good, as `flowline inspect` does."""
    with flowline.open(model_file) as model:
        bad = 0
        for name in names:
            found = model.inspect(read(name), order="rgb", max_regions=8)
            numbers = (found.log10_nfa, found.anomaly_score, found.p_value)
            text = " ".join("nan" if number is None else f"{number:.9g}" for number in numbers)
            boxes = "".join(" [{} {} {} {}]".format(*region.box) for region in found.regions)
            print(f"{name} {found.verdict.name} {text}{boxes}")
            bad += found.verdict is not flowline.Verdict.GOOD
    return 1 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print("usage: inspect_frames.py MODEL.onnx FRAME...", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(*sys.argv[1:]))
    except Exception as error:  # whatever it is: 1 would say that a frame is not good
        print(f"inspect_frames: {error}", file=sys.stderr)
        sys.exit(2)
