#!/usr/bin/env python3
"""Puts together what device.sh measured.

    device_report.py device              prints the first CUDA device as JSON; without one, why, and exits with 1
    device_report.py metrics             prints the metrics that ncu is asked for
    device_report.py write FOLDER FILE   makes one JSON of the steps' outputs; exits with 1 if a step failed
    device_report.py table FILE README   puts the JSON's figures into the page, between its marks
"""

import ctypes
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

STEPS = ["configure", "build", "test", "memcheck", "racecheck", "synccheck", "initcheck", "benchmark", "pytorch", "ncu"]
NO_DEVICE = 77  # exit code of a test that waits for one
TIMED_OUT = ("124", "137")
TAIL = 4000  # characters of an output that are kept
SLOWEST = 3
DURATION = "gpu__time_duration.sum"
METRICS = [
    DURATION,
    "sm__throughput.avg.pct_of_peak_sustained_elapsed",
    "gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed",
    "dram__throughput.avg.pct_of_peak_sustained_elapsed",
    "sm__warps_active.avg.pct_of_peak_sustained_active",
    "launch__registers_per_thread",
    "launch__occupancy_limit_registers",
    "launch__occupancy_limit_shared_mem",
    "smsp__issue_active.avg.pct_of_peak_sustained_active",
]
BEGIN, END = "<!-- device -->", "<!-- /device -->"
CAPABILITY_MAJOR, CAPABILITY_MINOR, PROCESSORS = 75, 76, 16  # CUdevice_attribute


def device():
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        sys.exit(say("the driver's libcuda.so.1 cannot be loaded"))
    code = driver.cuInit(0)
    if code != 0:
        sys.exit(say(f"the driver cannot be started, error {code}"))
    count = ctypes.c_int()
    driver.cuDeviceGetCount(ctypes.byref(count))
    if count.value < 1:
        sys.exit(say("the driver has none"))
    handle, version, memory = ctypes.c_int(), ctypes.c_int(), ctypes.c_size_t()
    name = ctypes.create_string_buffer(256)
    driver.cuDeviceGet(ctypes.byref(handle), 0)
    driver.cuDeviceGetName(name, 256, handle)
    driver.cuDriverGetVersion(ctypes.byref(version))
    driver.cuDeviceTotalMem_v2(ctypes.byref(memory), handle)

    def attribute(number):
        value = ctypes.c_int()
        driver.cuDeviceGetAttribute(ctypes.byref(value), number, handle)
        return value.value

    print(json.dumps({
        "name": name.value.decode(),
        "capability": f"{attribute(CAPABILITY_MAJOR)}{attribute(CAPABILITY_MINOR)}",
        "multiprocessors": attribute(PROCESSORS),
        "memory_gib": round(memory.value / 2**30, 1),
        "driver_cuda": f"{version.value // 1000}.{version.value % 1000 // 10}",
    }))


def say(reason):
    print(reason)
    return 1


def text_of(path):
    return path.read_text(errors="replace") if path.exists() else ""


def table_rows(markdown):
    """The rows of flowline_cuda_benchmark: what, microseconds, target, note."""
    rows = []
    for line in markdown.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and re.fullmatch(r"[\d.]+", cells[1]):
            rows.append({
                "what": cells[0],
                "microseconds": float(cells[1]),
                "target_microseconds": float(cells[2]) if cells[2] else None,
                "note": cells[3],
            })
    return rows


def slowest_kernels(output):
    """The slowest launch of each of the three slowest kernels, of ncu's CSV."""
    lines = output.splitlines()
    first = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if first is None:
        return []
    table = list(csv.DictReader(lines[first:]))
    units, launches = table[0], table[1:]  # the second line has the units
    worst = {}
    for launch in launches:
        try:
            duration = float(launch[DURATION].replace(",", ""))
        except (KeyError, AttributeError, ValueError):
            continue
        name = launch["Kernel Name"]
        if name not in worst or duration > worst[name][0]:
            worst[name] = (duration, launch)
    kernels = sorted(worst.values(), key=lambda pair: -pair[0])[:SLOWEST]
    return [
        {
            "kernel": launch["Kernel Name"],
            "grid": launch.get("Grid Size"),
            "block": launch.get("Block Size"),
            "metrics": {m: f"{launch[m]} {units.get(m) or ''}".strip() for m in METRICS if launch.get(m)},
        }
        for _, launch in kernels
    ]


def toolkit():
    try:
        said = subprocess.run([os.environ.get("CUDACXX", "nvcc"), "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"release ([\d.]+)", said)
    return found.group(1) if found else None


def write(folder, file):
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "device": json.loads(text_of(folder / "device") or "{}"),
        "nvcc": toolkit(),
        "steps": {},
    }
    failed = []
    for name in STEPS:
        noted = text_of(folder / f"{name}.step").split()
        if not noted:
            continue
        code, seconds = noted
        passed = code == "0" or (code == str(NO_DEVICE) and not report["device"])
        result = "passed" if code == "0" else "no device" if passed else "not finished" if (
            code in TIMED_OUT or code == "left-out") else "failed"
        output = text_of(folder / f"{name}.out")
        report["steps"][name] = {"result": result, "exit_code": code, "seconds": int(seconds)}
        if not passed:
            failed.append(f"{name} ({result})")
            report["steps"][name]["output"] = output[-TAIL:] + text_of(folder / f"{name}.err")[-TAIL:]
    report["benchmark"] = table_rows(text_of(folder / "benchmark.out"))
    said = text_of(folder / "pytorch.out").strip().splitlines()
    report["pytorch"] = json.loads(said[-1]) if said and said[-1].startswith("{") else None
    report["slowest_kernels"] = slowest_kernels(text_of(folder / "ncu.out"))
    file.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    if failed:
        sys.exit("device.sh: not all steps passed: " + ", ".join(failed))


def table(file, page):
    report = json.loads(file.read_text())
    device_of = report["device"]
    if not device_of:
        sys.exit(f"{file} was written without a device")
    steps = ", ".join(f"{name} {step['result']}" for name, step in report["steps"].items())
    lines = [
        BEGIN,
        *textwrap.wrap(
            f"{device_of['name']}, compute capability {device_of['capability']}, driver for CUDA "
            f"{device_of['driver_cuda']}, nvcc {report['nvcc']}, {report['date']}. Steps: {steps}.",
            width=118,
        ),
        "",
        "| what | target, µs | measured, µs | |",
        "| --- | ---: | ---: | --- |",
    ]
    for row in report["benchmark"]:
        target = row["target_microseconds"]
        lines.append(f"| {row['what']} | {'' if target is None else f'{target:.0f}'} | {row['microseconds']:.1f} | "
                     f"{row['note']} |")
    if report["pytorch"]:
        lines += [
            "",
            f"| beside eager PyTorch {report['pytorch']['torch']}, by turns | eager, µs | Flowline, µs | times as fast | "
            "largest difference |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for row in report["pytorch"]["rows"]:
            lines.append(f"| {row['what']} | {row['eager_microseconds']:.1f} | {row['flowline_microseconds']:.1f} | "
                         f"{row['times_as_fast']:.2f} | {row['largest_difference']:.1e} |")
    if report["slowest_kernels"]:
        lines += ["", "| slowest kernels | grid | block | ncu |", "| --- | --- | --- | --- |"]
        for kernel in report["slowest_kernels"]:
            values = "; ".join(f"{name.split('.')[0]} {value}" for name, value in kernel["metrics"].items())
            name = re.sub(r"[(<].*", "", kernel["kernel"])
            lines.append(f"| `{name}` | {kernel['grid']} | {kernel['block']} | {values} |")
    text = page.read_text()
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        sys.exit(f"{page} has no {BEGIN} … {END}")
    page.write_text(text[:begin] + "\n".join(lines) + "\n" + text[end:])


def main(arguments):
    paths = [Path(argument) for argument in arguments[1:]]
    if arguments == ["device"]:
        device()
    elif arguments == ["metrics"]:
        print(",".join(METRICS))
    elif arguments[:1] == ["write"] and len(paths) == 2:
        write(*paths)
    elif arguments[:1] == ["table"] and len(paths) == 2:
        table(*paths)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
