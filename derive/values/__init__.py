"""Typed columns. Every rule on how two values meet stands here, once.

A column is of a kind that is known before a row is read: text, number, day or second. Work is done
on distinct values or in one numpy pass, never row by row.
"""

from derive.values import number as _number
from derive.values import text as _text

__all__: list[str] = []

del _number, _text  # imported so that column.nothing() can make every kind
