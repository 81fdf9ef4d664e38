package english

// List writes items after one another. kind is conjunction, disjunction or unit, style long, short or narrow.
func List(kind, style string, items []string) []Part {
	comma, last, pair := ", ", ", and ", " and "
	switch {
	case kind == "disjunction":
		last, pair = ", or ", " or "
	case kind == "unit" && style == "narrow":
		comma, last, pair = " ", " ", " "
	case kind == "unit" || style == "narrow":
		last, pair = ", ", ", "
	case style == "short":
		last, pair = ", & ", " & "
	}
	var parts []Part
	for i, item := range items {
		switch {
		case i == 0:
		case len(items) == 2:
			parts = append(parts, Part{Type: "literal", Value: pair})
		case i == len(items)-1:
			parts = append(parts, Part{Type: "literal", Value: last})
		default:
			parts = append(parts, Part{Type: "literal", Value: comma})
		}
		parts = append(parts, Part{Type: "element", Value: item})
	}
	return parts
}
