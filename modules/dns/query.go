package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/gonode/gonode/eventloop/sock"
)

// channel is how a resolver asks: which servers, from where, for how long. It is copied into each
// query, so that what a script changes meanwhile concerns later queries only.
type channel struct {
	via     sock.NameServers
	servers []netip.AddrPort
	timeout time.Duration // for the first try of each server; it doubles with each further one
	tries   int           // rounds through the servers
	local4  netip.Addr    // our address towards IPv4 servers; invalid: the system chooses
	local6  netip.Addr
}

const (
	// maxUDP is the size of answer that we offer over UDP: what fits every path (DNS flag day 2020).
	maxUDP = 1232
	// maxWait bounds the doubled timeouts.
	maxWait = time.Minute
)

// answer is a parsed positive response.
type answer struct {
	records []dnsmessage.Resource
}

// codeError is a failure with the code of a name server's client: "ENOTFOUND".
type codeError string

func (e codeError) Error() string { return string(e) }

var errMismatch = errors.New("not an answer to our question")

// ask resolves name, fully qualified or not, and follows what RFC 1035 §7.2 and RFC 9520 ask of a
// client: a bounded number of tries, the next server where one fails. Any goroutine.
func (c *channel) ask(ctx context.Context, name string, typ dnsmessage.Type) (*answer, error) {
	qname, err := queryName(name)
	if err != nil {
		return nil, err
	}
	var last error = codeError("ECONNREFUSED") // what is told where there is no server
	timeout := c.timeout
	for range c.tries {
		for _, server := range c.servers {
			a, again, err := c.askServer(ctx, server, timeout, qname, typ)
			if ctx.Err() != nil {
				return nil, codeError("ECANCELLED")
			}
			if !again {
				return a, err
			}
			last = err
		}
		timeout = min(2*timeout, maxWait)
	}
	return nil, last
}

// queryName is name as it stands in a question.
func queryName(name string) (n dnsmessage.Name, err error) {
	name, err = toASCII(name)
	if err != nil {
		return n, codeError("EBADNAME")
	}
	name = strings.TrimSuffix(name, ".")
	if lower := strings.ToLower(name); lower == "onion" || strings.HasSuffix(lower, ".onion") {
		return n, codeError("ENOTFOUND") // RFC 7686: these must not reach a name server
	}
	if name != "" {
		for label := range strings.SplitSeq(name, ".") {
			if label == "" || len(label) > 63 {
				return n, codeError("EBADNAME")
			}
		}
	}
	if n, err = dnsmessage.NewName(name + "."); err != nil {
		return n, codeError("EBADNAME")
	}
	return n, nil
}

// askServer asks one server once, over TCP if the answer does not fit UDP. again says that another
// server, or the same one later, may know better.
func (c *channel) askServer(ctx context.Context, server netip.AddrPort, timeout time.Duration, name dnsmessage.Name, typ dnsmessage.Type) (a *answer, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	edns := true
	for {
		question := dnsmessage.Question{Name: name, Type: typ, Class: dnsmessage.ClassINET}
		msg, head, err := c.exchange(ctx, "udp", server, question, edns)
		if err == nil && head.Truncated {
			msg, head, err = c.exchange(ctx, "tcp", server, question, edns)
		}
		if err != nil {
			return nil, true, networkError(err)
		}
		switch head.RCode {
		case dnsmessage.RCodeSuccess:
			a, err := parseAnswer(msg)
			return a, false, err
		case dnsmessage.RCodeNameError:
			return nil, false, codeError("ENOTFOUND")
		case dnsmessage.RCodeFormatError:
			if edns { // RFC 6891 §7: a server from before extensions
				edns = false
				continue
			}
			return nil, false, codeError("EFORMERR")
		case dnsmessage.RCodeServerFailure:
			return nil, true, codeError("ESERVFAIL")
		case dnsmessage.RCodeNotImplemented:
			return nil, true, codeError("ENOTIMP")
		case dnsmessage.RCodeRefused:
			return nil, true, codeError("EREFUSED")
		}
		return nil, false, codeError("EBADRESP")
	}
}

// networkError names what kept an answer from coming.
func networkError(err error) error {
	var code codeError
	switch {
	case errors.As(err, &code):
		return code
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return codeError("ETIMEOUT")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return codeError("EBADRESP")
	}
	return codeError("ECONNREFUSED")
}

// exchange sends the question and returns the message that answers it.
func (c *channel) exchange(ctx context.Context, network string, server netip.AddrPort, q dnsmessage.Question, edns bool) ([]byte, dnsmessage.Header, error) {
	// The identifier and the port that the system chooses keep others from answering (RFC 5452).
	id := uint16(rand.Uint32())
	request, err := packQuestion(id, q, edns)
	if err != nil {
		return nil, dnsmessage.Header{}, codeError("EBADNAME")
	}
	local := c.local4
	if server.Addr().Is6() && !server.Addr().Is4In6() {
		local = c.local6
	}
	conn, err := c.via.DialNameServer(ctx, network, server, local)
	if err != nil {
		return nil, dnsmessage.Header{}, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	stream := network == "tcp"
	if stream {
		request = append(binary.BigEndian.AppendUint16(nil, uint16(len(request))), request...)
	}
	if _, err := conn.Write(request); err != nil {
		return nil, dnsmessage.Header{}, err
	}
	for buf := []byte(nil); ; {
		msg, err := receive(conn, stream, &buf)
		if err != nil {
			return nil, dnsmessage.Header{}, err
		}
		head, err := checkAnswer(msg, id, q)
		switch {
		case err == nil:
			return msg, head, nil
		case stream:
			return nil, head, codeError("EBADRESP")
		}
		// Somebody else's datagram, or a late answer: ours may still come.
	}
}

// receive reads one message. buf is the space for datagrams, made on first use.
func receive(conn net.Conn, stream bool, buf *[]byte) ([]byte, error) {
	if !stream {
		if *buf == nil {
			*buf = make([]byte, 65535)
		}
		n, err := conn.Read(*buf)
		return (*buf)[:n], err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	msg := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(conn, msg)
	return msg, err
}

func packQuestion(id uint16, q dnsmessage.Question, edns bool) ([]byte, error) {
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{q},
	}
	if edns {
		var h dnsmessage.ResourceHeader
		if err := h.SetEDNS0(maxUDP, dnsmessage.RCodeSuccess, false); err != nil {
			return nil, err
		}
		m.Additionals = []dnsmessage.Resource{{Header: h, Body: &dnsmessage.OPTResource{}}}
	}
	return m.Pack()
}

// checkAnswer reports whether msg answers q: same identifier, same question (RFC 5452 §9.1).
func checkAnswer(msg []byte, id uint16, q dnsmessage.Question) (dnsmessage.Header, error) {
	var p dnsmessage.Parser
	head, err := p.Start(msg)
	if err != nil {
		return head, err
	}
	if !head.Response || head.ID != id {
		return head, errMismatch
	}
	asked, err := p.Question()
	switch {
	case err == dnsmessage.ErrSectionDone && head.RCode != dnsmessage.RCodeSuccess:
		return head, nil // some servers do not repeat what they refuse
	case err != nil:
		return head, err
	case asked.Type != q.Type || asked.Class != q.Class || !strings.EqualFold(asked.Name.String(), q.Name.String()):
		return head, errMismatch
	}
	return head, nil
}

// parseAnswer returns the records of the answer section.
func parseAnswer(msg []byte) (*answer, error) {
	var p dnsmessage.Parser
	if _, err := p.Start(msg); err != nil {
		return nil, codeError("EBADRESP")
	}
	if err := p.SkipAllQuestions(); err != nil {
		return nil, codeError("EBADRESP")
	}
	all, err := p.AllAnswers()
	if err != nil {
		return nil, codeError("EBADRESP")
	}
	if len(all) == 0 {
		return nil, codeError("ENODATA")
	}
	return &answer{all}, nil
}
