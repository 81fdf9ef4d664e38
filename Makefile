# gonode's chores. `make help` lists them.

FUZZTIME ?= 10s
BENCH    ?=
RUN      ?= .
JS       := ./jstests

# The race detector needs cgo; without a C compiler the checks run without it.
RACE := $(shell [ "$$(go env CGO_ENABLED)" = 1 ] && echo -race)

.DEFAULT_GOAL := help
.PHONY: build run test race check fmt lint tidy fuzz bench pgo jstests oracle conformance npm interop soak help

build: ## build ./gonode
	go build -o gonode ./cmd/gonode

run: ## run a script: make run ARGS='examples/hello-server.js'
	go run ./cmd/gonode $(ARGS)

# What talks to real sockets; both socket backends must pass it. (On Linux epoll is the default.)
TALKERS := $(JS) ./modules/http ./modules/net ./runtime ./cmd/gonode

test: ## run all tests: under three minutes; those with sockets on both backends
	go test ./...
	GONODE_BACKEND=goroutine go test $(TALKERS)

race: ## run all tests with the race detector and the invariants; RUN=pattern to choose
	go test -pgo=off $(RACE) -tags invariants -run '$(RUN)' ./...
	GONODE_BACKEND=goroutine go test -pgo=off $(RACE) -tags invariants -run '$(RUN)' $(TALKERS)

check: fmt lint race tidy ## everything a change must pass

fmt: ## fail, with the difference, if a file is not gofmt'ed
	@d="$$(gofmt -d .)"; [ -z "$$d" ] || { echo "$$d"; exit 1; }

lint: ## go vet and staticcheck, with and without the invariants
	go vet ./...
	go vet -tags 'invariants interop' ./...
	go tool staticcheck ./...

tidy: ## fail, with the difference, if go.mod is not tidy
	go mod tidy -diff

fuzz: ## run every fuzz target for FUZZTIME (10s) each
	@grep -rl --include='*_test.go' '^func Fuzz' . | xargs -r -n1 dirname | sort -u | while read -r dir; do \
		for f in $$(go test -list '^Fuzz' $$dir | grep '^Fuzz'); do \
			echo "== $$dir $$f"; \
			go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$dir || exit 1; \
		done; \
	done

bench: ## measure gonode beside node with wrk; BENCH='-rounds 5 -write' for more
	go run ./jstests/bench $(BENCH)

pgo: ## measure where gonode spends its time, for the compiler: cmd/gonode/default.pgo
	go run ./jstests/bench -pgo cmd/gonode/default.pgo

jstests: ## run the tests written in JavaScript on gonode; RUN=http to choose
	go test $(JS) -run 'TestFiles/all/$(RUN)' -v

oracle: ## run the same files on the node in PATH; RUN=http to choose
	go test $(JS) -count=1 -run 'TestFiles/all/$(RUN)' -oracle

conformance: ## run them as processes and write COMPATIBILITY.md; OUT='-junit FILE -json FILE' for more
	go run ./cmd/gonode conformance -page COMPATIBILITY.md $(OUT)

# Where its packages are installed; one that stays spares the next run the registry.
NPM_DIR ?= $(shell mktemp -d)

npm: ## run packages of npm on gonode and on node; RUN=express to choose; needs npm and its registry
	@dir="$(NPM_DIR)" && mkdir -p "$$dir" && go build -o "$$dir/gonode" ./cmd/gonode && \
		node jstests/packages/run.js "$$dir" "$$dir/gonode" '$(RUN)'

interop: ## let curl, Go, Python, node, nginx, haproxy, chromium and wrk, as installed, talk to gonode
	go test -tags interop -count=1 -v -run '$(RUN)' ./jstests/interop

soak: ## mixed traffic for 10 minutes: memory, goroutines, descriptors must be flat; SOAK='-duration 1m -seed 7' for more
	go run ./jstests/soak $(SOAK)

# The systems gonode is made for, and how many MiB its stripped command may have there. Functions begin at
# multiples of 2 bytes on amd64, of 4 on arm64, not 32, which saves more than two per cent; what seldom runs is not
# inlined, which saves three.
CROSS    := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
CROSSMAX := 25
# What is inlined: the engine, the parser and the sockets, which no function of a request can do without; the last
# pattern that a package matches counts. What is cold serves requests a little slower than in a usual build.
COLD     := github.com/gonode/gonode/... github.com/evanw/esbuild/... github.com/google/... \
	github.com/peterh/... github.com/go-sourcemap/... github.com/fsnotify/... golang.org/x/text/... \
	golang.org/x/net/... github.com/dop251/goja/parser encoding/... archive/... compress/... mime/... log/... \
	go/... text/... html/... regexp/... path/... io/... os/... internal/syscall/... net net/... time fmt flag \
	container/... unique vendor/... github.com/mattn/... github.com/clipperhouse/... github.com/bits-and-blooms/... \
	github.com/nlnwa/... github.com/dlclark/regexp2/v2/syntax github.com/dop251/goja/ast \
	github.com/dop251/goja/file github.com/dop251/goja/token github.com/dop251/goja/ftoa/... golang.org/x/term \
	golang.org/x/crypto/... golang.org/x/sys/... math/big math/rand/... github.com/andybalholm/... \
	github.com/klauspost/... bufio context hash/... sort crypto/... hash reflect strconv strings bytes errors \
	unicode unicode/... internal/poll syscall sync slices maps internal/godebug internal/bisect \
	internal/reflectlite
HOT      := parser eventloop/...
SMALL    := -trimpath -pgo=off $(COLD:%=-gcflags=%=-l) $(HOT:%=-gcflags=github.com/gonode/gonode/%=) \
	-ldflags="-s -w -funcalign=$$([ $$GOARCH = amd64 ] && echo 2 || echo 4)"

cross: ## build for linux, darwin and windows on amd64 and arm64, without cgo; the command stripped, at most 25 MiB
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && for p in $(CROSS); do \
		export CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/}; \
		go vet ./... || exit 1; \
		go build $(SMALL) -o "$$dir/gonode" ./cmd/gonode || exit 1; \
		size=$$(wc -c < "$$dir/gonode"); echo "$$p $$size"; \
		[ $$size -le $$(($(CROSSMAX) << 20)) ] || { echo "$$p: the command has more than $(CROSSMAX) MiB"; exit 1; }; \
	done

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
