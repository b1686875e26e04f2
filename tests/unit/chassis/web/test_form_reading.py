"""Forms as browsers send them."""

from __future__ import annotations

import pytest

from chassis.web.form_reading import UnreadableForm, read_fields


@pytest.mark.parametrize("body", [b"a=%FF", b"a=\xff", b"&".join(b"a=1" for _ in range(10_000))])
def test_a_body_that_is_no_form_of_ours_is_unreadable(body: bytes) -> None:
    """X45: bad UTF-8 and floods of fields end here."""
    with pytest.raises(UnreadableForm):
        read_fields(body)
