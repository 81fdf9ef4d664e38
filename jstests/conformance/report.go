package conformance

import (
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"
)

// differences is the part of the page that people write.
//
//go:embed differences.md
var differences string

// row is a module's line in the table.
type row struct {
	module        string
	passed, tests int
}

// table counts by module, sorted; the last row is the sum.
func table(results []Result) []row {
	var rows []row
	sum := row{module: "all"}
	for _, r := range results {
		i := slices.IndexFunc(rows, func(x row) bool { return x.module == r.Module })
		if i < 0 {
			i = len(rows)
			rows = append(rows, row{module: r.Module})
		}
		rows[i].tests++
		sum.tests++
		if r.Passed() {
			rows[i].passed++
			sum.passed++
		}
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].module < rows[j].module })
	return append(rows, sum)
}

// write prints the table and the failures, and writes the files that have names.
func (s *suite) write(results []Result, stdout io.Writer, junit, jsonFile, page string) error {
	for _, r := range results {
		if !r.Passed() {
			mark := "FAIL "
			if r.Known {
				mark = "known"
			}
			fmt.Fprintf(stdout, "%s %s: %s\n", mark, r.Name, r.Failure)
		}
	}
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "module\tpassed\ttests\t%\t")
	for _, r := range table(results) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t\n", r.module, r.passed, r.tests, 100*float64(r.passed)/float64(r.tests))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		make func([]Result) ([]byte, error)
	}{{junit, junitOf}, {jsonFile, jsonOf}, {page, s.page}} {
		if f.name == "" {
			continue
		}
		text, err := f.make(results)
		if err == nil {
			err = os.WriteFile(f.name, text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func jsonOf(results []Result) ([]byte, error) {
	b, err := json.MarshalIndent(results, "", "  ")
	return append(b, '\n'), err
}

// junitOf is the form that build servers read: a suite a module.
func junitOf(results []Result) ([]byte, error) {
	type failure struct {
		Message string `xml:"message,attr"`
	}
	type testcase struct {
		Class   string   `xml:"classname,attr"`
		Name    string   `xml:"name,attr"`
		Seconds string   `xml:"time,attr"`
		Failure *failure `xml:"failure"`
	}
	type testsuite struct {
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Cases    []testcase `xml:"testcase"`
	}
	var suites struct {
		XMLName xml.Name    `xml:"testsuites"`
		Suites  []testsuite `xml:"testsuite"`
	}
	rows := table(results)
	for _, row := range rows[:len(rows)-1] {
		ts := testsuite{Name: row.module, Tests: row.tests, Failures: row.tests - row.passed}
		for _, r := range results {
			if r.Module != row.module {
				continue
			}
			c := testcase{Class: r.Module, Name: r.Name, Seconds: fmt.Sprintf("%.3f", r.Seconds)}
			if !r.Passed() {
				c.Failure = &failure{r.Failure}
			}
			ts.Cases = append(ts.Cases, c)
		}
		suites.Suites = append(suites.Suites, ts)
	}
	b, err := xml.MarshalIndent(suites, "", "  ")
	return append([]byte(xml.Header), append(b, '\n')...), err
}

// page makes COMPATIBILITY.md: nothing in it depends on the day or on how fast the machine is.
func (s *suite) page(results []Result) ([]byte, error) {
	folder := filepath.Join(s.tests, "conformance")
	list := filepath.Join(folder, "node20.json")
	var all, missing map[string][]string
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	text, err = exec.Command(s.gonode, filepath.Join(folder, "api.js"), list).Output()
	if err != nil {
		return nil, fmt.Errorf("what gonode exports: %w", err)
	}
	if err := json.Unmarshal(text, &missing); err != nil {
		return nil, err
	}
	counts := table(results)
	tests := func(module string) string {
		i := slices.IndexFunc(counts, func(r row) bool { return r.module == module })
		if i < 0 {
			return "–"
		}
		return fmt.Sprintf("%d of %d", counts[i].passed, counts[i].tests)
	}
	var b strings.Builder
	b.WriteString("# How far programs can rely on gonode\n\nMade by `make conformance`; do not edit.\n\n## Modules\n\n" +
		"*Names* are those that Node 20 exports, and what their prototypes have; *tests* are those of `jstests/`.\n" +
		"A name that is there may still throw that it lacks something: above all what needs TLS.\n\n" +
		"| module | has | names | tests | missing |\n|---|---|---|---|---|\n")
	var ids, absent []string
	for id := range all {
		if m, loads := missing[id]; loads && m == nil {
			absent = append(absent, "`"+id+"`")
		} else {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	slices.Sort(absent)
	for _, id := range ids {
		n, lack := len(all[id]), missing[id]
		state := "all"
		switch {
		case 2*len(lack) > n:
			state = "some"
		case len(lack) > 0:
			state = "most"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %d of %d | %s | %s |\n", id, state, n-len(lack), n, tests(id), shorten(lack))
	}
	fmt.Fprintf(&b, "\nNot there, so that `require` throws: %s.\n", strings.Join(absent, ", "))
	fmt.Fprintf(&b, "\n## The document of 2013\n\nEach of its sentences has a test (`jstests/http-spec/`): %s files pass. "+
		"With `--compat=0.11` %s files of `jstests/compat/` pass, which node 0.11 passes.\n\n", tests("http-spec"), tests("compat"))
	b.WriteString(differences)
	if failed := slices.DeleteFunc(slices.Clone(results), Result.Passed); len(failed) > 0 {
		b.WriteString("\n## What fails\n\n")
		for _, r := range failed {
			fmt.Fprintf(&b, "- `%s`: %s\n", r.Name, r.Failure)
		}
	}
	return []byte(b.String()), nil
}

// shorten lists the first names of a long list. What is missing with its class goes without saying.
func shorten(names []string) string {
	lack := names
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		class, _, member := strings.Cut(name, "#")
		return member && slices.Contains(lack, class)
	})
	const most = 8
	more := ""
	if len(names) > most {
		more = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	return strings.Join(names, ", ") + more
}
