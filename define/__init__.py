"""define.xml: read, build, write, check and show Define-XML 2.0 and 2.1."""

from __future__ import annotations

from define import codes as codes  # registers the DEF codes
