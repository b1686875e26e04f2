"""A line chart as SVG: one line for each name, over steps of equal width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 640, 320, 60, 40, 30, 90
_COLOURS = ("#0b5f8a", "#b3541e", "#5a5a5a")


def lines(title: str, steps: Sequence[int], values: Mapping[str, Sequence[float]]) -> str:
    """`values` has one number for each step, by name."""
    most = max(max(each) for each in values.values()) * 1.05
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(index: int) -> float:
        return _LEFT + wide * index / max(1, len(steps) - 1)

    def y(value: float) -> float:
        return _TOP + high * (1 - value / most)

    found = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="18">{title}</text>',
    ]
    for part in range(5):
        value = most * part / 4
        found.append(
            f'<line x1="{_LEFT}" x2="{_LEFT + wide}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.0f}</text>'
        )
    for index, step in enumerate(steps):
        found.append(f'<text x="{x(index):.1f}" y="{_HEIGHT - 20}" text-anchor="middle">{step}</text>')
    found.append(f'<text x="{_LEFT + wide / 2}" y="{_HEIGHT - 4}" text-anchor="middle">connections</text>')
    for (name, own), colour in zip(values.items(), _COLOURS, strict=False):
        points = " ".join(f"{x(index):.1f},{y(value):.1f}" for index, value in enumerate(own))
        found.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        found.append(f'<text x="{_LEFT + wide + 6}" y="{y(own[-1]) + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*found, "</svg>"]) + "\n"
