"""A person at a browser, as far as the server can tell: cookies, the token of a form."""

import http.client
import re
import uuid
from dataclasses import dataclass, field
from html import unescape
from time import perf_counter
from urllib.parse import quote, urlencode

_INPUT = re.compile(r"<input\b[^>]*>")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float  # from the connection to the last byte

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Client:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body=None, headers=None) -> Answer:
        sent = {"Accept": "text/html,*/*", "Accept-Encoding": "identity", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        begun = perf_counter()
        # A worker that serves one request a time keeps no connection open.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request(method, quote(path, safe="/?&=%+#-._~"), body, sent)
        answer = connection.getresponse()
        content = answer.read()
        seconds = perf_counter() - begun
        connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key.strip()] = rest.split(";", 1)[0]
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, content, seconds)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, fields: dict[str, str], files=()) -> Answer:
        """`files`: (field, name, type, content)."""
        headers = {"Origin": f"http://127.0.0.1:{self.port}"}
        if not files:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return self.send("POST", path, urlencode(fields, doseq=True), headers)
        mark = uuid.uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{one}\r\n'.encode()
            for name, value in fields.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        parts += [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            f"Content-Type: {kind}\r\n\r\n".encode()
            + content
            + b"\r\n"
            for name, file, kind, content in files
        ]
        headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
        return self.send("POST", path, b"".join([*parts, f"--{mark}--\r\n".encode()]), headers)

    def sign_in(self, username: str, password: str) -> "Client":
        path = "/dang-nhap/"
        told = {"username": username, "password": password}
        answer = self.post(path, told | {TOKEN: fields_of(self.get(path).text)[TOKEN]})
        if answer.status != 302:
            raise SystemExit(f"{username} could not sign in: {answer.status}")
        return self


TOKEN = "csrfmiddlewaretoken"


def fields_of(page: str, begins: str = "") -> dict[str, str | list[str]]:
    """The hidden fields and ticked boxes of a page, after the words `begins`; a name that comes
    several times has a list."""
    found: dict[str, str | list[str]] = {}
    for tag in _INPUT.findall(page[max(page.find(begins), 0) :]):
        kind, name = _attribute(tag, "type"), _attribute(tag, "name")
        if not name or not (kind == "hidden" or (kind == "checkbox" and " checked" in tag)):
            continue
        value = _attribute(tag, "value")
        if kind == "checkbox":
            found.setdefault(name, []).append(value)
        else:
            found.setdefault(name, value)
    return found


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else ""
