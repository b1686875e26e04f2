"""Makes pictures of pages small: they have few colours. Runs beside the judges, where Pillow is."""

import sys

from PIL import Image

COLOURS = 32

for file in sys.argv[1:]:
    with Image.open(file) as picture:
        palette = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    palette.save(file, optimize=True)
