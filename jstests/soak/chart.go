package main

import (
	"fmt"
	"strings"
)

// chart draws the figures over time as an SVG, one panel each.
func chart(course []figures) string {
	const width, height, left, gap = 900, 150, 80, 45
	panels := []struct {
		name string
		of   func(figures) float64
	}{
		{"memory, MB", func(f figures) float64 { return float64(f.RSS) / (1 << 20) }},
		{"live heap, MB", func(f figures) float64 { return float64(f.Heap) / (1 << 20) }},
		{"goroutines", func(f figures) float64 { return float64(f.Goroutines) }},
		{"descriptors", func(f figures) float64 { return float64(f.Descriptors) }},
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">`+"\n",
		left+width+20, len(panels)*(height+gap)+20)
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n")
	end := 1.0
	if n := len(course); n > 0 {
		end = course[n-1].Time.Seconds()
	}
	for i, p := range panels {
		top := float64(i*(height+gap) + 25)
		most := 1.0
		for _, f := range course {
			most = max(most, p.of(f))
		}
		fmt.Fprintf(&b, `<text x="%d" y="%g" font-weight="bold">%s</text>`+"\n", left, top-7, p.name)
		fmt.Fprintf(&b, `<rect x="%d" y="%g" width="%d" height="%d" fill="none" stroke="#bbb"/>`+"\n", left, top, width, height)
		fmt.Fprintf(&b, `<text x="%d" y="%g" text-anchor="end">%.4g</text><text x="%d" y="%g" text-anchor="end">0</text>`+"\n",
			left-6, top+10, most, left-6, top+height)
		fmt.Fprintf(&b, `<text x="%d" y="%g" text-anchor="end">%.0f s</text>`+"\n", left+width, top+height+15, end)
		fmt.Fprintf(&b, `<polyline fill="none" stroke="#06c" stroke-width="1.5" points="`)
		for _, f := range course {
			fmt.Fprintf(&b, "%.1f,%.1f ", left+width*f.Time.Seconds()/end, top+height-height*p.of(f)/most)
		}
		b.WriteString(`"/>` + "\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}
