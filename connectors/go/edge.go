package waitingroom

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const maxAnswer = 65536 // bytes

// Edge is the line, server to server. Every call may be repeated, so it is repeated when the answer was lost.
type Edge struct{ url, sale, apiKey string }

// Answer is what the edge said: a reservation, or a problem with its Code.
type Answer struct {
	Status     int    `json:"-"` // 0: no answer came
	Code       string `json:"code"`
	ID         string `json:"id"`
	Unit       int    `json:"unit"`
	State      string `json:"state"` // held, sold, released, refunding, refunded
	PayBy      string `json:"payBy"`
	ServerTime string `json:"serverTime"`
	Price      struct {
		Amount   int64  `json:"amount"` // in minor units
		Currency string `json:"currency"`
	} `json:"price"`
	OrderNumber string `json:"orderNumber"`
	Reservation string `json:"reservation"` // of alreadyReserved: the other one's ID
}

// IsOver is the ledger's word that the admission is over: forget it, and the line gives a new place.
func (a Answer) IsOver() bool {
	return a.Code == "admissionSpent" || a.Code == "admissionMissed" || a.Code == "reservationEnded"
}

// Redeem reserves the admitted unit: the same one however often.
func (e *Edge) Redeem(ctx context.Context, token string) Answer {
	return e.redeem(ctx, token, 3, 5*time.Second)
}

// Confirm says that the shop has the money: sold. 410 means too late: refund the shopper.
func (e *Edge) Confirm(ctx context.Context, reservation string) Answer {
	return e.call(ctx, http.MethodPost, "/reservations/"+url.PathEscape(reservation)+"/confirm", nil, 3, 5*time.Second)
}

// GiveBack passes the unit to the next in line.
func (e *Edge) GiveBack(ctx context.Context, reservation string) Answer {
	return e.call(ctx, http.MethodDelete, "/reservations/"+url.PathEscape(reservation), nil, 3, 5*time.Second)
}

func (e *Edge) redeem(ctx context.Context, token string, tries int, timeout time.Duration) Answer {
	body, _ := json.Marshal(map[string]string{"admission": token})
	return e.call(ctx, http.MethodPost, "/sales/"+e.sale+"/reservations", body, tries, timeout)
}

func (e *Edge) call(ctx context.Context, method, path string, body []byte, tries int, timeout time.Duration) Answer {
	for attempt := 1; attempt <= tries; attempt++ {
		if attempt > 1 {
			select {
			case <-ctx.Done():
			case <-time.After(time.Duration(attempt) * 200 * time.Millisecond):
			}
		}
		answer := Answer{}
		status, text, err := e.send(ctx, method, path, body, timeout)
		if err == nil && status < 500 && json.Unmarshal(text, &answer) == nil {
			answer.Status = status
			return answer
		}
	}
	return Answer{Code: "unavailable"}
}

func (e *Edge) keySet() ([]byte, error) {
	status, text, err := e.send(context.Background(), http.MethodGet, "/.well-known/jwks.json", nil, 2*time.Second)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d", status)
	}
	return text, err
}

func (e *Edge) send(ctx context.Context, method, path string, body []byte, timeout time.Duration) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, e.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if e.apiKey != "" && method != http.MethodGet { // the keys are public
		request.Header.Set("Authorization", "Bearer "+e.apiKey)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	return answer.StatusCode, text, err
}
