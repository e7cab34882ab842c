"""Studies, raw data and builds at addresses: a local S3 server, and fsspec's own file system."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from specs import SpecificationError
from tests.workbench.conftest import hashes
from tests.workbench.portfolio.conftest import Make
from workbench.portfolio.jobs import read_portfolio
from workbench.portfolio.outcome import End
from workbench.portfolio.places import POINTER, place
from workbench.portfolio.run import run_portfolio

pytest.importorskip("s3fs")


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The address of an empty bucket on an S3 server that this process starts."""
    moto = pytest.importorskip("moto.server")
    import fsspec

    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    set_ = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in set_}
    os.environ.update(set_)
    fsspec.filesystem("s3").mkdir("trials")
    yield "s3://trials"
    server.stop()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def put(folder: Path, address: str) -> None:
    there = place(address)
    for path in folder.rglob("*"):
        if path.is_file():
            target = f"{there.path}/{path.relative_to(folder).as_posix()}"
            there.files.pipe_file(target, path.read_bytes())


def end_of(file: Path) -> End:
    run = run_portfolio(read_portfolio(file))
    assert run.outcomes[0].end is not End.FAILED, run.outcomes[0].why
    return run.outcomes[0].end


def test_a_study_is_built_from_a_store_and_to_a_store(
    portfolio: Make, studies: Path, bucket: str
) -> None:
    put(studies / "a", f"{bucket}/a")
    assert end_of(portfolio("b")) is End.DONE
    file = portfolio(f'{{study: "{bucket}/a", out: "{bucket}/built"}}')
    assert end_of(file) is End.DONE
    current = place(f"{bucket}/built").current()
    assert current is not None
    current.fetch(studies / "fetched")
    assert hashes(studies / "fetched") == hashes(studies / "b" / "build")
    assert end_of(file) is End.CURRENT
    put(studies / "a" / "raw", f"{bucket}/a/raw")
    place(f"{bucket}/a").files.pipe_file(
        "trials/a/raw/cm.csv", b"SUBJID,ROW,A,D\n001,R1,zinc,2020-03-05\n"
    )
    assert end_of(file) is End.DONE
    assert place(f"{bucket}/built").current() != current


def test_raw_data_alone_may_lie_elsewhere(portfolio: Make, studies: Path) -> None:
    (studies / "a" / "raw").rename(studies / "export")
    address = (studies / "export").as_uri()
    assert end_of(portfolio(f'{{study: a, raw: "{address}"}}')) is End.DONE
    assert (studies / "a" / "build" / "sdtm" / "cm.xpt").is_file()


def test_nothing_half_published_is_ever_current(studies: Path, bucket: str) -> None:
    target = place(f"{bucket}/halves")
    target.publish(studies / "a")
    before = target.current()

    class Broken(type(target.files)):  # type: ignore[misc]
        def put_file(self, source: str, to: str, **more: object) -> None:
            if to.endswith("study.yaml"):
                raise OSError("the line is down")
            super().put_file(source, to, **more)

    broken = place(f"{bucket}/halves")
    object.__setattr__(broken, "files", Broken(skip_instance_cache=True))
    (studies / "a" / "more.txt").write_text("x")
    with pytest.raises(SpecificationError, match=r"PRT121.*the line is down"):
        broken.publish(studies / "a")
    assert target.current() == before


def test_the_pointer_names_every_file_by_hash(studies: Path) -> None:
    there = place((studies / "store").as_uri())
    there.publish(studies / "a")
    pointer = json.loads((studies / "store" / POINTER).read_bytes())
    assert pointer["files"] == hashes(studies / "a")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("s3://no-such-bucket/a", "PRT121"),
        ("nothing://x/y", "PRT121"),
        ("file:///no/such/folder", "PRT121"),
    ],
)
def test_bad_addresses(bucket: str, studies: Path, address: str, code: str) -> None:
    with pytest.raises(SpecificationError, match=code):
        place(address).fetch(studies / "x")
