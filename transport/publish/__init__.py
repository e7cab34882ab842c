"""Output folders: made beside, put in place in one step, and nobody else's files are touched.

What is ours says so itself: a ``manifest.json`` of a schema of ours that lists every file. A folder
is *claimed* (one process at a time builds into it, any other waits and says for whom), the new
content is *staged*, and takes the place of the old one when it is whole. Who reads a folder *holds*
it: nothing is published into it until they are done.

    with claimed(out, Kind("tracelock-example/1", "an example")) as claim:
        with claim.staged() as folder:
            (folder / "data.txt").write_text("...")
"""

from transport.publish.claim import Claim, claimed, clear, reading, staged
from transport.publish.keeping import keep_copy
from transport.publish.manifest import (
    LOCK,
    LOCK_SCHEMA,
    MANIFEST,
    Kind,
    check_ours,
    enter,
    read_manifest,
)
from transport.publish.scratch import scratch

__all__ = [
    "LOCK",
    "LOCK_SCHEMA",
    "MANIFEST",
    "Claim",
    "Kind",
    "check_ours",
    "claimed",
    "clear",
    "enter",
    "keep_copy",
    "read_manifest",
    "reading",
    "scratch",
    "staged",
]
