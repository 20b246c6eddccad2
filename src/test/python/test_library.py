"""Where libflowline is looked for, each case in a process of its own, and what is said if it is not there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Optional

import support
import tiny_model

LIBRARIES = Path(os.environ["FLOWLINE_LIBRARY"]).resolve()
ASK = (
    "import flowline; flowline.library_version(); "
    "print(*sorted({line.split(None, 5)[-1].strip() for line in open('/proc/self/maps') if 'libflowline' in line}))"
)


def copied_libraries(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for library in LIBRARIES.glob("libflowline*.so*"):
        shutil.copy2(library, folder, follow_symlinks=False)
    return folder


class LibraryTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = support.SCRATCH / self._testMethodName
        self.folder.mkdir()

    def answer(self, program: str = ASK, library: Optional[Path] = None, package: Path = support.PACKAGE) -> str:
        """What a program prints; the last line of its errors if it fails."""
        environment = {name: value for name, value in os.environ.items() if name != "FLOWLINE_LIBRARY"}
        paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment.update(PYTHONPATH=os.pathsep.join(paths), PYTHONDONTWRITEBYTECODE="1")
        if library is not None:
            environment["FLOWLINE_LIBRARY"] = str(library)
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1]

    def packaged(self, place: str) -> Path:
        """The package installed in a place below this test's folder."""
        package = self.folder / place
        shutil.copytree(support.PACKAGE / "flowline", package / "flowline")
        return package

    def test_importing_needs_no_library(self) -> None:
        self.assertEqual(self.answer("import flowline; print(flowline.__version__)", self.folder), "0.3.0")

    def test_by_the_variable(self) -> None:
        folder = copied_libraries(self.folder / "a b")
        loaded = self.answer(library=folder)
        self.assertRegex(loaded, rf"^{folder}/libflowline\.so\.0[.\d]*$")
        self.assertEqual(self.answer(library=next(folder.glob("libflowline.so.0"))), loaded)
        self.assertEqual(self.answer(library=next(folder.glob("libflowline_inspect.so.0"))), loaded)

    def test_the_variable_is_the_only_place(self) -> None:
        package = self.packaged("place")
        copied_libraries(self.folder / "libraries")
        for library in (self.folder / "libraries").iterdir():
            shutil.copy2(library, package / "flowline", follow_symlinks=False)
        empty = self.folder / "empty"
        empty.mkdir()
        self.assertEqual(
            self.answer(library=empty, package=package),
            f"flowline.errors.LibraryError: libflowline.so.0 is not in {empty}, which $FLOWLINE_LIBRARY names",
        )

    def test_in_the_packages_folder(self) -> None:
        package = self.packaged("place")
        for library in LIBRARIES.glob("libflowline*.so*"):
            shutil.copy2(library, package / "flowline", follow_symlinks=False)
        self.assertIn(f"{package}/flowline/libflowline.so.0", self.answer(package=package))

    def test_in_the_prefix_of_the_package(self) -> None:
        for place in ("lib/python3/dist-packages", "lib64/python3.99/site-packages"):
            package = self.packaged(f"{place.replace('/', '-')}/{place}")
            prefix = package.parents[2]
            lib = copied_libraries(prefix / "libraries").rename(prefix / "lib64") if place[:5] == "lib/p" else None
            if lib is None:
                for library in LIBRARIES.glob("libflowline*.so*"):
                    shutil.copy2(library, prefix / "lib64", follow_symlinks=False)
            self.assertIn(f"{prefix}/lib64/libflowline.so.0", self.answer(package=package))

    def test_where_the_system_has_it(self) -> None:
        folder = copied_libraries(self.folder / "system")
        program = f"import os, sys; os.execve(sys.executable, [sys.executable, '-c', {ASK!r}], " + (
            f"{{**os.environ, 'LD_LIBRARY_PATH': {str(folder)!r} + ':' + os.environ.get('LD_LIBRARY_PATH', '')}})"
        )
        self.assertIn(f"{folder}/libflowline.so.0", self.answer(program))

    def test_nowhere(self) -> None:
        if any(list(Path(place).glob("**/libflowline.so.0")) for place in ("/usr/lib", "/usr/local/lib")):
            self.skipTest("libflowline is installed here")
        answer = self.answer()
        self.assertRegex(answer, r"^flowline.errors.LibraryError: libflowline.so.0 was not found")
        for said in ("$FLOWLINE_LIBRARY", f"looked in {support.PACKAGE}/flowline", "No such file or directory"):
            self.assertIn(said, answer)

    def test_a_library_that_is_none(self) -> None:
        (self.folder / "libflowline.so.0").write_text("no library")
        self.assertRegex(
            self.answer(library=self.folder), rf"LibraryError: {self.folder}/libflowline.so.0 cannot be loaded: .*"
        )

    def test_an_older_library(self) -> None:
        compiler = shutil.which("cc")
        support.need(compiler, "there is no C compiler")
        older = {
            "0.2.9": "has no flowline_last_error: this package needs libflowline 0.3 or newer",
            "1.0.0": "is libflowline 1.0.0, and this package needs 0.3 or newer",
        }
        for version, said in older.items():
            source = f'const char* flowline_version(void) {{ return "{version}"; }}\n'
            if version == "1.0.0":
                from flowline import _abi

                source += "".join(f"void {name}(void) {{}}\n" for name in _abi.FLOWLINE if name != "flowline_version")
            folder = self.folder / version
            folder.mkdir()
            command = [str(compiler), "-shared", "-fPIC", "-x", "c", "-", "-o", str(folder / "libflowline.so.0")]
            subprocess.run(command, input=source.encode(), check=True)
            self.assertIn(said, self.answer(library=folder))

    def test_without_libflowline_inspect(self) -> None:
        for library in LIBRARIES.glob("libflowline.so*"):
            shutil.copy2(library, self.folder, follow_symlinks=False)
        program = (
            "import numpy, flowline; flowline.segment(numpy.zeros((1, 1, 2, 2), 'f'), (4, 4)); "
            f"flowline.open({str(tiny_model.write('alone.onnx'))!r}, engine='none')"
        )
        self.assertRegex(
            self.answer(program, self.folder), f"LibraryError: libflowline_inspect.so.0 is not in {self.folder}, where"
        )

    def test_the_onnxruntime_of_the_python_package(self) -> None:
        package = self.folder / "onnxruntime"
        (package / "capi").mkdir(parents=True)
        (package / "__init__.py").write_text("raise ImportError('it is not imported')\n")
        os.symlink(support.onnxruntime(), package / "capi" / "libonnxruntime.so.1.99.0")
        program = (
            f"import os, sys; sys.path.append({str(self.folder)!r}); os.environ.pop('FLOWLINE_ONNXRUNTIME', None)\n"
            f"import flowline; print(flowline.open({str(tiny_model.write('pip.onnx'))!r}).description['engine'])"
        )
        self.assertRegex(self.answer(program, LIBRARIES), r"^ONNX Runtime \d")


if __name__ == "__main__":
    unittest.main()
