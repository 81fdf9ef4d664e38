// Package langtag reads language tags as ECMA-402 wants them: the unicode_locale_id of UTS 35, in its
// canonical form.
package langtag

import (
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Tag is a language tag in canonical case and order.
type Tag struct {
	Language, Script, Region string
	Variants                 []string
	Keywords                 []Keyword // of the extension u, sorted
	attributes               []string  // of the extension u
	others                   []string  // the other extensions, each whole, sorted; private use last
}

// Keyword is a key of the extension u with its value, "" for true.
type Keyword struct{ Key, Value string }

func alpha(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func alnum(s string) bool {
	for i := range len(s) {
		if !alpha(s[i:i+1]) && !digits(s[i:i+1]) {
			return false
		}
	}
	return true
}

// IsLanguage, IsScript, IsRegion and IsType report whether s is a subtag of that kind.
func IsLanguage(s string) bool {
	return alpha(s) && (len(s) == 2 || len(s) == 3 || len(s) >= 5 && len(s) <= 8)
}

// IsScript: see IsLanguage.
func IsScript(s string) bool { return len(s) == 4 && alpha(s) }

// IsRegion: see IsLanguage.
func IsRegion(s string) bool { return len(s) == 2 && alpha(s) || len(s) == 3 && digits(s) }

// IsType: see IsLanguage. A type is what a keyword's value is, such as gregory.
func IsType(s string) bool {
	for part := range strings.SplitSeq(s, "-") {
		if len(part) < 3 || len(part) > 8 || !alnum(part) {
			return false
		}
	}
	return true
}

func isVariant(s string) bool {
	return alnum(s) && (len(s) >= 5 && len(s) <= 8 || len(s) == 4 && digits(s[:1]))
}

// What Parse finds wrong: a text that is no language tag, or a tag with a subtag twice or without its value.
var (
	ErrSyntax  = errors.New("no language tag")
	ErrSubtags = errors.New("a subtag twice, or without its value")
)

// Parse reads a tag.
func Parse(s string) (t Tag, err error) {
	parts := strings.Split(strings.ToLower(s), "-")
	if whole := grandfathered[strings.ToLower(s)]; whole != "" {
		parts = []string{whole}
	}
	if !IsLanguage(parts[0]) {
		return t, ErrSyntax
	}
	t.Language, parts = parts[0], parts[1:]
	if len(parts) > 0 && IsScript(parts[0]) {
		t.Script, parts = strings.ToUpper(parts[0][:1])+parts[0][1:], parts[1:]
	}
	if len(parts) > 0 && IsRegion(parts[0]) {
		t.Region, parts = strings.ToUpper(parts[0]), parts[1:]
	}
	for len(parts) > 0 && isVariant(parts[0]) {
		if slices.Contains(t.Variants, parts[0]) {
			return t, ErrSubtags
		}
		t.Variants, parts = append(t.Variants, parts[0]), parts[1:]
	}
	slices.Sort(t.Variants)
	private := ""
	seen := ""
	for len(parts) > 0 {
		switch {
		case parts[0] == "", len(parts[0]) == 1 && strings.Contains(seen, parts[0]):
			return t, ErrSubtags
		case len(parts[0]) != 1 || !alnum(parts[0]):
			return t, ErrSyntax
		}
		seen += parts[0]
		n := 1
		for n < len(parts) && (len(parts[n]) > 1 || parts[0] == "x") {
			if len(parts[n]) == 0 || len(parts[n]) > 8 || !alnum(parts[n]) {
				return t, ErrSyntax
			}
			n++
		}
		if n == 1 {
			return t, ErrSubtags
		}
		switch parts[0] {
		case "u":
			t.unicode(parts[1:n])
		case "x":
			private = strings.Join(parts[:n], "-")
		default:
			t.others = append(t.others, strings.Join(parts[:n], "-"))
		}
		parts = parts[n:]
	}
	slices.Sort(t.others)
	if private != "" {
		t.others = append(t.others, private)
	}
	t.replace()
	return t, nil
}

// grandfathered tags that are also well-formed here (UTS 35, Annex C).
var grandfathered = map[string]string{"art-lojban": "jbo", "cel-gaulish": "xtg"}

// unicode reads the subtags of the extension u.
func (t *Tag) unicode(parts []string) {
	for len(parts) > 0 && len(parts[0]) > 2 {
		t.attributes, parts = append(t.attributes, parts[0]), parts[1:]
	}
	slices.Sort(t.attributes)
	for len(parts) > 0 {
		n := 1
		for n < len(parts) && len(parts[n]) > 2 {
			n++
		}
		t.set(parts[0], strings.Join(parts[1:n], "-"), false)
		parts = parts[n:]
	}
}

// Set sets a keyword.
func (t *Tag) Set(key, value string) { t.set(key, value, true) }

func (t *Tag) set(key, value string, over bool) {
	switch value {
	case "true":
		value = ""
	case "yes":
		if key[0] == 'k' {
			value = ""
		}
	case "islamicc":
		value = "islamic-civil"
	case "ethiopic-amete-alem":
		value = "ethioaa"
	}
	i, found := slices.BinarySearchFunc(t.Keywords, key, func(k Keyword, key string) int { return strings.Compare(k.Key, key) })
	switch {
	case !found:
		t.Keywords = slices.Insert(t.Keywords, i, Keyword{key, value})
	case over:
		t.Keywords[i].Value = value
	}
}

// Get returns the value of a keyword; ok is false if there is none.
func (t *Tag) Get(key string) (value string, ok bool) {
	for _, k := range t.Keywords {
		if k.Key == key {
			return k.Value, true
		}
	}
	return "", false
}

// replace puts the names in use in the place of those that are deprecated.
func (t *Tag) replace() {
	if t.Language != "und" {
		base, err := language.Raw.Parse(t.Language)
		if err == nil {
			if c, err := (language.DeprecatedBase | language.Macro | language.Legacy).Canonicalize(base); err == nil {
				b, script, _ := c.Raw()
				if b.String() != t.Language && b.String() != "und" && t.Language != "no" {
					t.Language = b.String()
					if script.String() != "Zzzz" && t.Script == "" {
						t.Script = script.String()
					}
				}
			}
		}
	}
	if t.Region != "" {
		if r, err := language.ParseRegion(t.Region); err == nil {
			if c := r.Canonicalize(); c.String() != t.Region && c.String() != "ZZ" && len(t.Region) == len(c.String()) {
				t.Region = c.String()
			}
		}
	}
	if i := slices.Index(t.Variants, "posix"); i >= 0 && t.Region == "US" && t.Language == "en" {
		t.Variants = slices.Delete(t.Variants, i, i+1)
		t.Set("va", "posix")
	}
}

// BaseName is the tag without extensions.
func (t *Tag) BaseName() string {
	s := t.Language
	for _, part := range append([]string{t.Script, t.Region}, t.Variants...) {
		if part != "" {
			s += "-" + part
		}
	}
	return s
}

func (t *Tag) String() string {
	s := t.BaseName()
	u := ""
	if len(t.attributes)+len(t.Keywords) > 0 {
		u = "-u"
		for _, a := range t.attributes {
			u += "-" + a
		}
		for _, k := range t.Keywords {
			u += "-" + k.Key
			if k.Value != "" {
				u += "-" + k.Value
			}
		}
	}
	for _, o := range t.others {
		if u != "" && (o[0] > 'u') {
			s += u
			u = ""
		}
		s += "-" + o
	}
	return s + u
}

// Maximize adds the script and region that are likely (UTS 35, Likely Subtags).
func (t Tag) Maximize() Tag {
	parsed, err := language.Raw.Parse((&Tag{Language: t.Language, Script: t.Script, Region: t.Region}).BaseName())
	if err != nil {
		return t
	}
	base, c1 := parsed.Base()
	script, c2 := parsed.Script()
	region, c3 := parsed.Region()
	if c1 == language.No || c2 == language.No || c3 == language.No {
		return t
	}
	if t.Language == "und" {
		t.Language = base.String()
	}
	t.Script, t.Region = script.String(), region.String()
	return t
}

// Minimize takes away what Maximize would add.
func (t Tag) Minimize() Tag {
	full := t.Maximize()
	same := func(c Tag) bool {
		m := c.Maximize()
		return m.Language == full.Language && m.Script == full.Script && m.Region == full.Region
	}
	for _, keep := range []Tag{{Language: full.Language}, {Language: full.Language, Region: full.Region}, {Language: full.Language, Script: full.Script}} {
		if same(keep) {
			t.Language, t.Script, t.Region = keep.Language, keep.Script, keep.Region
			return t
		}
	}
	t.Language, t.Script, t.Region = full.Language, full.Script, full.Region
	return t
}

// rightToLeft are the scripts in use that are.
var rightToLeft = []string{"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}

// Direction is rtl or ltr.
func (t Tag) Direction() string {
	if slices.Contains(rightToLeft, t.Maximize().Script) {
		return "rtl"
	}
	return "ltr"
}
