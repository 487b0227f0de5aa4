// Package waitingroom is the shop's side of the redirect protocol (docs/embedding.md of FlashSale):
//
//  1. a token in the URL → verified, used up, redeemed, kept in the shop's own signed cookie, and away from the URL;
//  2. the own cookie → the shopper;
//  3. otherwise → the line (a navigation) or 401 with lineUrl (a script).
package waitingroom

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxReturnURL = 2048 // characters: the line gives back no longer address
	maxBounces   = 3    // a line and a shop that disagree must not send the browser round for ever
)

// Options of a WaitingRoom.
type Options struct {
	Edge          string // the line as browsers reach it
	Origin        string // this shop as browsers reach it; registered with the line's operator
	Storefront    string // this shop's id at the line
	Sale          string // what is sold
	Secret        string // of the own cookie: 32 characters or more, the same in all processes
	Store         Store  // where processes share what was used
	APIKey        string // fsk_…: redeems the unit as the shopper comes in
	EnqueueSecret string // signs who the shopper is
	// Shopper says who comes: "sub", 1–128 printable ASCII characters, and what else the line may know where it calls
	// shoppers, "email" and "soon"; nil for a visitor.
	Shopper        func(*http.Request) map[string]any
	EdgeFromServer string // the line as this server reaches it; Edge by default
	Issuer         string // "flashsale" by default
}

// WaitingRoom is a sale's waiting room, as this shop stands behind it.
type WaitingRoom struct {
	Options
	cookie    string
	published atomic.Value // a keySet
	fetching  sync.Mutex
	triedAt   time.Time
	fetched   bool // by the last try
}

// New fetches the line's keys beside the requests, until the context is done.
func New(ctx context.Context, o Options) (*WaitingRoom, error) {
	if o.Edge == "" || o.Origin == "" || o.Storefront == "" || o.Sale == "" || o.Store == nil || len(o.Secret) < 32 {
		return nil, errors.New("waitingroom: Edge, Origin, Storefront, Sale, Store and 32 characters of Secret required")
	}
	if o.EdgeFromServer == "" {
		o.EdgeFromServer = o.Edge
	}
	if o.Issuer == "" {
		o.Issuer = "flashsale"
	}
	r := &WaitingRoom{Options: o, cookie: "fs-admitted-" + o.Sale}
	go func() {
		for ; ctx.Err() == nil; time.Sleep(refreshEvery) {
			r.fetchKeys()
		}
	}()
	return r, nil
}

type admissionKey struct{}

// FromContext is the admission of a request behind the middleware; nil for a preflight.
func FromContext(ctx context.Context) *Admission {
	admission, _ := ctx.Value(admissionKey{}).(*Admission)
	return admission
}

// Forget ends the visit: the ledger says that it is over, the unit was given back or bought.
func (r *WaitingRoom) Forget(w http.ResponseWriter) { r.setCookie(w, r.cookie, "", -1) }

// Middleware goes before what only the admitted may reach.
func (r *WaitingRoom) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodOptions && request.Header.Get("Access-Control-Request-Method") != "" {
			next.ServeHTTP(w, request) // a preflight is never queued
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		token, known := request.URL.Query().Get("admission"), r.known(request)
		switch {
		case token != "" && request.Method == http.MethodGet:
			r.take(w, request, token, known)
		case known == nil:
			r.refuse(w, request)
		default:
			w.Header().Set("X-FlashSale-Unit", strconv.Itoa(known.Unit))
			next.ServeHTTP(w, request.WithContext(context.WithValue(request.Context(), admissionKey{}, known)))
		}
	})
}

func (r *WaitingRoom) take(w http.ResponseWriter, request *http.Request, token string, known *Admission) {
	admission, err := r.accept(token)
	switch {
	case err != nil: // not the token's fault
		log.Printf("waitingroom: %v", err)
		w.Header().Set("Retry-After", "2")
		problem(w, http.StatusServiceUnavailable, map[string]string{"code": "unavailable"})
	case admission == nil && known == nil:
		r.bounce(w, request)
	case admission != nil && r.isOver(token):
		r.Forget(w)
		r.bounce(w, request)
	case admission != nil:
		r.setCookie(w, r.cookie, r.seal(token), int(admission.Exp-time.Now().Unix()))
		fallthrough
	default:
		redirect(w, request, r.Origin+clean(request))
	}
}

// Asked shortly, and without the browser too: without an answer the unit is redeemed with the first page.
func (r *WaitingRoom) isOver(token string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), client.Timeout)
	defer cancel()
	return r.APIKey != "" && r.Redeem(ctx, token).IsOver()
}

// Whom the own cookie names: it is an accepted token, signed by this shop too.
func (r *WaitingRoom) known(request *http.Request) *Admission {
	cookie, err := request.Cookie(r.cookie)
	if err != nil {
		return nil
	}
	_, token, _ := strings.Cut(cookie.Value, ".")
	a := r.read(token)
	if a == nil || !hmac.Equal([]byte(cookie.Value), []byte(r.seal(token))) {
		return nil
	}
	// A key that is published no more has been revoked, and whoever came in by one goes out with it. While the keys can't be
	// fetched, nothing is known against this one.
	if key, isKnown := r.find(a.header.Kid); isKnown && key == nil {
		return nil
	}
	return a
}

func (r *WaitingRoom) bounce(w http.ResponseWriter, request *http.Request) {
	bounces := 0
	if cookie, err := request.Cookie("fs-bounced"); err == nil {
		bounces, _ = strconv.Atoi(cookie.Value)
	}
	if bounces < maxBounces {
		r.setCookie(w, "fs-bounced", strconv.Itoa(bounces+1), 60)
		r.refuse(w, request)
	} else {
		r.setCookie(w, "fs-bounced", "", -1)
		problem(w, http.StatusUnauthorized, map[string]string{"code": "admissionInvalid"})
	}
}

func (r *WaitingRoom) refuse(w http.ResponseWriter, request *http.Request) {
	mode, home := request.Header.Get("Sec-Fetch-Mode"), r.Origin+"/"
	isGet := request.Method == http.MethodGet
	isNavigation := isGet && (mode == "" || mode == "navigate") &&
		strings.Contains(request.Header.Get("Accept"), "text/html")
	page := home
	if !isNavigation && strings.HasPrefix(request.Referer(), home) {
		page = request.Referer() // a script's request comes from a page: the shopper wants to return there
	} else if isGet {
		page = r.Origin + clean(request)
	}
	if len(page) > maxReturnURL {
		page, _, _ = strings.Cut(page, "?")
	}
	if len(page) > maxReturnURL {
		page = home
	}
	query := url.Values{"returnUrl": {page}}
	if r.Shopper != nil && r.EnqueueSecret != "" {
		if shopper := r.Shopper(request); shopper != nil {
			query.Set("enqueueToken", r.enqueueToken(shopper))
		}
	}
	lineURL := r.Edge + "/line/" + r.Sale + "?" + query.Encode()
	if isNavigation {
		redirect(w, request, lineURL)
		return
	}
	w.Header().Set("X-FlashSale-Line-Url", lineURL)
	w.Header().Set("Access-Control-Expose-Headers", "X-FlashSale-Line-Url")
	problem(w, http.StatusUnauthorized, map[string]string{"code": "admissionRequired", "lineUrl": lineURL})
}

// The shop's word to the line for who the shopper is.
func (r *WaitingRoom) enqueueToken(shopper map[string]any) string {
	claims := map[string]any{"iss": r.Storefront, "aud": "waitingroom", "sale": r.Sale,
		"exp": time.Now().Add(10 * time.Minute).Unix()}
	for _, name := range []string{"sub", "email", "soon"} {
		if value, isSaid := shopper[name]; isSaid {
			claims[name] = value
		}
	}
	content, _ := json.Marshal(claims)
	text := encode([]byte(`{"alg":"HS256"}`)) + "." + encode(content)
	return text + "." + sign(text, r.EnqueueSecret)
}

// The own cookie's value.
func (r *WaitingRoom) seal(token string) string { return sign(token, r.Secret) + "." + token }

func sign(text, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return encode(mac.Sum(nil))
}

func encode(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

func (r *WaitingRoom) setCookie(w http.ResponseWriter, name, value string, seconds int) {
	if seconds < 1 {
		seconds = -1 // 0 would be a cookie without an end
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(r.Origin, "https:")})
}

// no-referrer: the address with the token stays in no Referer, as it stays in no cache.
func redirect(w http.ResponseWriter, request *http.Request, location string) {
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, request, location, http.StatusFound)
}

func problem(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails when nobody listens
}

// The target as it was sent, without the token. It goes behind the origin: //evil.example is another host's address.
func clean(request *http.Request) string {
	path, query, _ := strings.Cut(request.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // a whole address, as proxies send it, or none, as CGI does
		path, query = request.URL.EscapedPath(), request.URL.RawQuery
	}
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if name, _ = url.QueryUnescape(name); !strings.EqualFold(name, "admission") {
			kept = append(kept, pair)
		}
	}
	if query = strings.Join(kept, "&"); query != "" {
		return path + "?" + query
	}
	return path
}
