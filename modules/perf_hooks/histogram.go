package perfhooks

import (
	"math"
	"math/bits"
	"slices"
)

// histogram counts values in buckets whose width grows with the value, so that each is known to so
// many significant figures.
//
// The layout is that of HdrHistogram, https://hdrhistogram.org, whose C form Node has: minimum,
// maximum and percentiles come out the same to the last digit.
type histogram struct {
	unit        int             // log2 of the smallest difference told apart
	half        int             // log2 of half the buckets of one magnitude
	mask        int64           // of the values in the first magnitude
	trackable   int64           // the largest value that has a bucket
	counts      map[int64]int64 // by the smallest value of the bucket
	total       int64
	dropped     int64 // of others, on add
	exceeds     int64
	least       int64 // recorded, other than 0
	most        int64
	lastDeltaNs int64
}

// newHistogram returns an empty histogram for values from lowest (≥ 1) to highest (≥ 2·lowest), told
// apart to 1–5 figures.
func newHistogram(lowest, highest int64, figures int) *histogram {
	h := &histogram{}
	h.unit = bits.Len64(uint64(lowest)) - 1
	magnitude := int(math.Ceil(math.Log2(2 * math.Pow10(figures))))
	h.half = max(magnitude, 1) - 1
	count := int64(1) << (h.half + 1)
	h.mask = (count - 1) << h.unit
	untrackable := count << h.unit
	for untrackable <= highest {
		if untrackable > math.MaxInt64/2 {
			untrackable = math.MaxInt64
			break
		}
		untrackable <<= 1
	}
	h.trackable = untrackable - 1
	h.reset()
	return h
}

func (h *histogram) reset() {
	h.counts = make(map[int64]int64)
	h.total, h.dropped, h.exceeds, h.least, h.most, h.lastDeltaNs = 0, 0, 0, math.MaxInt64, 0, 0
}

// bucket returns the smallest value of v's bucket and the bucket's width.
func (h *histogram) bucket(v int64) (low, width int64) {
	index := bits.Len64(uint64(v|h.mask)) - h.unit - (h.half + 1)
	shift := index + h.unit
	sub := v >> shift
	low = sub << shift
	if sub >= int64(1)<<(h.half+1) {
		shift++
	}
	return low, int64(1) << shift
}

// record counts v ≥ 0; what is too large counts as exceeding.
func (h *histogram) record(v int64) { h.recordN(v, 1) }

func (h *histogram) recordN(v, n int64) {
	if v > h.trackable || v < 0 {
		h.exceeds += n
		return
	}
	low, _ := h.bucket(v)
	h.counts[low] += n
	h.total += n
	if v != 0 && v < h.least {
		h.least = v
	}
	h.most = max(h.most, v)
}

// add counts all that o has counted. As in Node, values too large for h raise its count only.
func (h *histogram) add(o *histogram) {
	exceeds := h.exceeds + o.exceeds
	for low, n := range o.counts {
		h.recordN(low, n)
	}
	h.dropped += h.exceeds + o.exceeds - exceeds + o.dropped
	h.exceeds = exceeds
}

// count is the number of values, as Node counts them.
func (h *histogram) count() int64 { return h.total + h.dropped }

func (h *histogram) min() int64 {
	if h.counts[0] > 0 {
		return 0
	}
	if h.least == math.MaxInt64 {
		return math.MaxInt64
	}
	low, _ := h.bucket(h.least)
	return low
}

func (h *histogram) max() int64 {
	if h.most == 0 {
		return 0
	}
	return h.highest(h.most)
}

// highest is the largest value that is not told from v.
func (h *histogram) highest(v int64) int64 {
	low, width := h.bucket(v)
	return low + width - 1
}

func (h *histogram) middle(v int64) float64 {
	low, width := h.bucket(v)
	return float64(low + width>>1)
}

// mean is NaN without values, as stddev.
func (h *histogram) mean() float64 {
	var sum float64
	for low, n := range h.counts {
		sum += h.middle(low) * float64(n)
	}
	return sum / float64(h.total)
}

func (h *histogram) stddev() float64 {
	mean := h.mean()
	var sum float64
	for low, n := range h.counts {
		d := h.middle(low) - mean
		sum += d * d * float64(n)
	}
	return math.Sqrt(sum / float64(h.total))
}

func (h *histogram) sorted() []int64 {
	lows := make([]int64, 0, len(h.counts))
	for low := range h.counts {
		lows = append(lows, low)
	}
	slices.Sort(lows)
	return lows
}

// percentile returns the value that p percent of all do not exceed.
func (h *histogram) percentile(p float64) int64 {
	want := max(int64(math.Min(p, 100)/100*float64(h.total)+0.5), 1)
	var seen int64
	for _, low := range h.sorted() {
		if seen += h.counts[low]; seen >= want {
			return h.highest(low)
		}
	}
	return 0
}

// step is one line of percentiles.
type step struct {
	percent float64
	value   int64
}

// percentiles returns the distribution in steps that halve the distance to 100 percent.
func (h *histogram) percentiles() []step {
	var out []step
	lows := h.sorted()
	var seen, value int64
	next := 0.0
	i := 0
	for seen < h.total {
		if i == 0 || 100*float64(seen)/float64(h.total) < next {
			value = lows[i]
			seen += h.counts[value]
			i++
		}
		if next <= 100*float64(seen)/float64(h.total) {
			out = append(out, step{next, value})
			halvings := math.Floor(math.Log(100/(100-next))/math.Ln2) + 1
			next += 100 / math.Pow(2, halvings)
		}
	}
	return append(out, step{100, value})
}
