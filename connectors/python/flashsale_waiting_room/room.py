"""The shop's side of the redirect protocol.

1. a token in the URL → verified, used up, redeemed, kept in the shop's own cookie, and away from the URL;
2. the own cookie → the shopper;
3. otherwise → the line (a navigation) or 401 with lineUrl (a script).
"""

import hashlib
import json
import re
import time
from dataclasses import dataclass
from typing import Any, List, Mapping, NamedTuple, Optional, Tuple, Union
from urllib.parse import quote, unquote_plus

import jwt

from .edge import Edge, Keys, NotFetched, is_over
from .store import FileStore

MAX_TOKEN = 2048  # characters; an admission is far shorter
MAX_RETURN_URL = 2048  # the line gives back no longer address
MAX_BOUNCES = 3  # a line and a shop that disagree must not send the browser round for ever
SKEW_SECONDS = 5
REQUIRED = ["exp", "iss", "aud", "sub", "jti", "sale", "unit", "place", "redeemBy"]
Headers = List[Tuple[str, str]]
Shopper = Union[None, str, Mapping[str, Any]]  # the id, or it as "sub" with "email" and "soon"; None for a visitor


class Admission(NamedTuple):
    """A shopper whom the line has admitted to one unit; the token redeems it, server to server."""

    token: str
    id: str
    shopper: str
    unit: int
    ends_at: int


class Answer(NamedTuple):
    """What becomes of a request: let through (status 0) with headers to add, or answered."""

    admission: Optional[Admission]
    status: int
    headers: Headers
    body: bytes = b""


class _Request(NamedTuple):
    method: str
    target: str  # as it was sent, without the token
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    shopper: Shopper


@dataclass
class WaitingRoom:
    edge: str  # the line as browsers reach it
    origin: str  # this shop as browsers reach it; registered with the line's operator
    storefront: str
    sale: str
    secret: str  # of the own cookie: 32 characters or more, the same in all processes
    store: FileStore  # or anything with once(key, until)
    api_key: Optional[str] = None  # fsk_…: redeems the unit as the shopper comes in
    enqueue_secret: Optional[str] = None  # signs who the shopper is
    edge_from_server: Optional[str] = None
    issuer: str = "flashsale"
    idle_seconds: int = 600

    def __post_init__(self) -> None:
        if len(self.secret) < 32:
            raise ValueError("the secret of the cookie must have 32 characters or more")
        self.line = Edge(self.edge_from_server or self.edge, self.sale, self.api_key)
        self.cookie = f"fs-admitted-{self.sale}"
        self._keys = Keys(self.line)

    def admit(self, method: str, target: str, headers: Mapping[str, str],
              shopper: Shopper = None) -> Answer:
        """target is the path and query as they were sent; header names are lower-case."""
        if method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers:
            return Answer(None, 0, [("Cache-Control", "no-store")])  # a preflight is never queued
        pairs = headers.get("cookie", "").split(";")
        cookies = dict(pair.strip().split("=", 1) for pair in pairs if "=" in pair)
        target, token = _split(target)
        request = _Request(method, target, headers, cookies, shopper)
        known, slid = self._read_cookie(cookies.get(self.cookie, ""))
        if token is not None and method == "GET":
            return self._take(token, known, request)
        if known is None:
            return self._refuse(request)
        return Answer(known, 0, [("Cache-Control", "no-store"), ("X-FlashSale-Unit", str(known.unit)), *slid])

    def forgetting(self) -> str:
        """The Set-Cookie that ends the visit: it is over, or the unit was given back or bought."""
        return f"{self.cookie}=; Path=/; Max-Age=0"

    def _take(self, token: str, known: Optional[Admission], request: _Request) -> Answer:
        try:
            admission = self._verify(token)
        except NotFetched:
            return _problem(503, "unavailable", [("Retry-After", "2")])  # not the token's fault
        if admission and ((known and known.id == admission.id) or self._spend(admission)):
            # One short try: when the edge does not answer, the unit is redeemed with the first page.
            if self.api_key and is_over(self.line.redeem(token, tries=1, timeout=2)):
                return self._bounce(request, [("Set-Cookie", self.forgetting())])
            return _redirect(self.origin + request.target, [("Set-Cookie", self._cookie_of(admission))])
        return _redirect(self.origin + request.target) if known else self._bounce(request)

    def _verify(self, token: str) -> Optional[Admission]:
        if len(token) > MAX_TOKEN:
            return None
        try:
            key = self._keys.find(jwt.get_unverified_header(token).get("kid"))
            claims = key and jwt.decode(token, key, ["ES256"], audience=self.storefront, issuer=self.issuer,
                                        leeway=SKEW_SECONDS, options={"require": REQUIRED})
        except (jwt.PyJWTError, ValueError):
            return None
        if not claims or claims["sale"] != self.sale:
            return None
        return Admission(token, claims["jti"], claims["sub"], claims["unit"], claims["exp"])

    def _spend(self, admission: Admission) -> bool:
        """Once each. Without the signature: ECDSA's can be rewritten into another valid one."""
        text = admission.token.rpartition(".")[0]
        return self.store.once(hashlib.sha256(text.encode()).hexdigest(), admission.ends_at + SKEW_SECONDS)

    def _bounce(self, request: _Request, cookies: Headers = []) -> Answer:
        count = request.cookies.get("fs-bounced", "0")
        bounces = int(count) if re.fullmatch("[0-9]", count) else 0
        if bounces >= MAX_BOUNCES:
            end = ("Set-Cookie", "fs-bounced=; Path=/; Max-Age=0")
            return _problem(401, "admissionInvalid", [*cookies, end])
        bounced = f"fs-bounced={bounces + 1}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        return self._refuse(request, [*cookies, ("Set-Cookie", bounced)])

    def _refuse(self, request: _Request, cookies: Headers = []) -> Answer:
        headers = request.headers
        navigation = (request.method == "GET" and "text/html" in headers.get("accept", "")
                      and headers.get("sec-fetch-mode", "navigate") == "navigate")
        page = self.origin + (request.target if request.method == "GET" else "/")
        if not navigation and headers.get("referer", "").startswith(self.origin + "/"):
            page = headers["referer"]  # the page that a script's request comes from
        page = page if len(page) <= MAX_RETURN_URL else re.split(r"[?#]", page)[0]
        page = page if len(page) <= MAX_RETURN_URL else self.origin + "/"
        line_url = f"{self.edge}/line/{self.sale}?returnUrl={quote(page, '')}"
        if request.shopper and self.enqueue_secret:
            shopper = {"sub": request.shopper} if isinstance(request.shopper, str) else request.shopper
            ours = {"iss": self.storefront, "aud": "waitingroom", "sale": self.sale, "exp": int(time.time()) + 600}
            line_url += "&enqueueToken=" + jwt.encode({**shopper, **ours}, self.enqueue_secret, "HS256")
        if navigation:
            return _redirect(line_url, cookies)
        name = "X-FlashSale-Line-Url"
        exposed = [(name, line_url), ("Access-Control-Expose-Headers", name), *cookies]
        return _problem(401, "admissionRequired", exposed, lineUrl=line_url)

    def _cookie_of(self, admission: Admission) -> str:
        now = int(time.time())
        until = min(now + self.idle_seconds, admission.ends_at)
        value = jwt.encode({"aud": self.cookie, "exp": until, "admission": admission}, self.secret, "HS256")
        secure = "; Secure" if self.origin.startswith("https:") else ""
        return f"{self.cookie}={value}; Path=/; Max-Age={max(0, until - now)}; HttpOnly; SameSite=Lax{secure}"

    def _read_cookie(self, value: str) -> Tuple[Optional[Admission], Headers]:
        try:
            content = jwt.decode(value, self.secret, ["HS256"], audience=self.cookie)
        except (jwt.PyJWTError, ValueError):
            return None, []
        admission = Admission(*content["admission"])
        try:
            # A key that is published no more has been revoked, and whoever came in by one goes out with it.
            if self._keys.find(jwt.get_unverified_header(admission.token)["kid"]) is None:
                return None, []
        except NotFetched:
            pass  # nothing is known against it
        # It slides while the shopper is active, and never outlives the admission.
        slides = content["exp"] < admission.ends_at and content["exp"] - time.time() < self.idle_seconds / 2
        return admission, [("Set-Cookie", self._cookie_of(admission))] if slides else []


def _split(target: str) -> Tuple[str, Optional[str]]:
    """The target as it was sent but for the token, and the token."""
    # Without a host: it stands behind the origin, or //evil.example would be another's address.
    path, _, query = re.sub(r"(?i)^[a-z]+://[^/?]*", "", target).partition("?")
    kept, token = [], None
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if unquote_plus(name).lower() == "admission":
            token = unquote_plus(value) if token is None else token
        else:
            kept.append(pair)
    return path + ("?" + "&".join(kept) if any(kept) else ""), token


def _redirect(url: str, cookies: Headers = []) -> Answer:
    """no-store and no-referrer: the address with the token stays in no cache and no Referer."""
    headers = [("Location", url), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")]
    return Answer(None, 302, headers + cookies)


def _problem(status: int, code: str, headers: Headers, **more: Any) -> Answer:
    kind = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
    return Answer(None, status, kind + headers, json.dumps({"status": status, "code": code, **more}).encode())
