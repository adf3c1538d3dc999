"""A headless Chromium without a GPU, driven over the pipe of its DevTools protocol.  Needs `chromium` (Debian package)."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

FLAGS = (
    "--headless=new --disable-gpu --no-sandbox --hide-scrollbars --no-first-run --remote-debugging-pipe "
    "--disable-background-networking --disable-extensions --force-color-profile=srgb"
).split()


class Page:
    """One page; every call waits for its answer.  Times in seconds, sizes in CSS pixels."""

    def __init__(
        self, width: int = 1440, height: int = 900, *, dark: bool = False, touch: bool = False
    ) -> None:
        program = (
            shutil.which("chromium")
            or shutil.which("chromium-browser")
            or shutil.which("google-chrome")
        )
        if not program:
            raise SystemExit("no chromium: apt-get install chromium")
        self.profile = tempfile.mkdtemp(prefix="plait-chromium-")
        to_read, self.write_fd = os.pipe()
        self.read_fd, to_write = os.pipe()
        os.set_inheritable(to_read, True)
        os.set_inheritable(to_write, True)
        command = [
            "/bin/sh",
            "-c",
            f'exec "$@" 3<&{to_read} 4>&{to_write}',
            "sh",
            program,
            *FLAGS,
            f"--user-data-dir={self.profile}",
            "about:blank",
        ]
        self.process = subprocess.Popen(
            command, pass_fds=(to_read, to_write), stderr=subprocess.DEVNULL, start_new_session=True
        )
        os.close(to_read)
        os.close(to_write)
        self.buffer = b""
        self.next_id = 0
        self.session: str | None = None
        self.console: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=touch,
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[theme])

    def __enter__(self) -> Page:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait()
        os.close(self.read_fd)
        os.close(self.write_fd)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self) -> dict:
        while b"\0" not in self.buffer:
            piece = os.read(self.read_fd, 1 << 16)
            if not piece:
                raise RuntimeError("chromium is gone")
            self.buffer += piece
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method: str, **params: object) -> dict:
        self.next_id += 1
        message: dict[str, object] = {"id": self.next_id, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_fd, data) :]
        while True:
            answer = self.receive()
            if answer.get("id") == self.next_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.hear(answer)

    def hear(self, event: dict) -> None:
        if event.get("method") == "Runtime.exceptionThrown":
            details = event["params"]["exceptionDetails"]
            self.console.append(details.get("exception", {}).get("description", details["text"]))
        if event.get("method") == "Runtime.consoleAPICalled":
            args = event["params"]["args"]
            self.console.append(
                " ".join(str(arg.get("value", arg.get("description"))) for arg in args)
            )

    def go(self, url: str) -> None:
        self.call("Page.navigate", url=url)

    def evaluate(self, code: str) -> object:
        """The value of an expression; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description"))
        return answer["result"].get("value")

    def wait_for(self, code: str, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({code})"):
            if time.monotonic() > until:
                raise RuntimeError(f"not within {seconds} s: {code}")
            time.sleep(0.02)

    def mouse(self, kind: str, x: float, y: float, **more: object) -> None:
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x: float, y: float, count: int = 1, modifiers: int = 0) -> None:
        for i in range(1, count + 1):
            for kind in ("mousePressed", "mouseReleased"):
                self.mouse(kind, x, y, button="left", buttons=1, clickCount=i, modifiers=modifiers)

    def screenshot(self, path: Path) -> None:
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))
