"""A Slack of our own, on loopback: it keeps what is posted and can fail as the real one does."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = "xoxb-test-token"


@dataclass
class SlackDouble:
    """`failures` are used up one a call: an HTTP status, an error name, `drop` or `lose` (taken, but the answer is lost)."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    posted: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    failures: list[Any] = field(default_factory=list)
    stamps: Any = field(default_factory=lambda: itertools.count(1))

    def user(self, user_id: str, name: str, email: str, *, team: str = "TACME", **more: Any) -> None:
        """Somebody whom users.info knows."""
        self.users[user_id] = {"id": user_id, "team_id": team, "profile": {"real_name": name, "email": email}, **more}

    def answer(self, method: str, data: dict[str, Any]) -> dict[str, Any]:
        """What Slack would say."""
        if method == "chat.postMessage":
            ts = f"1800000000.{next(self.stamps):06d}"
            self.posted.append({**data, "ts": ts})
            return {"ok": True, "ts": ts, "channel": data["channel"]}
        if method == "users.info":
            found = self.users.get(data["user"])
            return {"ok": True, "user": found} if found else {"ok": False, "error": "user_not_found"}
        if method == "conversations.replies":
            here = [m for m in self.posted if (m["channel"], m["thread_ts"]) == (data["channel"], data["ts"])]
            one = self.messages.get((data["channel"], data["ts"]))
            return {"ok": True, "messages": [*([one] if one else []), *here]}
        return {"ok": False, "error": "unknown_method"}


class SlackServer:
    """The double behind a real port."""

    def __init__(self, double: SlackDouble) -> None:
        self.double = double
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(double))
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Close the port."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def _handler(double: SlackDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = self.path.rpartition("/")[2]
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            is_json = self.headers["Content-Type"].startswith("application/json")
            data = json.loads(raw) if is_json else {k: v[0] for k, v in parse_qs(raw.decode()).items()}
            double.calls.append(method)
            failure = double.failures.pop(0) if double.failures else None
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                failure = "invalid_auth"
            if failure in {"drop", "lose"}:
                if failure == "lose":
                    double.answer(method, data)
                self.connection.close()
                return
            status = failure if isinstance(failure, int) else 200
            said = {"ok": False, "error": failure} if isinstance(failure, str) else double.answer(
                method, data) if failure is None else {}
            body = json.dumps(said).encode()
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "77")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            body = double.files.get(self.path.rpartition("/")[2], b"")
            known = self.headers["Authorization"] == f"Bearer {TOKEN}" and body
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(body) if known else 0))
            self.end_headers()
            self.wfile.write(body if known else b"")

        def log_message(self, *args: Any) -> None:
            """Silent."""

    return Handler
