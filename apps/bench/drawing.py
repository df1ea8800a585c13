"""Parts of pictures in SVG."""

import math


def ticks_up_to(greatest):
    """Round numbers from 0 until no value lies above."""
    rough = max(greatest, 1e-9) / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    return [step * i for i in range(math.ceil(greatest / step - 1e-9) + 1)]


def text(x, y, content, size=13, anchor="middle", extra=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" {extra}>'
            f"{content}</text>")


def line(x1, y1, x2, y2, color, width=1.0, dash="none"):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" '
            f'stroke-width="{width}" stroke-dasharray="{dash}"/>')
