package waitingroom

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"log"
	"math/big"
	"sync"
	"sync/atomic"
	"time"
)

const refreshEvery = 30 * time.Second // a new key is published longer than this before it signs

// The published keys: refreshed beside the requests, at once for an unknown kid, and kept while the edge is silent.
type keys struct {
	edge    *Edge
	byKid   atomic.Pointer[map[string]*ecdsa.PublicKey]
	mutex   sync.Mutex
	triedAt time.Time
	closed  chan struct{}
}

func newKeys(edge *Edge) *keys {
	k := &keys{edge: edge, closed: make(chan struct{})}
	go func() {
		ticker := time.NewTicker(refreshEvery)
		defer ticker.Stop()
		for {
			k.fetch()
			select {
			case <-ticker.C:
			case <-k.closed:
				return
			}
		}
	}()
	return k
}

// False while none were ever fetched: then no token can be judged.
func (k *keys) areKnown() bool {
	if k.byKid.Load() == nil {
		k.fetch()
	}
	return k.byKid.Load() != nil
}

func (k *keys) isPublished(kid string) bool {
	known := k.byKid.Load()
	return known == nil || (*known)[kid] != nil
}

// Nil when nobody has published it.
func (k *keys) find(kid string) *ecdsa.PublicKey {
	if known := k.byKid.Load(); known == nil || (*known)[kid] == nil {
		k.fetch()
	}
	if known := k.byKid.Load(); known != nil {
		return (*known)[kid]
	}
	return nil
}

// At most once a second; who waited for another's fetch takes its result.
func (k *keys) fetch() {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if time.Since(k.triedAt) < time.Second {
		return
	}
	defer func() { k.triedAt = time.Now() }()
	var set struct {
		Keys []struct{ Kid, Crv, X, Y string }
	}
	text, err := k.edge.keySet()
	if err == nil {
		err = json.Unmarshal(text, &set)
	}
	if err != nil { // the last good ones stay
		log.Printf("The line's keys were not fetched: %v", err)
		return
	}
	byKid := map[string]*ecdsa.PublicKey{}
	for _, key := range set.Keys {
		public := &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(key.X), Y: number(key.Y)}
		if key.Crv == "P-256" && key.Kid != "" && public.Curve.IsOnCurve(public.X, public.Y) {
			byKid[key.Kid] = public
		}
	}
	k.byKid.Store(&byKid)
}

func number(text string) *big.Int {
	bytes, _ := base64.RawURLEncoding.DecodeString(text)
	return new(big.Int).SetBytes(bytes)
}
