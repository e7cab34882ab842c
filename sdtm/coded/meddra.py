"""Values coded by MedDRA: all levels that a data set holds are of one path, of a current term."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from sdtm.coded.combinations import Combination, combinations
from specs import Finding, SpecPlace
from specs.suggest import did_you_mean
from transport import Dataset
from transport.dictionaries import MedDRA, Path

_NAMES = {"pt": "DECOD", "hlt": "HLT", "hlgt": "HLGT", "soc": "SOC"}
_CODES = {"pt": "PTCD", "hlt": "HLTCD", "hlgt": "HLGTCD", "soc": "SOCCD"}
_SYSTEM, _SYSTEM_CODE = "BODSYS", "BDSYCD"
_LEVELS = ("DECOD", "PTCD", "LLT", "LLTCD", "HLT", "HLTCD", "HLGT", "HLGTCD", "SOC", "SOCCD",
           _SYSTEM, _SYSTEM_CODE)  # fmt: skip


def meddra_values(
    content: MedDRA, dataset: Dataset, variable: str, place: SpecPlace
) -> Iterator[Finding]:
    """The findings of the variables of one coding (--DECOD and its levels beside it)."""
    prefix = next((variable.removesuffix(s) for s in _LEVELS if variable.endswith(s)), variable[:2])
    by_name = {name: code for code, name in content.names["pt"].items()}
    for one in combinations(dataset, [f"{prefix}{suffix}" for suffix in _LEVELS]):
        yield from _Checked(content, one, prefix, place, by_name).findings()


class _Checked:
    def __init__(
        self,
        content: MedDRA,
        one: Combination,
        prefix: str,
        place: SpecPlace,
        by_name: dict[str, str],
    ) -> None:
        self.content, self.one, self.prefix, self.place = content, one, prefix, place
        self.by_name = by_name

    def findings(self) -> Iterator[Finding]:
        pt = yield from self._preferred()
        yield from self._lowest(pt)
        paths = self.content.paths.get(pt, [])
        primary = next((path for path in paths if path.primary), None)
        if primary is not None:
            yield from self._levels(primary, paths)

    def _get(self, suffix: str) -> str:
        return self.one.get(f"{self.prefix}{suffix}")

    def _says(self, code: str, suffix: str, message: str, **more: str) -> Finding:
        return self.one.says(code, f"{self.prefix}{suffix}", message, self.place, **more)

    def _preferred(self) -> Generator[Finding, None, str]:
        """The findings of name and code; gives the code of the preferred term, "" without one."""
        names = self.content.names["pt"]
        name, code = self._get("DECOD"), self._get("PTCD")
        known = self.by_name.get(name, "")
        if name and not known:
            yield self._says("MAP364", "DECOD", "no preferred term of the dictionary",
                             hint=did_you_mean(name, self.by_name))  # fmt: skip
        if code and code not in names:
            yield self._says("MAP364", "PTCD", "no code of a preferred term")
        elif code and known and code != known:
            yield self._says("MAP366", "PTCD", f"is {names[code]!r}, not {name!r}")
        return known or (code if code in names else "")

    def _lowest(self, pt: str) -> Iterator[Finding]:
        name, code = self._get("LLT"), self._get("LLTCD")
        lowest = self.content.lowest
        if code and code not in lowest:
            yield self._says("MAP364", "LLTCD", "no code of a lowest level term")
            return
        if not code and name:
            code = next((c for c, term in lowest.items() if term.name == name), "")
            if not code:
                yield self._says("MAP364", "LLT", "no lowest level term of the dictionary")
                return
        if not code:
            return
        term, shown = lowest[code], "LLT" if name else "LLTCD"
        if name and term.name != name:
            yield self._says("MAP366", "LLT", f"code {code} is {term.name!r}")
        if not term.current:
            yield self._says("MAP365", shown, "is no longer current")
        if pt and term.pt != pt:
            other = self.content.names["pt"].get(term.pt, term.pt)
            yield self._says("MAP366", shown, f"belongs to the preferred term {other!r}")

    def _levels(self, primary: Path, paths: list[Path]) -> Iterator[Finding]:
        """The levels above, on the primary path of the preferred term."""
        for level in ("hlt", "hlgt"):
            yield from self._level(level, _NAMES[level], _CODES[level], primary, paths)
        yield from self._level("soc", "SOC", "SOCCD", primary, paths)
        yield from self._level("soc", _SYSTEM, _SYSTEM_CODE, primary, paths)

    def _level(
        self, level: str, name_of: str, code_of: str, primary: Path, paths: list[Path]
    ) -> Iterator[Finding]:
        names, code = self.content.names[level], str(getattr(primary, level))
        others = {str(getattr(path, level)) for path in paths}
        held_name, held_code = self._get(name_of), self._get(code_of)
        for suffix, held, right in (
            (name_of, held_name, names.get(code, "")),
            (code_of, held_code, code),
        ):
            if not held or held == right:
                continue
            found = held if suffix == code_of else self.content.code_of(level, held)
            if found not in names:
                yield self._says("MAP364", suffix, f"no {level.upper()} of the dictionary")
            elif found in others and level == "soc":
                yield self._says("MAP367", suffix, f"the primary one is {right!r}")
            else:
                yield self._says("MAP366", suffix, f"the primary path has {right!r}")
