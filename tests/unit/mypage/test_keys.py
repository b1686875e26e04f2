"""Every component gets its own secrets and nobody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mypage.local.key_ring import COMPONENTS, KeyRing, as_texts


def test_no_component_is_told_a_private_key_of_another_one() -> None:
    """Each private key is in exactly one component's settings."""
    ring = KeyRing.generate()
    told = {name: json.dumps(as_texts(ring.settings_of(name))) for name in COMPONENTS}
    for owner, key in [*ring.sealing_private.items(), *ring.signing_private.items()]:
        assert [name for name in COMPONENTS if key in told[name]] == [owner]
    assert [name for name in COMPONENTS if ring.cookie_key in told[name]] == ["gateway"]


def test_the_ring_of_a_machine_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """A second start must open what the first one sealed."""
    file = tmp_path / "keys.json"
    assert KeyRing.kept_in(file) == KeyRing.kept_in(file)
    assert file.stat().st_mode & 0o077 == 0


def test_a_ring_does_not_show_its_keys() -> None:
    """repr and str are masked."""
    ring = KeyRing.generate()
    assert ring.cookie_key not in f"{ring!r} {ring}"


@pytest.mark.parametrize("component", COMPONENTS)
def test_secrets_are_written_one_file_a_setting(tmp_path: Path, component: str) -> None:
    """As MYPAGE_SECRETS_DIR wants them."""
    ring = KeyRing.generate()
    ring.write_secrets(tmp_path)
    written = {
        file.name.removeprefix("mypage_"): file.read_text() for file in (tmp_path / component).iterdir()
    }
    assert written == as_texts(ring.settings_of(component))
