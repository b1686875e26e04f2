"""Makes pictures of pages small: none very wide, none higher than the first argument says (in pixels), all in
the few colours of the design.
"""

import sys

from PIL import Image

COLOURS = (
    *("ffffff", "f2f2f2", "cccccc", "999999", "767676", "4d4d4d", "1a1a1a"),
    *("0017c1", "5563d4", "aab2eb", "e8f1fe", "ce0000", "e68080", "115a36", "88ac9a", "ffd43d"),
)
"""gateway/static/style.css, and what lies between letters and paper."""
WIDE = 640  # pixels

palette = Image.new("P", (1, 1))
palette.putpalette(bytes.fromhex("".join(COLOURS)))
high, files = int(sys.argv[1]), sys.argv[2:]
for file in files:
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    if picture.width > WIDE:
        height = round(picture.height * WIDE / picture.width)
        picture = picture.resize((WIDE, height), Image.Resampling.LANCZOS)
    picture = picture.crop((0, 0, picture.width, min(picture.height, high)))
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(file, optimize=True)
