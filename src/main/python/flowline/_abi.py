"""What this package uses of flowline.h and inspect.h, as ctypes has it.

Structures, their members and functions have the names of the headers; test_header.py compares them with
what a C compiler says of the headers.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_double, c_float, c_int32, c_int64, c_uint8, c_uint32, c_void_p
from typing import Any, Dict, List, Tuple, Type, TypeVar

OK = 0
TENSOR_BROADCAST = 1
FLOAT32, FLOAT16 = 0, 1
ENGINE_ONNXRUNTIME, ENGINE_NONE = 0, 1
LAW_KNOTS, LAW_CLASSES = 161, 29


class flowline_context_options(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("threads", c_int32),
        ("device", c_int32),
        ("device_index", c_int32),
        ("instruction_set", c_int32),
        ("reserved", c_int32),
        ("stream", c_void_p),
        ("parallel", c_void_p),
    ]


class flowline_frame(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("format", c_int32),
        ("data", c_void_p),
        ("height", c_int64),
        ("width", c_int64),
        ("row_bytes", c_int64),
        ("crop_x", c_int64),
        ("crop_y", c_int64),
        ("crop_width", c_int64),
        ("crop_height", c_int64),
        ("bits", c_int32),
        ("reserved", c_int32),
    ]


class flowline_preprocessing(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("bits", c_int32),
        ("height", c_int64),
        ("width", c_int64),
        ("mean", c_float * 3),
        ("deviation", c_float * 3),
    ]


class flowline_tensor(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("type", c_int32),
        ("data", c_void_p),
        ("batch", c_int64),
        ("channels", c_int64),
        ("height", c_int64),
        ("width", c_int64),
        ("batch_stride", c_int64),
        ("channel_stride", c_int64),
        ("row_stride", c_int64),
        ("column_stride", c_int64),
        ("flags", c_uint32),
        ("reserved", c_uint32),
    ]


class flowline_region_law(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("classes", c_int32),
        ("knots", c_int32),
        ("reserved", c_int32),
        ("level", POINTER(c_float)),
        ("log10_pfa", POINTER(c_double)),
        ("height", c_int64),
        ("width", c_int64),
        ("baseline", c_float),
        ("baseline_exponent", c_float),
        ("baseline_log10_pfa", POINTER(c_double)),
    ]


class flowline_segment_options(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("pfa_bound", c_int32),
        ("number_of_tests", c_int32),
        ("reserved", c_int32),
        ("roi_x", c_int64),
        ("roi_y", c_int64),
        ("roi_width", c_int64),
        ("roi_height", c_int64),
        ("ignore", POINTER(c_uint8)),
        ("ignore_batch_stride", c_int64),
        ("law", POINTER(flowline_region_law)),
        ("field_of_view", c_void_p),
        ("smallest_region", c_int64),
    ]


class flowline_maps(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("reserved", c_uint32),
        ("height", c_int64),
        ("width", c_int64),
        ("log10_nfa", POINTER(c_float)),
        ("min_log10_nfa", POINTER(c_float)),
        ("anomaly_map", POINTER(c_float)),
        ("anomaly_score", POINTER(c_float)),
        ("fused_map", POINTER(c_float)),
        ("mean_energies", POINTER(c_double)),
        ("channel_means", POINTER(c_double)),
    ]


class flowline_region(ctypes.Structure):
    _fields_ = [
        ("x", c_int32),
        ("y", c_int32),
        ("width", c_int32),
        ("height", c_int32),
        ("area", c_int64),
        ("centroid_x", c_double),
        ("centroid_y", c_double),
        ("peak_x", c_int32),
        ("peak_y", c_int32),
        ("log10_nfa", c_float),
        ("zone", c_int32),
    ]


class flowline_model_options(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("engine", c_int32),
        ("threads", c_int32),
        ("batch", c_int32),
        ("provider", c_char_p),
        ("device_index", c_int32),
        ("reserved", c_int32),
        ("library", c_char_p),
    ]


class flowline_judgement(ctypes.Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("verdict", c_int32),
        ("min_log10_nfa", c_float),
        ("anomaly_score", c_float),
        ("log10_epsilon", c_double),
        ("promised", c_double),
        ("p_value", c_double),
        ("regions", POINTER(flowline_region)),
        ("capacity", c_int64),
        ("region_count", c_int64),
        ("log10_nfa", POINTER(c_float)),
        ("anomaly_map", POINTER(c_float)),
    ]


_Context = c_void_p
_Model = c_void_p
_Handle = POINTER(c_void_p)
_Status = c_int32
_Signature = Tuple[Any, List[Any]]

# What each function returns, and its arguments.
FLOWLINE: Dict[str, _Signature] = {
    "flowline_version": (c_char_p, []),
    "flowline_last_error": (c_char_p, []),
    "flowline_context_create": (_Status, [POINTER(flowline_context_options), _Handle]),
    "flowline_context_destroy": (None, [_Context]),
    "flowline_preprocess": (
        _Status,
        [_Context, POINTER(flowline_frame), c_int64, POINTER(flowline_preprocessing), POINTER(c_float)],
    ),
    "flowline_segment": (
        _Status,
        [
            _Context,
            POINTER(flowline_tensor),
            c_int32,
            POINTER(flowline_segment_options),
            POINTER(flowline_maps),
        ],
    ),
    "flowline_size_classes": (c_int32, [c_int64, c_int64]),
    "flowline_relative_maxima": (
        _Status,
        [_Context, POINTER(c_float), c_int64, c_int64, c_int32, POINTER(c_float), POINTER(c_float)],
    ),
    "flowline_baseline_exponent": (
        _Status,
        [POINTER(c_float), POINTER(c_float), c_int64, c_int32, POINTER(c_float)],
    ),
    "flowline_relative_law_fit": (
        _Status,
        [
            POINTER(c_float),
            POINTER(c_float),
            c_int64,
            c_int32,
            c_float,
            POINTER(c_float),
            POINTER(c_double),
            POINTER(c_int32),
            POINTER(c_float),
            POINTER(c_double),
        ],
    ),
    "flowline_log10_epsilon": (
        _Status,
        [POINTER(c_float), c_int64, c_double, c_double, POINTER(c_float), POINTER(c_double)],
    ),
    "flowline_p_value": (_Status, [POINTER(c_float), c_int64, c_float, POINTER(c_double)]),
}

FLOWLINE_INSPECT: Dict[str, _Signature] = {
    "flowline_model_open": (_Status, [c_char_p, POINTER(flowline_model_options), _Handle]),
    "flowline_model_close": (None, [_Model]),
    "flowline_model_description": (c_char_p, [_Model]),
    "flowline_model_preprocessing": (_Status, [_Model, POINTER(flowline_preprocessing)]),
    "flowline_judge": (
        _Status,
        [
            _Context,
            _Model,
            POINTER(flowline_tensor),
            c_int32,
            POINTER(flowline_frame),
            POINTER(flowline_judgement),
        ],
    ),
    "flowline_model_inspect": (
        _Status,
        [_Context, _Model, POINTER(flowline_frame), c_int64, POINTER(flowline_judgement)],
    ),
    "flowline_model_recalibrate": (_Status, [_Model, POINTER(c_float), c_int64, c_double, c_double]),
    "flowline_model_save": (_Status, [_Model, c_char_p]),
}

_Structure = TypeVar("_Structure", bound=ctypes.Structure)


def sized(structure: Type[_Structure], **members: Any) -> _Structure:
    """Returns a structure whose struct_size is its own; members that are not given are 0.

    Raises ValueError if a number does not fit: ctypes would cut it off.
    """
    result = structure(struct_size=ctypes.sizeof(structure), **members)
    for name, value in members.items():
        if hasattr(value, "__index__") and getattr(result, name) != value:
            raise ValueError(f"{name} is out of range: {value}")
    return result
