"""The verb for what no other verb can say: a named function of the study."""

from __future__ import annotations

import numpy as np

from sdtm.columns import Column, NumberColumn, TextColumn, combinations
from sdtm.scene import Scene
from specs import BuildError, finding
from specs.language import Function


def evaluate_function(line: Function, scene: Scene) -> Column:
    """A study function of the distinct combinations of its columns' values.

    The function gets texts ('' for missing) and returns a text, a number or None.
    """
    function = scene.kitchen.study.function(line.function, scene.place("function"))
    columns = [scene.text(name) for name in line.of]
    codes, *parts = combinations(columns)
    results = []
    for combination in zip(*parts, strict=True):
        texts = [c.values[i] if i >= 0 else "" for c, i in zip(columns, combination, strict=True)]
        try:
            results.append(function(*texts))
        except Exception as error:
            message = f"{line.function}({', '.join(map(repr, texts))}) fails: {error}"
            raise BuildError(
                finding(
                    "MAP320",
                    message,
                    dataset=scene.state.name,
                    variable=scene.variable,
                    spec=scene.place(),
                )
            ) from error
    scene.step(f"function {line.function}")
    if any(isinstance(result, float | int) for result in results):
        numbers = [np.nan if result is None else float(result) for result in results]
        return NumberColumn(np.array(numbers)[codes])
    return TextColumn(codes.astype(np.int32), [str(k) for k in range(len(results))]).map(results)
