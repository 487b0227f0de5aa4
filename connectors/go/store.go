package waitingroom

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Store is what all processes of a shop share: the tokens that were used.
type Store interface {
	// Once remembers a key (of letters and digits) until then, in one step with looking; false when it was there.
	Once(key string, until time.Time) (bool, error)
}

// FileStore is for the processes of one machine: a folder that they all can write, and nobody else.
type FileStore string

// Once remembers a key until then; false when it was there.
func (f FileStore) Once(key string, until time.Time) (bool, error) {
	bucket := f.bucket(until)
	if err := os.MkdirAll(bucket, 0o700); err != nil {
		return false, err
	}
	f.sweep()
	// Created by us, or it was there.
	file, err := os.OpenFile(filepath.Join(bucket, key), os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, file.Close()
}

func (f FileStore) sweep() {
	buckets, _ := filepath.Glob(filepath.Join(string(f), "used-*")) // its only error is of the pattern
	for _, bucket := range buckets {
		if bucket < f.bucket(time.Now()) {
			_ = os.RemoveAll(bucket) // another process may be sweeping too
		}
	}
}

// A folder for what is remembered until the same minute; their names sort as time does.
func (f FileStore) bucket(until time.Time) string {
	return filepath.Join(string(f), "used-"+until.UTC().Format("20060102T1504"))
}
