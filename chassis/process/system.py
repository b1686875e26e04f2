"""The name of the system that this chassis carries: the first word of its exchanges, metrics and settings.

Another company writes its own here, and nothing else of the chassis changes.
"""

from __future__ import annotations

SYSTEM = "mypage"
