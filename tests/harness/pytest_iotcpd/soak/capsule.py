"""A capsule: a folder with all that it takes to look again at a round that broke a rule."""

import json
import os
import shutil
from collections.abc import Iterable

from ..history.verdict import Violation
from ..loadgen import RunResult
from .drive import Drive
from .plan import Round


def keep(root: str, seed: int, drive: Drive, one: Round, result: RunResult,
         violations: Iterable[Violation]) -> str:
    """The histories of the round, what was found in them, and how it came about; returns the
    folder."""
    folder = os.path.join(root, f"seed-{seed}-campaign-{drive.campaign.number}-round-{one.number}")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    drive.keep(folder)
    _write(folder, "violations.txt", "".join(f"{found}\n" for found in violations))
    _write(folder, "setting.txt", f"{drive.campaign}\n{one}\n{' '.join(drive.server.command)}\n")
    _write(folder, "iotcpd.log", drive.server.log_text())
    _write(folder, "loadgen.json", json.dumps(result))
    return folder


def _write(folder: str, name: str, text: str) -> None:
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
