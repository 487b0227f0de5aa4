"""The edge, server to server."""

import json
import logging
import threading
import time
from http.client import HTTPException
from typing import Any, Dict, Optional, Tuple
from urllib.parse import quote
from urllib.request import HTTPErrorProcessor, Request, build_opener

import jwt

REFRESH_SECONDS = 30  # a new key is published longer than this before it signs
MAX_ANSWER = 65536  # bytes
Result = Tuple[int, Dict[str, Any]]
_log = logging.getLogger(__name__)


class _AnyStatus(HTTPErrorProcessor):
    """A refusal is an answer too, and a redirect is not followed with the API key."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


class Edge:
    """Calls may be repeated, so a lost answer is asked for again. Answers are (status, body); 0: none came."""

    def __init__(self, url: str, sale: str, api_key: Optional[str]) -> None:
        self.url, self.sale, self.api_key = url, sale, api_key
        self._opener = build_opener(_AnyStatus)

    def redeem(self, token: str, tries: int = 3, timeout: float = 5) -> Result:
        """The admitted unit, reserved: the same one however often."""
        return self.call("POST", f"/sales/{self.sale}/reservations", {"admission": token}, tries, timeout)

    def confirm(self, reservation: str) -> Result:
        """The shop has the money: sold. 410 means too late: refund the shopper."""
        return self.call("POST", f"/reservations/{quote(reservation, '')}/confirm")

    def give_back(self, reservation: str) -> Result:
        """To the next in line."""
        return self.call("DELETE", f"/reservations/{quote(reservation, '')}")

    def call(self, method: str, path: str, body: Any = None, tries: int = 3, timeout: float = 5) -> Result:
        headers = {"Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data, headers, method=method)
        for attempt in range(tries):
            time.sleep(0.2 * attempt)
            try:
                with self._opener.open(request, timeout=timeout) as answer:
                    if answer.status < 500:
                        return answer.status, json.loads(answer.read(MAX_ANSWER))
            except (OSError, HTTPException, ValueError):
                pass  # lost: once more
        return 0, {"code": "unavailable"}


def is_over(answer: Result) -> bool:
    """The ledger's word that the admission is over: forget it, and the line gives a new place."""
    return answer[0] == 410


class NotFetched(Exception):
    """The keys can't be fetched now, and older ones say nothing of a newer one."""


class Keys:
    """The published keys: fetched beside requests, at once for an unknown kid, kept while the edge is silent."""

    def __init__(self, edge: Edge) -> None:
        self._edge, self._lock = edge, threading.Lock()
        self._tried_at = self._fetched_at = float("-inf")
        self.known: Dict[str, Any] = {}

    def find(self, kid: Any) -> Any:
        self.refresh()
        if kid not in self.known and not self._fetch():
            raise NotFetched
        return self.known.get(kid)

    def refresh(self) -> None:
        due = max(self._fetched_at + REFRESH_SECONDS, self._tried_at + 1)
        if time.monotonic() > due and not self._lock.locked():
            threading.Thread(target=self._fetch, daemon=True).start()

    def _fetch(self) -> bool:
        with self._lock:  # who waited for another's fetch takes its result
            if time.monotonic() - self._tried_at >= 1:
                status, document = self._edge.call("GET", "/.well-known/jwks.json", tries=1, timeout=2)
                self._tried_at = time.monotonic()
                keys = _usable(document)
                if status == 200 and keys:
                    self.known, self._fetched_at = keys, self._tried_at
                else:
                    _log.warning("The line's keys were not fetched: status %d, %d keys", status, len(keys))
            return self._fetched_at == self._tried_at


def _usable(document: Any) -> Dict[str, Any]:
    """Its keys that verify tokens, by kid; none when anything in it is not as a key document has it."""
    try:
        return {key["kid"]: jwt.PyJWK(key, "ES256").key for key in document["keys"]
                if key["kty"] == "EC" and key["crv"] == "P-256"}
    except Exception:  # whatever was answered
        return {}
