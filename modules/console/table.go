package console

import (
	"math"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
	"github.com/gonode/gonode/modules/internal/nodeerr"
	"github.com/gonode/gonode/modules/util"
)

// column is one column of a table: its cells by row; rows without a cell are empty.
type column struct {
	head  string
	cells map[int]string
}

func (col *column) set(row int, s string) {
	if col.cells == nil {
		col.cells = make(map[int]string)
	}
	col.cells[row] = s
}

// table is console.table(data[, properties]).
func (c *Console) table(args []goja.Value) {
	data, only := bind.Arg(args, 0), bind.Arg(args, 1)
	if !bind.IsUndefined(only) {
		c.r.h.Err.ValidateArray(only, "properties")
	}
	o, ok := data.(*goja.Object)
	if !ok || nodeerr.TypeOf(o) == "function" {
		c.call("log", data)
		return
	}
	var columns []*column
	rows := 0
	if keys, values, isMap := c.r.util.MapEntries(o); isMap {
		rows = len(keys)
		index, k, v := &column{head: "(iteration index)"}, &column{head: "Key"}, &column{head: "Values"}
		for i := range keys {
			index.set(i, strconv.Itoa(i))
			k.set(i, c.cell(keys[i]))
			v.set(i, c.cell(values[i]))
		}
		columns = []*column{index, k, v}
	} else if values, isSet := c.r.util.SetValues(o); isSet {
		rows = len(values)
		index, v := &column{head: "(iteration index)"}, &column{head: "Values"}
		for i := range values {
			index.set(i, strconv.Itoa(i))
			v.set(i, c.cell(values[i]))
		}
		columns = []*column{index, v}
	} else {
		columns, rows = c.plainTable(o, only)
	}
	c.call("log", c.text(render(columns, rows)))
}

// plainTable has a row for each key of o and a column for each key of its values.
func (c *Console) plainTable(o *goja.Object, only goja.Value) (columns []*column, rows int) {
	index, own := &column{head: "(index)"}, &column{head: "Values"}
	columns = []*column{index}
	byName := make(map[string]*column)
	keys := o.Keys()
	for i, name := range keys {
		index.set(i, name)
		item := o.Get(name)
		obj, isObject := item.(*goja.Object)
		if !isObject && bind.IsUndefined(only) {
			own.set(i, c.cell(item))
			continue
		}
		var names []string
		if list, ok := only.(*goja.Object); ok {
			for j := range int(list.Get("length").ToInteger()) {
				names = append(names, bind.Property(list, strconv.Itoa(j)).String())
			}
		} else {
			names = obj.Keys()
		}
		for _, n := range names {
			col := byName[n]
			if col == nil {
				col = &column{head: n}
				byName[n] = col
				columns = append(columns, col)
			}
			text := ""
			if isObject && c.r.util.HasOwn(obj, n) {
				text = c.cell(obj.Get(n))
			}
			col.set(i, text)
		}
	}
	if own.cells != nil {
		columns = append(columns, own)
	}
	return integersFirst(columns), len(keys)
}

// integersFirst orders the columns between the first and Values as JavaScript orders keys.
func integersFirst(columns []*column) []*column {
	out := columns[:1:1]
	var ints, names []*column
	for _, col := range columns[1:] {
		if n, err := strconv.ParseUint(col.head, 10, 32); err == nil && strconv.FormatUint(n, 10) == col.head {
			at := 0
			for at < len(ints) {
				if m, _ := strconv.ParseUint(ints[at].head, 10, 32); m > n {
					break
				}
				at++
			}
			ints = append(ints[:at], append([]*column{col}, ints[at:]...)...)
		} else {
			names = append(names, col)
		}
	}
	return append(append(out, ints...), names...)
}

// cell is a value as it is shown in a table.
func (c *Console) cell(v goja.Value) string {
	depth := 0
	if o, ok := v.(*goja.Object); ok && nodeerr.TypeOf(o) == "object" && !c.r.util.IsArray(o) && len(o.Keys()) > 2 {
		depth = -1
	}
	opts := c.r.h.VM.NewObject()
	opts.Set("depth", depth)
	opts.Set("maxArrayLength", 3)
	opts.Set("breakLength", math.Inf(1))
	merge(opts, c.inspectOptions(false))
	return c.r.util.InspectWith(v, opts)
}

// render draws the table.
func render(columns []*column, rows int) string {
	widths := make([]int, len(columns))
	for i, col := range columns {
		widths[i] = util.Width(col.head)
		for _, s := range col.cells {
			widths[i] = max(widths[i], util.Width(s))
		}
	}
	line := func(left, middle, right string) string {
		parts := make([]string, len(widths))
		for i, w := range widths {
			parts[i] = strings.Repeat("─", w+2)
		}
		return left + strings.Join(parts, middle) + right
	}
	row := func(cell func(col *column) string) string {
		parts := make([]string, len(columns))
		for i, col := range columns {
			s := cell(col)
			parts[i] = s + strings.Repeat(" ", widths[i]-util.Width(s))
		}
		return "│ " + strings.Join(parts, " │ ") + " │\n"
	}
	var b strings.Builder
	b.WriteString(line("┌", "┬", "┐") + "\n")
	b.WriteString(row(func(col *column) string { return col.head }))
	b.WriteString(line("├", "┼", "┤") + "\n")
	for i := range rows {
		b.WriteString(row(func(col *column) string { return col.cells[i] }))
	}
	b.WriteString(line("└", "┴", "┘"))
	return b.String()
}
