package https

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// defineAgent makes https.Agent, an http.Agent whose names tell apart what may not share a secure
// connection.
//
// Node v20 lib/https.js: Agent.
func (r *room) defineAgent() {
	vm := r.h.VM
	httpAgent := func(this *goja.Object, args []goja.Value) {
		bind.Call(r.http.Agent.Ctor, this, args...)
	}
	r.agent = bind.Define(vm, bind.Class{Name: "Agent", Length: 1, Mode: bind.CallInstance, Parent: r.http.Agent,
		Construct: func(this *goja.Object, args []goja.Value) {
			httpAgent(this, args)
			this.Set("defaultPort", 443)
			this.Set("protocol", "https:")
			max := bind.Property(this.Get("options"), "maxCachedSessions")
			if bind.IsUndefined(max) {
				max = bind.Int(100)
			}
			this.Set("maxCachedSessions", max)
		},
		Methods: []bind.Method{
			{Name: "createConnection", Length: 3, Fn: func(goja.FunctionCall) goja.Value {
				r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "https.Agent.createConnection")
				return nil
			}},
			{Name: "getName", Length: 0, Fn: func(c goja.FunctionCall) goja.Value {
				options, ok := c.Argument(0).(*goja.Object)
				if !ok {
					options = vm.NewObject()
				}
				base, _ := bind.ToCallable(r.http.Agent.Proto.Get("getName"))
				return bind.String(base.Call(c.This, options).String() + r.secureName(options))
			}},
		}})
}

// nameRule tells when an option is part of a name.
type nameRule uint8

const (
	ifTruthy nameRule = iota
	ifDefined
	ifNotHost // servername: only where it differs from host
	asJSON
)

// nameOptions are the options that an agent's names are made of beside those of http, in order.
var nameOptions = []struct {
	name string
	rule nameRule
}{
	{"ca", ifTruthy}, {"cert", ifTruthy}, {"clientCertEngine", ifTruthy}, {"ciphers", ifTruthy},
	{"key", ifTruthy}, {"pfx", ifTruthy}, {"rejectUnauthorized", ifDefined}, {"servername", ifNotHost},
	{"minVersion", ifTruthy}, {"maxVersion", ifTruthy}, {"secureProtocol", ifTruthy}, {"crl", ifTruthy},
	{"honorCipherOrder", ifDefined}, {"ecdhCurve", ifTruthy}, {"dhparam", ifTruthy}, {"secureOptions", ifDefined},
	{"sessionIdContext", ifTruthy}, {"sigalgs", asJSON}, {"privateKeyIdentifier", ifTruthy}, {"privateKeyEngine", ifTruthy},
}

func (r *room) secureName(options *goja.Object) string {
	var name strings.Builder
	for _, o := range nameOptions {
		name.WriteByte(':')
		v := options.Get(o.name)
		switch {
		case o.rule == ifDefined && !bind.IsUndefined(v),
			o.rule == ifTruthy && bind.Truthy(v),
			o.rule == ifNotHost && bind.Truthy(v) && !v.StrictEquals(orUndefined(options.Get("host"))):
			name.WriteString(v.String())
		case o.rule == asJSON && bind.Truthy(v):
			json := r.h.VM.Get("JSON").ToObject(r.h.VM)
			name.WriteString(bind.Invoke(r.h.VM, json, "stringify", v).String())
		}
	}
	return name.String()
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}
