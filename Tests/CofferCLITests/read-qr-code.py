#!/usr/bin/env python3
"""read-qr-code.py: reads what a terminal showed on standard input, and prints what the QR codes in it,
drawn with half blocks, say to a decoder that is not ours."""
import re
import sys

import numpy
import zxingcpp

SCALE = 4
lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip("\r\n") for line in sys.stdin
         if "\x1b[30;107m" in line]
image = numpy.full((2 * len(lines), max(map(len, lines), default=0)), 255, numpy.uint8)
for y, line in enumerate(lines):
    for x, glyph in enumerate(line):
        image[2 * y, x] = 0 if glyph in "▀█" else 255
        image[2 * y + 1, x] = 0 if glyph in "▄█" else 255
for code in zxingcpp.read_barcodes(numpy.kron(image, numpy.ones((SCALE, SCALE), numpy.uint8))):
    print(code.format.name, code.text)
