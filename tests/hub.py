"""A model hub on loopback, as much of one as fetching needs, with the faults that hubs have."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves folders as repositories.

    Attributes:
        repositories: folder by ``OWNER/NAME``.
        breaks: of a file, the bytes at which the connection is closed, one for each time that it is asked for.
        wrong: files whose listed SHA-256 is not that of what is sent.
        sizes: files that are said to have another size.
        refusals: statuses that the next questions to the API are answered with.
        sent: bytes sent, by file.
        asked: how often anything was asked.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.repositories: dict[str, Path] = {}
        self.breaks: dict[str, list[int]] = {}
        self.wrong: set[str] = set()
        self.sizes: dict[str, int] = {}
        self.refusals: list[int] = []
        self.sent: Counter[str] = Counter()
        self.asked = 0
        self.commit = COMMIT

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def digest_of(self, path: Path) -> str:
        data = path.read_bytes() + (b"x" if path.name in self.wrong else b"")
        return hashlib.sha256(data).hexdigest()


@contextmanager
def serving() -> Iterator[Hub]:
    hub = Hub()
    thread = threading.Thread(target=hub.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        self.server.asked += 1
        parts = urlsplit(self.path).path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            self._list("/".join(parts[2:4]))
        elif len(parts) > 4 and parts[2] == "resolve":
            self._file("/".join(parts[:2]), parts[4], body=body)
        else:
            self._json(404, {"error": "not found"})

    def _json(self, status: int, value: object, **headers: str) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():  # fmt: skip
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(data)

    def _list(self, repository: str) -> None:
        if self.server.refusals:
            status = self.server.refusals.pop(0)
            extra = {401: {"X_Error_Code": "RepoNotFound"}, 403: {"X_Error_Code": "GatedRepo"}}
            self._json(status, {"error": "refused"}, Retry_After="0", **extra.get(status, {}))
            return
        folder = self.server.repositories.get(repository)
        if folder is None:
            self._json(404, {"error": "no such repository"}, X_Error_Code="RepoNotFound")
            return
        assert parse_qs(urlsplit(self.path).query).get("blobs")
        siblings = []
        for path in sorted(folder.iterdir()):
            size = self.server.sizes.get(path.name, path.stat().st_size)
            row: dict[str, object] = {"rfilename": path.name, "size": size}
            if path.suffix == ".safetensors":
                row["lfs"] = {"sha256": self.server.digest_of(path), "size": size, "pointerSize": 1}
            siblings.append(row)
        self._json(200, {"id": repository, "modelId": repository, "sha": self.server.commit, "siblings": siblings, "cardData": {"license": "mit"}})  # fmt: skip

    def _file(self, repository: str, name: str, *, body: bool) -> None:
        folder = self.server.repositories.get(repository)
        if folder is None or not (folder / name).is_file():
            self._json(404, {"error": "no such file"}, X_Error_Code="EntryNotFound")
            return
        data = (folder / name).read_bytes()
        asked = self.headers.get("Range", "")
        start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        self.send_response(206 if start else 200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{self.server.digest_of(folder / name)}"')
        self.send_header("Accept-Ranges", "bytes")
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if not body:
            return
        breaks = self.server.breaks.get(name) or [len(data)]
        until = breaks.pop(0)
        part = data[start : max(start, until)]
        self.wfile.write(part)
        self.server.sent[name] += len(part)
        if until < len(data):
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
