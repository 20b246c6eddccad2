#!/usr/bin/env python3
"""The maps of libflowline beside the same maps by plain eager PyTorch, in one process and by turns.

    FLOWLINE_LIBRARY=FOLDER device_peer.py [--device cuda|cpu] [--batch N]

Prints one JSON object, and exits with 1 if two results differ by more than rounding: for each computation the median microseconds of both and the largest difference of their
results, as a share of the largest result. The eager side is what a program in PyTorch has without a kernel of its
own: operations of torch on the device; for regions, which are no operation of torch, the energies go to the host
and a tree is made there, in Python, by the definition.
"""

import argparse
import ctypes
import json
import math
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src" / "main" / "python"))

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from flowline import _abi, _library  # noqa: E402

ALPHA, BETA = 0.316915, 4.062570  # of the number of polyominoes
SUBNET_GAIN, CLAMP = 0.1, 2.0
DEVICE_CPU, DEVICE_CUDA = 0, 1
PFA_CHERNOFF, TESTS_PUBLISHED = 0, 2
TYPES = {torch.float32: 0, torch.float16: 1}
RUNS = 20
ROUNDING = 1e-4  # the largest difference, as a share of the largest result


class flowline_coupling(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_uint32),
        ("clamp", ctypes.c_int32),
        ("alpha", ctypes.c_float),
        ("subnet_scale", ctypes.c_float),
        ("gain", ctypes.c_void_p),
        ("offset", ctypes.c_void_p),
        ("permutation", ctypes.c_void_p),
    ]


class Flowline:
    """libflowline on a device, on torch's current stream."""

    def __init__(self, device):
        self.library = _library.libflowline()
        tensor = ctypes.POINTER(_abi.flowline_tensor)
        self.library.flowline_energy.argtypes = [ctypes.c_void_p, tensor, ctypes.c_void_p]
        self.library.flowline_coupling_forward.argtypes = [
            ctypes.c_void_p, ctypes.POINTER(flowline_coupling), tensor, tensor, ctypes.c_void_p, ctypes.c_void_p]
        cuda = device == "cuda"
        options = _abi.sized(
            _abi.flowline_context_options,
            threads=1,
            device=DEVICE_CUDA if cuda else DEVICE_CPU,
            stream=torch.cuda.current_stream().cuda_stream if cuda else None,
        )
        self.context = ctypes.c_void_p()
        _library.check(self.library.flowline_context_create(ctypes.byref(options), ctypes.byref(self.context)))

    @staticmethod
    def tensor(z):
        batch, channels, height, width = z.shape
        return _abi.sized(_abi.flowline_tensor, type=TYPES[z.dtype], data=z.data_ptr(), batch=batch,
                          channels=channels, height=height, width=width)

    def energy(self, z, out):
        _library.check(self.library.flowline_energy(self.context, ctypes.byref(self.tensor(z)), out.data_ptr()))
        return out

    def maps(self, z, side, **outputs):
        """Fills the outputs, which are named as in flowline_maps, of the published test."""
        floats = ctypes.POINTER(ctypes.c_float)
        maps = _abi.sized(_abi.flowline_maps, height=side, width=side)
        for name, out in outputs.items():
            setattr(maps, name, ctypes.cast(out.data_ptr(), floats))
        options = _abi.sized(_abi.flowline_segment_options, pfa_bound=PFA_CHERNOFF, number_of_tests=TESTS_PUBLISHED)
        _library.check(self.library.flowline_segment(
            self.context, ctypes.byref(self.tensor(z)), 1, ctypes.byref(options), ctypes.byref(maps)))

    def coupling(self, x, subnet, out, log_det):
        how = flowline_coupling(ctypes.sizeof(flowline_coupling), 0, CLAMP, SUBNET_GAIN)
        _library.check(self.library.flowline_coupling_forward(
            self.context, ctypes.byref(how), ctypes.byref(self.tensor(x)), ctypes.byref(self.tensor(subnet)),
            out.data_ptr(), log_det.data_ptr()))
        return out


def eager_energy(z):
    return z.float().square().sum(1)


def eager_anomaly_map(z, side):
    likelihood = torch.exp(-0.5 * z.float().square().mean(1, keepdim=True))
    return 1 - F.interpolate(likelihood, (side, side), mode="bilinear", align_corners=False)[:, 0]


def eager_coupling(x, subnet):
    active = x.shape[1] // 2
    x1, x2 = x.split([x.shape[1] - active, active], 1)
    a = SUBNET_GAIN * subnet
    raw, shift = a.split([active, active], 1)
    log_scale = CLAMP * torch.tanh(raw)
    y = torch.cat((x1, x2 * torch.exp(log_scale) + shift), 1)
    return y, log_scale.sum((1, 2, 3))


def log10_number_of_tests(positions):
    """log10 of n times the sum over sizes r of alpha beta^r / r, in the log domain."""
    terms = [math.log(ALPHA) + r * math.log(BETA) - math.log(r) for r in range(1, positions + 1)]
    largest = max(terms)
    return (math.log(positions) + largest + math.log(sum(math.exp(t - largest) for t in terms))) / math.log(10)


def log10_pfa(energy, area, channels):
    """Chernoff's bound for a region of that least energy; no bound up to the expected energy."""
    d = (energy - channels) / channels
    return -area * channels / 2 * (d - math.log1p(d)) / math.log(10) if d > 0 else 0.0


def map_of(energy, channels):
    """log10 PFA of the most meaningful regions of one map, a list of rows, without the number of tests."""
    height, width = len(energy), len(energy[0])
    flat = [value for row in energy for value in row]
    order = sorted((p for p in range(len(flat)) if flat[p] > channels), key=lambda p: (-flat[p], p))
    root, parent = {}, {}

    def find(p):
        while root[p] != p:
            root[p] = root[root[p]]
            p = root[p]
        return p

    for p in order:  # from the highest energy down: a position joins the components beside it
        root[p] = p
        parent[p] = p
        y, x = divmod(p, width)
        beside = [(y > 0, p - width), (x > 0, p - 1), (x < width - 1, p + 1), (y < height - 1, p + width)]
        for inside, q in beside:
            if inside and q in root:
                top = find(q)
                if top != p:
                    root[top] = p
                    parent[top] = p
    canonical = {}
    for p in reversed(order):  # parents come first; a node is all positions of equal energy along the links
        above = parent[p]
        canonical[p] = canonical[above] if above != p and flat[above] == flat[p] else p
    area, children = {}, {}
    for p in order:
        node = canonical[p]
        area[node] = area.get(node, 0) + 1
        children.setdefault(node, [])
        if node == p:
            above = canonical[parent[p]]
            if above != node:
                area[above] = area.get(above, 0) + area[node]
                children.setdefault(above, []).append(node)
    chosen, regions, pfa = {}, [], {}
    for node in (p for p in order if canonical[p] == p):  # children come first; None: blocked
        value = pfa[node] = log10_pfa(flat[node], area[node], channels)
        best = [chosen[c] for c in children[node]]
        if not best:
            chosen[node] = node
        elif None in best:
            chosen[node] = None
        elif len(best) == 1:
            chosen[node] = node if value < pfa[best[0]] else best[0]
        else:
            chosen[node] = node if value <= min(pfa[b] for b in best) else None
        if chosen[node] is None:
            regions += [b for b in best if b is not None]
        elif canonical[parent[node]] == node:
            regions.append(chosen[node])
    painted = [0.0] * len(flat)
    of = {region: pfa[region] for region in regions}
    value = {}
    for node in (p for p in reversed(order) if canonical[p] == p):
        above = canonical[parent[node]]
        value[node] = of.get(node, value[above] if above != node else 0.0)
    for p in order:
        painted[p] = value[canonical[p]]
    return painted


def eager_log10_nfa(z):
    energies = eager_energy(z).cpu().tolist()
    maps = [map_of(energy, z.shape[1]) for energy in energies]
    pfa = torch.tensor(maps, dtype=torch.float32, device=z.device).reshape(z.shape[0], *z.shape[2:])
    return pfa + log10_number_of_tests(z.shape[2] * z.shape[3])


def median_microseconds(runs, device, calls):
    """The medians of calls that take turns."""
    times = [[] for _ in calls]
    for run in range(runs + 2):
        for i, call in enumerate(calls):
            if device == "cuda":
                begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
                torch.cuda.synchronize()
                begin.record()
                call()
                end.record()
                torch.cuda.synchronize()
                taken = 1000 * begin.elapsed_time(end)
            else:
                start = time.perf_counter()
                call()
                taken = 1e6 * (time.perf_counter() - start)
            if run >= 2:
                times[i].append(taken)
    return [statistics.median(t) for t in times]


def row(what, device, ours, eager, runs=RUNS):
    expected, actual = eager(), ours()
    if device == "cuda":
        torch.cuda.synchronize()
    largest = expected.abs().max().item()
    difference = (actual - expected).abs().max().item() / largest
    ours_time, eager_time = median_microseconds(runs, device, [ours, eager])
    return {"what": what, "flowline_microseconds": round(ours_time, 1), "eager_microseconds": round(eager_time, 1),
            "times_as_fast": round(eager_time / ours_time, 2), "largest_difference": difference}


def rows(device, batch):
    flowline = Flowline(device)
    generator = torch.Generator(device).manual_seed(1)

    def noise(*shape):
        return torch.randn(*shape, generator=generator, device=device)

    z = noise(batch, 816, 28, 28)
    z[:, :, 10:14, 12:17] *= 1.2  # a defect
    energy, maps = torch.empty(batch, 28, 28, device=device), torch.empty(batch, 28, 28, device=device)
    large = torch.empty(batch, 448, 448, device=device)
    short = z.half()
    x, subnet = noise(8, 816, 28, 28), noise(8, 816, 28, 28)
    y, log_det = torch.empty_like(x), torch.zeros(8, dtype=torch.float64, device=device)

    def maps_of(latents):
        flowline.maps(latents, 28, log10_nfa=maps)
        return maps

    def anomaly_map():
        flowline.maps(z, 448, anomaly_map=large)
        return large

    name = f"{batch} of 816x28x28"
    return [
        row(f"energy, {name}, float32", device, lambda: flowline.energy(z, energy), lambda: eager_energy(z)),
        row(f"energy, {name}, float16", device, lambda: flowline.energy(short, energy), lambda: eager_energy(short)),
        row(f"{name} to maps, float32", device, lambda: maps_of(z), lambda: eager_log10_nfa(z), 3),
        row(f"{name} to anomaly maps of 448x448, float32", device, anomaly_map, lambda: eager_anomaly_map(z, 448)),
        row("coupling forward, 8 of 816x28x28", device, lambda: flowline.coupling(x, subnet, y, log_det),
            lambda: eager_coupling(x, subnet)[0]),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--batch", type=int, default=64)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # on the CPU both have one
    with torch.no_grad():
        results = rows(arguments.device, arguments.batch)
    print(json.dumps({"torch": torch.__version__, "device": arguments.device, "rows": results}))
    wrong = [r["what"] for r in results if not r["largest_difference"] <= ROUNDING]
    if wrong:
        sys.exit("device_peer.py: PyTorch gets other results: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
