package url

import (
	"github.com/dop251/goja"
)

// This file is URLs as other rooms see them, outside of JavaScript.

// Parse parses input against base, which may be nil.
func Parse(input string, base *URL) (*URL, bool) {
	against := text{}
	if base != nil {
		against = some(base.Href())
	}
	u, ok := parseURL(input, against)
	return &URL{u: u}, ok
}

// Invalid returns what new URL(input, base) throws for what it cannot parse; base may be nil.
func (r *Room) Invalid(input string, base *URL) *goja.Object {
	if base == nil {
		return r.unparsable(input, text{})
	}
	return r.unparsable(input, some(base.Href()))
}

// Href, Protocol and the others are the properties of that name. Origin is "null" where it is opaque.
func (u *URL) Href() string     { return u.href() }
func (u *URL) Origin() string   { return u.origin() }
func (u *URL) Protocol() string { return u.u.Protocol() }
func (u *URL) Username() string { return u.u.Username() }
func (u *URL) Password() string { return u.u.Password() }
func (u *URL) Host() string     { return u.u.Host() }
func (u *URL) Hostname() string { return u.u.Hostname() }
func (u *URL) Port() string     { return u.u.Port() }
func (u *URL) Pathname() string { return u.u.Pathname() }
func (u *URL) Search() string   { return u.u.Search() }
func (u *URL) Hash() string     { return u.u.Hash() }

// SetHash sets the fragment.
func (u *URL) SetHash(s string) { u.u.SetHash(s) }

// WithoutHash is Href without the fragment.
func (u *URL) WithoutHash() string { return u.u.Href(true) }

// ParseForm parses application/x-www-form-urlencoded into names and values.
func ParseForm(s string) (out [][2]string) {
	for _, p := range parseParams(s) {
		out = append(out, [2]string{p.name, p.value})
	}
	return out
}
