package h1

import "time"

// dateLayout is IMF-fixdate. RFC 9110 §5.6.7
const dateLayout = "Mon, 02 Jan 2006 15:04:05 GMT"

// Date keeps the text of the Date field for the second it was made in. The zero Date is ready.
type Date struct {
	text  []byte
	until time.Duration // loop time at which the second is over
}

// Append appends "Date: …\r\n". now is the loop's time: clock, the wall's, is asked once a second only.
func (d *Date) Append(dst []byte, now time.Duration, clock func() time.Time) []byte {
	if d.text == nil || now >= d.until {
		wall := clock()
		d.text = append(d.text[:0], "Date: "...)
		d.text = wall.UTC().AppendFormat(d.text, dateLayout)
		d.text = append(d.text, '\r', '\n')
		d.until = now + time.Second - time.Duration(wall.Nanosecond())
	}
	return append(dst, d.text...)
}
