"""The package's copy of the headers: every structure, number and function is as the C compiler has it."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import unittest
from typing import Any

import support
from flowline import FrameFormat, NumberOfTests, PfaBound, Status, Verdict, _abi, _version

STRUCTURES = [
    value for value in vars(_abi).values() if isinstance(value, type) and issubclass(value, ctypes.Structure)
]
NUMBERS = {
    **{f"FLOWLINE_{verdict.name}": verdict for verdict in Verdict},
    **{f"FLOWLINE_{status.name}": status for status in Status},
    **{f"FLOWLINE_FRAME_{form.name}": form for form in FrameFormat},
    **{f"FLOWLINE_PFA_{bound.name}": bound for bound in PfaBound},
    **{f"FLOWLINE_TESTS_{number.name}": number for number in NumberOfTests},
    **{f"FLOWLINE_{name}": value for name, value in vars(_abi).items() if name.isupper() and isinstance(value, int)},
}
TYPES = {
    "int32_t": ctypes.c_int32,
    "int64_t": ctypes.c_int64,
    "uint32_t": ctypes.c_uint32,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "flowline_status": ctypes.c_int32,
    "flowline_verdict": ctypes.c_int32,
    "void": None,
}


def header_text() -> str:
    text = "".join((support.HEADERS / name).read_text() for name in ("flowline.h", "inspect.h"))
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.S)


def printed_by_c(expressions: "list[str]") -> "list[int]":
    """The values of some integer expressions over the headers."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    support.need(compiler, "there is no C compiler")
    program = support.SCRATCH / "values"
    lines = "".join(f'  printf("%lld\\n", (long long)({expression}));\n' for expression in expressions)
    source = f"#include <flowline/inspect.h>\n#include <stdio.h>\nint main(void) {{\n{lines}  return 0;\n}}\n"
    subprocess.run(
        [str(compiler), "-std=c99", "-x", "c", "-", "-I", str(support.HEADERS.parent), "-o", str(program)],
        input=source.encode(),
        check=True,
    )
    return [int(line) for line in subprocess.check_output([str(program)]).split()]


def parsed_functions() -> "dict[str, tuple[str, list[str]]]":
    """The functions of the headers: their results and arguments as written, without names."""
    functions = {}
    for result, name, arguments in re.findall(r"FLOWLINE_API\s+([\w\s*]+?)\s*\b(\w+)\(([^)]*)\);", header_text()):
        written = [] if arguments.strip() == "void" else re.split(r"\s*,\s*", arguments.strip())
        functions[name] = (result, [re.sub(r"\w+$", "", argument).strip() for argument in written])
    return functions


def as_ctypes(written: str) -> Any:
    """What a C type is in ctypes; every handle is a c_void_p."""
    bare = re.sub(r"\bconst\b|\s", "", written)
    if not bare.endswith("*"):
        return TYPES[bare]
    of = bare[:-1]
    if of == "char":
        return ctypes.c_char_p
    if of == "void" or of in ("flowline_context", "flowline_model", "flowline_field_of_view"):
        return ctypes.c_void_p
    if of.endswith("*"):
        return ctypes.POINTER(as_ctypes(of))
    return ctypes.POINTER(TYPES[of] if of in TYPES else getattr(_abi, of))


class HeaderTest(unittest.TestCase):
    def test_structures_have_the_sizes_and_offsets_of_the_header(self) -> None:
        self.assertGreaterEqual(len(STRUCTURES), 9)
        expressions, expected = [], []
        for structure in STRUCTURES:
            name = structure.__name__
            expressions.append(f"sizeof({name})")
            expected.append(ctypes.sizeof(structure))
            for member, *_ in structure._fields_:
                descriptor = getattr(structure, member)
                expressions += [f"offsetof({name}, {member})", f"sizeof((({name}*)0)->{member})"]
                expected += [descriptor.offset, descriptor.size]
        self.assertEqual(list(zip(expressions, printed_by_c(expressions))), list(zip(expressions, expected)))

    def test_structures_have_all_members_in_their_order(self) -> None:
        text = header_text()
        for structure in STRUCTURES:
            name = structure.__name__
            body = re.search(rf"typedef struct {name} \{{(.*?)\}} {name};", text, re.S)
            assert body is not None, name
            declared = re.findall(r"(\w+)(?:\[\d+\])?\s*[,;]", body.group(1))
            self.assertEqual(declared, [member for member, *_ in structure._fields_], name)

    def test_numbers_are_those_of_the_header(self) -> None:
        self.assertGreaterEqual(len(NUMBERS), 30)
        names = list(NUMBERS)
        self.assertEqual(dict(zip(names, printed_by_c(names))), {name: int(NUMBERS[name]) for name in names})

    def test_enumerations_lack_no_member_of_the_header(self) -> None:
        for prefix in ("FLOWLINE_FRAME_", "FLOWLINE_PFA_"):
            declared = set(re.findall(rf"\b({prefix}\w+) = \d", header_text()))
            self.assertEqual(declared, {name for name in NUMBERS if name.startswith(prefix)})
        for kind, members in (("status", {"OK", *Status.__members__}), ("verdict", set(Verdict.__members__))):
            block = re.search(rf"typedef int32_t flowline_{kind};\s*enum \{{(.*?)\}};", header_text(), re.S)
            assert block is not None, kind
            self.assertEqual(set(re.findall(r"FLOWLINE_(\w+) = \d", block.group(1))), members)

    def test_functions_have_the_arguments_of_the_header(self) -> None:
        functions = parsed_functions()
        for name, (result, arguments) in {**_abi.FLOWLINE, **_abi.FLOWLINE_INSPECT}.items():
            self.assertIn(name, functions)
            declared, declared_arguments = functions[name]
            self.assertIs(as_ctypes(declared), result, name)
            self.assertEqual([as_ctypes(argument) for argument in declared_arguments], arguments, name)

    def test_the_version_is_that_of_the_header(self) -> None:
        parts = printed_by_c([f"FLOWLINE_VERSION_{part}" for part in ("MAJOR", "MINOR", "PATCH")])
        self.assertEqual(".".join(map(str, parts)), _version.__version__)


if __name__ == "__main__":
    unittest.main()
