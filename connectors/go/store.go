package waitingroom

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const bucketSeconds = 60

// Store is what all processes of a shop share: the tokens that were used.
type Store interface {
	// Once remembers a key (of letters and digits) until then, in one step with looking; false when it was there.
	Once(key string, until time.Time) (bool, error)
}

// FileStore is for the processes of one machine: a folder that they all can write, and nobody else.
type FileStore string

// Once remembers a key until then; false when it was there.
func (f FileStore) Once(key string, until time.Time) (bool, error) {
	bucket := filepath.Join(string(f), fmt.Sprintf("used-%d", until.Unix()/bucketSeconds+1))
	if _, err := os.Stat(bucket); err != nil {
		if err := os.MkdirAll(bucket, 0o700); err != nil {
			return false, err
		}
		f.sweep()
	}
	file, err := os.OpenFile(filepath.Join(bucket, key), os.O_CREATE|os.O_EXCL, 0o600) // created by us, or it was there
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, file.Close()
}

func (f FileStore) sweep() {
	buckets, _ := filepath.Glob(filepath.Join(string(f), "used-*"))
	for _, bucket := range buckets {
		end, err := strconv.ParseInt(filepath.Base(bucket)[len("used-"):], 10, 64)
		if err == nil && end < time.Now().Unix()/bucketSeconds {
			_ = os.RemoveAll(bucket) // another process may be sweeping too
		}
	}
}
