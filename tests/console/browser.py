"""A real browser for the tests: Debian's Chromium, headless, told what to do through its own debugging pipe.

The pipe (`--remote-debugging-pipe`) is two file descriptors and JSON messages that end in NUL: no port, no driver.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import peers

_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--no-default-browser-check",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--hide-scrollbars",
)


class Page:
    """One tab, and what it complained about: errors of scripts, and what the content security policy refused."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._buffer = b""
        self._last = 0
        self._session: str | None = None
        self.complaints: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the DevTools protocol and return its answer."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def _receive(self, within_s: float = 60) -> dict[str, Any]:
        end = time.monotonic() + within_s
        while b"\0" not in self._buffer:
            if not select.select([self._read], [], [], max(0.0, end - time.monotonic()))[0]:
                raise RuntimeError("the browser does not answer")
            portion = os.read(self._read, 1 << 20)
            if not portion:
                raise RuntimeError("the browser has gone")
            self._buffer += portion
        message, _, self._buffer = self._buffer.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        self._note(told)
        return told

    def _note(self, told: dict[str, Any]) -> None:
        if told.get("method") == "Log.entryAdded" and told["params"]["entry"]["level"] == "error":
            self.complaints.append(told["params"]["entry"]["text"])
        if told.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(told["params"]["exceptionDetails"]["text"])

    def open(self, url: str) -> None:
        """Go to `url` and wait until it is there."""
        self.send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, expression: str) -> Any:
        """Return the value of a script's expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']['exception'].get('description')}")
        return answer["result"].get("value")

    def wait(self, condition: str, within_s: float = 30) -> None:
        """Wait until the script's condition is true."""
        end = time.monotonic() + within_s
        while True:
            # Between two pages there is no place to ask in.
            with contextlib.suppress(RuntimeError):
                if self.evaluate(f"Boolean({condition})"):
                    return
            if time.monotonic() > end:
                where = self.evaluate("location.pathname + ' ' + document.title")
                raise AssertionError(f"never came true: {condition} (at {where})")
            time.sleep(0.03)

    def press(self, key: str) -> None:
        """Press and release a key of the keyboard."""
        known = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " ")}
        number, text = known[key]
        named = {"key": key, "windowsVirtualKeyCode": number, "code": "Space" if key == " " else key}
        self.send("Input.dispatchKeyEvent", type="keyDown", text=text, **named)
        self.send("Input.dispatchKeyEvent", type="keyUp", **named)

    def look(self, *, dark: bool = False, width: int = 1280, height: int = 900) -> None:
        """Show pages light or dark, in a window of that size."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def picture(self, path: Path) -> Path:
        """Keep a picture of the whole page as a PNG."""
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))
        return path


@contextlib.contextmanager
def chromium() -> Iterator[Page]:
    """Run a Chromium of its own, with a profile of its own, and yield a tab. Skips by name where there is none."""
    program = peers.require("chromium")
    home = tempfile.mkdtemp(prefix="chromium-")
    its_read, write = os.pipe()
    read, its_write = os.pipe()
    flags = [*_FLAGS, f"--user-data-dir={home}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # it refuses to sandbox for root
    # The browser reads from descriptor 3 and writes to 4, whatever numbers the pipes have here.
    joined = f'exec "$@" 3<&{its_read} 4>&{its_write}'
    process = subprocess.Popen(
        ["bash", "-c", joined, "chromium", str(program), *flags],
        pass_fds=(its_read, its_write),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": home},
    )
    os.close(its_read)
    os.close(its_write)
    try:
        yield Page(read, write)
    finally:
        os.close(write)  # it ends when the pipe does
        peers.stop(process)
        os.close(read)
        shutil.rmtree(home, ignore_errors=True)
