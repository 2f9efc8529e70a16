"""The only thing that listens: who may come in, and what they see before the program is there.

Whatever stands behind the door (Voilà, JupyterLab) has no port of its own. Every request, the
websocket and each static file included, needs the cookie that the token was changed for.
"""

from __future__ import annotations

import asyncio
import hmac
import html
import json
import secrets
from http.cookies import SimpleCookie
from pathlib import Path
from string import Template
from typing import Any, Protocol

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.web import Application, RequestHandler, StaticFileHandler

from workshop_kit.serving.address import STATIC

FONTS = Path(__file__).parents[1] / "fonts"
NOT_YOURS = (
    "This page is open only to the person who started it, in the browser that it was opened in. "
    "Start it again with the same command in the terminal."
)

# Even a script that wanted to could not reach another machine. Widgets load from blob: addresses;
# Voilà's and JupyterLab's scripts compile functions, and write styles into the page.
POLICY = (
    "default-src 'self' data: blob:; "
    "script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' data: blob: ws://127.0.0.1:{port} ws://localhost:{port}; "
    "form-action 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'self'"
)


class Program(Protocol):
    """What stands behind the door."""

    app: Application
    home: str

    def serves(self, path: str) -> bool:
        """Whether this path is any of its business."""

    def refusal(self) -> str:
        """Why it can't open one more page now; empty when it can."""

    async def is_alive(self, kernel: str) -> bool:
        """Whether the process behind a page still runs."""

    async def leave(self, kernel: str) -> None:
        """Ends the process behind a page that was closed."""

    async def stop(self) -> None:
        """Ends everything."""


class Door(Application):
    """Lets in who has the token or its cookie, and hands them on to `program` once it is there."""

    def __init__(self, port: int, title: str) -> None:
        super().__init__(
            [
                (r"/kit/state", _State),
                (r"/kit/kernels/([\w-]+)", _Kernel),
                (r"/kit/fonts/(Inter-\w+\.otf)", _Kept, {"path": str(FONTS)}),
                (r"/kit/([\w-]+\.(?:css|js))", StaticFileHandler, {"path": str(STATIC)}),
            ],
            default_handler_class=_Reply,
            default_handler_args={"status": 404, "words": "There is no such page."},
            log_function=lambda _handler: None,
        )
        self.title = title
        self.token = secrets.token_urlsafe(32)
        self.program: Program | None = None
        self.failed = ""
        self.told = asyncio.Event()  # set when a browser has heard of the failure
        self.policy = POLICY.format(port=port)
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._cookie, self._pass = f"workshop-kit-{port}", secrets.token_urlsafe(32)

    def admits(self, request: HTTPServerRequest) -> bool:
        """Whether the request comes from this machine's own page, with the cookie."""
        cookie = request.cookies.get(self._cookie)
        return self._is_own(request) and cookie is not None and _same(cookie.value, self._pass)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate:  # type: ignore[override]
        """Whoever answers this request."""
        if request.path == "/" and "token" in request.query_arguments:
            return self._change_token(request)
        if not self.admits(request):
            return self._reply(request, 403, NOT_YOURS)
        if request.path == "/favicon.ico":
            return self._reply(request, 204, "")
        if request.path.startswith("/kit/"):
            return super().find_handler(request, **kwargs)
        if self.program is None:
            page = "starting.html" if request.path == "/" else "plain.html"
            return self._reply(request, 200 if request.path == "/" else 503, "Starting…", page)
        return self._behind(self.program, request, **kwargs)

    def _behind(
        self, program: Program, request: HTTPServerRequest, **kwargs: Any
    ) -> HTTPMessageDelegate:
        if request.path == "/" and program.home != "/":
            return self._reply(request, 302, "", headers={"Location": program.home})
        if request.path == "/" and (words := program.refusal()):
            return self._reply(request, 503, words)
        if program.serves(request.path):
            return program.app.find_handler(request, **kwargs)
        return self._reply(request, 404, "There is no such page.")

    def _change_token(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        """The token for a cookie: it stays in no address bar, no history and no referrer."""
        given = request.query_arguments["token"][-1].decode("utf-8", "replace")
        if not (self._is_own(request) and _same(given, self.token)):
            return self._reply(request, 403, NOT_YOURS)
        cookie: SimpleCookie = SimpleCookie({self._cookie: self._pass})
        # Strict would keep it from the page that a file on this machine leads to.
        for name, value in {"path": "/", "httponly": True, "samesite": "Lax"}.items():
            cookie[self._cookie][name] = value
        headers = {"Location": "/", "Set-Cookie": cookie[self._cookie].OutputString()}
        return self._reply(request, 302, "", headers=headers)

    def _is_own(self, request: HTTPServerRequest) -> bool:
        """Not a name that somebody else's server gave this machine, and not another page's script."""
        origin = request.headers.get("Origin")
        own = {f"http://{host}" for host in self._hosts}
        return request.headers.get("Host", "") in self._hosts and (origin is None or origin in own)

    def _reply(
        self,
        request: HTTPServerRequest,
        status: int,
        words: str,
        page: str = "plain.html",
        headers: dict[str, str] | None = None,
    ) -> HTTPMessageDelegate:
        kwargs = {"status": status, "words": words, "page": page, "headers": headers}
        return self.get_handler_delegate(request, _Reply, kwargs)


class _Reply(RequestHandler):
    """One page of a few words, whatever the method was."""

    def initialize(
        self,
        status: int,
        words: str,
        page: str = "plain.html",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status, self.words, self.page, self.more = status, words, page, headers or {}

    def prepare(self) -> None:
        assert isinstance(self.application, Door)
        self.set_status(self.status)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        for name, value in self.more.items():
            self.set_header(name, value)
        if self.words:
            page = Template((STATIC / self.page).read_text(encoding="utf-8"))
            title = html.escape(self.application.title)
            self.finish(page.substitute(title=title, words=html.escape(self.words)))
        else:
            self.finish()


class _Json(RequestHandler):
    @property
    def door(self) -> Door:
        assert isinstance(self.application, Door)
        return self.application

    def answer(self, **words: Any) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(words))


class _State(_Json):
    """For the page that waits: is the program there, or why not?"""

    def get(self) -> None:
        self.answer(ready=self.door.program is not None, failed=self.door.failed)
        if self.door.failed:
            self.door.told.set()


class _Kernel(_Json):
    """For a page: does the process behind it live? And from it: this page is closed."""

    async def get(self, kernel: str) -> None:
        program = self.door.program
        self.answer(alive=program is not None and await program.is_alive(kernel))

    async def post(self, kernel: str) -> None:
        if self.door.program is not None:
            await self.door.program.leave(kernel)
        self.set_status(204)


class _Kept(StaticFileHandler):
    """A file that never changes while the program runs."""

    def get_cache_time(self, *_: Any) -> int:
        return 86_400


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
