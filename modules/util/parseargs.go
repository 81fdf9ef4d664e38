package util

import (
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
)

// argOption is one entry of parseArgs' options.
type argOption struct {
	name     string
	isString bool
	short    string
	multiple bool
	fallback goja.Value
}

// argToken is a part of the command line that parseArgs has recognised.
type argToken struct {
	kind    string // option, positional, option-terminator
	name    string
	rawName string
	index   int
	value   goja.Value // nil: none
	inline  goja.Value // undefined unless there is a value
	obj     *goja.Object
}

type argParser struct {
	*Room
	options    []argOption
	strict     bool
	positional bool
	negative   bool
}

// parseArgs is util.parseArgs([config]).
//
// Node v20 lib/internal/util/parse_args/parse_args.js.
func (r *Room) parseArgs(c goja.FunctionCall) goja.Value {
	p := &argParser{Room: r, strict: true}
	config, _ := c.Argument(0).(*goja.Object)
	get := func(o *goja.Object, name string) goja.Value {
		if o == nil || !r.owns(o, key{name: name}) {
			return goja.Undefined()
		}
		return key{name: name}.get(o)
	}
	boolean := func(name string, fallback bool) bool {
		v := get(config, name)
		if bind.IsNullish(v) {
			return fallback
		}
		return r.h.Err.ValidateBoolean(v, name)
	}
	var args []string
	if list := get(config, "args"); bind.IsNullish(list) {
		args = r.mainArgs()
	} else {
		a := r.h.Err.ValidateArray(list, "args")
		for i := range int(a.Get("length").ToInteger()) {
			args = append(args, bind.Property(a, itoa(i)).String())
		}
	}
	p.strict = boolean("strict", true)
	p.positional = boolean("allowPositionals", !p.strict)
	wantTokens := boolean("tokens", false)
	p.negative = boolean("allowNegative", false)
	if v := get(config, "options"); !bind.IsNullish(v) {
		o := r.h.Err.ValidateObject(v, "options")
		for _, name := range o.Keys() {
			p.options = append(p.options, p.option(name, o.Get(name), get))
		}
	}
	tokens := p.tokens(args)
	values := r.vm.CreateObject(nil)
	positionals := r.vm.NewArray()
	list := r.vm.NewArray()
	for i, t := range tokens {
		if wantTokens {
			t.obj = p.object(t)
			list.Set(itoa(i), t.obj)
		}
		if t.kind == "option" && p.strict {
			p.check(t)
		}
		switch t.kind {
		case "option":
			p.store(values, t)
		case "positional":
			if !p.positional {
				panic(r.h.Err.Coded(nodeerr.TypeError, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", "Unexpected argument '"+
					t.value.String()+"'. This command does not take positional arguments"))
			}
			positionals.Set(positionals.Get("length").String(), t.value)
		}
	}
	for _, o := range p.options {
		if !bind.IsUndefined(o.fallback) && bind.IsUndefined(bind.Property(values, o.name)) && o.name != "__proto__" {
			values.Set(o.name, o.fallback)
		}
	}
	result := r.vm.NewObject()
	result.Set("values", values)
	result.Set("positionals", positionals)
	if wantTokens {
		result.Set("tokens", list)
	}
	return result
}

// mainArgs are the arguments of the script.
func (r *Room) mainArgs() []string {
	s := r.h.Settings
	for _, a := range s.ExecArgv {
		if a == "-e" || a == "--eval" || a == "-p" || a == "--print" || a == "-pe" {
			return s.Args
		}
	}
	if len(s.Args) == 0 {
		return nil
	}
	return s.Args[1:]
}

func (p *argParser) option(name string, v goja.Value, get func(o *goja.Object, name string) goja.Value) argOption {
	err := p.h.Err
	path := "options." + name
	c := err.ValidateObject(v, path)
	o := argOption{name: name, fallback: get(c, "default")}
	switch t := get(c, "type"); {
	case nodeerr.IsString(t) && t.String() == "string":
		o.isString = true
	case nodeerr.IsString(t) && t.String() == "boolean":
	default:
		panic(err.InvalidArgType(path+".type", []string{"('string|boolean')"}, t))
	}
	if p.owns(c, key{name: "short"}) {
		short := bind.Property(c, "short")
		o.short = err.ValidateString(short, path+".short")
		if jsLen(o.short) != 1 {
			panic(err.InvalidArgValue(path+".short", short, "must be a single character"))
		}
	}
	if p.owns(c, key{name: "multiple"}) {
		o.multiple = err.ValidateBoolean(bind.Property(c, "multiple"), path+".multiple")
	}
	if bind.IsUndefined(o.fallback) {
		return o
	}
	validate := func(v goja.Value, path string) {
		if o.isString {
			err.ValidateString(v, path)
		} else {
			err.ValidateBoolean(v, path)
		}
	}
	if !o.multiple {
		validate(o.fallback, path+".default")
		return o
	}
	list := err.ValidateArray(o.fallback, path+".default")
	for i := range int(list.Get("length").ToInteger()) {
		validate(bind.Property(list, itoa(i)), path+".default["+itoa(i)+"]")
	}
	return o
}

func (p *argParser) find(name string) *argOption {
	for i := range p.options {
		if p.options[i].name == name {
			return &p.options[i]
		}
	}
	return nil
}

// long returns the name of the option that the letter stands for.
func (p *argParser) long(short string) string {
	for i := range p.options {
		if p.options[i].short == short {
			return p.options[i].name
		}
	}
	return short
}

func (p *argParser) takesValue(name string) bool {
	o := p.find(name)
	return o != nil && o.isString
}

func (p *argParser) tokens(args []string) (out []argToken) {
	index, group := -1, 0
	rest := args
	option := func(name, raw string, value, inline goja.Value) {
		out = append(out, argToken{kind: "option", name: name, rawName: raw, index: index, value: value, inline: inline})
	}
	// separate takes the next argument as the value if the option wants one.
	separate := func(name, raw string) {
		if p.takesValue(name) && len(rest) > 0 {
			v := stringValue(rest[0])
			rest = rest[1:]
			option(name, raw, v, bind.False)
			index++
			return
		}
		option(name, raw, nil, goja.Undefined())
	}
	for len(rest) > 0 {
		arg := rest[0]
		rest = rest[1:]
		if group > 0 {
			group--
		} else {
			index++
		}
		runes := []rune(arg)
		isShort := len(runes) >= 2 && runes[0] == '-' && runes[1] != '-'
		switch {
		case arg == "--":
			out = append(out, argToken{kind: "option-terminator", index: index})
			for _, a := range rest {
				index++
				out = append(out, argToken{kind: "positional", index: index, value: stringValue(a)})
			}
			return out
		case isShort && len(runes) == 2:
			separate(p.long(string(runes[1])), arg)
		case isShort && !p.takesValue(p.long(string(runes[1]))):
			var expanded []string
			for i := 1; i < len(runes); i++ {
				if i < len(runes)-1 && p.takesValue(p.long(string(runes[i]))) {
					expanded = append(expanded, "-"+string(runes[i:]))
					break
				}
				expanded = append(expanded, "-"+string(runes[i]))
			}
			rest = append(expanded[:len(expanded):len(expanded)], rest...)
			group = len(expanded)
		case isShort:
			option(p.long(string(runes[1])), "-"+string(runes[1]), stringValue(string(runes[2:])), bind.True)
		case len(arg) > 2 && strings.HasPrefix(arg, "--"):
			if eq := strings.IndexByte(arg[min(3, len(arg)):], '='); eq >= 0 {
				name := arg[2 : eq+3]
				option(name, "--"+name, stringValue(arg[eq+4:]), bind.True)
			} else {
				separate(arg[2:], arg)
			}
		default:
			out = append(out, argToken{kind: "positional", index: index, value: stringValue(arg)})
		}
	}
	return out
}

// check throws for an option that is unknown or has no fitting value.
func (p *argParser) check(t argToken) {
	err := p.h.Err
	name := t.name
	o := p.find(name)
	if o == nil && p.negative && strings.HasPrefix(name, "no-") {
		name = name[3:]
		if o = p.find(name); o != nil && o.isString {
			o = nil
		}
	}
	if o == nil {
		msg := "Unknown option '" + t.rawName + "'"
		if p.positional {
			msg += ". To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- \"" + t.rawName + "\""
		}
		panic(err.Coded(nodeerr.TypeError, "ERR_PARSE_ARGS_UNKNOWN_OPTION", msg))
	}
	both := "--" + name
	if o.short != "" {
		both = "-" + o.short + ", " + both
	}
	bad := func(msg string) { panic(err.Coded(nodeerr.TypeError, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", msg)) }
	if o.isString && t.value == nil {
		bad("Option '" + both + " <value>' argument missing")
	}
	if !o.isString && t.value != nil {
		bad("Option '" + both + "' does not take an argument")
	}
	if t.value != nil && !t.inline.ToBoolean() && strings.HasPrefix(t.value.String(), "-") && len(t.value.String()) > 1 {
		example := "'--" + t.name + "=-XYZ' or '" + t.rawName + "-XYZ'"
		if strings.HasPrefix(t.rawName, "--") {
			example = "'" + t.rawName + "=-XYZ'"
		}
		bad("Option '" + t.rawName + "' argument is ambiguous.\nDid you forget to specify the option argument for '" + t.rawName +
			"'?\nTo specify an option argument starting with a dash use " + example + ".")
	}
}

func (p *argParser) store(values *goja.Object, t argToken) {
	name := t.name
	v := t.value
	switch {
	case name == "__proto__":
		return
	case p.negative && strings.HasPrefix(name, "no-") && v == nil:
		name, v = name[3:], bind.False
	case v == nil:
		v = bind.True
	}
	if t.obj != nil {
		t.obj.Set("name", name)
	}
	if o := p.find(name); o == nil || !o.multiple {
		values.Set(name, v)
	} else if list, ok := values.Get(name).(*goja.Object); ok {
		list.Set(list.Get("length").String(), v)
	} else {
		values.Set(name, p.vm.NewArray(v))
	}
}

// object is the token as the program sees it.
func (p *argParser) object(t argToken) *goja.Object {
	o := p.vm.NewObject()
	o.Set("kind", t.kind)
	if t.kind == "option" {
		o.Set("name", t.name)
		o.Set("rawName", t.rawName)
	}
	o.Set("index", t.index)
	value := t.value
	if value == nil {
		value = goja.Undefined()
	}
	switch t.kind {
	case "option":
		o.Set("value", value)
		o.Set("inlineValue", t.inline)
	case "positional":
		o.Set("value", value)
	}
	return o
}
