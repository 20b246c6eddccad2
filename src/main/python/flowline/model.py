"""A model in a file that `flowline export` wrote."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import weakref
from types import TracebackType
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Type, Union, overload

import numpy as np
import numpy.typing as npt

from . import _abi, _onnxruntime
from ._contexts import context
from ._gate import Gate
from ._library import check, libflowline_inspect
from .calibration import Scores, Threshold, calibrate, confidence_of, scores_of
from .errors import InvalidArgumentError, UnavailableError
from .frames import Frame, FrameArguments, FrameFormat, Frames, pointer, sizes_of
from .inspection import Inspection, Judgements
from .latents import Latents, Tensors
from .preprocessing import Preprocessing, preprocess

_ENGINES = {"onnxruntime": _abi.ENGINE_ONNXRUNTIME, "none": _abi.ENGINE_NONE}


class Size(NamedTuple):
    """The size of a network's input in pixels."""

    height: int
    width: int


class Model:
    """An exported model; open() opens it. Use it in a with statement, or close() it.

    Any number of threads may use a model at once. recalibrate() and close() wait for those that do. After
    fork() the child opens models of its own.
    """

    def __init__(self, handle: ctypes.c_void_p) -> None:
        """Takes a handle of libflowline_inspect, which close() closes."""
        library = libflowline_inspect()
        self._library = library
        self._process = os.getpid()
        self._gate = Gate()
        # At the end of the program threads may still use the model, and the system frees all.
        self._closer = weakref.finalize(self, _close, library, handle, self._process)
        self._closer.atexit = False
        self._opened: Optional[ctypes.c_void_p] = handle
        self._preprocessing = self._read_preprocessing()

    # ---- what it is --------------------------------------------------------------------------------

    @property
    def description(self) -> Dict[str, Any]:
        """What the model is, by these keys: schema, flowline, modelDigest, model, input, outputs, test, calibration,
        recalibrated, guardBand, engine.

        docs/onnx.md says what they are. recalibrated is the time of a recalibrate, in UTC; None if the threshold is
        that of the export.
        """
        with self._use() as handle:
            description: Dict[str, Any] = json.loads(self._library.flowline_model_description(handle))
        return description

    @property
    def preprocessing(self) -> Preprocessing:
        """How the network's input is made."""
        return self._preprocessing

    @property
    def size(self) -> Size:
        """The height and width of the network's input, and of maps."""
        return Size(self._preprocessing.height, self._preprocessing.width)

    # ---- verdicts ----------------------------------------------------------------------------------

    @overload
    def inspect(
        self,
        frame: Sequence[Frame],
        *,
        order: Optional[str] = ...,
        format: Optional[Union[FrameFormat, str]] = ...,
        bits: Optional[int] = ...,
        crop: Optional[Tuple[int, int, int, int]] = ...,
        maps: bool = ...,
        max_regions: int = ...,
    ) -> List[Inspection]: ...

    @overload
    def inspect(
        self,
        frame: Frame,
        *,
        order: Optional[str] = ...,
        format: Optional[Union[FrameFormat, str]] = ...,
        bits: Optional[int] = ...,
        crop: Optional[Tuple[int, int, int, int]] = ...,
        maps: bool = ...,
        max_regions: int = ...,
    ) -> Inspection: ...

    def inspect(
        self,
        frame: Union[Frame, Sequence[Frame]],
        *,
        order: Optional[str] = None,
        format: Optional[Union[FrameFormat, str]] = None,
        bits: Optional[int] = None,
        crop: Optional[Tuple[int, int, int, int]] = None,
        maps: bool = False,
        max_regions: int = 64,
    ) -> Union[Inspection, List[Inspection]]:
        """Inspects a frame, or a list of frames: preprocessing, the network, the test.

        frame: uint8 or uint16, (height, width) in grey, (height, width, 3), or (height, width, 4) whose alpha is
            dropped. A slice of a larger array is read where it lies if the pixels of its rows are side by side.
            Frames of a list may differ in size and type.
        order: 'rgb' or 'bgr', as of OpenCV; colours need it, grey ignores it.
        format: in place of order, a FrameFormat or its name, such as 'bayer_rggb8'.
        bits: those that samples of uint16 really have, 8 to 16, such as 12 of many cameras; larger samples are
            white. None: those of the model's preprocessing.
        crop: (x, y, width, height), the part that is looked at; regions are in pixels of the frame all the same.
        maps: whether inspections have log10_nfa_map and anomaly_map.
        max_regions: the most regions of an inspection.

        Returns an Inspection, or a list of them if there is a list of frames.
        """
        given = Frames(frame, FrameArguments(order, format, bits, crop))
        judgements = Judgements(given.count, max_regions, self.size if maps else None)
        if given.count > 0:
            with self._use() as handle:
                check(
                    self._library.flowline_model_inspect(
                        context(), handle, given.structs, given.count, judgements.structs
                    )
                )
        inspections = judgements.inspections()
        return inspections[0] if given.alone else inspections

    def judge(
        self,
        latents: Latents,
        *,
        frames: Union[Frame, Sequence[Frame], None] = None,
        crop: Optional[Tuple[int, int, int, int]] = None,
        maps: bool = False,
        max_regions: int = 64,
    ) -> List[Inspection]:
        """Judges latents that another engine has computed, by the file's test.

        latents: the scales that the description lists, finest first, each (batch, channels, height, width); or
            of one image, without the batch. float16, float32, or float64, which is rounded to float32.
        frames: whose shapes alone are read: regions are in their pixels. One frame, or a list of as many as the
            batch. None: regions are in pixels of the network's input.
        crop, maps, max_regions: as of inspect.

        Returns an inspection for each image of the batch.
        """
        tensors = Tensors(latents)
        sizes = sizes_of(frames, crop, tensors.batch)
        judgements = Judgements(tensors.batch, max_regions, self.size if maps else None)
        with self._use() as handle:
            check(
                self._library.flowline_judge(
                    context(), handle, tensors.structs, tensors.count, sizes, judgements.structs
                )
            )
        return judgements.inspections()

    def preprocess(
        self,
        frames: Union[Frame, Sequence[Frame]],
        *,
        order: Optional[str] = None,
        format: Optional[Union[FrameFormat, str]] = None,
        bits: Optional[int] = None,
        crop: Optional[Tuple[int, int, int, int]] = None,
    ) -> npt.NDArray[np.float32]:
        """Makes the network's input from a frame or a list of frames: float32 (frames, 3, height, width).

        order, format, bits, crop: as of inspect.
        """
        return preprocess(frames, self._preprocessing, order=order, format=format, bits=bits, crop=crop)

    # ---- recalibration -----------------------------------------------------------------------------

    def recalibrate(
        self,
        frames: Iterable[Frame],
        rate: float,
        *,
        confidence: Optional[float] = None,
        order: Optional[str] = None,
        format: Optional[Union[FrameFormat, str]] = None,
        bits: Optional[int] = None,
        crop: Optional[Tuple[int, int, int, int]] = None,
    ) -> Threshold:
        """Sets the threshold anew by frames of good parts, which the model was not trained on.

        frames: good ones that have done nothing else; inspected one by one, so a generator will do.
        rate, confidence: as of calibrate.
        order, format, bits, crop: as of inspect.

        Returns the new threshold; save() keeps it. After an exception the model is as it was.
        """
        arguments: Dict[str, Any] = {"order": order, "format": format, "bits": bits, "crop": crop}
        inspected = [self.inspect([frame], max_regions=0, **arguments)[0] for frame in frames]
        return self.set_threshold([inspection.log10_nfa for inspection in inspected], rate, confidence=confidence)

    def set_threshold(
        self, log10_nfa: Scores, rate: float, *, confidence: Optional[float] = None
    ) -> Threshold:
        """Sets the threshold anew by log10_nfa of good parts' inspections by this model; see recalibrate."""
        scores = scores_of(log10_nfa)
        threshold = calibrate(scores, rate, confidence=confidence)
        sample = pointer(scores, ctypes.c_float)
        self._require_own()
        with self._gate.change():
            check(
                self._library.flowline_model_recalibrate(
                    self._handle(), sample, scores.size, float(rate), confidence_of(confidence)
                )
            )
        return threshold

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes the file as it was opened, with the threshold of now. A file of that name is replaced at once.

        Raises OSError if the file cannot be written.
        """
        with self._use() as handle:
            try:
                check(self._library.flowline_model_save(handle, path_bytes(path)))
            except InvalidArgumentError as error:
                raise OSError(str(error)) from error

    # ---- its life ----------------------------------------------------------------------------------

    def close(self) -> None:
        """Frees the model, when no thread uses it any more. A model may be closed twice."""
        if self._process != os.getpid():
            return  # its threads that used the model at fork() are not here: they would never end
        with self._gate.change():
            self._opened = None
            self._closer()

    def __enter__(self) -> "Model":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _use(self) -> Iterator[ctypes.c_void_p]:
        """Keeps others from changing the model, and gives its handle."""
        self._require_own()
        with self._gate.use():
            yield self._handle()

    def _handle(self) -> ctypes.c_void_p:
        if self._opened is None:
            raise ValueError("the model is closed")
        return self._opened

    def _require_own(self) -> None:
        if self._process != os.getpid():
            raise ValueError("the model was opened before fork(): open it in this process")

    def _read_preprocessing(self) -> Preprocessing:
        how = _abi.sized(_abi.flowline_preprocessing)
        check(self._library.flowline_model_preprocessing(self._handle(), ctypes.byref(how)))
        red, green, blue = how.mean
        of_red, of_green, of_blue = how.deviation
        return Preprocessing(how.height, how.width, (red, green, blue), (of_red, of_green, of_blue), how.bits)


def _close(library: ctypes.CDLL, handle: ctypes.c_void_p, process: int) -> None:
    if os.getpid() == process:
        library.flowline_model_close(handle)


def open(
    path: Union[str, "os.PathLike[str]"],
    *,
    engine: str = "onnxruntime",
    threads: int = 1,
    batch: int = 1,
    provider: Optional[str] = None,
    device_index: int = 0,
    onnxruntime: Union[str, "os.PathLike[str]", None] = None,
) -> Model:
    """Opens a file of `flowline export`.

    path: of the file, which must stay where it is, with its weights if they are in a second file.
    engine: 'onnxruntime', or 'none' for judge with latents of an engine of the program's own.
    threads: of the engine for one call, the caller's included, 1 to 1024.
    batch: the most frames that the engine computes at once, 1 to 1024. More need more memory, and pay on a GPU.
    provider: ONNX Runtime's execution provider: None or 'CPU', 'CUDA', 'TensorRT', or another one by its name.
    device_index: which GPU.
    onnxruntime: the path of libonnxruntime.so. None: $FLOWLINE_ONNXRUNTIME; otherwise that of the Python package
        onnxruntime if it is installed; otherwise the one beside libflowline_inspect, or that of the system.

    Raises OSError if the file cannot be read, and a FlowlineError with the library's message if it is no model,
    needs a newer library, or there is no ONNX Runtime.
    """
    if engine not in _ENGINES:
        raise ValueError(f"engine must be one of {', '.join(map(repr, _ENGINES))}, got {engine!r}")
    name = path_bytes(path)
    os.close(os.open(name, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK))  # OSError, with its number
    named_by = "onnxruntime="
    if onnxruntime is None and not os.environ.get("FLOWLINE_ONNXRUNTIME"):
        onnxruntime, named_by = _onnxruntime.of_python(), "the Python package onnxruntime"
    options = _abi.sized(
        _abi.flowline_model_options,
        engine=_ENGINES[engine],
        threads=threads,
        batch=batch,
        provider=None if provider is None else provider.encode(),
        device_index=device_index,
        library=None if onnxruntime is None else path_bytes(onnxruntime),
    )
    library = libflowline_inspect()
    handle = ctypes.c_void_p()
    try:
        check(library.flowline_model_open(name, ctypes.byref(options), ctypes.byref(handle)))
    except UnavailableError as error:  # in the words of C, where the library is a member of the options
        by = "onnxruntime=" if onnxruntime is None else named_by
        raise UnavailableError(str(error).replace("options.library", by)) from None
    return Model(handle)


def judge(
    model: Model,
    latents: Latents,
    *,
    frames: Union[Frame, Sequence[Frame], None] = None,
    crop: Optional[Tuple[int, int, int, int]] = None,
    maps: bool = False,
    max_regions: int = 64,
) -> List[Inspection]:
    """Judges latents that another engine has computed, by a model's test; see Model.judge."""
    return model.judge(latents, frames=frames, crop=crop, maps=maps, max_regions=max_regions)


def path_bytes(path: Union[str, "os.PathLike[str]"]) -> bytes:
    """Returns a path as the system has it."""
    name = os.fsencode(path)
    if b"\0" in name:
        raise ValueError(f"path must not hold a zero byte: {path!r}")
    return name
