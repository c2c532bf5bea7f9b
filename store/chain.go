package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// digest makes a link of a chain. Texts go in with their length, so that what ends
// one cannot begin the next.
type digest struct {
	sum  hash.Hash
	size [8]byte
}

// newDigest begins the link that follows a chain.
func newDigest(before string) *digest {
	d := &digest{sum: sha256.New()}
	d.texts(before)
	return d
}

func (d *digest) numbers(list ...int64) {
	for _, n := range list {
		binary.BigEndian.PutUint64(d.size[:], uint64(n))
		d.sum.Write(d.size[:])
	}
}

func (d *digest) texts(list ...string) {
	for _, s := range list {
		d.numbers(int64(len(s)))
		d.sum.Write([]byte(s))
	}
}

func (d *digest) chain() string { return hex.EncodeToString(d.sum.Sum(nil)) }

// link returns the chain after a revision: a digest of the chain before it and
// of everything the revision says. The actor is in it by number only.
func link(before string, seq, actor int64, r row) string {
	d := newDigest(before)
	d.numbers(seq, r.number, r.at, r.recorded, actor)
	d.texts(string(r.ref.Kind), r.ref.ID, r.via, r.why)
	if r.body.Valid {
		d.texts(r.body.String)
	}
	return d.chain()
}

// linkAudit returns the chain after a row of the audit, as link does.
func linkAudit(before string, r auditRow) string {
	d := newDigest(before)
	d.numbers(r.number, r.at, r.actor, r.first, r.last)
	d.texts(r.via, r.action, r.outcome, r.detail)
	return d.chain()
}
