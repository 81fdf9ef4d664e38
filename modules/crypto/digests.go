package crypto

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding"
	"errors"
	"hash"
	"slices"
	"strings"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/blake2s"
	//lint:ignore SA1019 it is what the name asks for
	"golang.org/x/crypto/ripemd160"
)

// digest is one row of the table of hash functions.
type digest struct {
	name    string
	new     func() hash.Hash
	aliases []string // other names of OpenSSL
}

// digests is what createHash and its kin know. SM3, which OpenSSL has as well, is not there.
var digests = []digest{
	{"blake2b512", must(blake2b.New512), nil},
	{"blake2s256", must(blake2s.New256), nil},
	{"md5", md5.New, []string{"RSA-MD5", "md5WithRSAEncryption", "ssl3-md5"}},
	{"md5-sha1", func() hash.Hash { return &pair{md5.New(), sha1.New()} }, nil},
	{"ripemd160", ripemd160.New, []string{"RSA-RIPEMD160", "ripemd", "ripemd160WithRSA", "rmd160"}},
	{"sha1", sha1.New, []string{"RSA-SHA1", "RSA-SHA1-2", "sha-1", "sha1WithRSAEncryption", "ssl3-sha1"}},
	{"sha224", sha256.New224, []string{"RSA-SHA224", "sha-224", "sha224WithRSAEncryption"}},
	{"sha256", sha256.New, []string{"RSA-SHA256", "sha-256", "sha256WithRSAEncryption"}},
	{"sha3-224", func() hash.Hash { return sha3.New224() }, []string{"RSA-SHA3-224", "id-rsassa-pkcs1-v1_5-with-sha3-224"}},
	{"sha3-256", func() hash.Hash { return sha3.New256() }, []string{"RSA-SHA3-256", "id-rsassa-pkcs1-v1_5-with-sha3-256"}},
	{"sha3-384", func() hash.Hash { return sha3.New384() }, []string{"RSA-SHA3-384", "id-rsassa-pkcs1-v1_5-with-sha3-384"}},
	{"sha3-512", func() hash.Hash { return sha3.New512() }, []string{"RSA-SHA3-512", "id-rsassa-pkcs1-v1_5-with-sha3-512"}},
	{"sha384", sha512.New384, []string{"RSA-SHA384", "sha-384", "sha384WithRSAEncryption"}},
	{"sha512", sha512.New, []string{"RSA-SHA512", "sha-512", "sha512WithRSAEncryption"}},
	{"sha512-224", sha512.New512_224, []string{"RSA-SHA512/224", "sha-512/224", "sha512-224WithRSAEncryption"}},
	{"sha512-256", sha512.New512_256, []string{"RSA-SHA512/256", "sha-512/256", "sha512-256WithRSAEncryption"}},
	{"shake128", func() hash.Hash { return &shake{SHAKE: sha3.NewSHAKE128(), size: 16} }, []string{"shake-128"}},
	{"shake256", func() hash.Hash { return &shake{SHAKE: sha3.NewSHAKE256(), size: 32} }, []string{"shake-256"}},
}

// notListed are aliases that getHashes does not show, as Node.
var notListed = []string{"sha-1", "sha-224", "sha-256", "sha-384", "sha-512", "sha-512/224", "sha-512/256", "shake-128", "shake-256"}

// digestByName finds a hash function by any of its names, in lower case.
var digestByName = func() map[string]func() hash.Hash {
	byName := make(map[string]func() hash.Hash)
	for _, d := range digests {
		for _, name := range append([]string{d.name}, d.aliases...) {
			byName[strings.ToLower(name)] = d.new
		}
	}
	return byName
}()

// digestNames is what getHashes shows.
var digestNames = func() []string {
	var names []string
	for _, d := range digests {
		for _, name := range append([]string{d.name}, d.aliases...) {
			if !slices.Contains(notListed, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}()

// newDigest returns the constructor of the hash function called name, in any case; nil for none.
func newDigest(name string) func() hash.Hash { return digestByName[strings.ToLower(name)] }

func must(f func(key []byte) (hash.Hash, error)) func() hash.Hash {
	return func() hash.Hash {
		h, err := f(nil)
		if err != nil {
			panic("BUG: crypto: " + err.Error()) // only a key can be wrong
		}
		return h
	}
}

// pair is two hash functions over the same data.
type pair struct{ a, b hash.Hash }

func (p *pair) Write(b []byte) (int, error) { p.a.Write(b); return p.b.Write(b) }
func (p *pair) Sum(b []byte) []byte         { return p.b.Sum(p.a.Sum(b)) }
func (p *pair) Reset()                      { p.a.Reset(); p.b.Reset() }
func (p *pair) Size() int                   { return p.a.Size() + p.b.Size() }
func (p *pair) BlockSize() int              { return p.a.BlockSize() }
func (p *pair) Clone() (hash.Cloner, error) {
	a, err := clone(p.a)
	if err != nil {
		return nil, err
	}
	b, err := clone(p.b)
	return &pair{a, b}, err
}

// shake is a function of any output length as a hash.Hash.
type shake struct {
	*sha3.SHAKE
	size int
}

func (s *shake) Size() int { return s.size }
func (s *shake) Sum(b []byte) []byte {
	c, err := s.Clone()
	if err != nil {
		panic("BUG: crypto: " + err.Error())
	}
	out := make([]byte, s.size)
	c.(*shake).Read(out)
	return append(b, out...)
}

func (s *shake) Clone() (hash.Cloner, error) {
	state, err := s.MarshalBinary()
	if err != nil {
		return nil, err
	}
	c := &shake{SHAKE: sha3.NewSHAKE128(), size: s.size}
	if s.BlockSize() != c.BlockSize() {
		c.SHAKE = sha3.NewSHAKE256()
	}
	return c, c.UnmarshalBinary(state)
}

// errNoCopy is for RIPEMD-160, whose package cannot copy its state.
var errNoCopy = errors.New("cannot be copied")

// clone copies a hash with what it has taken in.
func clone(h hash.Hash) (hash.Hash, error) {
	if c, ok := h.(hash.Cloner); ok {
		return c.Clone()
	}
	// BLAKE2, whose package is older than Cloner.
	m, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return nil, errNoCopy
	}
	state, err := m.MarshalBinary()
	if err != nil {
		return nil, err
	}
	c := must(blake2b.New512)()
	if h.Size() == blake2s.Size {
		c = must(blake2s.New256)()
	}
	return c, c.(encoding.BinaryUnmarshaler).UnmarshalBinary(state)
}
