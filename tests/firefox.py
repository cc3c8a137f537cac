"""Debian's Firefox, driven by its own protocol (Marionette): lengths and JSON over a socket, as much as the
tests of a page need.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""How WebDriver names an element (W3C WebDriver, section 12)."""

PREFERENCES = {
    "marionette.port": 0,
    "network.proxy.type": 1,  # to nowhere: what asks for anything gets nothing
    "network.proxy.socks": '"127.0.0.1"',
    "network.proxy.socks_port": 9,
    "network.proxy.socks_remote_dns": "true",
    "media.volume_scale": '"0.0"',
    "browser.shell.checkDefaultBrowser": "false",
    "datareporting.policy.dataSubmissionEnabled": "false",
}


class Firefox:
    """A window of Firefox without a screen."""

    def __init__(self, port: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._number = 0
        self._read()  # its greeting
        self("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": False}})

    def __call__(self, command: str, **said: Any) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, said])
        self._line.sendall(f"{len(message.encode())}:{message}".encode())
        _, _, error, answer = self._read()
        if error:
            raise AssertionError(f"{command}: {error['message']}")
        return answer

    def _read(self) -> Any:
        length = b""
        while (one := self._line.recv(1)) != b":":
            if not one:
                raise ConnectionError("Firefox has gone")
            length += one
        data = b""
        while len(data) < int(length):
            data += self._line.recv(int(length) - len(data))
        return json.loads(data)

    def close(self) -> None:
        self._line.close()

    def open(self, address: str) -> None:
        self("WebDriver:Navigate", url=address)

    def ask(self, expression: str) -> Any:
        return self("WebDriver:ExecuteScript", script=f"return {expression};", args=[])["value"]

    def _find(self, xpath: str) -> str:
        found: str = self("WebDriver:FindElement", using="xpath", value=xpath)["value"][ELEMENT]
        return found

    def click(self, xpath: str) -> None:
        self("WebDriver:ElementClick", id=self._find(xpath))

    def type(self, xpath: str, text: str) -> None:
        self("WebDriver:ElementSendKeys", id=self._find(xpath), text=text)

    def press(self, key: str) -> None:
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self("WebDriver:PerformActions", actions=[{"type": "key", "id": "keys", "actions": keys}])

    def until(self, expression: str) -> None:
        _until(lambda: self.ask(expression), expression)


def _until(so: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 30
    while not so():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """Firefox with a profile of its own, ended with all that it started."""
    profile.mkdir(parents=True, exist_ok=True)
    said = "".join(f'user_pref("{name}", {value});\n' for name, value in PREFERENCES.items())
    (profile / "user.js").write_text(said, encoding="utf-8")
    program = shutil.which("firefox-esr") or "firefox-esr"
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    where = os.environ | {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
    running = subprocess.Popen(command, env=where, **quiet)  # type: ignore[call-overload]
    try:
        active = profile / "MarionetteActivePort"
        _until(lambda: active.exists() and active.read_text().strip(), "Firefox opens its door")
        with closing(Firefox(int(active.read_text()))) as opened:
            yield opened
            opened("Marionette:Quit", flags=["eForceQuit"])
        running.wait(30)
    finally:
        running.kill()
        running.wait()
