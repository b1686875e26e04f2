"""The page that an orchestrator asks."""

from __future__ import annotations

import aiohttp

from chassis.process.health import HealthPage
from mypage.local.ports import free_ports


async def test_the_health_page_names_what_is_missing_and_lives_all_the_same() -> None:
    """Liveness never looks at a broker or a database."""
    problem: list[str | None] = ["the database does not answer"]

    async def check() -> str | None:
        return problem[0]

    [port] = free_ports(1)
    page = HealthPage("127.0.0.1", port, {"component": check})
    await page.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:

        async def get(path: str) -> tuple[int, str]:
            async with client.get(path) as answer:
                return answer.status, await answer.text()

        assert (await get("/livez"))[0] == 200
        status, text = await get("/readyz")
        assert status == 503
        assert "the database does not answer" in text
        problem[0] = None
        assert (await get("/readyz"))[0] == 200
        assert "mypage_messages_handled_total" in (await get("/metrics"))[1]
        page.draining = True
        assert (await get("/readyz"))[0] == 503
    await page.stop()
