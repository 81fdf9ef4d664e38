//go:build unix

package process

import (
	"errors"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules"
	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// This file is who the process runs as. What changes it changes the operating system's process and
// is for its owner alone: an embedded runtime throws.

// defineIdentity adds the methods that only Unix has.
func (r *Room) defineIdentity() {
	bind.DefineMethods(r.h.VM, r.Object(), []bind.Method{
		{Name: "getuid", Fn: number(r.h, os.Getuid)},
		{Name: "geteuid", Fn: number(r.h, os.Geteuid)},
		{Name: "getgid", Fn: number(r.h, os.Getgid)},
		{Name: "getegid", Fn: number(r.h, os.Getegid)},
		{Name: "getgroups", Fn: r.getgroups},
		r.identitySetter("setuid", "User", syscall.Setuid),
		r.identitySetter("setgid", "Group", syscall.Setgid),
		r.identitySetter("seteuid", "User", func(id int) error { return syscall.Setreuid(-1, id) }),
		r.identitySetter("setegid", "Group", func(id int) error { return syscall.Setregid(-1, id) }),
		{Name: "setgroups", Length: 1, Fn: r.setgroups},
		{Name: "initgroups", Length: 2, Fn: r.initgroups},
	})
}

// identitySetter is the method that makes the process run as a user or group, by number or name.
//
// Node v20 lib/internal/bootstrap/switches/does_own_process_state.js: wrapIdSetter.
func (r *Room) identitySetter(name, kind string, set func(id int) error) bind.Method {
	return bind.Method{Name: name, Length: 1, Fn: func(c goja.FunctionCall) goja.Value {
		r.validID(c.Argument(0), "id")
		id, ok := lookupID(kind, c.Argument(0))
		if !ok {
			r.h.Err.Throw("ERR_UNKNOWN_CREDENTIAL", kind, c.Argument(0).String())
		}
		r.ownIdentity(name)
		r.identityError(set(id), name)
		return goja.Undefined()
	}}
}

func number(h *modules.Host, f func() int) bind.Func {
	return func(goja.FunctionCall) goja.Value { return h.VM.ToValue(f()) }
}

// validID throws unless v is a number that can be an id, or a name.
func (r *Room) validID(v goja.Value, name string) {
	switch {
	case nodeerr.IsNumber(v):
		r.h.Err.ValidateUint32(v, name, false)
	case !nodeerr.IsString(v):
		panic(r.h.Err.InvalidArgType(name, []string{"number", "string"}, v))
	}
}

// lookupID is the number of a user or group; a number is its own.
func lookupID(kind string, v goja.Value) (id int, ok bool) {
	if nodeerr.IsNumber(v) {
		return int(v.ToInteger()), true
	}
	text := ""
	if kind == "User" {
		u, err := user.Lookup(v.String())
		if err != nil {
			return 0, false
		}
		text = u.Uid
	} else {
		g, err := user.LookupGroup(v.String())
		if err != nil {
			return 0, false
		}
		text = g.Gid
	}
	id, err := strconv.Atoi(text)
	return id, err == nil
}

func (r *Room) ownIdentity(name string) {
	if !r.h.Settings.Owner {
		r.h.Err.Throw("ERR_METHOD_NOT_IMPLEMENTED", "process."+name+"() of an embedded runtime")
	}
}

// identityError throws for a call that the system refused.
//
// Node v20 src/api/exceptions.cc: ErrnoException.
func (r *Room) identityError(err error, call string) {
	var errno syscall.Errno
	if err == nil || !errors.As(err, &errno) {
		return
	}
	code, _, _ := nodeerr.SystemError(int(errno))
	text := errno.Error()
	panic(r.h.Err.System(nodeerr.System{Code: code, Errno: int(errno), Syscall: call,
		Message: code + ", " + strings.ToUpper(text[:1]) + text[1:]}))
}

// getgroups is process.getgroups(); the effective group is always among them.
func (r *Room) getgroups(goja.FunctionCall) goja.Value {
	groups, err := os.Getgroups()
	r.identityError(err, "getgroups")
	if !slices.Contains(groups, os.Getegid()) {
		groups = append(groups, os.Getegid())
	}
	out := make([]any, len(groups))
	for i, g := range groups {
		out[i] = g
	}
	return r.h.VM.NewArray(out...)
}

func (r *Room) setgroups(c goja.FunctionCall) goja.Value {
	list := r.h.Err.ValidateArray(c.Argument(0), "groups")
	var given []goja.Value
	r.h.VM.ForOf(list, func(v goja.Value) bool {
		r.validID(v, "groups["+strconv.Itoa(len(given))+"]")
		given = append(given, v)
		return true
	})
	groups := make([]int, len(given))
	for i, v := range given {
		id, ok := lookupID("Group", v)
		if !ok {
			r.h.Err.Throw("ERR_UNKNOWN_CREDENTIAL", "Group", v.String())
		}
		groups[i] = id
	}
	r.ownIdentity("setgroups")
	r.identityError(syscall.Setgroups(groups), "setgroups")
	return goja.Undefined()
}

// initgroups is process.initgroups(user, extraGroup): the groups of a user, and one more.
func (r *Room) initgroups(c goja.FunctionCall) goja.Value {
	name, extra := c.Argument(0), c.Argument(1)
	r.validID(name, "user")
	r.validID(extra, "extraGroup")
	var u *user.User
	var err error
	if nodeerr.IsNumber(name) {
		if u, err = user.LookupId(strconv.FormatInt(name.ToInteger(), 10)); err != nil {
			r.h.Err.Throw("ERR_UNKNOWN_CREDENTIAL", "User", name.String())
		}
	} else {
		u, err = user.Lookup(name.String())
	}
	last, ok := lookupID("Group", extra)
	if !ok {
		r.h.Err.Throw("ERR_UNKNOWN_CREDENTIAL", "Group", extra.String())
	}
	groups := []int{last}
	if err == nil { // a name that nobody has is in no group
		ids, _ := u.GroupIds()
		for _, id := range ids {
			if n, err := strconv.Atoi(id); err == nil && n != last {
				groups = append(groups, n)
			}
		}
	}
	r.ownIdentity("initgroups")
	r.identityError(syscall.Setgroups(groups), "initgroups")
	return goja.Undefined()
}
