"""Finding codes of portfolios."""

from __future__ import annotations

from specs.codes import Code, register
from specs.findings import Owner

register(
    Code(
        "PRT101",
        "study that a portfolio names twice",
        "Two runs of one study at a time would wait for each other, and its report would hold two.",
        "Name it once; two builds of it need two names and two outputs.",
    ),
    Code(
        "PRT102",
        "output that two studies share",
        "Each build takes the place of the one before it, so that one study's would be lost.",
        "Give each study an output folder of its own, none inside another.",
    ),
    Code(
        "PRT103",
        "study of a portfolio that is not there",
        "Nothing runs before every study of the portfolio has been found.",
        "Correct the path; it counts from the folder of the portfolio file.",
    ),
    Code(
        "PRT104",
        "limit or number of a portfolio that cannot be read",
        "A limit that is not understood would be none.",
        "Write memory as `4 GB` or `500 MB`, times as `90 s`, `30 min` or `2 h`.",
    ),
    Code(
        "PRT111",
        "scheduler that cannot be used",
        "Studies are only handed to a cluster that answers and has a worker.",
        "Start the scheduler and a worker, or leave out --scheduler to run on this machine.",
        owner=Owner.PROGRAMMING,
    ),
    Code(
        "PRT112",
        "worker of another version",
        "A study that another version builds is another build.",
        "Install the same versions of Python, tracelock and distributed on every worker.",
    ),
    Code(
        "PRT113",
        "library for addresses or clusters that is not installed",
        "Clusters and object stores are optional.",
        'Install them: pip install "tracelock[distributed]" or "tracelock[storage]".',
    ),
    Code(
        "PRT121",
        "address that cannot be read or written",
        "What is not there in full cannot be built from.",
        "Look at the address, the credentials in the environment, and the store.",
    ),
)
