"""Where the CPU of one charges page goes."""

from __future__ import annotations

from bench.profile import CONNECTIONS, PATH, PAUSE_MS, PROFILED, Profile
from bench.sections.figures import by_part, prose, table


def told(profile: Profile) -> list[str]:
    """By part, and by layer of those that were profiled."""
    layers = {layer for name in PROFILED for layer in profile.layers[name]}
    together = {layer: sum(profile.layers[name].get(layer, 0.0) for name in PROFILED) for layer in layers}
    rows = [
        (layer, *(f"{profile.layers[name].get(layer, 0.0):.3f}" for name in PROFILED), f"{total:.3f}")
        for layer, total in sorted(together.items(), key=lambda each: -each[1])
    ]
    totals = [sum(profile.layers[name].values()) for name in PROFILED]
    rows.append(("**together**", *(f"{total:.3f}" for total in totals), f"{sum(totals):.3f}"))
    text = f"""
        `{PATH}` at {CONNECTIONS} connections, each of which rests {PAUSE_MS} ms between two pages, so that
        processes seldom wait for a core: {profile.pages_per_second:.0f} pages a second. CPU of one page:
        {by_part([profile.cpu_ms], "ms")}. The layers' shares are py-spy's samples, C frames included. A
        sample counts for the innermost frame whose layer is known (`tests/bench/layers.py`). Waiting for
        sockets is left out. py-spy stops a process for each sample, and a process stops most readily in a
        call of the kernel: that layer is shown too large rather than too small.
    """
    return [
        *prose(text),
        *table(("layer, CPU ms of a page", *PROFILED, "both"), rows),
    ]
