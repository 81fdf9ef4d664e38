package runtime

import (
	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/assert"
	asynchooks "github.com/gonode/gonode/modules/async_hooks"
	"github.com/gonode/gonode/modules/buffer"
	childprocess "github.com/gonode/gonode/modules/child_process"
	"github.com/gonode/gonode/modules/cluster"
	"github.com/gonode/gonode/modules/console"
	"github.com/gonode/gonode/modules/constants"
	"github.com/gonode/gonode/modules/crypto"
	diagnosticschannel "github.com/gonode/gonode/modules/diagnostics_channel"
	"github.com/gonode/gonode/modules/dns"
	"github.com/gonode/gonode/modules/domain"
	"github.com/gonode/gonode/modules/events"
	"github.com/gonode/gonode/modules/fetch"
	"github.com/gonode/gonode/modules/fs"
	"github.com/gonode/gonode/modules/http"
	"github.com/gonode/gonode/modules/http2"
	"github.com/gonode/gonode/modules/https"
	"github.com/gonode/gonode/modules/intl"
	"github.com/gonode/gonode/modules/module"
	nodenet "github.com/gonode/gonode/modules/net"
	"github.com/gonode/gonode/modules/os"
	"github.com/gonode/gonode/modules/path"
	perfhooks "github.com/gonode/gonode/modules/perf_hooks"
	"github.com/gonode/gonode/modules/process"
	"github.com/gonode/gonode/modules/punycode"
	"github.com/gonode/gonode/modules/querystring"
	"github.com/gonode/gonode/modules/readline"
	"github.com/gonode/gonode/modules/repl"
	"github.com/gonode/gonode/modules/stream"
	streamweb "github.com/gonode/gonode/modules/stream/web"
	stringdecoder "github.com/gonode/gonode/modules/string_decoder"
	"github.com/gonode/gonode/modules/test"
	"github.com/gonode/gonode/modules/timers"
	"github.com/gonode/gonode/modules/tls"
	"github.com/gonode/gonode/modules/url"
	"github.com/gonode/gonode/modules/util"
	"github.com/gonode/gonode/modules/v8"
	"github.com/gonode/gonode/modules/vm"
	"github.com/gonode/gonode/modules/weakref"
	workerthreads "github.com/gonode/gonode/modules/worker_threads"
	"github.com/gonode/gonode/modules/zlib"
)

// builtins is the table of all built-in modules.
var builtins = table(
	assert.Module,
	assert.StrictModule,
	asynchooks.Module,
	buffer.Module,
	buffer.SharedModule,
	childprocess.Module,
	cluster.Module,
	console.Module,
	constants.Module,
	crypto.Module,
	diagnosticschannel.Module,
	dns.Module,
	dns.PromisesModule,
	domain.Module,
	events.DOM,
	events.Module,
	fetch.Module,
	fs.Module,
	fs.PromisesModule,
	http.Module,
	http2.Module,
	https.Module,
	intl.Module,
	module.Module,
	nodenet.Module,
	os.Module,
	path.Module,
	path.PosixModule,
	path.Win32Module,
	perfhooks.Module,
	process.Module,
	process.TTYModule,
	punycode.Module,
	querystring.Module,
	readline.Module,
	readline.PromisesModule,
	repl.Module,
	stream.ConsumersModule,
	stream.Module,
	stream.PromisesModule,
	streamweb.GlobalsModule,
	streamweb.Module,
	stringdecoder.Module,
	test.Module,
	timers.Module,
	timers.PromisesModule,
	tls.Module,
	url.Module,
	util.GlobalsModule,
	util.Module,
	util.SysModule,
	util.TypesModule,
	v8.Module,
	vm.Module,
	weakref.Module,
	workerthreads.GlobalsModule,
	workerthreads.Module,
	zlib.Module,
)

func table(ms ...modules.Module) map[string]modules.Module {
	t := make(map[string]modules.Module, len(ms))
	for _, list := range [][]modules.Module{ms, http.PrivateModules, stream.PrivateModules} {
		for _, m := range list {
			t[m.ID] = m
		}
	}
	return t
}
