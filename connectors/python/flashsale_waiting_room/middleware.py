"""The waiting room before a WSGI or ASGI application."""

import asyncio
from http import HTTPStatus
from typing import Any, Callable, Iterable
from urllib.parse import quote

from .room import Shopper, WaitingRoom


class _Middleware:
    def __init__(self, app: Any, room: WaitingRoom, paths: Iterable[str] = ("/",),
                 shopper: Callable[[dict], Shopper] = lambda request: None) -> None:
        self.app, self.room, self.shopper = app, room, shopper
        self._protected = tuple(path.rstrip("/") + "/" for path in paths)

    def _protects(self, path: str) -> bool:
        """Without regard to double slashes, which frameworks read as one."""
        return ("/" + "/".join(filter(None, path.split("/"))) + "/").startswith(self._protected)


class WaitingRoomWSGI(_Middleware):
    """Before what only the admitted may reach; environ["flashsale.admission"] is then set (None: a preflight).

    paths: what is protected, with all below it. shopper: who sends the request with this environ.
    """

    def __call__(self, environ: dict, start_response: Callable) -> Any:
        if not self._protects(environ.get("PATH_INFO", "")):
            return self.app(environ, start_response)
        # As it was sent, where the server says so; WSGI itself has only the decoded path.
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if not target:
            path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1")
            target = quote(path, safe="/:@!$&'()*+,;=~") + "?" + environ.get("QUERY_STRING", "")
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items() if name.startswith("HTTP_")}
        answer = self.room.admit(environ["REQUEST_METHOD"], target, headers, self.shopper(environ))
        if answer.status:
            status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
            start_response(status, [*answer.headers, ("Content-Length", str(len(answer.body)))])
            return [answer.body]
        environ["flashsale.admission"] = answer.admission

        def add(status: str, sent: list, *error: Any) -> Any:
            kept = [header for header in sent if header[0].lower() != "cache-control"]
            return start_response(status, [*kept, *answer.headers], *error)

        return self.app(environ, add)


class WaitingRoomASGI(_Middleware):
    """The same for ASGI: then scope["flashsale.admission"] is set. The edge is asked in a thread."""

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http" or not self._protects(scope["path"]):
            await self.app(scope, receive, send)
            return
        target = (scope.get("raw_path") or quote(scope["path"]).encode()) + b"?" + scope["query_string"]
        headers: dict = {}
        for name, value in scope["headers"]:
            name, value = name.decode("latin-1"), value.decode("latin-1")
            joint = "; " if name == "cookie" else ", "
            headers[name] = headers[name] + joint + value if name in headers else value
        answer = await asyncio.to_thread(
            self.room.admit, scope["method"], target.decode("latin-1"), headers, self.shopper(scope))
        ours = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
        if answer.status:
            await send({"type": "http.response.start", "status": answer.status, "headers": ours})
            await send({"type": "http.response.body", "body": answer.body})
            return
        scope["flashsale.admission"] = answer.admission

        async def add(message: dict) -> None:
            if message["type"] == "http.response.start":
                kept = [sent for sent in message.get("headers", ()) if sent[0].lower() != b"cache-control"]
                message = {**message, "headers": [*kept, *ours]}
            await send(message)

        await self.app(scope, receive, add)
