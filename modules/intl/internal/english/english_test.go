package english

import (
	"os"
	"testing"
)

func TestPackedTablesAreThoseInTheFolder(t *testing.T) {
	for i, name := range []string{"currencies", "units", "zones", "zone_aliases"} {
		want, err := os.ReadFile("tables/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if tables()[i] != string(want) {
			t.Errorf("tables.gz does not have %s.txt: run tables.js", name)
		}
	}
}
