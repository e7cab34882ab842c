"""A small SVG plot: axes, ticks, lines, marks. No fonts and no scripts from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 640, 360
_RAISED = str.maketrans(
    "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 48


@dataclass(slots=True)
class Plot:
    """A plot with data coordinates. ``log`` is the y axis on a decimal logarithm."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_label: str
    y_label: str
    log: bool = False
    height: int = HEIGHT
    extra: int = 0
    x_ticks: Sequence[float] | None = None
    parts: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        """A data x as a pixel."""
        low, high = self.x_range
        return LEFT + (value - low) / ((high - low) or 1) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        """A data y as a pixel."""
        low, high = self.y_range
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(max(value, low))
        inside = self.height - TOP - BOTTOM
        return TOP + inside - (value - low) / ((high - low) or 1) * inside

    def line(self, points: Sequence[tuple[float, float]], cls: str, title: str = "") -> None:
        """A polyline; ``title`` shows when the pointer rests on it."""
        if not points:
            return
        path = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        told = f"<title>{escape(title)}</title>" if title else ""
        self.parts.append(f'<polyline class="{cls}" points="{path}">{told}</polyline>')

    def steps(self, points: Sequence[tuple[float, float]], end: float, cls: str) -> None:
        """A step function that goes on to ``end``."""
        out: list[tuple[float, float]] = []
        for number, (a, b) in enumerate(points):
            if number:
                out.append((a, points[number - 1][1]))
            out.append((a, b))
        if out and end > out[-1][0]:
            out.append((end, out[-1][1]))
        self.line(out, cls)

    def area(self, corners: Sequence[tuple[float, float]], cls: str) -> None:
        """A filled polygon."""
        points = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in corners)
        self.parts.append(f'<polygon class="{cls}" points="{points}"/>')

    def rule(self, x: float, y: float, length: float, cls: str) -> None:
        """A horizontal line at a pixel, such as a curve's sample in a legend."""
        self.parts.append(f'<path class="{cls}" d="M{x:.1f} {y:.1f}h{length:.1f}"/>')

    def tick_mark(self, a: float, b: float, title: str = "", cls: str = "") -> None:
        """A censoring mark."""
        x, y = self.x(a), self.y(b)
        kind = f"censor {cls}".strip()
        path = f'<path class="{kind}" d="M{x:.1f} {y - 5:.1f}V{y + 5:.1f}">'
        self.parts.append(f"{path}<title>{escape(title)}</title></path>")

    def dot(self, a: float, b: float, cls: str, *, title: str = "", shape: str = "circle") -> None:
        """A mark: circle, square, diamond or triangle, so that shape tells what colour tells."""
        self.mark(self.x(a), self.y(b), cls, title=title, shape=shape)

    def mark(self, x: float, y: float, cls: str, *, title: str, shape: str) -> None:
        """A mark at a pixel."""
        told = f"<title>{escape(title)}</title>"
        if shape == "circle":
            self.parts.append(
                f'<circle class="{cls}" cx="{x:.1f}" cy="{y:.1f}" r="3.4">{told}</circle>'
            )
            return
        corners = {
            "square": ((-3, -3), (3, -3), (3, 3), (-3, 3)),
            "diamond": ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)),
            "triangle": ((0, -4.5), (4.2, 3.4), (-4.2, 3.4)),
            "cross": (
                (-1, -4),
                (1, -4),
                (1, -1),
                (4, -1),
                (4, 1),
                (1, 1),
                (1, 4),
                (-1, 4),
                (-1, 1),
                (-4, 1),
                (-4, -1),
                (-1, -1),
            ),
        }[shape]
        points = " ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in corners)
        self.parts.append(f'<polygon class="{cls}" points="{points}">{told}</polygon>')

    def text(
        self, x: float, y: float, words: str, *, anchor: str = "start", cls: str = "label"
    ) -> None:
        """Words at a pixel."""
        self.parts.append(_words(x, y, words, anchor, cls))

    def bar(self, a: float, b: float, row: float, *, thickness: float, title: str = "") -> None:
        """A horizontal bar from a to b."""
        x, width = self.x(a), max(self.x(b) - self.x(a), 0.5)
        top = self.y(row) - thickness / 2
        place = f'x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{thickness:.1f}"'
        self.parts.append(f'<rect class="bar" {place}><title>{escape(title)}</title></rect>')

    def limit(self, value: float, words: str) -> None:
        """A dashed horizontal line, such as the limit of quantification."""
        y = self.y(value)
        self.parts.append(f'<path class="limit" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        self.text(WIDTH - RIGHT - 2, y - 4, words, anchor="end", cls="small halo")

    def render(self, title: str) -> str:
        """The whole picture."""
        axes = "".join([*self._x_axis(), *self._y_axis()])
        total = self.height + self.extra
        return (
            f'<svg viewBox="0 0 {WIDTH} {total}" role="img" aria-label="{escape(title)}">{axes}'
            f"{''.join(self.parts)}</svg>"
        )

    def _x_axis(self) -> list[str]:
        base = self.height - BOTTOM
        out = [f'<path class="axis" d="M{LEFT} {base}H{WIDTH - RIGHT}"/>']
        for tick in ticks(*self.x_range) if self.x_ticks is None else self.x_ticks:
            x = self.x(tick)
            out.append(f'<path class="grid" d="M{x:.1f} {TOP}V{base}"/>')
            out.append(_words(x, base + 16, f"{tick:g}", "middle", "small"))
        middle = (LEFT + WIDTH - RIGHT) / 2
        out.append(_words(middle, base + 36, self.x_label, "middle", "label"))
        return out

    def _y_axis(self) -> list[str]:
        out = []
        values = log_ticks(*self.y_range) if self.log else ticks(*self.y_range)
        for tick in values if self.y_label else []:
            y = self.y(tick)
            out.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            out.append(_words(LEFT - 6, y + 4, short(tick), "end", "small"))
        if self.y_label:
            middle = (self.height - BOTTOM + TOP) / 2
            turned = f'transform="translate(14 {middle}) rotate(-90)" text-anchor="middle"'
            out.append(f'<text class="label" {turned}>{escape(self.y_label)}</text>')
        return out


def _words(x: float, y: float, words: str, anchor: str, cls: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{cls}" {place}>{escape(words)}</text>'


def ticks(low: float, high: float, about: int = 7) -> list[float]:
    """Round numbers between low and high."""
    span = (high - low) or 1
    raw = span / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= raw)
    first = math.ceil(low / step - 1e-9)
    return [round(n * step, 10) for n in range(first, math.floor(high / step + 1e-9) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten between low and high."""
    return [
        10.0**n
        for n in range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    ]


def short(value: float) -> str:
    """A tick's text: 10\u2076 rather than 1e+06."""
    if value >= 1e5 or 0 < value < 1e-3:
        power = math.log10(value)
        return _power(round(power)) if abs(power - round(power)) < 1e-9 else f"{value:.0e}"
    return f"{value:g}"


def _power(exponent: int) -> str:
    return "10" + str(exponent).translate(_RAISED)
