package pattern

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestMendRewritesWhatTheEngineLacks(t *testing.T) {
	for _, c := range []struct{ name, source, flags, want, engineFlags string }{
		{"a property", `^\p{AHex}$`, "u", `^[0-9A-Fa-f]$`, "u"},
		{"a negated one", `\P{ASCII}`, "u", "[\u0080-\U0010ffff]", "u"},
		{"in a class", `[^\p{ASCII}\u{80}-\u{ff}]`, "u", "[\u0100-\U0010ffff]", "u"},
		{"folded", `\p{AHex}`, "iu", `[0-9A-Fa-f]`, "iu"},
		{"a letter without u", `\p[\P]\\p`, "", `p[P]\\p`, ""},
		{"nested classes", `[a[bc]\d]`, "v", `[0-9a-c]`, "u"},
		{"subtraction", `[[a-z]--[b-y]]`, "v", `[az]`, "u"},
		{"intersection", `[\w&&[^a-z]&&\D]`, "v", `[A-Z\x5f]`, "u"},
		{"strings", `[\q{abc|d|ef}x]`, "v", `(?:abc|ef|[dx])`, "u"},
		{"strings without one", `[\q{abc|d}--\q{abc}]`, "v", `[d]`, "u"},
		{"an empty class", `[a&&b]`, "v", `[^\x00-\u{10ffff}]`, "u"},
		{"folded sets", `[k--\u212a]`, "iv", `[^\x00-\u{10ffff}]`, "iu"},
		{"keycaps", `\p{Emoji_Keycap_Sequence}`, "v", "(?:(?:[0-9#*]\ufe0f\u20e3))", "u"},
		{"all characters", `[^]`, "u", `[\x00-\u{10ffff}]`, "u"},
		{"the ends of lines", `a$[$]\$`, "gm", `a(?=[\n\r\u2028\u2029]|(?![^]))[$]\$`, "gm"},
		{"indices", `a`, "dg", `a`, "g"},
		{"a slash in a class", `[/]`, "", `[/]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, flags, err := Mend(c.source, c.flags)
			if err != nil {
				t.Fatal(err)
			}
			source, was, ok := Original(got)
			if !ok || string(utf16.Decode(source)) != c.source || was != c.flags {
				t.Errorf("it says that it was /%s/%s, %t", string(utf16.Decode(source)), was, ok)
			}
			if got, _, _ = strings.Cut(got, "(?:"+string(mark)); got != c.want || flags != c.engineFlags {
				t.Errorf("/%s/%s, want /%s/%s", got, flags, c.want, c.engineFlags)
			}
		})
	}
}

func TestMendKeepsOrdinaryExpressions(t *testing.T) {
	for _, c := range [][2]string{{"a+", "g"}, {"[a-z]", "u"}, {"^a", "m"}, {`a\/[b]`, "y"}, {"(?<a>b)", ""}, {"a", "uv"}, {"a$", "mx"}} {
		if got, flags, err := Mend(c[0], c[1]); got != c[0] || flags != c[1] || err != nil {
			t.Errorf("/%s/%s became /%s/%s, %v", c[0], c[1], got, flags, err)
		}
		if _, _, ok := Original(c[0]); ok {
			t.Errorf("/%s/ seems rewritten", c[0])
		}
	}
}

func TestMendRefuses(t *testing.T) {
	for _, c := range [][3]string{
		{`\p{foo}`, "u", "Invalid property name"},
		{`\p{Script=foo}`, "u", "Invalid property name"},
		{`\p{Other_Math}`, "u", "Invalid property name"},
		{`\p`, "u", "Invalid property name"},
		{`[\p{lu}]`, "u", "Invalid property name in character class"},
		{`\p{RGI_Emoji}`, "u", "Invalid property name"},
		{`\P{RGI_Emoji}`, "v", "Invalid property name"},
		{`[^\p{RGI_Emoji}]`, "v", "Negated character class may contain strings"},
		{`[a`, "v", "Unterminated character class"},
		{`[b-a]`, "v", "Range out of order in character class"},
		{`[a--b&&c]`, "v", "Invalid set operation in character class"},
		{`[a&&b--c]`, "v", "Invalid set operation in character class"},
		{`[(]`, "v", "Invalid character in character class"},
		{strings.Repeat("[", maxNested+1), "v", "Regular expression too large"},
	} {
		_, _, err := Mend(c[0], c[1])
		if want := "Invalid regular expression: /" + c[0] + "/" + c[1] + ": " + c[2]; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestPropertiesHold(t *testing.T) {
	for _, c := range []struct {
		name    string
		in, out string
	}{
		{"L", "aéΩ漢", "1 "},
		{"Lowercase_Letter", "aé", "A1"},
		{"gc=Nd", "1٣", "½a"},
		{"General_Category=Decimal_Number", "1٣", "½a"},
		{"Script=Grek", "Ω", "a"},
		{"sc=Greek", "Ω", "a\u0342"},
		{"scx=Greek", "Ω\u0342", "a"},
		{"Script_Extensions=Latn", "a\u0363", "Ω"},
		{"Alphabetic", "aⅧ", "1"},
		{"Assigned", "a", "\u0378"},
		{"Cn", "\u0378", "a"},
		{"ID_Start", "aΩ", "1_"},
		{"IDC", "a1_", "-$"},
		{"White_Space", " \u00a0", "a"},
		{"Default_Ignorable_Code_Point", "\u00ad\u200b\ufe0f", "a "},
		{"Emoji", "#1😀", "a"},
		{"Emoji_Presentation", "😀", "#☎"},
		{"Extended_Pictographic", "☎😀", "#"},
		{"Bidi_Mirrored", "(<", "a"},
		{"Changes_When_Lowercased", "AÉ", "aß"},
		{"Changes_When_Uppercased", "aß", "A"},
		{"Changes_When_NFKC_Casefolded", "Aﬁ\u00ad", "a"},
		{"Any", "a", ""},
		{"Unknown", "", ""},
	} {
		s, ok := property(c.name)
		if c.name == "Unknown" {
			if ok {
				t.Error("Unknown is a property")
			}
			continue
		}
		if !ok {
			t.Errorf("%s is refused", c.name)
		}
		for _, r := range c.in {
			if !s.has(r) {
				t.Errorf("%s lacks %q", c.name, r)
			}
		}
		for _, r := range c.out {
			if s.has(r) {
				t.Errorf("%s has %q", c.name, r)
			}
		}
	}
}

func TestSetsAreInOrder(t *testing.T) {
	for _, names := range []string{binaryNames, categoryNames, scriptNames} {
		for _, pair := range strings.Fields(names) {
			key, value, _ := strings.Cut(pair, "=")
			for _, name := range []string{key, value, "scx=" + key} {
				s, _ := property(name)
				for i := 1; i < len(s); i++ {
					if s[i] < s[i-1] || i%2 == 0 && s[i] <= s[i-1]+1 {
						t.Fatalf("%s: %x comes before %x", name, s[i-1], s[i])
					}
				}
				if !slices.Equal(s.not().not(), s) {
					t.Fatalf("%s is not the complement of its complement", name)
				}
			}
		}
	}
}
