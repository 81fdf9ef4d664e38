package h1

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestIsToken(t *testing.T) {
	const specials = "!#$%&'*+-.^_`|~"
	for c := 0; c < 256; c++ {
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		want := alnum || strings.IndexByte(specials, byte(c)) >= 0
		if got := IsToken("x" + string([]byte{byte(c)}) + "y"); got != want {
			t.Errorf("IsToken with byte %#x: %v", c, got)
		}
	}
	if IsToken("") {
		t.Error("the empty string is no token")
	}
}

func TestValidValue(t *testing.T) {
	for c := 0; c < 0x80; c++ {
		want := c >= 0x20 && c != 0x7f || c == '\t'
		if got := ValidValue("a" + string(rune(c)) + "b"); got != want {
			t.Errorf("ValidValue with %#x: %v", c, got)
		}
	}
	if !ValidValue("") {
		t.Error("the empty value is valid")
	}
	for _, row := range []struct {
		unit        uint16
		value, path bool
	}{
		{0, false, false}, {'\t', true, false}, {'\n', false, false}, {'\r', false, false}, {0x1f, false, false},
		{' ', true, false}, {'!', true, true}, {'~', true, true}, {0x7f, false, true}, {0x80, true, true}, {0xff, true, true},
		{0x100, false, false}, {0x10a, false, false}, {0x10d, false, false}, {0xd83d, false, false}, {0xffff, false, false},
	} {
		if got := ValidValueUnit(row.unit); got != row.value {
			t.Errorf("ValidValueUnit(%#x) = %v", row.unit, got)
		}
		if got := ValidPathUnit(row.unit); got != row.path {
			t.Errorf("ValidPathUnit(%#x) = %v", row.unit, got)
		}
	}
}

func TestFramingOf(t *testing.T) {
	want := map[string]Framing{
		"connection": FieldConnection, "content-length": FieldContentLength, "transfer-encoding": FieldTransferEncoding,
		"date": FieldDate, "expect": FieldExpect, "trailer": FieldTrailer, "keep-alive": FieldKeepAlive, "cookie": FieldCookie,
	}
	for name, framing := range want {
		for _, form := range []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]} {
			if got := FramingOf(form); got != framing {
				t.Errorf("FramingOf(%q) = %d, want %d", form, got, framing)
			}
		}
		for _, other := range []string{name + "s", name[1:], "x" + name[1:], name[:len(name)-1] + "\x00"} {
			if got := FramingOf(other); got != FieldOther {
				t.Errorf("FramingOf(%q) = %d", other, got)
			}
		}
	}
	if FramingOf("") != FieldOther {
		t.Error("the empty name means something")
	}
}

func TestEqualFold(t *testing.T) {
	for _, row := range []struct {
		s, lower string
		want     bool
	}{
		{"", "", true}, {"Host", "host", true}, {"HOST", "host", true}, {"hos", "host", false}, {"hosts", "host", false},
		{"h\xd3st", "h\xf3st", false}, {"[", "{", false}, {"@", "`", false}, {"K", "\u212a", false},
	} {
		if got := EqualFold(row.s, row.lower); got != row.want {
			t.Errorf("EqualFold(%q, %q) = %v", row.s, row.lower, got)
		}
	}
}

func TestHasToken(t *testing.T) {
	for _, row := range []struct {
		list string
		want bool
	}{
		{"close", true}, {"Close", true}, {" close\t", true}, {"a, CLOSE ,b", true}, {"a,close", true}, {",,close", true},
		{"", false}, {",", false}, {"closed", false}, {"not close", false}, {"a-close", false}, {"clos\x00e", false},
	} {
		if got := HasToken(row.list, "close"); got != row.want {
			t.Errorf("HasToken(%q) = %v", row.list, got)
		}
	}
}

// TestJoinRule follows the table of message.headers in Node v20 doc/api/http.md.
func TestJoinRule(t *testing.T) {
	for _, name := range strings.Fields("age authorization content-length content-type etag expires from host if-modified-since " +
		"if-unmodified-since last-modified location max-forwards proxy-authorization referer retry-after server user-agent") {
		if JoinRule(name) != JoinFirst {
			t.Errorf("%s: not the first", name)
		}
	}
	for name, want := range map[string]Join{"set-cookie": JoinList, "cookie": JoinSemicolon, "accept": JoinComma,
		"x-any": JoinComma, "": JoinComma, "transfer-encoding": JoinComma, "__proto__": JoinComma} {
		if got := JoinRule(name); got != want {
			t.Errorf("JoinRule(%q) = %d, want %d", name, got, want)
		}
	}
}

func TestAppendStatusLine(t *testing.T) {
	for code, text := range StatusText {
		want := fmt.Sprintf("<HTTP/1.1 %d %s\r\n", code, text)
		if got := string(AppendStatusLine([]byte("<"), code, text, true)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := string(AppendStatusLine([]byte("<"), code, text, false)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, row := range []struct {
		code  int
		text  string
		usual bool
		want  string
	}{
		{299, "unknown", true, "HTTP/1.1 299 unknown\r\n"},
		{999, "unknown", true, "HTTP/1.1 999 unknown\r\n"},
		{200, "Fine", false, "HTTP/1.1 200 Fine\r\n"},
		{200, "", false, "HTTP/1.1 200 \r\n"},
		{100, "x", false, "HTTP/1.1 100 x\r\n"},
	} {
		if got := string(AppendStatusLine(nil, row.code, row.text, row.usual)); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}

func TestAppendChunkSizeAndInt(t *testing.T) {
	for _, n := range []int{0, 1, 9, 10, 15, 16, 255, 256, 4096, 65535, 1 << 31, 1<<63 - 1} {
		if got, want := string(AppendChunkSize([]byte("<"), n)), "<"+strconv.FormatInt(int64(n), 16)+"\r\n"; got != want {
			t.Errorf("AppendChunkSize(%d) = %q", n, got)
		}
		if got, want := string(AppendInt([]byte("<"), int64(n))), "<"+strconv.Itoa(n); got != want {
			t.Errorf("AppendInt(%d) = %q", n, got)
		}
		if got := itoa(n); got != strconv.Itoa(n) {
			t.Errorf("itoa(%d) = %q", n, got)
		}
	}
}

func TestDateIsMadeOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d Date
		start := time.Now()
		text := func() string { return string(d.Append(nil, time.Since(start), time.Now)) }
		const first, second = "Date: Sat, 01 Jan 2000 00:00:00 GMT\r\n", "Date: Sat, 01 Jan 2000 00:00:01 GMT\r\n"
		if got := text(); got != first {
			t.Errorf("%q, want %q", got, first)
		}
		for _, step := range []struct {
			pass time.Duration
			want string
		}{{999 * time.Millisecond, first}, {time.Millisecond, second}, {999 * time.Millisecond, second},
			{time.Hour, "Date: Sat, 01 Jan 2000 01:00:01 GMT\r\n"}, {31 * 24 * time.Hour, "Date: Tue, 01 Feb 2000 01:00:01 GMT\r\n"}} {
			<-time.After(step.pass)
			if got := text(); got != step.want {
				t.Errorf("%q, want %q", got, step.want)
			}
		}
		if n := testing.AllocsPerRun(10, func() { d.Append(make([]byte, 0, 64)[:0], time.Since(start), time.Now) }); n > 1 {
			t.Errorf("%v allocations", n)
		}
	})
}
