"""Write both exports, both answer keys and the truth: `python -m ...generate OUT`."""

from __future__ import annotations

import sys
from pathlib import Path

from specs.studies.nct04938115.generate.answer_key import (
    COLUMNS,
    key_lines,
    ordinary_lines,
    write_lines,
)
from specs.studies.nct04938115.generate.course import make_courses
from specs.studies.nct04938115.generate.cut2 import make_second
from specs.studies.nct04938115.generate.export import clean_export, write_export
from specs.studies.nct04938115.generate.mess_cells import spoil_cells
from specs.studies.nct04938115.generate.mess_dates import spoil_dates
from specs.studies.nct04938115.generate.mess_dose import spoil_doses
from specs.studies.nct04938115.generate.mess_events import spoil_events
from specs.studies.nct04938115.generate.mess_labs import spoil_labs
from specs.studies.nct04938115.generate.mess_rows import spoil_rows
from specs.studies.nct04938115.generate.people import make_people
from specs.studies.nct04938115.generate.truth import write_truth

ORDINARY_EACH = 3


def generate(out: Path) -> None:
    """Write raw/, raw-cut2/, truth/ and the answer keys below a folder."""
    persons = make_people()
    make_courses(persons)
    export = clean_export(persons)
    spoil_rows(export, persons)
    spoil_doses(export)
    spoil_dates(export)
    spoil_labs(export)
    spoil_cells(export)
    spoil_events(export)
    write_export(out / "raw", export)
    lines = key_lines(export, []) + ordinary_lines(export, ORDINARY_EACH)
    write_lines(out / "answer_key.csv", lines, COLUMNS)
    write_truth(out / "truth", persons, lines, export["cm"])
    more = make_second(export, persons)
    write_export(out / "raw-cut2", export)
    write_lines(out / "answer_key_cut2.csv", key_lines(export, more), COLUMNS)


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
