package pattern

import (
	"slices"
	"strings"
)

// sequence is a kind of strings of more than one code point that is too large to be listed: a part of a property
// of strings (ECMA-262, table 70), without some.
type sequence struct {
	name   string
	text   func() string // the engine's expression
	except []string
}

const (
	selector = "\ufe0f" // shows what stands before it as a picture
	joiner   = "\u200d"
)

var tones = set{0x1f3fb, 0x1f3ff}

// pictures are the emoji that are no digits or other signs of ASCII.
func pictures() set { return unpack(emoji).without(set{0, 0x7f}) }

// The sequences, longest first. Those with a joiner are a grammar, which takes more than the list of
// emoji-zwj-sequences.txt: any emoji can be joined to any. The others are exact.
var sequences = []sequence{
	{name: "RGI_Emoji_ZWJ_Sequence", text: func() string {
		element := pictures().String() + "(?:" + selector + "|" + tones.String() + ")?"
		return element + "(?:" + joiner + element + ")+"
	}},
	{name: "RGI_Emoji_Tag_Sequence", text: func() string {
		var out []string
		for _, region := range []string{"gbeng", "gbsct", "gbwls"} {
			tag := "\U0001f3f4"
			for _, c := range region {
				tag += string(c + 0xe0000)
			}
			out = append(out, tag+"\U000e007f")
		}
		return strings.Join(out, "|")
	}},
	{name: "Emoji_Keycap_Sequence", text: func() string { return "[0-9#*]" + selector + "\u20e3" }},
	{name: "RGI_Emoji_Flag_Sequence", text: func() string {
		var b strings.Builder
		for i, c := range flags {
			if c < 'a' {
				if i > 0 {
					b.WriteString("]|")
				}
				b.WriteRune(c - 'A' + 0x1f1e6)
				b.WriteByte('[')
				continue
			}
			b.WriteRune(c - 'a' + 0x1f1e6)
		}
		return b.String() + "]"
	}},
	{name: "RGI_Emoji_Modifier_Sequence", text: func() string {
		// The sequences of families are no recommended ones.
		return unpack(emojiModifierBase).without(set{0x1f46a, 0x1f46a}).String() + tones.String()
	}},
	{name: "Basic_Emoji", text: func() string {
		return pictures().without(unpack(emojiPresentation)).String() + selector
	}},
}

// ofStrings is the property of strings called name.
func ofStrings(name string) (class, bool) {
	var c class
	found := name == "RGI_Emoji"
	for _, s := range sequences {
		if s.name == name || name == "RGI_Emoji" {
			c.sequences = append(c.sequences, s)
			found = true
		}
	}
	if name == "Basic_Emoji" || name == "RGI_Emoji" {
		c.set = unpack(emojiPresentation).without(set{0x1f1e6, 0x1f1ff})
	}
	return c, found
}

// String is an expression of the engine, with flag u.
func (s sequence) String() string {
	var b strings.Builder
	for _, no := range s.except {
		b.WriteString("(?!")
		writeString(&b, no)
		b.WriteString("(?!" + joiner + "))")
	}
	b.WriteString("(?:" + s.text() + ")")
	return b.String()
}

func writeString(b *strings.Builder, s string) {
	for _, r := range s {
		writeRune(b, r)
	}
}

// class is what stands between brackets with flag v: code points, and strings of other lengths than one.
type class struct {
	set       set
	strings   []string
	sequences []sequence
	first     rune // of one character that was read: it
}

func (c class) plain() bool { return len(c.strings) == 0 && len(c.sequences) == 0 }

func (c class) or(d class) class {
	out := class{set: union(c.set, d.set), strings: slices.Clone(c.strings), sequences: slices.Clone(c.sequences)}
	for _, s := range d.strings {
		if !slices.Contains(out.strings, s) {
			out.strings = append(out.strings, s)
		}
	}
	for _, q := range d.sequences {
		at := slices.IndexFunc(out.sequences, q.same)
		if at < 0 {
			out.sequences = append(out.sequences, q)
			continue
		}
		// What both except is left out.
		out.sequences[at].except = slices.DeleteFunc(slices.Clone(out.sequences[at].except), func(s string) bool { return !slices.Contains(q.except, s) })
	}
	return out
}

func (q sequence) same(r sequence) bool { return q.name == r.name }

// minus is c without what is in d. It reports false for what it cannot tell: a string without sequences of
// emoji that may have it.
func (c class) minus(d class) (class, bool) {
	out := class{set: c.set.without(d.set)}
	for _, s := range c.strings {
		if len(d.sequences) > 0 && s != "" {
			return class{}, false
		}
		if !slices.Contains(d.strings, s) {
			out.strings = append(out.strings, s)
		}
	}
	for _, q := range c.sequences {
		if i := slices.IndexFunc(d.sequences, q.same); i >= 0 {
			if len(d.sequences[i].except) > 0 {
				return class{}, false
			}
			continue
		}
		q.except = slices.Concat(q.except, d.strings)
		out.sequences = append(out.sequences, q)
	}
	return out, true
}

// and is what is in both, with the limit of minus.
func (c class) and(d class) (class, bool) {
	out := class{set: c.set.and(d.set)}
	if len(c.strings) > 0 && len(d.sequences) > 0 || len(d.strings) > 0 && len(c.sequences) > 0 {
		return class{}, false
	}
	for _, s := range c.strings {
		if slices.Contains(d.strings, s) {
			out.strings = append(out.strings, s)
		}
	}
	for _, q := range c.sequences {
		if i := slices.IndexFunc(d.sequences, q.same); i >= 0 {
			q.except = slices.Concat(q.except, d.sequences[i].except)
			out.sequences = append(out.sequences, q)
		}
	}
	return out, true
}

// String is an expression of the engine, with flag u: the longest strings first.
func (c class) String() string {
	if c.plain() {
		return c.set.String()
	}
	var parts []string
	for _, q := range c.sequences {
		parts = append(parts, q.String())
	}
	list := slices.Clone(c.strings)
	slices.SortStableFunc(list, func(a, b string) int { return len([]rune(b)) - len([]rune(a)) })
	empty := false
	for _, s := range list {
		if s == "" {
			empty = true
			continue
		}
		var b strings.Builder
		writeString(&b, s)
		parts = append(parts, b.String())
	}
	if len(c.set) > 0 {
		parts = append(parts, c.set.String())
	}
	if empty {
		parts = append(parts, "")
	}
	return "(?:" + strings.Join(parts, "|") + ")"
}
