package parser

// Name is a well-known field name, for tables of ready-made strings and join rules.
type Name uint8

// The well-known names: those that Node treats specially and those that browsers, curl and
// common servers send. In the order of the alphabet.
const (
	NameOther Name = iota // any other
	NameAccept
	NameAcceptCharset
	NameAcceptEncoding
	NameAcceptLanguage
	NameAcceptRanges
	NameAccessControlAllowCredentials
	NameAccessControlAllowHeaders
	NameAccessControlAllowMethods
	NameAccessControlAllowOrigin
	NameAccessControlExposeHeaders
	NameAccessControlMaxAge
	NameAccessControlRequestHeaders
	NameAccessControlRequestMethod
	NameAge
	NameAllow
	NameAltSvc
	NameAuthorization
	NameCacheControl
	NameConnection
	NameContentDisposition
	NameContentEncoding
	NameContentLanguage
	NameContentLength
	NameContentLocation
	NameContentRange
	NameContentSecurityPolicy
	NameContentType
	NameCookie
	NameDate
	NameDNT
	NameETag
	NameExpect
	NameExpires
	NameForwarded
	NameFrom
	NameHost
	NameIfMatch
	NameIfModifiedSince
	NameIfNoneMatch
	NameIfRange
	NameIfUnmodifiedSince
	NameKeepAlive
	NameLastModified
	NameLink
	NameLocation
	NameMaxForwards
	NameOrigin
	NamePragma
	NamePriority
	NameProxyAuthenticate
	NameProxyAuthorization
	NameProxyConnection
	NameRange
	NameReferer
	NameReferrerPolicy
	NameRetryAfter
	NameSecChUa
	NameSecChUaMobile
	NameSecChUaPlatform
	NameSecFetchDest
	NameSecFetchMode
	NameSecFetchSite
	NameSecFetchUser
	NameSecWebsocketAccept
	NameSecWebsocketExtensions
	NameSecWebsocketKey
	NameSecWebsocketProtocol
	NameSecWebsocketVersion
	NameServer
	NameSetCookie
	NameStrictTransportSecurity
	NameTE
	NameTrailer
	NameTransferEncoding
	NameUpgrade
	NameUpgradeInsecureRequests
	NameUserAgent
	NameVary
	NameVia
	NameWWWAuthenticate
	NameXContentTypeOptions
	NameXForwardedFor
	NameXForwardedHost
	NameXForwardedProto
	NameXFrameOptions
	NameXPoweredBy
	NameXRealIp
	NameXRequestId
	NameXRequestedWith

	// NumNames is the number of values, for arrays indexed by Name.
	NumNames = int(iota)
)

var knownNames = [NumNames]string{
	NameAccept:                        "accept",
	NameAcceptCharset:                 "accept-charset",
	NameAcceptEncoding:                "accept-encoding",
	NameAcceptLanguage:                "accept-language",
	NameAcceptRanges:                  "accept-ranges",
	NameAccessControlAllowCredentials: "access-control-allow-credentials",
	NameAccessControlAllowHeaders:     "access-control-allow-headers",
	NameAccessControlAllowMethods:     "access-control-allow-methods",
	NameAccessControlAllowOrigin:      "access-control-allow-origin",
	NameAccessControlExposeHeaders:    "access-control-expose-headers",
	NameAccessControlMaxAge:           "access-control-max-age",
	NameAccessControlRequestHeaders:   "access-control-request-headers",
	NameAccessControlRequestMethod:    "access-control-request-method",
	NameAge:                           "age",
	NameAllow:                         "allow",
	NameAltSvc:                        "alt-svc",
	NameAuthorization:                 "authorization",
	NameCacheControl:                  "cache-control",
	NameConnection:                    "connection",
	NameContentDisposition:            "content-disposition",
	NameContentEncoding:               "content-encoding",
	NameContentLanguage:               "content-language",
	NameContentLength:                 "content-length",
	NameContentLocation:               "content-location",
	NameContentRange:                  "content-range",
	NameContentSecurityPolicy:         "content-security-policy",
	NameContentType:                   "content-type",
	NameCookie:                        "cookie",
	NameDate:                          "date",
	NameDNT:                           "dnt",
	NameETag:                          "etag",
	NameExpect:                        "expect",
	NameExpires:                       "expires",
	NameForwarded:                     "forwarded",
	NameFrom:                          "from",
	NameHost:                          "host",
	NameIfMatch:                       "if-match",
	NameIfModifiedSince:               "if-modified-since",
	NameIfNoneMatch:                   "if-none-match",
	NameIfRange:                       "if-range",
	NameIfUnmodifiedSince:             "if-unmodified-since",
	NameKeepAlive:                     "keep-alive",
	NameLastModified:                  "last-modified",
	NameLink:                          "link",
	NameLocation:                      "location",
	NameMaxForwards:                   "max-forwards",
	NameOrigin:                        "origin",
	NamePragma:                        "pragma",
	NamePriority:                      "priority",
	NameProxyAuthenticate:             "proxy-authenticate",
	NameProxyAuthorization:            "proxy-authorization",
	NameProxyConnection:               "proxy-connection",
	NameRange:                         "range",
	NameReferer:                       "referer",
	NameReferrerPolicy:                "referrer-policy",
	NameRetryAfter:                    "retry-after",
	NameSecChUa:                       "sec-ch-ua",
	NameSecChUaMobile:                 "sec-ch-ua-mobile",
	NameSecChUaPlatform:               "sec-ch-ua-platform",
	NameSecFetchDest:                  "sec-fetch-dest",
	NameSecFetchMode:                  "sec-fetch-mode",
	NameSecFetchSite:                  "sec-fetch-site",
	NameSecFetchUser:                  "sec-fetch-user",
	NameSecWebsocketAccept:            "sec-websocket-accept",
	NameSecWebsocketExtensions:        "sec-websocket-extensions",
	NameSecWebsocketKey:               "sec-websocket-key",
	NameSecWebsocketProtocol:          "sec-websocket-protocol",
	NameSecWebsocketVersion:           "sec-websocket-version",
	NameServer:                        "server",
	NameSetCookie:                     "set-cookie",
	NameStrictTransportSecurity:       "strict-transport-security",
	NameTE:                            "te",
	NameTrailer:                       "trailer",
	NameTransferEncoding:              "transfer-encoding",
	NameUpgrade:                       "upgrade",
	NameUpgradeInsecureRequests:       "upgrade-insecure-requests",
	NameUserAgent:                     "user-agent",
	NameVary:                          "vary",
	NameVia:                           "via",
	NameWWWAuthenticate:               "www-authenticate",
	NameXContentTypeOptions:           "x-content-type-options",
	NameXForwardedFor:                 "x-forwarded-for",
	NameXForwardedHost:                "x-forwarded-host",
	NameXForwardedProto:               "x-forwarded-proto",
	NameXFrameOptions:                 "x-frame-options",
	NameXPoweredBy:                    "x-powered-by",
	NameXRealIp:                       "x-real-ip",
	NameXRequestId:                    "x-request-id",
	NameXRequestedWith:                "x-requested-with",
}

// KnownName returns the name in lower case, "" for NameOther.
func KnownName(n Name) string { return knownNames[n] }

// nameTable is a hash table without collisions: lookupName compares with one name only.
var nameTable = buildNameTable()

const nameTableSize = 512

func buildNameTable() (t [nameTableSize]Name) {
	for n := NameOther + 1; int(n) < NumNames; n++ {
		h := nameHash([]byte(knownNames[n]))
		if t[h] != NameOther {
			panic("BUG: parser: nameHash sends " + knownNames[t[h]] + " and " + knownNames[n] + " to one place")
		}
		t[h] = n
	}
	return t
}

// nameHash mixes the length with three letters, case ignored. The factors were found by trial,
// so that no two of knownNames meet; buildNameTable says if a new name does.
func nameHash(b []byte) uint {
	n := uint(len(b))
	return (n*458 + uint(b[0]|0x20)*141 + uint(b[n-1]|0x20)*467 + uint(b[n*3/4]|0x20)*351) % nameTableSize
}

// NameOf returns what name, which is a token and not empty, is known as.
func NameOf(name string) Name { return lookupName([]byte(name)) }

// lookupName returns what b, which is a token and not empty, is known as.
func lookupName(b []byte) Name {
	n := nameTable[nameHash(b)]
	if equalFold(b, knownNames[n]) {
		return n
	}
	return NameOther
}
