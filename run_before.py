import resource
import sys
from pathlib import Path

try:
    from workbench.steps.sdtm import build_sdtm
except ImportError:
    from submission.sdtm_step import build_sdtm
result = build_sdtm(Path(sys.argv[1]), out=Path(sys.argv[2]))
use = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = sum(u.ru_utime + u.ru_stime for u in use)
print(
    sys.argv[3],
    max(n for _, n in result.datasets.values()),
    round(cpu, 2),
    round(use[0].ru_maxrss / 1e6, 2),
    int(result.published),
)
