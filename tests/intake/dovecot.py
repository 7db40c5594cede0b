"""A real IMAP server: Dovecot from Debian's packages, with folders and a configuration of its own."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import time
from datetime import datetime
from pathlib import Path

import pytest

from supportdesk.launcher.probe import free_port

PASSWORD = "a-password-of-tests"
_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {login}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{root}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    """The server; `start` and `stop` keep its mail."""

    def __init__(self, root: Path) -> None:
        self.program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if self.program is None:
            pytest.fail("Dovecot is missing. On Debian or Ubuntu: apt install dovecot-imapd")
        self.port = free_port()
        # As root, Dovecot gives up its rights for a user of its own, and refuses to read root's mail.
        user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        login = "nobody" if os.getuid() == 0 else user.pw_name
        self.root, self.server = root, None
        for name in ("run", "state", "mail"):
            (root / name).mkdir()
        os.chown(root / "mail", user.pw_uid, user.pw_gid)
        group = grp.getgrgid(user.pw_gid).gr_name
        (root / "conf").write_text(_CONFIG.format(root=root, login=login, group=group, password=PASSWORD, port=self.port,
                                                  uid=user.pw_uid, gid=user.pw_gid))

    def start(self) -> None:
        """Run, and wait until it answers."""
        self.server = subprocess.Popen([self.program, "-F", "-c", str(self.root / "conf")], start_new_session=True)
        for _ in range(100):
            try:
                imaplib.IMAP4("127.0.0.1", self.port, timeout=2).logout()
                return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.1)
        log = self.root / "log"
        pytest.fail(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")

    def stop(self) -> None:
        """Cut it off, open connections and all."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait(10)
            (self.root / "run" / "master.pid").unlink(missing_ok=True)
            self.server = None

    def deliver(self, raw: bytes, at: datetime | None = None, user: str = "support") -> None:
        """Put a mail into somebody's inbox."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=5) as client:
            client.login(user, PASSWORD)
            client.append("INBOX", None, imaplib.Time2Internaldate(at) if at else None, raw)

    def count(self, user: str = "support") -> int:
        """How many mails lie in the inbox."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=5) as client:
            client.login(user, PASSWORD)
            return int(client.select("INBOX", readonly=True)[1][0])
