//go:build !race

// The variable that is the zone is package time's, which every goroutine reads without a lock.

package main

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

// A TZ that the program sets counts from then on, and dates say the zone's long name. The lines are Node's.
func TestTimeZone(t *testing.T) {
	if _, err := time.LoadLocation("Asia/Kolkata"); err != nil {
		t.Skip(err)
	}
	const script = `
const date = new Date('2018-04-14T12:34:56.789Z');
for (const zone of [undefined, 'Europe/Amsterdam', 'America/New_York', ':Asia/Kolkata', 'Etc/UTC', 'UTC+3', 'No/Where', '']) {
  if (zone !== undefined) process.env.TZ = zone;
  console.log(date.toString(), date.getHours(), date.toLocaleTimeString(), date.getTimezoneOffset());
}
console.log(String(new Date(0)), new Date(NaN).toTimeString(), new Date(-1e13).toTimeString());
delete process.env.TZ;
if (!/^Sat Apr 14 2018 .* \(.+\)$/.test(date.toString())) throw date.toString();`
	const want = `Sat Apr 14 2018 14:34:56 GMT+0200 (Central European Summer Time) 14 2:34:56 PM -120
Sat Apr 14 2018 14:34:56 GMT+0200 (Central European Summer Time) 14 2:34:56 PM -120
Sat Apr 14 2018 08:34:56 GMT-0400 (Eastern Daylight Time) 8 8:34:56 AM 240
Sat Apr 14 2018 18:04:56 GMT+0530 (India Standard Time) 18 6:04:56 PM -330
Sat Apr 14 2018 12:34:56 GMT+0000 (Coordinated Universal Time) 12 12:34:56 PM 0
Sat Apr 14 2018 09:34:56 GMT-0300 (GMT-03:00) 9 9:34:56 AM 180
Sat Apr 14 2018 12:34:56 GMT+0000 (GMT+00:00) 12 12:34:56 PM 0
Sat Apr 14 2018 12:34:56 GMT+0000 (GMT+00:00) 12 12:34:56 PM 0
Thu Jan 01 1970 00:00:00 GMT+0000 (GMT+00:00) Invalid Date 06:13:20 GMT+0000 (GMT+00:00)
`
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-e", script)
	cmd.Env = append(os.Environ(), childEnv+"=1", "TZ=Europe/Berlin")
	got, err := cmd.CombinedOutput()
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}
