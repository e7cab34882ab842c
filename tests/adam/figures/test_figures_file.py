"""figures.yaml: any content is a list of figures or is refused with its place."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adam.figures.model import load_figures
from specs import SpecificationError

_KEYS = st.sampled_from(["figures", "kind", "title", "dataset", "where", "scale", "events", "x"])
_LEAVES = st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(["survival", "log"])
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=10,
)
_FIGURE = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["survival", "course", "swimmer", "pie"]),
        "title": st.sampled_from(["T", "", 1]),
        "dataset": st.just("ADTTE"),
    },
    optional={"where": st.sampled_from(['A == "1"', "A ==", "("]), "scale": _LEAVES},
)


@given(_TREES | st.fixed_dictionaries({"figures": st.lists(_FIGURE, max_size=2)}))
def test_any_content_is_read_or_refused_with_a_place(tree: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "figures.yaml").write_text(json.dumps(tree))
        try:
            found = load_figures(Path(folder), {})
        except SpecificationError as error:
            for one in error.findings:
                assert one.spec
                assert one.spec.line
        else:
            stated = tree.get("figures") or [] if isinstance(tree, dict) else []
            assert len(found) == len(stated)
            assert {one.kind for one in found} <= {"survival", "course", "swimmer"}
