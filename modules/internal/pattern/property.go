package pattern

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Properties are those of ECMA-262 §22.2.1.13 in package unicode's version of Unicode. Those of emoji are in
// that of data.go.

// binaryNames are the binary properties after their short names.
const binaryNames = ` AHex=ASCII_Hex_Digit Alpha=Alphabetic Bidi_C=Bidi_Control Bidi_M=Bidi_Mirrored CI=Case_Ignorable ` +
	`CWCF=Changes_When_Casefolded CWCM=Changes_When_Casemapped CWKCF=Changes_When_NFKC_Casefolded CWL=Changes_When_Lowercased ` +
	`CWT=Changes_When_Titlecased CWU=Changes_When_Uppercased DI=Default_Ignorable_Code_Point Dep=Deprecated Dia=Diacritic ` +
	`EComp=Emoji_Component EMod=Emoji_Modifier EBase=Emoji_Modifier_Base EPres=Emoji_Presentation ExtPict=Extended_Pictographic ` +
	`Ext=Extender Gr_Base=Grapheme_Base Gr_Ext=Grapheme_Extend Hex=Hex_Digit IDSB=IDS_Binary_Operator IDST=IDS_Trinary_Operator ` +
	`IDC=ID_Continue IDS=ID_Start Ideo=Ideographic Join_C=Join_Control LOE=Logical_Order_Exception Lower=Lowercase ` +
	`NChar=Noncharacter_Code_Point Pat_Syn=Pattern_Syntax Pat_WS=Pattern_White_Space QMark=Quotation_Mark Radical=Radical ` +
	`RI=Regional_Indicator STerm=Sentence_Terminal SD=Soft_Dotted Term=Terminal_Punctuation UIdeo=Unified_Ideograph Upper=Uppercase ` +
	`VS=Variation_Selector space=White_Space XIDC=XID_Continue XIDS=XID_Start `

// categoryNames are the general categories after their short names.
const categoryNames = ` LC=Cased_Letter Pe=Close_Punctuation Pc=Connector_Punctuation Cc=Control Cc=cntrl Sc=Currency_Symbol Pd=Dash_Punctuation ` +
	`Nd=Decimal_Number Nd=digit Me=Enclosing_Mark Pf=Final_Punctuation Cf=Format Pi=Initial_Punctuation L=Letter Nl=Letter_Number ` +
	`Zl=Line_Separator Ll=Lowercase_Letter M=Mark M=Combining_Mark Sm=Math_Symbol Lm=Modifier_Letter Sk=Modifier_Symbol Mn=Nonspacing_Mark ` +
	`N=Number Ps=Open_Punctuation C=Other Lo=Other_Letter No=Other_Number Po=Other_Punctuation So=Other_Symbol Zp=Paragraph_Separator ` +
	`Co=Private_Use P=Punctuation P=punct Z=Separator Zs=Space_Separator Mc=Spacing_Mark Cs=Surrogate S=Symbol Lt=Titlecase_Letter ` +
	`Cn=Unassigned Lu=Uppercase_Letter `

// long is the value of key in a list of names, and short the key of a value.
func long(names, key string) (string, bool) {
	_, after, ok := strings.Cut(names, " "+key+"=")
	value, _, _ := strings.Cut(after, " ")
	return value, ok
}

func short(names, value string) (string, bool) {
	before, _, ok := strings.Cut(names, "="+value+" ")
	return before[strings.LastIndexByte(before, ' ')+1:], ok
}

// made are the properties that were asked for. Any goroutine.
var made struct {
	sync.Mutex
	sets map[string]set
}

// property is what stands between the braces of \p{…}. Any goroutine.
func property(name string) (set, bool) {
	made.Lock()
	defer made.Unlock()
	if s, ok := made.sets[name]; ok {
		return s, true
	}
	s, ok := makeProperty(name)
	if ok {
		if made.sets == nil {
			made.sets = make(map[string]set)
		}
		made.sets[name] = s
	}
	return s, ok
}

func makeProperty(name string) (set, bool) {
	key, value, pair := strings.Cut(name, "=")
	if !word(key) || pair && !word(value) {
		return nil, false
	}
	switch {
	case !pair:
		if s, ok := category(key); ok {
			return s, true
		}
		if full, ok := long(binaryNames, key); ok {
			key = full
		}
		return binary(key)
	case key == "General_Category", key == "gc":
		return category(value)
	case key == "Script", key == "sc":
		_, s, ok := script(value)
		return s, ok
	case key == "Script_Extensions", key == "scx":
		value, s, ok := script(value)
		if ok {
			s = union(s.without(unpack(extended)), unpack(extensions[value]))
		}
		return s, ok
	}
	return nil, false
}

// word reports whether s can be a name at all: the lists hold other characters.
func word(s string) bool {
	for _, c := range s {
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != ""
}

func category(name string) (set, bool) {
	if key, ok := short(categoryNames, name); ok {
		name = key
	} else if _, ok := long(categoryNames, name); !ok {
		return nil, false
	}
	switch name {
	case "LC":
		return fromTables(unicode.Lu, unicode.Ll, unicode.Lt), true
	case "Cn":
		return assigned().not(), true
	case "C":
		return union(assigned().not(), fromTables(unicode.C)), true
	}
	t := unicode.Categories[name]
	return fromTables(t), t != nil
}

func assigned() set {
	return fromTables(unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs)
}

// script finds a script by its long or short name and returns the long one.
func script(name string) (string, set, bool) {
	if full, ok := long(scriptNames, name); ok {
		name = full
	}
	t := unicode.Scripts[name]
	switch {
	case name == "Unknown":
		var known []set
		for _, t := range unicode.Scripts {
			known = append(known, fromTables(t))
		}
		return name, union(known...).not(), true
	case t == nil:
		return "", nil, false
	}
	return name, fromTables(t), true
}

// binary is a binary property by its long name. What is in no table of package unicode is derived as
// DerivedCoreProperties.txt derives it.
func binary(name string) (set, bool) {
	tables := func(t ...*unicode.RangeTable) (set, bool) { return fromTables(t...), true }
	switch name {
	case "ASCII":
		return set{0, 0x7f}, true
	case "Any":
		return all, true
	case "Assigned":
		return assigned(), true
	case "Alphabetic":
		return tables(unicode.Lu, unicode.Ll, unicode.Lt, unicode.Lm, unicode.Lo, unicode.Nl, unicode.Other_Alphabetic, unicode.Other_Lowercase, unicode.Other_Uppercase)
	case "Lowercase":
		return tables(unicode.Ll, unicode.Other_Lowercase)
	case "Uppercase":
		return tables(unicode.Lu, unicode.Other_Uppercase)
	case "Cased":
		return tables(unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase)
	case "Case_Ignorable":
		return union(fromTables(unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk), wordMiddles), true
	case "Math":
		return tables(unicode.Sm, unicode.Other_Math)
	case "ID_Start", "XID_Start":
		s := fromTables(unicode.L, unicode.Nl, unicode.Other_ID_Start).without(fromTables(unicode.Pattern_Syntax, unicode.Pattern_White_Space))
		if name == "XID_Start" {
			s = s.without(union(unstable, set{0xe33, 0xe33, 0xeb3, 0xeb3, 0xff9e, 0xff9f}))
		}
		return s, true
	case "ID_Continue", "XID_Continue":
		s := fromTables(unicode.L, unicode.Nl, unicode.Other_ID_Start, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue).
			without(fromTables(unicode.Pattern_Syntax, unicode.Pattern_White_Space))
		if name == "XID_Continue" {
			s = s.without(unstable)
		}
		return s, true
	case "Default_Ignorable_Code_Point":
		return fromTables(unicode.Other_Default_Ignorable_Code_Point, unicode.Cf, unicode.Variation_Selector).
			without(union(fromTables(unicode.White_Space, unicode.Prepended_Concatenation_Mark), set{0xfff9, 0xfffb, 0x13430, 0x13440})), true
	case "Grapheme_Extend":
		return tables(unicode.Me, unicode.Mn, unicode.Other_Grapheme_Extend)
	case "Grapheme_Base":
		return assigned().without(fromTables(unicode.Cc, unicode.Cf, unicode.Cs, unicode.Co, unicode.Zl, unicode.Zp, unicode.Me, unicode.Mn, unicode.Other_Grapheme_Extend)), true
	case "Emoji":
		return unpack(emoji), true
	case "Emoji_Presentation":
		return unpack(emojiPresentation), true
	case "Emoji_Modifier":
		return set{0x1f3fb, 0x1f3ff}, true
	case "Emoji_Modifier_Base":
		return unpack(emojiModifierBase), true
	case "Emoji_Component":
		return set{'#', '#', '*', '*', '0', '9', 0x200d, 0x200d, 0x20e3, 0x20e3, 0xfe0f, 0xfe0f, 0x1f1e6, 0x1f1ff, 0x1f3fb, 0x1f3ff, 0x1f9b0, 0x1f9b3, 0xe0020, 0xe007f}, true
	case "Extended_Pictographic":
		return unpack(extendedPictographic), true
	case "Bidi_Mirrored":
		return unpack(bidiMirrored), true
	case "Changes_When_Lowercased":
		return changing(strings.ToLower), true
	case "Changes_When_Uppercased":
		return union(changing(strings.ToUpper), expanding), true
	case "Changes_When_Titlecased":
		return union(changing(titled), expanding), true
	case "Changes_When_Casefolded":
		return changing(fold), true
	case "Changes_When_Casemapped":
		return union(changing(strings.ToLower), changing(strings.ToUpper), changing(titled), expanding), true
	case "Changes_When_NFKC_Casefolded":
		return changesNFKC(), true
	}
	if name == "Sentence_Terminal" {
		return tables(unicode.Sentence_Terminal)
	}
	if strings.HasPrefix(name, "Other_") || name == "Hyphen" || name == "Prepended_Concatenation_Mark" || strings.HasPrefix(name, "ID_Compat_Math") || name == "STerm" {
		return nil, false // of Unicode, but not of ECMA-262
	}
	t := unicode.Properties[name]
	if t == nil {
		return nil, false
	}
	return tables(t)
}

var (
	// wordMiddles have the Word_Break MidLetter, MidNumLet or Single_Quote.
	wordMiddles = set{'\'', '\'', '.', '.', ':', ':', 0xb7, 0xb7, 0x387, 0x387, 0x55f, 0x55f, 0x5f4, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2024,
		0x2027, 0x2027, 0xfe13, 0xfe13, 0xfe52, 0xfe52, 0xfe55, 0xfe55, 0xff07, 0xff07, 0xff0e, 0xff0e, 0xff1a, 0xff1a}
	// unstable are no parts of identifiers any more when normalized (UAX 31, section 5.1).
	unstable = set{0x37a, 0x37a, 0x309b, 0x309c, 0xfc5e, 0xfc63, 0xfdfa, 0xfdfb, 0xfe70, 0xfe70, 0xfe72, 0xfe72, 0xfe74, 0xfe74,
		0xfe76, 0xfe76, 0xfe78, 0xfe78, 0xfe7a, 0xfe7a, 0xfe7c, 0xfe7c, 0xfe7e, 0xfe7e}
	// expanding have a longer upper case (SpecialCasing.txt).
	expanding = set{0xdf, 0xdf, 0x149, 0x149, 0x1f0, 0x1f0, 0x390, 0x390, 0x3b0, 0x3b0, 0x587, 0x587, 0x1e96, 0x1e9a, 0x1f50, 0x1f50, 0x1f52, 0x1f52,
		0x1f54, 0x1f54, 0x1f56, 0x1f56, 0x1fb6, 0x1fb7, 0x1fc6, 0x1fc7, 0x1fd2, 0x1fd3, 0x1fd6, 0x1fd7, 0x1fe2, 0x1fe4, 0x1fe6, 0x1fe7, 0x1ff6, 0x1ff7,
		0xfb00, 0xfb06, 0xfb13, 0xfb17}
)

// changing are the characters whose decomposition by changes.
func changing(by func(string) string) set {
	var out []rune
	for _, r := range append([]rune{0x345}, casedAndDecomposed()...) {
		if d := norm.NFD.String(string(r)); by(d) != d {
			out = append(out, r, r)
		}
	}
	return ordered(out)
}

// titled is s with its first character in title case.
func titled(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToTitle(s[:n]) + s[n:]
}

// casedAndDecomposed are all that a change of case can change.
func casedAndDecomposed() []rune {
	var out []rune
	for s := union(fromTables(unicode.L, unicode.Nl, unicode.So, unicode.Mn)); len(s) > 0; s = s[2:] {
		for r := s[0]; r <= s[1]; r++ {
			if r < 0x3400 || r > 0xd7ff || r > 0xa63f && r < 0xac00 {
				out = append(out, r)
			}
		}
	}
	return out
}

// fold is full case folding.
func fold(s string) string {
	var b strings.Builder
	for _, r := range s {
		if expanding.has(r) || r >= 0x1f80 && r <= 0x1faf || r == 0x1fbc || r == 0x1fcc || r == 0x1ffc || r == 0x1e9e || r == 0x1fb3 || r == 0x1fc3 || r == 0x1ff3 {
			b.WriteString("ss")
			continue
		}
		least := foldOf(r)
		b.WriteRune(least)
	}
	return b.String()
}

// foldOf is simple case folding: to the small letter, but for Cherokee.
func foldOf(r rune) rune {
	if unicode.SimpleFold(r) == r {
		return r
	}
	if r >= 0x13a0 && r <= 0x13f5 {
		return r
	}
	if r >= 0x13f8 && r <= 0x13fd || r >= 0xab70 && r <= 0xabbf {
		return unicode.ToUpper(r)
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// changesNFKC are the characters that NFKC_Casefold changes: those that fold, that NFKC changes, and that are
// ignorable.
func changesNFKC() set {
	ignorable, _ := binary("Default_Ignorable_Code_Point")
	var out []rune
	for r := rune(0); r <= 0x2fa1d; r++ {
		if r >= 0xd800 && r <= 0xdfff {
			continue
		}
		if s := norm.NFKC.String(string(r)); s != string(r) {
			out = append(out, r, r)
		}
	}
	return union(out, ignorable, changing(fold))
}
