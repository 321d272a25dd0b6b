"""Somebody at a browser: signed in, with cookies, reading forms and sending them as the page gave
them."""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

PASSWORD = "cchc-minh-hoa-2025"


@dataclass(frozen=True)
class Answer:
    """Status 0: nobody answered (the line broke); `body` then says why."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    def json(self):
        return json.loads(self.body)


class Person:
    """`office`: an Office or an address. Safe to make before a fork: the line is opened at the first
    request of each."""

    def __init__(self, office, username: str, password: str = PASSWORD, *, timeout: float = 60):
        place = urlsplit(office if isinstance(office, str) else office.url)
        self.host, self.port, self.timeout = place.hostname, place.port, timeout
        self.cookies: dict[str, str] = {}
        self.username, self.line = username, None
        self.sign_in(password)

    def sign_in(self, password: str):
        self.get("/dang-nhap/")
        answer = self.post("/dang-nhap/", {"username": self.username, "password": password})
        self.leave()  # a worker of gunicorn takes one line at a time
        if answer.status != 302:
            raise RuntimeError(
                f"{self.username} can't sign in: {answer.status} {answer.text[:500]}"
            )

    def leave(self):
        """Hang up; the next request opens a new line."""
        if self.line:
            self.line.close()
        self.line = None

    def get(self, path: str, **headers) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, data: dict, files: dict | None = None, **headers) -> Answer:
        """`files`: name -> (file name, bytes). Headers as words: HX_Request="true"."""
        data = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")} | data
        if files is None:
            kind, body = "application/x-www-form-urlencoded", urlencode(data, doseq=True).encode()
        else:
            kind, body = multipart(data, files)
        return self.ask("POST", path, body, {"Content-Type": kind} | headers)

    def ask(self, method: str, path: str, body, headers: dict) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            if self.line is None:
                self.line = HTTPConnection(self.host, self.port, timeout=self.timeout)
            with suppress(BrokenPipeError, ConnectionResetError):  # refused before all was read
                self.line.request(method, path, body, sent)
            answer = self.line.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            self.leave()
            return Answer(0, {}, repr(error).encode())
        self._keep_cookies(answer.headers.get_all("Set-Cookie") or ())
        got = {name.lower(): value for name, value in answer.getheaders()}
        if got.get("connection", "").lower() == "close":
            self.leave()
        return Answer(answer.status, got, content)

    def _keep_cookies(self, lines):
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
            if not value or value == '""':
                del self.cookies[name]

    def form(self, path: str, having: str = "") -> dict:
        """What a browser would send of the page's form untouched: the first that has a field of this
        name ("": that is posted)."""
        return form_in(self.get(path).text, having)


def form_in(page: str, having: str = "") -> dict:
    found = Forms()
    found.feed(page)
    for form in found.forms:
        if (having in form) if having else form.get("csrfmiddlewaretoken"):
            form.pop("csrfmiddlewaretoken", None)  # the cookie's serves as well
            return form
    raise LookupError(f"No form with {having or 'a token'} in: {page[:300]}")


class Forms(HTMLParser):
    """Every form of a page: name -> value, or a list of them when there are several."""

    def __init__(self):
        super().__init__()
        self.forms: list[dict] = []
        self.typed = self.chosen = None

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "form":
            self.forms.append({})
        name = told.get("name")
        if not self.forms or not name:
            if tag == "option" and self.chosen and "selected" in told:
                self._add(self.chosen, told.get("value") or "")
            return
        if tag == "textarea":
            self.typed = [name, ""]
        elif tag == "select":
            self.chosen = name
        elif tag == "input" and told.get("type") not in ("submit", "button", "file"):
            if told.get("type") in ("checkbox", "radio") and "checked" not in told:
                return
            self._add(name, told.get("value") or "")

    def handle_data(self, data):
        if self.typed:
            self.typed[1] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.typed:
            self._add(self.typed[0], self.typed[1].removeprefix("\n"))
            self.typed = None
        elif tag == "select":
            self.chosen = None

    def _add(self, name, value):
        form = self.forms[-1]
        if name in form:
            before = form[name]
            form[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            form[name] = value


def multipart(data: dict, files: dict) -> tuple[str, bytes]:
    border = secrets.token_hex(16)
    parts = []
    for name, value in data.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            parts.append(_part(border, f'name="{name}"', str(one).encode()))
    for name, (file_name, content) in files.items():
        told = f'name="{name}"; filename="{file_name}"\r\nContent-Type: application/octet-stream'
        parts.append(_part(border, told, content))
    body = b"".join(parts) + f"--{border}--\r\n".encode()
    return f"multipart/form-data; boundary={border}", body


def _part(border: str, told: str, content: bytes) -> bytes:
    head = f"--{border}\r\nContent-Disposition: form-data; {told}\r\n\r\n"
    return head.encode() + content + b"\r\n"
