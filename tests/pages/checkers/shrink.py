"""Makes pictures of pages small: none very wide, none higher than the first argument says (in pixels), and
all in the few colours of the design. Together they take no more bytes than the second argument says: where
they would, all of them show less of the lower part of their pages.
"""

import io
import sys
from pathlib import Path

from PIL import Image

COLOURS = (
    *("ffffff", "f2f2f2", "cccccc", "999999", "767676", "4d4d4d", "1a1a1a"),
    *("0017c1", "5563d4", "aab2eb", "e8f1fe", "ce0000", "e68080", "115a36", "88ac9a", "ffd43d"),
)
"""gateway/static/style.css, and what lies between letters and paper."""
WIDE, LOWER_BY, LOWEST = 640, 40, 240  # pixels

palette = Image.new("P", (1, 1))
palette.putpalette(bytes.fromhex("".join(COLOURS)))


def reduced(file: str, high: int) -> Image.Image:
    """Narrow, low, and in those colours."""
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    if picture.width > WIDE:
        height = round(picture.height * WIDE / picture.width)
        picture = picture.resize((WIDE, height), Image.Resampling.LANCZOS)
    picture = picture.crop((0, 0, picture.width, min(picture.height, high)))
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


def packed(picture: Image.Image, high: int) -> bytes:
    """As PNG, so high at most."""
    file = io.BytesIO()
    picture.crop((0, 0, picture.width, min(picture.height, high))).save(file, "PNG", optimize=True)
    return file.getvalue()


high, limit, files = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pictures = [reduced(file, high) for file in files]
while sum(map(len, bodies := [packed(each, high) for each in pictures])) > limit and high > LOWEST:
    high -= LOWER_BY
for file, body in zip(files, bodies, strict=True):
    Path(file).write_bytes(body)
