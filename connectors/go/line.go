package waitingroom

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxAnswer    = 65536 // bytes
	maxToken     = 2048  // characters; an admission is far shorter
	maxTries     = 5
	skew         = 5                // seconds
	refreshEvery = 30 * time.Second // a new key is published longer than this before it signs
)

var client = http.Client{Timeout: 2 * time.Second}

// Answer is what the line said, server to server: a reservation, or a problem with its Code (of alreadyReserved also the
// Reservation that the shopper has). Status 0: no answer came.
type Answer struct {
	Status, Unit                                      int
	Code, ID, State, Reason, OrderNumber, Reservation string
	PayBy, ServerTime                                 time.Time

	Price struct {
		Amount   int64 // in minor units
		Currency string
	}
}

// IsOver is the ledger's word that the admission is over: forget it, and the line gives a new place.
func (a Answer) IsOver() bool { return a.Status == http.StatusGone }

// Redeem reserves the admitted unit: the same one however often.
func (r *WaitingRoom) Redeem(ctx context.Context, token string) Answer {
	body, _ := json.Marshal(map[string]string{"admission": token})
	return r.call(ctx, http.MethodPost, "/sales/"+r.Sale+"/reservations", body)
}

// Confirm says that the shop has the money: sold. 410 means too late: refund the shopper.
func (r *WaitingRoom) Confirm(ctx context.Context, reservation string) Answer {
	return r.call(ctx, http.MethodPost, "/reservations/"+url.PathEscape(reservation)+"/confirm", nil)
}

// GiveBack passes the unit to the next in line.
func (r *WaitingRoom) GiveBack(ctx context.Context, reservation string) Answer {
	return r.call(ctx, http.MethodDelete, "/reservations/"+url.PathEscape(reservation), nil)
}

// Every call may be repeated, so it is repeated when the answer was lost.
func (r *WaitingRoom) call(ctx context.Context, method, path string, body []byte) Answer {
	for try := 0; try < maxTries && ctx.Err() == nil; try++ {
		time.Sleep(time.Duration(try) * 200 * time.Millisecond)
		var answer Answer
		status, err := r.send(ctx, method, path, body, &answer)
		if err == nil && status < http.StatusInternalServerError {
			answer.Status = status
			return answer
		}
	}
	return Answer{Code: "unavailable"}
}

func (r *WaitingRoom) send(ctx context.Context, method, path string, body []byte, answer any) (int, error) {
	request, err := http.NewRequestWithContext(ctx, method, r.EdgeFromServer+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	if method != http.MethodGet { // the keys are public
		request.Header.Set("Authorization", "Bearer "+r.APIKey)
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	return response.StatusCode, json.NewDecoder(io.LimitReader(response.Body, maxAnswer)).Decode(answer)
}

type keySet map[string]*ecdsa.PublicKey // by kid

// Nil while none were ever fetched. The last good ones stay.
func (r *WaitingRoom) keys() keySet {
	keys, _ := r.published.Load().(keySet)
	return keys
}

// At most once a second; who waited for another's fetch takes its result. False when it failed: older keys say nothing of
// a newer one.
func (r *WaitingRoom) fetchKeys() bool {
	r.fetching.Lock()
	defer r.fetching.Unlock()
	if time.Since(r.triedAt) < time.Second {
		return r.fetched
	}
	var set struct {
		Keys []struct{ Kid, X, Y string }
	}
	status, err := r.send(context.Background(), http.MethodGet, "/.well-known/jwks.json", nil, &set)
	keys := keySet{}
	for _, key := range set.Keys {
		public := &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(key.X), Y: number(key.Y)}
		if key.Kid != "" && public.IsOnCurve(public.X, public.Y) {
			keys[key.Kid] = public
		}
	}
	r.triedAt, r.fetched = time.Now(), err == nil && status == http.StatusOK && len(keys) > 0
	if r.fetched {
		r.published.Store(keys)
	} else {
		log.Printf("waitingroom: the line's keys were not fetched: status %d, %d keys, %v", status, len(keys), err)
	}
	return r.fetched
}

// The key, if it is published; false when that is not known, as the keys can't be fetched.
func (r *WaitingRoom) find(kid string) (*ecdsa.PublicKey, bool) {
	isKnown := r.keys()[kid] != nil || r.fetchKeys()
	return r.keys()[kid], isKnown
}

// Zero when it is none, which is no point of the curve.
func number(text string) *big.Int {
	bytes, _ := base64.RawURLEncoding.DecodeString(text)
	return new(big.Int).SetBytes(bytes)
}

// Admission is of a shopper whom the line has admitted to one unit: what its token says. The token redeems it.
type Admission struct {
	Token              string
	ID                 string `json:"jti"`
	Shopper            string `json:"sub"`
	Unit, Place        int
	Nbf, Exp, RedeemBy int64 // epoch seconds
	Iss, Aud, Sale     string
	header             struct {
		Alg, Kid string
		Crit     any
	}
}

// What a token says, whoever has signed it; nil when it is none of ES256, asks for an extension (RFC 7515, 4.1.11), or is
// not for this shop, sale and time.
func (r *WaitingRoom) read(token string) *Admission {
	a, parts, now := &Admission{}, strings.SplitN(token, ".", 4), time.Now().Unix()
	if len(token) > maxToken || len(parts) != 3 || unmarshal(parts[0], &a.header) != nil ||
		unmarshal(parts[1], a) != nil || a.header.Alg != "ES256" || a.header.Crit != nil ||
		a.Iss != r.Issuer || a.Aud != r.Storefront || a.Sale != r.Sale || a.Exp <= now || a.Nbf > now+skew ||
		a.Shopper == "" || a.ID == "" || a.Unit < 1 || a.Place < 1 || a.RedeemBy < 1 {
		return nil
	}
	a.Token = token
	return a
}

func unmarshal(part string, into any) error {
	return json.NewDecoder(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(part))).Decode(into)
}

// The admission of a good token that has not been accepted before; nil for any other.
func (r *WaitingRoom) accept(token string) (*Admission, error) {
	a := r.read(token)
	if a == nil {
		return nil, nil
	}
	key, isKnown := r.find(a.header.Kid)
	if !isKnown {
		return nil, errors.New("the line's keys can't be fetched")
	}
	end := strings.LastIndexByte(token, '.')
	digest := sha256.Sum256([]byte(token[:end]))
	if !isSigned(digest[:], token[end+1:], key) {
		return nil, nil
	}
	// Without the signature: ECDSA's can be rewritten into another valid one.
	isNew, err := r.Store.Once(fmt.Sprintf("%x", digest), time.Unix(a.Exp+skew, 0))
	if !isNew {
		return nil, err
	}
	return a, err
}

func isSigned(digest []byte, signature string, key *ecdsa.PublicKey) bool {
	bytes, err := base64.RawURLEncoding.DecodeString(signature)
	return err == nil && len(bytes) == 64 && key != nil &&
		ecdsa.Verify(key, digest, new(big.Int).SetBytes(bytes[:32]), new(big.Int).SetBytes(bytes[32:]))
}
