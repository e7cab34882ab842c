"""Schema validation with the XSDs in the package odmlib, or with a folder of the user's."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree

from specs.codes import finding
from specs.errors import SpecificationError

ROOTS = {"2.1": "arm/1.0-define2.1/arm1-0-0.xsd", "2.0": "arm/1.0/arm1-0-0.xsd"}
"""The root schema of each version, with Analysis Results Metadata, below odmlib's ``schemas``."""

CANDIDATES = {
    "2.1": ("arm1-0-0.xsd", "define2-1-0.xsd", "define2-1.xsd"),
    "2.0": ("arm1-0-0.xsd", "define2-0-0.xsd"),
}
"""What is looked for in a --schema-dir, best first."""


def schema_errors(
    tree: Any, version: str, schema_dir: Path | str | None = None
) -> list[tuple[int, str]]:
    """Lines and messages of what the schema of ``version`` does not allow.

    Raises SpecificationError (DEF013) when there is no usable schema.
    """
    schema = _schema(version, str(schema_dir) if schema_dir else "")
    if schema.validate(tree):
        return []
    return [(int(e.line), str(e.message)) for e in schema.error_log]


def schema_path(version: str, schema_dir: str = "") -> Path:
    """The root schema file. Raises as :func:`schema_errors`."""
    if not schema_dir:
        return Path(str(files("odmlib"))) / "schemas" / ROOTS[version]
    folder = Path(schema_dir)
    laid_out = folder / ROOTS[version]
    if laid_out.is_file():
        return laid_out
    for name in CANDIDATES[version]:
        found = sorted(p for p in folder.rglob(name) if _imports(p, version))
        if found:
            return found[0]
    wanted = " or ".join(CANDIDATES[version])
    message = f"no Define-XML {version} schema below {folder.name}: expected {wanted}"
    raise SpecificationError(finding("DEF013", message))


def _imports(path: Path, version: str) -> bool:
    """Whether a root schema belongs to ``version``; arm1-0-0.xsd exists for both."""
    beside = "".join(p.read_text("utf-8", "replace") for p in sorted(path.parent.glob("*.xsd")))
    return f"/ns/def/v{version}" in beside


@cache
def _schema(version: str, schema_dir: str) -> Any:
    path = schema_path(version, schema_dir)
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    try:
        return etree.XMLSchema(etree.parse(path, parser))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError) as error:
        message = f"the schema {path.name} cannot be used: {error}"
        raise SpecificationError(finding("DEF013", message)) from error
