"""What kubernetes-validate does not know: the operators' own objects, and good habits (checkov)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from deployment.manifests import K8S, ROOT, Manifests

CHECKERS = ROOT / ".venv" / "checkers" / "bin"
FOLDERS = ("overlays/prod", "broker", "database")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A file for each folder."""
    place = tmp_path_factory.mktemp("rendered")
    files = []
    for folder in FOLDERS:
        file = place / f"{folder.replace('/', '-')}.yaml"
        file.write_text(yaml.safe_dump_all(Manifests.of(K8S / folder).objects))
        files.append(file)
    return files


def _run(*command: object) -> subprocess.CompletedProcess[str]:
    assert CHECKERS.exists(), "run: make manifests-test, which makes their environment"
    return subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False)


def _judged(files: list[Path]) -> subprocess.CompletedProcess[str]:
    judge = ROOT / "tests" / "deployment" / "checkers" / "operators_models.py"
    return _run(CHECKERS / "python", judge, *files)


def test_operators_know_every_field(rendered: list[Path]) -> None:
    """KEDA, the operator of Prometheus and cert-manager, by their published schemas."""
    done = _judged(rendered)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_what_an_operator_does_not_know_is_found(rendered: list[Path], tmp_path: Path) -> None:
    """A name that is mistyped, and a value of another type: the check can fail."""
    broken = rendered[0].read_text()
    for right, wrong in (
        ("pollingInterval:", "polingInterval:"),
        ("port: admin\n", "port: [admin]\n"),
        ("alert: MypageNoRoom", "alarm: MypageNoRoom"),
    ):
        assert right in broken
        broken = broken.replace(right, wrong)
    file = tmp_path / "broken.yaml"
    file.write_text(broken)
    found = _judged([file]).stdout
    assert "ScaledObject notification" in found
    assert "PodMonitor mypage" in found
    assert "PrometheusRule mypage" in found


def test_checkov_finds_nothing_that_has_no_reason(rendered: list[Path], tmp_path: Path) -> None:
    """The reasons stand in .checkov.yaml."""
    for file in rendered:
        shutil.copy(file, tmp_path)
    done = _run(CHECKERS / "checkov", "--config-file", ROOT / ".checkov.yaml", "--directory", tmp_path)
    assert done.returncode == 0, done.stdout


def test_what_checkov_minds_is_found(rendered: list[Path], tmp_path: Path) -> None:
    """A container that may become root: the check can fail."""
    told = rendered[0].read_text()
    right = "allowPrivilegeEscalation: false"
    assert right in told
    (tmp_path / "broken.yaml").write_text(told.replace(right, "allowPrivilegeEscalation: true"))
    done = _run(CHECKERS / "checkov", "--config-file", ROOT / ".checkov.yaml", "--directory", tmp_path)
    assert done.returncode != 0
    assert "CKV_K8S_20" in done.stdout
