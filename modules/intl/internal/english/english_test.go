package english

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
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

func TestFindZoneTellsWhatTheMachineLacks(t *testing.T) {
	defer func() { load = time.LoadLocation }()
	load = func(name string) (*time.Location, error) {
		if name == "Asia/Kolkata" {
			return time.UTC, nil
		}
		return nil, errors.New("unknown time zone " + name)
	}
	if z, err := FindZone("Antarctica/Troll"); z != nil || err == nil || !strings.Contains(err.Error(), "no data for the time zone Antarctica/Troll") {
		t.Errorf("without data: %v, %v", z, err)
	}
	if z, err := FindZone("nowhere/AT_all"); z != nil || err != nil {
		t.Errorf("no such zone: %v, %v", z, err)
	}
	if z, err := FindZone("utc"); err != nil || z.Location != time.UTC {
		t.Errorf("UTC: %v, %v", z, err)
	}
	if z, err := FindZone("Asia/Calcutta"); err != nil || z.Name != "Asia/Calcutta" {
		t.Errorf("by the newer of its names: %v, %v", z, err)
	}
	loaded.Delete("Asia/Calcutta")
}
