package waitingroom

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

const (
	maxToken     = 2048 // characters; an admission is far shorter
	skew         = 5    // seconds
	enqueueLasts = 600  // seconds
)

// Admission is of a shopper whom the line has admitted to one unit; the token redeems it, server to server.
type Admission struct {
	Token, ID, Shopper string
	Unit               int
	EndsAt             time.Time
}

type header struct {
	Alg, Kid string
	Crit     json.RawMessage
}

type claims struct {
	Iss, Aud, Sale, Sub, Jti        string
	Exp, Nbf, Unit, Place, RedeemBy int64
}

// The admission of a good token, or nil.
func (r *WaitingRoom) verify(token string) *Admission {
	head, body, ok := read(token)
	if len(token) > maxToken || !ok || head.Alg != "ES256" || head.Crit != nil || !r.isSigned(token, head.Kid) {
		return nil
	}
	now := time.Now().Unix()
	if body.Iss != r.options.Issuer || body.Aud != r.options.Storefront || body.Sale != r.options.Sale ||
		body.Exp+skew <= now || body.Nbf > now+skew ||
		body.Sub == "" || body.Jti == "" || body.Unit < 1 || body.Place < 1 || body.RedeemBy < 1 {
		return nil
	}
	return admissionOf(token, body)
}

func (r *WaitingRoom) isSigned(token, kid string) bool {
	end := strings.LastIndexByte(token, '.')
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	key := r.keys.find(kid)
	if err != nil || len(signature) != 64 || key == nil {
		return false
	}
	hash := sha256.Sum256([]byte(token[:end]))
	return ecdsa.Verify(key, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
}

// Each token opens the shop once. Without the signature: ECDSA's can be rewritten into another valid one.
func (r *WaitingRoom) spend(admission *Admission) (bool, error) {
	hash := sha256.Sum256([]byte(admission.Token[:strings.LastIndexByte(admission.Token, '.')]))
	return r.options.Store.Once(hex.EncodeToString(hash[:]), admission.EndsAt.Add(skew*time.Second))
}

// The storefront's word to the line for who the shopper is.
func (r *WaitingRoom) enqueue(shopper string) string {
	body, _ := json.Marshal(map[string]any{"iss": r.options.Storefront, "aud": "waitingroom", "sub": shopper,
		"sale": r.options.Sale, "exp": time.Now().Unix() + enqueueLasts})
	text := encode([]byte(`{"alg":"HS256"}`)) + "." + encode(body)
	mac := hmac.New(sha256.New, []byte(r.options.EnqueueSecret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

// The own cookie's value: encrypted, and good for this sale only.
func (r *WaitingRoom) seal(admission *Admission, until time.Time) (string, error) {
	nonce := make([]byte, r.cipher.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	content := fmt.Sprintf("%d %s", until.Unix(), admission.Token)
	return encode(r.cipher.Seal(nonce, nonce, []byte(content), []byte(r.options.Sale))), nil
}

// What is in the cookie; nil when it is none of ours, has ended, or its key is published no more.
func (r *WaitingRoom) open(sealed string) (*Admission, time.Time) {
	bytes, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(bytes) < r.cipher.NonceSize() {
		return nil, time.Time{}
	}
	nonce, rest := bytes[:r.cipher.NonceSize()], bytes[r.cipher.NonceSize():]
	content, err := r.cipher.Open(nil, nonce, rest, []byte(r.options.Sale))
	if err != nil {
		return nil, time.Time{}
	}
	var seconds int64
	var token string
	_, err = fmt.Sscan(string(content), &seconds, &token)
	head, body, ok := read(token)
	until := time.Unix(seconds, 0)
	// A key that is published no more has been revoked, and whoever came in by one goes out with it.
	if err != nil || !ok || !until.After(time.Now()) || !r.keys.isPublished(head.Kid) {
		return nil, time.Time{}
	}
	return admissionOf(token, body), until
}

func admissionOf(token string, body claims) *Admission {
	return &Admission{Token: token, ID: body.Jti, Shopper: body.Sub, Unit: int(body.Unit), EndsAt: time.Unix(body.Exp, 0)}
}

// What a token says, whoever has signed it.
func read(token string) (head header, body claims, ok bool) {
	parts := strings.Split(token, ".")
	return head, body, len(parts) == 3 && unmarshal(parts[0], &head) && unmarshal(parts[1], &body)
}

func unmarshal(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

func encode(bytes []byte) string {
	return base64.RawURLEncoding.EncodeToString(bytes)
}

func newCipher(secret string) (cipher.AEAD, error) {
	key := sha256.Sum256([]byte(secret))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
