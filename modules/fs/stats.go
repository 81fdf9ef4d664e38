package fs

import (
	"math"
	"math/big"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// moment is a time of a file.
type moment struct{ sec, nsec int64 }

func (m moment) ms() float64 { return float64(m.sec)*1e3 + float64(m.nsec)/1e6 }

// stat is what the system tells of a file.
type stat struct {
	dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks uint64
	atime, mtime, ctime, birthtime                               moment
}

func (s *stat) kind() uint64 { return s.mode & sIFMT }

func (s *stat) isDir() bool { return s.kind() == sIFDIR }

// statNames are the properties that come first, in order.
var statNames = [...]string{"dev", "mode", "nlink", "uid", "gid", "rdev", "blksize", "ino", "size", "blocks"}

func (s *stat) numbers() [10]uint64 {
	return [10]uint64{s.dev, s.mode, s.nlink, s.uid, s.gid, s.rdev, s.blksize, s.ino, s.size, s.blocks}
}

var timeNames = [...]string{"atime", "mtime", "ctime", "birthtime"}

func (s *stat) times() [4]moment { return [4]moment{s.atime, s.mtime, s.ctime, s.birthtime} }

// kinds are the methods that ask for the kind of a file.
var kinds = []struct {
	method string
	mode   int
	dirent int
}{
	{"isDirectory", sIFDIR, direntDir}, {"isFile", sIFREG, direntFile}, {"isBlockDevice", sIFBLK, direntBlock},
	{"isCharacterDevice", sIFCHR, direntChar}, {"isSymbolicLink", sIFLNK, direntLink}, {"isFIFO", sIFIFO, direntFIFO},
	{"isSocket", sIFSOCK, direntSocket},
}

// defineStats makes the classes Stats, BigIntStats, StatFs and Dirent, and Dir.
func (r *Room) defineStats() {
	vm := r.h.VM
	modeOf := func(v goja.Value) int {
		m := bind.Property(v, "mode")
		if i, ok := bind.Exported[*big.Int](m); ok {
			return int(i.Int64())
		}
		return int(m.ToInteger())
	}
	var methods, direntMethods []bind.Method
	for _, k := range kinds {
		methods = append(methods, bind.Method{Name: k.method, Fn: func(c goja.FunctionCall) goja.Value {
			return bind.Bool(modeOf(c.This)&sIFMT == k.mode)
		}})
		direntMethods = append(direntMethods, bind.Method{Name: k.method, Fn: func(c goja.FunctionCall) goja.Value {
			o, ok := c.This.(*goja.Object)
			return bind.Bool(ok && o.GetSymbol(r.kindSymbol) != nil && o.GetSymbol(r.kindSymbol).ToInteger() == int64(k.dirent))
		}})
	}
	fill := func(names []string) func(this *goja.Object, a []goja.Value) {
		return func(this *goja.Object, a []goja.Value) {
			for i, name := range names {
				this.Set(name, bind.Arg(a, i))
			}
		}
	}
	base := bind.Define(vm, bind.Class{Name: "StatsBase", Length: 10, Mode: bind.CallAny, Construct: fill(statNames[:]), Methods: methods})
	named := append(append([]string(nil), statNames[:]...), "atimeMs", "mtimeMs", "ctimeMs", "birthtimeMs")
	construct := func(this *goja.Object, a []goja.Value) {
		fill(named)(this, a)
		for i, name := range timeNames {
			this.Set(name, r.newDate(bind.Arg(a, 10+i).ToFloat()))
		}
	}
	check := bind.Method{Name: "_checkModeProperty", Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		return bind.Bool(modeOf(c.This)&sIFMT == int(c.Argument(0).ToInteger()))
	}}
	r.stats = bind.Define(vm, bind.Class{Name: "Stats", Length: 14, Mode: bind.CallAny, Parent: base, Construct: construct,
		Methods: []bind.Method{methods[1], check}})
	r.bigStats = bind.Define(vm, bind.Class{Name: "BigIntStats", Length: 14, Mode: bind.CallAny, Parent: base, Methods: []bind.Method{check}})
	r.statFS = bind.Define(vm, bind.Class{Name: "StatFs", Length: 7, Mode: bind.CallNever, Construct: fill(statFSNames[:])})
	r.dirent = bind.Define(vm, bind.Class{Name: "Dirent", Length: 3, Mode: bind.CallNever, Methods: direntMethods,
		Construct: func(this *goja.Object, a []goja.Value) {
			this.Set("name", bind.Arg(a, 0))
			this.Set("parentPath", bind.Arg(a, 2))
			this.Set("path", bind.Arg(a, 2))
			this.SetSymbol(r.kindSymbol, bind.Arg(a, 1))
		}})
	r.defineDir()
}

// newDate returns a Date, its time rounded to milliseconds.
func (r *Room) newDate(ms float64) goja.Value {
	// JavaScript rounds halves up.
	o, err := r.h.VM.New(r.date, r.h.VM.ToValue(math.Floor(ms+0.5)))
	if err != nil {
		bind.Rethrow(err)
	}
	return o
}

// newStats makes the Stats, or BigIntStats, of s.
func (r *Room) newStats(s *stat, asBig bool) goja.Value {
	vm := r.h.VM
	class := r.stats
	if asBig {
		class = r.bigStats
	}
	o := vm.CreateObject(class.Proto)
	put := func(name string, v goja.Value) {
		o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	for i, n := range s.numbers() {
		if asBig {
			put(statNames[i], vm.ToValue(new(big.Int).SetUint64(n)))
		} else {
			put(statNames[i], vm.ToValue(float64(n)))
		}
	}
	if asBig {
		for i, m := range s.times() {
			put(timeNames[i]+"Ms", vm.ToValue(big.NewInt(m.sec*1e3+m.nsec/1e6)))
		}
		for i, m := range s.times() {
			put(timeNames[i]+"Ns", vm.ToValue(new(big.Int).Add(new(big.Int).Mul(big.NewInt(m.sec), big.NewInt(1e9)), big.NewInt(m.nsec))))
		}
		for i, m := range s.times() {
			put(timeNames[i], r.newDate(float64(m.sec*1e3+m.nsec/1e6)))
		}
		return o
	}
	for i, m := range s.times() {
		put(timeNames[i]+"Ms", vm.ToValue(m.ms()))
	}
	for i, m := range s.times() {
		put(timeNames[i], r.newDate(m.ms()))
	}
	return o
}

var statFSNames = [...]string{"type", "bsize", "blocks", "bfree", "bavail", "files", "ffree"}

func (r *Room) newStatFS(v [7]uint64, asBig bool) goja.Value {
	o := r.h.VM.CreateObject(r.statFS.Proto)
	for i, n := range v {
		if asBig {
			o.Set(statFSNames[i], new(big.Int).SetUint64(n))
		} else {
			o.Set(statFSNames[i], float64(n))
		}
	}
	return o
}

// newDirent makes the Dirent of a name in the directory parent.
func (r *Room) newDirent(name, parent goja.Value, kind int) goja.Value {
	o := r.h.VM.CreateObject(r.dirent.Proto)
	o.Set("name", name)
	o.Set("parentPath", parent)
	o.Set("path", parent)
	o.SetSymbol(r.kindSymbol, bind.Int(kind))
	return o
}
