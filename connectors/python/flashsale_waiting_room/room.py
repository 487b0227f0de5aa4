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
from typing import Any, List, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import quote, unquote_plus

import jwt

from .edge import Edge, Keys, is_over
from .store import FileStore

MAX_TOKEN = 2048  # characters; an admission is far shorter
MAX_RETURN_URL = 2048  # the line gives back no longer address
MAX_BOUNCES = 3  # a line and a shop that disagree must not send the browser round for ever
SKEW_SECONDS = 5
Headers = List[Tuple[str, str]]


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

    def admit(self, method: str, target: str, headers: Mapping[str, str], shopper: Optional[str] = None) -> Answer:
        """target is the path and query as they were sent; header names are lower-case."""
        if method == "OPTIONS" and "origin" in headers and "access-control-request-method" in headers:
            return Answer(None, 0, [])  # a preflight is never queued
        known, slid = self._read_cookie(headers)
        token = _token_of(target) if method == "GET" else None
        if token is not None:
            return self._take(token, known, target, headers, shopper)
        if known is None:
            return self._refuse(method, target, headers, shopper)
        return Answer(known, 0, [("Cache-Control", "no-store"), ("X-FlashSale-Unit", str(known.unit)), *slid])

    def forgetting(self) -> str:
        """The Set-Cookie that ends the visit: the ledger says that it is over, the unit was given back or bought."""
        return f"{self.cookie}=; Path=/; Max-Age=0"

    def _take(self, token: str, known: Optional[Admission], target: str, headers: Mapping[str, str], shopper: Optional[str]) -> Answer:
        if not self._keys.are_known():
            return _problem(503, "unavailable", [("Retry-After", "2")])  # not the token's fault
        admission = self._verify(token)
        if admission and ((known and known.id == admission.id) or self._spend(admission)):
            # One short try: when the edge does not answer, the unit is redeemed with the first page.
            if self.api_key and is_over(self.line.redeem(token, tries=1, timeout=2)):
                return self._bounce(target, headers, shopper, [("Set-Cookie", self.forgetting())])
            return _redirect(self.origin + _clean(target), [("Set-Cookie", self._cookie_of(admission))])
        return _redirect(self.origin + _clean(target)) if known else self._bounce(target, headers, shopper)

    def _verify(self, token: str) -> Optional[Admission]:
        if len(token) > MAX_TOKEN or not token.isascii():
            return None
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.find(header.get("kid"))
            if key is None or header.get("alg") != "ES256" or "crit" in header:
                return None
            claims = jwt.decode(token, key, ["ES256"], audience=self.storefront, issuer=self.issuer, leeway=SKEW_SECONDS, options={
                "require": ["exp", "iss", "aud", "sub", "jti", "sale", "unit", "place", "redeemBy"]})
        except (jwt.PyJWTError, ValueError):
            return None
        if claims["sale"] != self.sale or type(claims["unit"]) is not int:
            return None
        return Admission(token, claims["jti"], claims["sub"], claims["unit"], int(claims["exp"]))

    def _spend(self, admission: Admission) -> bool:
        """Each token opens the shop once. Without the signature: ECDSA's can be rewritten into another valid one."""
        text = admission.token.rpartition(".")[0]
        return self.store.once(hashlib.sha256(text.encode()).hexdigest(), admission.ends_at + SKEW_SECONDS)

    def _bounce(self, target: str, headers: Mapping[str, str], shopper: Optional[str], cookies: Headers = []) -> Answer:
        count = _cookies(headers).get("fs-bounced", "0")
        bounces = int(count) if re.fullmatch("[0-9]", count) else 0
        if bounces >= MAX_BOUNCES:
            return _problem(401, "admissionInvalid", [*cookies, ("Set-Cookie", "fs-bounced=; Path=/; Max-Age=0")])
        bounced = ("Set-Cookie", f"fs-bounced={bounces + 1}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
        return self._refuse("GET", target, headers, shopper, [*cookies, bounced])

    def _refuse(self, method: str, target: str, headers: Mapping[str, str], shopper: Optional[str], cookies: Headers = []) -> Answer:
        navigation = (method == "GET" and "text/html" in headers.get("accept", "") and "x-requested-with" not in headers
                      and headers.get("sec-fetch-mode", "navigate") in ("", "navigate"))
        page = self.origin + (_clean(target) if method == "GET" else "/")
        if not navigation and headers.get("referer", "").startswith(self.origin + "/"):
            page = headers["referer"]  # a script's request comes from a page: the shopper wants to return there
        page = page if len(page) <= MAX_RETURN_URL else re.split(r"[?#]", page)[0]
        page = page if len(page) <= MAX_RETURN_URL else self.origin + "/"
        line_url = f"{self.edge}/line/{self.sale}?returnUrl={quote(page, '')}"
        if shopper and self.enqueue_secret:
            line_url += "&enqueueToken=" + jwt.encode({
                "iss": self.storefront, "aud": "waitingroom", "sub": shopper, "sale": self.sale, "exp": int(time.time()) + 600,
            }, self.enqueue_secret, "HS256")
        if navigation:
            return _redirect(line_url, cookies)
        exposed = [("X-FlashSale-Line-Url", line_url), ("Access-Control-Expose-Headers", "X-FlashSale-Line-Url")]
        return _problem(401, "admissionRequired", [*exposed, *cookies], lineUrl=line_url)

    def _cookie_of(self, admission: Admission) -> str:
        until = min(int(time.time()) + self.idle_seconds, admission.ends_at)
        value = jwt.encode({"aud": self.cookie, "exp": until, "admission": list(admission)}, self.secret, "HS256")
        secure = "; Secure" if self.origin.startswith("https:") else ""
        return f"{self.cookie}={value}; Path=/; Max-Age={max(0, until - int(time.time()))}; HttpOnly; SameSite=Lax{secure}"

    def _read_cookie(self, headers: Mapping[str, str]) -> Tuple[Optional[Admission], Headers]:
        try:
            content = jwt.decode(_cookies(headers).get(self.cookie, ""), self.secret, ["HS256"], audience=self.cookie,
                                 options={"require": ["exp", "aud"]})
        except (jwt.PyJWTError, ValueError):
            return None, []
        admission = Admission(*content["admission"])
        # A key that is published no more has been revoked, and whoever came in by one goes out with it.
        if not self._keys.is_published(jwt.get_unverified_header(admission.token)["kid"]):
            return None, []
        # It slides while the shopper is active, and never outlives the admission.
        slides = content["exp"] < admission.ends_at and content["exp"] - time.time() < self.idle_seconds / 2
        return admission, [("Set-Cookie", self._cookie_of(admission))] if slides else []


def _is_token(pair: str) -> bool:
    return unquote_plus(pair.partition("=")[0]).lower() == "admission"


def _token_of(target: str) -> Optional[str]:
    return next((unquote_plus(pair.partition("=")[2]) for pair in target.partition("?")[2].split("&") if _is_token(pair)), None)


def _clean(target: str) -> str:
    """The target as it was sent, without the token; behind the origin, or //evil.example would be another host's address."""
    path, _, query = re.sub(r"(?i)^[a-z]+://[^/?]*", "", target).partition("?")
    kept = "&".join(pair for pair in query.split("&") if not _is_token(pair))
    return f"{path}?{kept}" if kept else path


def _cookies(headers: Mapping[str, str]) -> Mapping[str, str]:
    return dict(pair.strip().split("=", 1) for pair in headers.get("cookie", "").split(";") if "=" in pair)


def _redirect(url: str, cookies: Headers = []) -> Answer:
    """no-store and no-referrer: the address with the token stays in no cache and no Referer."""
    return Answer(None, 302, [("Location", url), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), *cookies])


def _problem(status: int, code: str, headers: Headers, **more: Any) -> Answer:
    kind = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
    return Answer(None, status, kind + headers, json.dumps({"status": status, "code": code, **more}).encode())
