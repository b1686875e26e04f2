"""From what kind of device somebody comes."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from gateway.devices import device_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 14; SO-51D) AppleWebKit/537.36 (KHTML, like Gecko) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (IPHONE + "Version/17.5 Mobile/15E148 Safari/604.1", "iPhone（Safari）"),
        (IPHONE + "CriOS/131.0 Mobile/15E148 Safari/604.1", "iPhone（Chrome）"),
        (IPHONE + "Version/17.5 Mobile/15E148 Safari Line/14.9.1", "iPhone（LINE）"),
        (IPHONE + "Mobile/15E148 YJApp-IOS jp.co.yahoo.ipn.appli/4.130", "iPhone（Yahoo! JAPAN）"),
        (IPHONE + "GSA/330.0 Mobile/15E148 Safari/604.1", "iPhone（Googleアプリ）"),
        (IPHONE.replace("iPhone", "iPad") + "Version/17.5 Safari/604.1", "iPad（Safari）"),
        (ANDROID + "Chrome/131.0.0.0 Mobile Safari/537.36", "Android（Chrome）"),
        (
            ANDROID + "SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36",
            "Android（Samsung Internet）",
        ),
        ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Android（Firefox）"),
        (WINDOWS + CHROME, "Windows（Chrome）"),
        (WINDOWS + CHROME + " Edg/131.0.0.0", "Windows（Edge）"),
        (WINDOWS + CHROME + " OPR/115.0", "Windows（Opera）"),
        (MAC + "Version/17.5 Safari/605.1.15", "Mac（Safari）"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + CHROME, "Chromebook（Chrome）"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Linux（Firefox）"),
        ("w3m/0.5.3", "そのほかの端末"),
        ("<script>alert(1)</script>", "そのほかの端末"),
        ("", "そのほかの端末"),
        (None, "そのほかの端末"),
    ],
    ids=range(19),
)
def test_a_browser_is_known_by_how_it_names_itself(user_agent: str | None, words: str) -> None:
    """Those that customers use in Japan; any other is one of the others."""
    headers = {} if user_agent is None else {"User-Agent": user_agent}
    assert device_of(make_mocked_request("GET", "/", headers=headers)).in_words == words
