"""The provider of test_oidc.py: oidc-provider-mock in a process of its own. By itself it lets PKCE be;
here it insists on it. Prints its port."""

import base64
import hashlib
import io
import os
import sys
from urllib.parse import parse_qs, urlsplit

from oidc_provider_mock import app
from werkzeug.serving import make_server


class InsistsOnPkce:
    def __init__(self, inner):
        self.inner, self.challenges = inner, {}

    def __call__(self, environ, start_response):
        asked = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if asked == ("POST", "/oauth2/authorize"):
            query = parse_qs(environ["QUERY_STRING"])
            challenge = query.get("code_challenge", [""])[0]
            if not challenge or query.get("code_challenge_method") != ["S256"]:
                return refuse(start_response)

            def started(status, headers, *more):
                where = parse_qs(urlsplit(dict(headers).get("Location", "")).query)
                self.challenges[where.get("code", [""])[0]] = challenge
                return start_response(status, headers, *more)

            return self.inner(environ, started)
        if asked == ("POST", "/oauth2/token"):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)
            form = parse_qs(body.decode())
            verifier = form.get("code_verifier", [""])[0].encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=")
            if self.challenges.get(form.get("code", [""])[0]) != digest.decode():
                return refuse(start_response)
        return self.inner(environ, start_response)


def refuse(start_response):
    start_response("400 Bad Request", [("Content-Type", "application/json")])
    return [b'{"error": "invalid_grant", "error_description": "PKCE"}']


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, on this machine alone
    server = make_server("localhost", 0, InsistsOnPkce(app(require_nonce=True)), threaded=True)
    print(server.server_port, flush=True)
    sys.stdout.close()
    server.serve_forever()
