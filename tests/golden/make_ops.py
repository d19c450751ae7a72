#!/usr/bin/env python3
"""Makes tests/golden/ops/*.jsonl: values and gradients of ops, losses and bricks as PyTorch computes them, in float64.

Run from the repository root with any Python that has torch (made with 1.13):  python3 tests/golden/make_ops.py [NAME...]
Each script in cases/ gives one file, one case a line: op, attributes, inputs, the output, what arrives at it (dy) and
what each input gets (null: nothing). tests/Kubik.Tests/Ops/GoldenOps.cs reads them and does the same with Kubik.
"""
import importlib
import json
import pathlib
import sys

import torch

import golden

HERE = pathlib.Path(__file__).parent


def main(names):
    torch.set_default_dtype(torch.float64)
    (HERE / "ops").mkdir(exist_ok=True)
    for name in names or sorted(f.stem for f in (HERE / "cases").glob("*.py")):
        torch.manual_seed(20)
        golden.CASES.clear()
        importlib.import_module(f"cases.{name}").make()
        (HERE / "ops" / f"{name}.jsonl").write_text("".join(json.dumps(c, separators=(",", ":")) + "\n" for c in golden.CASES))
        print(name, len(golden.CASES), "cases")


if __name__ == "__main__":
    main(sys.argv[1:])
