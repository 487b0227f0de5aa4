// Package waitingroom is the shop's side of the redirect protocol (docs/embedding.md of FlashSale):
//
//  1. a token in the URL → verified, used up, redeemed, kept in the shop's own encrypted cookie, and away from the URL;
//  2. the own cookie → the shopper;
//  3. otherwise → the line (a navigation) or 401 with lineUrl (a script).
package waitingroom

import (
	"context"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	maxReturnURL = 2048 // characters: the line gives back no longer address
	maxBounces   = 3    // a line and a shop that disagree must not send the browser round for ever
)

var host = regexp.MustCompile(`(?i)^[a-z]+://[^/?]*`)

// Options of a WaitingRoom.
type Options struct {
	Edge           string                     // the line as browsers reach it
	Origin         string                     // this shop as browsers reach it; registered with the line's operator
	Storefront     string                     // this shop's id at the line
	Sale           string                     // what is sold
	Secret         string                     // of the own cookie: 32 characters or more, the same in all processes
	Store          Store                      // where processes share what was used
	APIKey         string                     // fsk_…: redeems the unit as the shopper comes in
	EnqueueSecret  string                     // with Shopper: signs who the shopper is
	Shopper        func(*http.Request) string // 1–128 printable ASCII characters; empty for a visitor
	EdgeFromServer string                     // the line as this server reaches it; Edge by default
	Issuer         string                     // "flashsale" by default
	Idle           time.Duration              // the cookie slides, and never outlives the admission; 10 minutes by default
}

// WaitingRoom is a sale's waiting room, as this shop stands behind it.
type WaitingRoom struct {
	Line *Edge // the edge, server to server

	options Options
	keys    *keys
	cipher  cipher.AEAD
	cookie  string
}

type admissionKey struct{}

// FromContext is the admission of a request behind the middleware; nil for a preflight.
func FromContext(ctx context.Context) *Admission {
	admission, _ := ctx.Value(admissionKey{}).(*Admission)
	return admission
}

// New begins to fetch the line's keys.
func New(options Options) (*WaitingRoom, error) {
	o := &options
	if o.Edge == "" || o.Origin == "" || o.Storefront == "" || o.Sale == "" || o.Store == nil {
		return nil, errors.New("waitingroom: Edge, Origin, Storefront, Sale and Store are required")
	}
	if len(o.Secret) < 32 {
		return nil, errors.New("waitingroom: Secret must have 32 characters or more")
	}
	if o.EdgeFromServer == "" {
		o.EdgeFromServer = o.Edge
	}
	if o.Issuer == "" {
		o.Issuer = "flashsale"
	}
	if o.Idle == 0 {
		o.Idle = 10 * time.Minute
	}
	aead, err := newCipher(o.Secret)
	if err != nil {
		return nil, err
	}
	line := &Edge{o.EdgeFromServer, o.Sale, o.APIKey}
	return &WaitingRoom{line, options, newKeys(line), aead, "fs-admitted-" + o.Sale}, nil
}

// Close ends the refreshing of the keys.
func (r *WaitingRoom) Close() { close(r.keys.closed) }

// Forgetting is the Set-Cookie that ends the visit: the ledger says that it is over, the unit was given back or bought.
func (r *WaitingRoom) Forgetting() string { return r.cookie + "=; Path=/; Max-Age=0" }

// Middleware goes before what only the admitted may reach.
func (r *WaitingRoom) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodOptions && request.Header.Get("Origin") != "" &&
			request.Header.Get("Access-Control-Request-Method") != "" {
			next.ServeHTTP(w, request) // a preflight is never queued
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		known, err := r.known(w, request)
		token, hasToken := tokenOf(request)
		switch {
		case err != nil:
		case hasToken && request.Method == http.MethodGet:
			err = r.take(w, request, token, known)
		case known == nil:
			r.refuse(w, request)
		default:
			w.Header().Set("X-FlashSale-Unit", strconv.Itoa(known.Unit))
			next.ServeHTTP(w, request.WithContext(context.WithValue(request.Context(), admissionKey{}, known)))
		}
		if err != nil {
			log.Printf("waitingroom: %v", err)
			problem(w, http.StatusInternalServerError, "internalError", "")
		}
	})
}

// Who comes with the cookie: it slides while the shopper is active, and never outlives the admission.
func (r *WaitingRoom) known(w http.ResponseWriter, request *http.Request) (*Admission, error) {
	admission, until := r.open(cookieOf(request, r.cookie))
	if admission == nil || !until.Before(admission.EndsAt) || time.Until(until) > r.options.Idle/2 {
		return admission, nil
	}
	return admission, r.setCookie(w, admission)
}

func (r *WaitingRoom) take(w http.ResponseWriter, request *http.Request, token string, known *Admission) (err error) {
	if !r.keys.areKnown() {
		w.Header().Set("Retry-After", "2")
		problem(w, http.StatusServiceUnavailable, "unavailable", "") // not the token's fault
		return nil
	}
	admission := r.verify(token)
	isIn := admission != nil && known != nil && known.ID == admission.ID
	if admission != nil && !isIn {
		if isIn, err = r.spend(admission); err != nil {
			return err
		}
	}
	// One short try, also when the browser has gone: without an answer the unit is redeemed with the first page.
	if isIn && r.options.APIKey != "" && r.Line.redeem(context.Background(), token, 1, 2*time.Second).IsOver() {
		w.Header().Add("Set-Cookie", r.Forgetting())
		r.bounce(w, request)
		return nil
	}
	if !isIn && known == nil {
		r.bounce(w, request)
		return nil
	}
	if isIn {
		if err := r.setCookie(w, admission); err != nil {
			return err
		}
	}
	redirect(w, r.options.Origin+clean(request))
	return nil
}

func (r *WaitingRoom) bounce(w http.ResponseWriter, request *http.Request) {
	bounces, _ := strconv.ParseUint(cookieOf(request, "fs-bounced"), 10, 8)
	if bounces >= maxBounces {
		w.Header().Add("Set-Cookie", "fs-bounced=; Path=/; Max-Age=0")
		problem(w, http.StatusUnauthorized, "admissionInvalid", "")
		return
	}
	w.Header().Add("Set-Cookie", fmt.Sprintf("fs-bounced=%d; Path=/; Max-Age=60; HttpOnly; SameSite=Lax", bounces+1))
	r.refuse(w, request)
}

func (r *WaitingRoom) refuse(w http.ResponseWriter, request *http.Request) {
	header, own := request.Header, r.options.Origin+"/"
	isGet, mode := request.Method == http.MethodGet, header.Get("Sec-Fetch-Mode")
	isNavigation := isGet && strings.Contains(header.Get("Accept"), "text/html") && header.Get("X-Requested-With") == "" &&
		(mode == "" || mode == "navigate")
	page := own
	if isGet {
		page = r.options.Origin + clean(request)
	}
	if !isNavigation && strings.HasPrefix(header.Get("Referer"), own) {
		page = header.Get("Referer") // a script's request comes from a page: the shopper wants to return there
	}
	if len(page) > maxReturnURL {
		page = strings.FieldsFunc(page, func(mark rune) bool { return mark == '?' || mark == '#' })[0]
	}
	if len(page) > maxReturnURL {
		page = own
	}
	page = strings.ReplaceAll(url.QueryEscape(page), "+", "%20")
	lineURL := r.options.Edge + "/line/" + r.options.Sale + "?returnUrl=" + page
	if r.options.Shopper != nil && r.options.EnqueueSecret != "" {
		if shopper := r.options.Shopper(request); shopper != "" {
			lineURL += "&enqueueToken=" + r.enqueue(shopper)
		}
	}
	if isNavigation {
		redirect(w, lineURL)
		return
	}
	w.Header().Set("X-FlashSale-Line-Url", lineURL)
	w.Header().Set("Access-Control-Expose-Headers", "X-FlashSale-Line-Url")
	problem(w, http.StatusUnauthorized, "admissionRequired", lineURL)
}

func (r *WaitingRoom) setCookie(w http.ResponseWriter, admission *Admission) error {
	until := time.Now().Add(r.options.Idle)
	if until.After(admission.EndsAt) {
		until = admission.EndsAt
	}
	value, err := r.seal(admission, until)
	if err != nil {
		return err
	}
	cookie := &http.Cookie{Name: r.cookie, Value: value, Path: "/", MaxAge: int(time.Until(until).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(r.options.Origin, "https:")}
	if cookie.MaxAge < 1 {
		cookie.MaxAge = -1 // Go's word for: Max-Age=0
	}
	http.SetCookie(w, cookie)
	return nil
}

// no-referrer: the address with the token stays in no Referer, as it stays in no cache.
func redirect(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusFound)
}

func problem(w http.ResponseWriter, status int, code, lineURL string) {
	body := map[string]any{"type": "about:blank", "status": status, "code": code}
	if lineURL != "" {
		body["lineUrl"] = lineURL
	}
	text, _ := json.Marshal(body)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func isToken(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	return strings.EqualFold(decode(name), "admission")
}

func tokenOf(request *http.Request) (string, bool) {
	for _, pair := range strings.Split(request.URL.RawQuery, "&") {
		if isToken(pair) {
			_, token, _ := strings.Cut(pair, "=")
			return decode(token), true
		}
	}
	return "", false
}

// The target as it was sent, without the token; behind the origin, or //evil.example would be another host's address.
func clean(request *http.Request) string {
	path, query, _ := strings.Cut(host.ReplaceAllString(request.RequestURI, ""), "?")
	kept := []string{}
	for _, pair := range strings.Split(query, "&") {
		if !isToken(pair) {
			kept = append(kept, pair)
		}
	}
	if rest := strings.Join(kept, "&"); rest != "" {
		return path + "?" + rest
	}
	return path
}

func cookieOf(request *http.Request, name string) string {
	if cookie, err := request.Cookie(name); err == nil {
		return cookie.Value
	}
	return ""
}

func decode(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}
