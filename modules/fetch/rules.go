package fetch

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"net/netip"
	"regexp"
	"strings"

	nodeurl "github.com/gonode/gonode/modules/url"
)

// This file is rules about URLs and bytes that know nothing of JavaScript.

func isHTTP(u *nodeurl.URL) bool { return u.Protocol() == "http:" || u.Protocol() == "https:" }

func sameOrigin(a, b *nodeurl.URL) bool {
	return a.Origin() == "null" && b.Origin() == "null" ||
		a.Protocol() == b.Protocol() && a.Hostname() == b.Hostname() && a.Port() == b.Port()
}

// badPorts are those of services that could take a request for something else.
//
// Source: https://fetch.spec.whatwg.org/#bad-port.
const badPorts = " 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 " +
	"135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 " +
	"1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080 "

func badPort(port string) bool { return port != "" && strings.Contains(badPorts, " "+port+" ") }

// sentReferrer is what the request says of where it comes from; nil for nothing.
//
// Source: https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer, as far as Node has it: a
// program has no origin of its own.
func (q *request) sentReferrer() *nodeurl.URL {
	from := q.referrer
	if from == nil || !isHTTP(from) || q.referrerPolicy == "no-referrer" {
		return nil
	}
	origin, _ := nodeurl.Parse(from.Origin()+"/", nil)
	whole, _ := nodeurl.Parse(from.Origin()+from.Pathname()+from.Search(), nil)
	if whole == nil || len(whole.Href()) > 4096 {
		whole = origin
	}
	down := trustworthy(from) && !trustworthy(q.url())
	switch q.referrerPolicy {
	case "unsafe-url":
		return whole
	case "same-origin":
		return nil
	case "origin", "origin-when-cross-origin":
		return origin
	case "strict-origin-when-cross-origin":
		if sameOrigin(from, q.url()) {
			return whole
		}
	}
	if down {
		return nil
	}
	return origin
}

// trustworthy tells URLs of which nobody on the way can have changed what they lead to.
func trustworthy(u *nodeurl.URL) bool {
	switch u.Protocol() {
	case "data:", "file:", "https:", "wss:":
		return true
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// summary is one hash of an integrity attribute.
var summary = regexp.MustCompile(`(?i)(sha256|sha384|sha512)-(?:([A-Za-z0-9+/_-]+)={0,2}(?:\s|$))?`)

// matches reports whether data has one of the strongest hashes that the attribute names; nothing it knows matches all.
//
// Source: https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist.
func matches(data []byte, attribute string) bool {
	strongest, ok := "", true
	for _, token := range strings.Split(attribute, " ") {
		m := summary.FindStringSubmatch(token)
		if m == nil {
			continue
		}
		kind := strings.ToLower(m[1])
		if kind < strongest {
			continue
		}
		if kind > strongest {
			strongest, ok = kind, false
		}
		var sum []byte
		switch kind {
		case "sha256":
			s := sha256.Sum256(data)
			sum = s[:]
		case "sha384":
			s := sha512.Sum384(data)
			sum = s[:]
		default:
			s := sha512.Sum512(data)
			sum = s[:]
		}
		given := strings.NewReplacer("-", "+", "_", "/").Replace(m[2])
		ok = ok || given == base64.RawStdEncoding.EncodeToString(sum)
	}
	return ok
}

// parseData takes apart a data: URL without its fragment.
//
// Source: https://fetch.spec.whatwg.org/#data-url-processor.
func parseData(url string) (data []byte, mime *mimeType, ok bool) {
	head, content, ok := strings.Cut(strings.TrimPrefix(url, "data:"), ",")
	if !ok {
		return nil, nil, false
	}
	head = strings.Trim(head, "\t\n\f\r ")
	data = unescape(content)
	if i := strings.LastIndexByte(head, ';'); i >= 0 && strings.EqualFold(strings.TrimLeft(head[i+1:], " "), "base64") {
		head = head[:i]
		if data, ok = forgivingBase64(data); !ok {
			return nil, nil, false
		}
	}
	if strings.HasPrefix(head, ";") {
		head = "text/plain" + head
	}
	if mime, ok = parseMIME(head); !ok {
		mime, _ = parseMIME("text/plain;charset=US-ASCII")
	}
	return data, mime, true
}

// unescape decodes what is escaped and leaves all else.
func unescape(s string) []byte {
	hex := func(c byte) int { return strings.IndexByte("0123456789abcdef", c|0x20) }
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0 {
			out = append(out, byte(hex(s[i+1])<<4|hex(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

// forgivingBase64 decodes base64 with white space and without padding.
//
// Source: https://infra.spec.whatwg.org/#forgiving-base64-decode.
func forgivingBase64(b []byte) ([]byte, bool) {
	s := strings.NewReplacer("\t", "", "\n", "", "\f", "", "\r", "", " ", "").Replace(string(b))
	if len(s)%4 == 0 {
		s = strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	}
	out, err := base64.RawStdEncoding.DecodeString(s)
	return out, err == nil
}
