"""An exported file of a few hundred bytes: its network takes images of 16 x 16, and its latents are the largest
values of blocks of 2 x 2 and of 4 x 4 pixels, exact in every engine. tiny_model.hpp is the same in C++."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import numpy as np

import support

SIDE, CHANNELS = 16, 3


def _varint(value: int) -> bytes:
    made = b""
    while value >= 128:
        made += bytes([value % 128 + 128])
        value //= 128
    return made + bytes([value])


def _number(field: int, value: int) -> bytes:
    return _varint(field * 8) + _varint(value)


def _bytes(field: int, content: Any) -> bytes:
    raw: bytes = content.encode() if isinstance(content, str) else content
    return _varint(field * 8 + 2) + _varint(len(raw)) + raw


def _ints(name: str, values: List[int]) -> bytes:
    return _bytes(5, _bytes(1, name) + _number(20, 7) + b"".join(_number(8, value) for value in values))


def _int(name: str, value: int) -> bytes:
    return _bytes(5, _bytes(1, name) + _number(20, 2) + _number(3, value))


def _node(kind: str, output: str, attributes: bytes) -> bytes:
    return _bytes(1, _bytes(1, "images") + _bytes(2, output) + _bytes(4, kind) + attributes)


def _port(field: int, name: str, dimensions: List[int]) -> bytes:
    shape = _bytes(1, _bytes(2, "N")) + b"".join(_bytes(1, _number(1, size)) for size in dimensions)
    return _bytes(field, _bytes(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, shape))))


def _network() -> bytes:
    two = _ints("kernel_shape", [2, 2]) + _ints("strides", [2, 2])
    four = _ints("kernel_shape", [4, 4]) + _ints("strides", [4, 4])
    graph = (
        _node("MaxPool", "latents_0", two)
        + _node("MaxPool", "latents_1", four)
        + _node("ReduceMax", "anomaly_map", _ints("axes", [1]) + _int("keepdims", 1))
        + _node("ReduceMax", "anomaly_score", _ints("axes", [1, 2, 3]) + _int("keepdims", 0))
        + _bytes(2, "tiny")
        + _port(11, "images", [CHANNELS, SIDE, SIDE])
        + _port(12, "latents_0", [CHANNELS, SIDE // 2, SIDE // 2])
        + _port(12, "latents_1", [CHANNELS, SIDE // 4, SIDE // 4])
        + _port(12, "anomaly_map", [1, SIDE, SIDE])
        + _port(12, "anomaly_score", [])
    )
    return _number(1, 7) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _number(2, 13))


def manifest(**changes: Any) -> Dict[str, Any]:
    """What the file says of the model, with some members of the top changed."""
    maxima = [[0.5 + 0.01 * (image % 12) - 0.05 * k for k in range(5)] for image in range(24)]
    said: Dict[str, Any] = {
        "schema": 1,
        "flowline": "9.9",
        "modelDigest": "abc",
        "model": {"category": "tiny"},
        "input": {
            "name": "images",
            "height": SIDE,
            "width": SIDE,
            "colourOrder": "RGB",
            "filter": "ANTIALIASED_BILINEAR",
            "mean": [0.5, 0.5, 0.5],
            "std": [0.25, 0.25, 0.25],
        },
        "outputs": {
            "latents": [
                {"name": "latents_0", "channels": CHANNELS, "height": SIDE // 2, "width": SIDE // 2},
                {"name": "latents_1", "channels": CHANNELS, "height": SIDE // 4, "width": SIDE // 4},
            ],
            "anomalyMap": "anomaly_map",
            "anomalyScore": "anomaly_score",
            "mapsLikelihood": True,
        },
        "test": {
            "pfaBound": "CHERNOFF",
            "numberOfTests": "BY_SIZE",
            "log10Epsilon": -0.5,
            "law": {"maxima": maxima},
        },
        "calibration": {
            "goodImages": 4,
            "images": [{"smallestLog10Nfa": score} for score in (-0.25, -0.75, 0.5, 0.125)],
            "asked": {"rate": 0.2, "confidence": None},
            "promised": 0.2,
        },
    }
    return {key: value for key, value in {**said, **changes}.items() if value is not None}


def write(name: str, **changes: Any) -> Path:
    """Writes the file, of which some of the manifest is changed, into the tests' scratch folder."""
    path = support.SCRATCH / name
    entry = _bytes(14, _bytes(1, "flowline") + _bytes(2, json.dumps(manifest(**changes))))
    path.write_bytes(_network() + entry)
    return path


def latents(images: Any) -> List[Any]:
    """What the network makes of its input, (batch, 3, 16, 16)."""
    made = []
    for block in (2, 4):
        side = SIDE // block
        made.append(images.reshape(len(images), CHANNELS, side, block, side, block).max(axis=(3, 5)))
    return [np.ascontiguousarray(scale) for scale in made]
