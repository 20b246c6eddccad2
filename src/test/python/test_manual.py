"""The programs of docs/python.md, of the package's README and of its docstring, run as they are written."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import textwrap
import unittest
from typing import Any, Dict, List

import numpy as np

import support
import tiny_model
import flowline


def frame(seed: int) -> Any:
    made = np.random.default_rng([support.SEED, seed]).integers(100, 150, (62, 49, 3)).astype(np.uint8)
    if seed == 0:
        made[30:42, 6:18] = 255
    return made


class ManualTest(unittest.TestCase):
    def setUp(self) -> None:
        support.need_inspect()
        os.environ["FLOWLINE_ONNXRUNTIME"] = support.onnxruntime()
        tiny_model.write("part.onnx")
        before = os.getcwd()
        os.chdir(support.SCRATCH)
        self.addCleanup(os.chdir, before)
        random = np.random.default_rng(support.SEED)
        self.names: Dict[str, Any] = {
            "frame": frame(0),
            "good_frames": [frame(seed) for seed in range(1, 20)],
            "run": tiny_model.latents,
            "of_good_images": random.standard_normal((20, 3, 8, 8)).astype(np.float32),
            "of_other_good_images": random.standard_normal((20, 3, 8, 8)).astype(np.float32),
        }

    def run_all(self, programs: List[str]) -> str:
        """What the programs print, each with the names of those before it."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            for program in programs:
                exec(program, self.names)  # noqa: S102 - of this repository
                latents = self.names.get("latents")
                self.names["latents"] = latents[:1] if isinstance(latents, list) else latents
        return printed.getvalue()

    def test_the_programs_of_the_manual(self) -> None:
        text = (support.ROOT / "docs/python.md").read_text()
        programs = re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)
        self.assertEqual(len(programs), 4)
        printed = self.run_all(programs)
        self.assertRegex(printed, r"\ADEFECT -[\d.]+ [\d.]+\n\(\d+, \d+, \d+, \d+\) -[\d.]+\n")
        self.assertIs(self.names["inspection"].verdict, flowline.Verdict.DEFECT)
        self.assertEqual(self.names["is_defect"].shape, (1,))
        with flowline.open("recalibrated.onnx") as model:
            self.assertEqual(model.description["calibration"]["goodImages"], 19)

    def test_the_programs_of_readme_and_docstring(self) -> None:
        readme = re.findall(r"^```python\n(.*?)^```", (support.PACKAGE / "README.md").read_text(), re.S | re.M)
        written = textwrap.dedent("".join(re.findall(r"^(?: {4}.*)?\n", str(flowline.__doc__), re.M)))
        self.assertIn("flowline.open", written)
        for program in (*readme, written):
            self.assertRegex(self.run_all([program]), r"^DEFECT \[\(\d+, ")

    def test_the_members_of_a_description(self) -> None:
        with flowline.open("part.onnx", engine="none") as model:
            members = list(model.description)
        header = (support.HEADERS / "inspect.h").read_text()
        manual = (support.ROOT / "src/main/native/README.md").read_text()
        for text, begin in (
            (header, "as one JSON object of these members: "),
            (str(flowline.Model.description.__doc__), "by these keys: "),
            (manual, "says what the model is, as JSON: "),
        ):
            said = text.split(begin)[1].split(".")[0]
            self.assertEqual(re.findall(r"\w+", said.replace("\n *", " ")), members)

    def test_the_keys_of_an_exported_file(self) -> None:
        schema = json.loads((support.ROOT / "docs/onnx.schema.json").read_text())
        text = (support.ROOT / "docs/onnx.md").read_text()
        rows = text.split("| key | meaning |")[1].split("\n\n")[0].splitlines()
        said = [key for row in rows[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])]
        self.assertEqual(sorted(said), sorted(schema["properties"]))
        self.assertEqual(set(tiny_model.manifest()) - set(said), set())

    def test_every_name_of_the_package_has_a_docstring(self) -> None:
        for name in flowline.__all__:
            thing = getattr(flowline, name)
            self.assertTrue(thing.__doc__ and not thing.__doc__.startswith(f"{name}("), name)
            for member, value in vars(thing).items() if isinstance(thing, type) else ():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    self.assertTrue(value.__doc__, f"{name}.{member}")


if __name__ == "__main__":
    unittest.main()
