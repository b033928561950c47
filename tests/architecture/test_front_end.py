"""Pages work without the internet and under `script-src 'self'`."""

from __future__ import annotations

import json
import re

from service.web.vendor import FILES, WEB
from tests.architecture.files import ROOT, files, lines_with

NAMESPACE = r"www\.w3\.org/"
SCRIPT_TAG = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)


def test_no_page_asks_another_host() -> None:
    paths = files("service", suffixes=(".html", ".js", ".css", ".svg"))
    assert lines_with(rf"https?://(?!{NAMESPACE})|[\"'(]//\w", paths) == []


def test_no_script_stands_in_a_page() -> None:
    inline = [
        f"{path.relative_to(ROOT)}: <script{attributes}>"
        for path in files("service", suffixes=(".html",))
        for attributes in SCRIPT_TAG.findall(path.read_text("utf-8"))
        if "src=" not in attributes
    ]
    assert inline == []
    handlers = r"(?i)\s(on[a-z]+|hx-on[a-z:-]*)\s*=|javascript:|hx-vals=.js:"
    assert lines_with(handlers, files("service", suffixes=(".html",))) == []


def test_no_template_writes_a_style_attribute() -> None:
    assert lines_with(r"\sstyle\s*=", files("service", suffixes=(".html",))) == []


def test_every_front_end_file_is_served_from_here() -> None:
    missing = [served for served in FILES if not (WEB / "static" / "vendor" / served).is_file()]
    assert missing == []
    named = {
        match
        for path in files("service", suffixes=(".html", ".py", ".js"))
        for match in re.findall(r"vendor/([\w.-]+(?:/[\w.-]+)+\.(?:js|css))", path.read_text("utf-8"))
    }
    assert named - FILES.keys() == set()


def test_lock_files_name_public_hosts_only() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    fetched = [package["resolved"] for package in lock["packages"].values() if "resolved" in package]
    assert [address for address in fetched if not address.startswith("https://registry.npmjs.org/")] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text("utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_versions_are_exact() -> None:
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
