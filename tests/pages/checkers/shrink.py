"""Makes pictures of pages small: none very wide, none endless, all of few colours."""

import sys

from PIL import Image

COLOURS = 8
WIDE, HIGH = 640, 2000  # pixels

for file in sys.argv[1:]:
    with Image.open(file) as opened:
        picture = opened.convert("RGB").crop((0, 0, opened.width, min(opened.height, HIGH)))
    if picture.width > WIDE:
        height = round(picture.height * WIDE / picture.width)
        picture = picture.resize((WIDE, height), Image.Resampling.BOX)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
