"""The waiting room before a WSGI or ASGI application."""

import asyncio
from http import HTTPStatus
from typing import Any, Callable, Optional
from urllib.parse import quote

from .room import WaitingRoom


class WaitingRoomWSGI:
    """Before what only the admitted may reach; then environ["flashsale.admission"] is set (None for a preflight).

    paths: what is protected, with all below it. shopper: who sends the request with this environ.
    """

    def __init__(self, app: Any, room: WaitingRoom, paths: tuple = ("/",), shopper: Optional[Callable[[dict], Optional[str]]] = None) -> None:
        self.app, self.room, self.paths, self.shopper = app, room, paths, shopper

    def __call__(self, environ: dict, start_response: Callable) -> Any:
        if not is_below(environ.get("PATH_INFO", ""), self.paths):
            return self.app(environ, start_response)
        # As it was sent, where the server says so; WSGI itself has only the decoded path.
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if not target:
            path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
            target = quote(path, safe="/:@!$&'()*+,;=~-._") + ("?" + environ["QUERY_STRING"] if environ.get("QUERY_STRING") else "")
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        answer = self.room.admit(environ["REQUEST_METHOD"], target, headers, self.shopper(environ) if self.shopper else None)
        if answer.status:
            status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
            start_response(status, [*answer.headers, ("Content-Length", str(len(answer.body)))])
            return [answer.body]
        environ["flashsale.admission"] = answer.admission
        return self.app(environ, lambda status, sent, *error: start_response(status, merged(sent, answer.headers), *error))


class WaitingRoomASGI:
    """The same for ASGI: then scope["flashsale.admission"] is set. The edge is asked in a thread."""

    def __init__(self, app: Any, room: WaitingRoom, paths: tuple = ("/",), shopper: Optional[Callable[[dict], Optional[str]]] = None) -> None:
        self.app, self.room, self.paths, self.shopper = app, room, paths, shopper

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http" or not is_below(scope["path"], self.paths):
            await self.app(scope, receive, send)
            return
        target = (scope.get("raw_path") or quote(scope["path"]).encode()).split(b"?")[0].decode("latin-1")
        target += ("?" + scope["query_string"].decode("latin-1")) if scope["query_string"] else ""
        headers: dict = {}
        for name, value in scope["headers"]:
            name = name.decode("latin-1").lower()
            joint = "; " if name == "cookie" else ", "
            headers[name] = (headers[name] + joint if name in headers else "") + value.decode("latin-1")
        shopper = self.shopper(scope) if self.shopper else None
        answer = await asyncio.to_thread(self.room.admit, scope["method"], target, headers, shopper)
        if answer.status:
            await send({"type": "http.response.start", "status": answer.status, "headers": encoded(answer.headers)})
            await send({"type": "http.response.body", "body": answer.body})
            return
        scope["flashsale.admission"] = answer.admission

        async def add(message: dict) -> None:
            if message["type"] == "http.response.start":
                sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", [])]
                message = {**message, "headers": encoded(merged(sent, answer.headers))}
            await send(message)

        await self.app(scope, receive, add)


def is_below(path: str, paths: tuple) -> bool:
    """Without regard to double slashes, which frameworks read as one."""
    path = "/" + "/".join(part for part in path.split("/") if part)
    return any(path == one or path.startswith(one.rstrip("/") + "/") for one in paths)


def merged(sent: list, ours: list) -> list:
    """The application's own Cache-Control counts."""
    has = any(name.lower() == "cache-control" for name, _ in sent)
    return [*sent, *((name, value) for name, value in ours if not (has and name == "Cache-Control"))]


def encoded(headers: list) -> list:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
