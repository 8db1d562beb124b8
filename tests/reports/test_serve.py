"""A built site is served to this machine alone, on another port where the usual one is taken."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

from reports.serve import find_site, open_server, tell_address
from survey.faults import Refusal


@pytest.fixture
def build(tmp_path: Path) -> Path:
    site = tmp_path / "build" / "one" / "site"
    site.mkdir(parents=True)
    (site / "index.html").write_text("<p>één</p>", encoding="utf-8")
    return tmp_path / "build"


def test_a_site_is_found_by_name_and_by_folder(build: Path, tmp_path: Path):
    assert find_site(build, "one") == build / "one" / "site"
    assert find_site(build, str(tmp_path / "studies" / "one")) == build / "one" / "site"


def test_an_unbuilt_study_is_refused_with_what_is_built(build: Path):
    with pytest.raises(Refusal) as refused:
        find_site(build, "two")
    assert refused.value.faults[0].allowed == "a built study: one"
    assert refused.value.faults[0].todo == "run `make report STUDY=two` first"


def test_a_study_in_a_folder_with_a_blank_is_named_as_a_shell_takes_it(build: Path):
    (build / "reading room" / "site").mkdir(parents=True)
    with pytest.raises(Refusal) as refused:
        find_site(build, "surveys/reading rom")
    assert refused.value.faults[0].todo == (
        "run `make report STUDY='surveys/reading rom'` first; or say STUDY='reading room', "
        "if it is that"
    )


def test_pages_come_over_http_from_this_machine(build: Path):
    server = open_server(find_site(build, "one"), 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with urlopen(tell_address(server), timeout=10) as answer:
            assert answer.read().decode() == "<p>één</p>"
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert server.server_address[0] == "127.0.0.1"


def test_a_taken_port_gives_way_to_a_free_one(build: Path):
    site = find_site(build, "one")
    with open_server(site, 0) as first, open_server(site, first.server_port) as second:
        assert second.server_port not in (0, first.server_port)
