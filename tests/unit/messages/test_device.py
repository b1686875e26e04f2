"""The kind of a device: a short list, and words for each."""

from __future__ import annotations

import pytest

from messages.values import Device, InvalidValue


@pytest.mark.parametrize(
    ("system", "browser", "stored", "words"),
    [
        ("iphone", "safari", "iphone/safari", "iPhone（Safari）"),
        ("windows", "edge", "windows/edge", "Windows（Edge）"),
        ("android", "curl", "android/other", "Android"),
        ("toaster", "chrome", "other/chrome", "そのほかの端末（Chrome）"),
        ("", "", "other/other", "そのほかの端末"),
        ("iphone/safari", "<script>", "other/other", "そのほかの端末"),
    ],
)
def test_a_device_is_one_of_a_list(system: str, browser: str, stored: str, words: str) -> None:
    """Whatever it calls itself: nothing of that is stored or shown."""
    device = Device.of(system, browser)
    assert (device, device.in_words) == (stored, words)
    assert Device(device) == device


@pytest.mark.parametrize("text", ["", "/", "iphone", "iphone/", "iphone/safari/", "iPhone/safari"])
def test_no_other_text_is_a_device(text: str) -> None:
    """Also from a message."""
    with pytest.raises(InvalidValue):
        Device(text)


def test_one_that_a_newer_release_named_is_still_shown() -> None:
    """As far as it is known."""
    assert Device.stored("visor/safari").in_words == "そのほかの端末（Safari）"
    assert Device.stored("nonsense").in_words == "そのほかの端末"
