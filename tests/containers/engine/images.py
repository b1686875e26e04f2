"""The images of others: pulled where that can be done, else stand-ins of Debian's packages under the same
tags.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from containers.engine.engines import CACHE, Engine, debian_tree

ROOT = Path(__file__).parents[3]
STAND_INS = Path(__file__).parents[1] / "stand_ins"
_LABEL = "mypage.stand-in"
_BASE = "mypage-debian"


def images_of_others() -> list[str]:
    """Every tag that docker-compose.yml and the Dockerfile name and that is not built here."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    ours = {service["image"] for service in services.values() if "build" in service}
    tags = {service["image"] for service in services.values()} - ours
    tags |= set(re.findall(r"^FROM ([^ ]+:[^ ]+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    return sorted(tags)


def provide_images(engine: Engine) -> dict[str, str]:
    """Makes all of them available, and says of each what it is."""
    missing = [tag for tag in images_of_others() if not _is_real(engine, tag)]
    with ThreadPoolExecutor() as side_by_side:
        pulled = dict(zip(missing, side_by_side.map(lambda tag: _pull(engine, tag), missing), strict=True))
        standing_in = [tag for tag in missing if not pulled[tag]]
        if standing_in:
            _provide_base(engine)
        list(side_by_side.map(lambda tag: _build_stand_in(engine, tag), standing_in))
    return {tag: "a stand-in" if tag in standing_in else "itself" for tag in images_of_others()}


def _is_real(engine: Engine, tag: str) -> bool:
    label = f'{{{{index .Config.Labels "{_LABEL}"}}}}'
    found = engine.try_to("docker", "image", "inspect", "--format", label, tag)
    return found.returncode == 0 and found.stdout.strip() in ("", "<no value>")


def _pull(engine: Engine, tag: str) -> bool:
    return engine.try_to("timeout", "300", "docker", "pull", "--quiet", tag).returncode == 0


def _provide_base(engine: Engine) -> None:
    """The bare Debian tree as an image, which only a new tree changes."""
    made = debian_tree(CACHE) / "tree.made"
    name = f"{_BASE}:{made.read_text()[:12]}"
    if engine.try_to("docker", "image", "inspect", name).returncode:
        engine.feed(CACHE / "base.tar", "docker", "import", "-", name)
    engine.run("docker", "tag", name, _BASE)


def _build_stand_in(engine: Engine, tag: str) -> None:
    name = tag.partition(":")[0].rpartition("/")[2]
    folder = STAND_INS / name
    assert folder.is_dir(), f"{tag} cannot be pulled, and {folder.relative_to(ROOT)} does not stand in for it"
    context = engine.folder / f"stand-in-{name}"
    shutil.copytree(folder, context, copy_function=shutil.copyfile)
    engine.run("docker", "build", "--quiet", "--label", f"{_LABEL}={name}", "--tag", tag, context)


def fresh_clone(into: Path) -> Path:
    """What `git clone` of this very checkout gives, with what is not committed yet, under umask 077."""
    subprocess.run(
        ["sh", "-c", 'umask 077 && git clone --quiet --no-hardlinks "$0" "$1"', str(ROOT), str(into)],
        check=True,
    )
    changed = subprocess.run(["git", "diff", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    if changed:
        subprocess.run(["git", "apply", "--index"], cwd=into, check=True, input=changed)
    return into
