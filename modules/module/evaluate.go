package module

import (
	"slices"

	"github.com/dop251/goja"

	"github.com/gonode/gonode/modules/internal/bind"
)

// evaluation is how far an ECMAScript module has run, in the words of ECMA-262 §16.2.1.5.
type evaluation struct {
	state    state
	index    int         // [[DFSIndex]]
	ancestor int         // [[DFSAncestorIndex]]
	root     *esModule   // [[CycleRoot]]; nil: not known yet
	order    int         // when it was found that it cannot run at once, counted from 1; 0: it can
	pending  int         // [[PendingAsyncDependencies]]
	parents  []*esModule // [[AsyncParentModules]]

	namespace *goja.Object                   // what import * is
	thrown    *goja.Exception                // what its evaluation threw; evaluated
	waiting   []func(thrown *goja.Exception) // for it to be evaluated
}

type state int8

const (
	linked state = iota
	evaluating
	evaluatingAsync
	evaluated
)

// evaluate runs es and, before it, what it imports, as far as there is no await; the rest follows. It does
// nothing if it has been called before.
//
// ECMA-262 §16.2.1.5.3 Evaluate.
func (r *Room) evaluate(es *esModule) {
	if es.state != linked {
		return
	}
	var stack []*esModule
	index := 0
	if ex := r.evaluateInner(es, &stack, &index); ex != nil {
		for _, one := range stack {
			one.root = one
			r.settle(one, ex)
		}
	}
}

// whenEvaluated calls done once es, and the cycle that it is in, have been evaluated, maybe at once, with what
// was thrown.
func (r *Room) whenEvaluated(es *esModule, done func(thrown *goja.Exception)) {
	if es.root != nil {
		es = es.root
	}
	if es.state == evaluated {
		done(es.thrown)
		return
	}
	es.waiting = append(es.waiting, done)
}

// failure is what the evaluation of es, or of the cycle that it is in, threw; nil: nothing, so far.
func (es *esModule) failure() *goja.Exception {
	if es.thrown == nil && es.root != nil {
		return es.root.thrown
	}
	return es.thrown
}

// settle notes that es has been evaluated, and what it threw, if it did.
func (r *Room) settle(es *esModule, thrown *goja.Exception) {
	es.state, es.thrown = evaluated, thrown
	es.object.Set("loaded", true)
	if thrown == nil {
		r.seal(es.namespace)
	}
	waiting := es.waiting
	es.waiting = nil
	for _, done := range waiting {
		done(thrown)
	}
}

// evaluateInner is ECMA-262 §16.2.1.5.3.1 InnerModuleEvaluation. What is no ECMAScript module runs in its turn.
func (r *Room) evaluateInner(es *esModule, stack *[]*esModule, index *int) *goja.Exception {
	if es.state != linked {
		return es.thrown
	}
	es.state, es.index, es.ancestor = evaluating, *index, *index
	*index++
	*stack = append(*stack, es)
	for i := range es.imports {
		one := &es.imports[i]
		dep := one.module
		if dep == nil {
			if ex := r.h.VM.Try(func() {
				one.namespace = r.importLeaf(es.object, one.found)
				r.checkLeaf(es, one)
			}); ex != nil {
				return ex
			}
			continue
		}
		if ex := r.evaluateInner(dep, stack, index); ex != nil {
			return ex
		}
		switch {
		case dep.state == evaluating && slices.Contains(*stack, dep):
			es.ancestor = min(es.ancestor, dep.ancestor)
		case dep.root != nil:
			if dep = dep.root; dep.thrown != nil {
				return dep.thrown
			}
		}
		if dep.order > 0 && dep.state != evaluated {
			es.pending++
			dep.parents = append(dep.parents, es)
		}
	}
	if es.pending > 0 || es.awaits {
		r.orders++
		es.order = r.orders
		if es.pending == 0 {
			r.start(es)
		}
	} else if ex := r.execute(es); ex != nil {
		return ex
	}
	if es.ancestor < es.index {
		return nil
	}
	for { // es is the root of a cycle, or of itself
		last := len(*stack) - 1
		one := (*stack)[last]
		*stack = (*stack)[:last]
		one.root = es
		if one.order > 0 {
			one.state = evaluatingAsync
		} else {
			r.settle(one, nil)
		}
		if one == es {
			return nil
		}
	}
}

// execute runs the code of es, which has no await.
func (r *Room) execute(es *esModule) *goja.Exception {
	defer func() { es.body = nil }()
	return r.explain(es, r.h.VM.Try(func() { bind.Invoke(r.h.VM, es.body, "next") }))
}

// fulfilled goes on with those that have waited for es, in the order in which they were found.
//
// ECMA-262 §16.2.1.5.3.4 AsyncModuleExecutionFulfilled.
func (r *Room) fulfilled(es *esModule) {
	if es.state == evaluated {
		return
	}
	r.settle(es, nil)
	var ready []*esModule
	gatherReady(es, &ready)
	slices.SortFunc(ready, func(a, b *esModule) int { return a.order - b.order })
	for _, one := range ready {
		if one.state == evaluated {
			continue
		}
		if one.awaits {
			r.start(one)
		} else if ex := r.execute(one); ex != nil {
			r.rejected(one, ex)
		} else {
			r.settle(one, nil)
		}
	}
}

// gatherReady lists those that wait for es and for nothing else.
//
// ECMA-262 §16.2.1.5.3.3 GatherAvailableAncestors.
func gatherReady(es *esModule, ready *[]*esModule) {
	for _, parent := range es.parents {
		if slices.Contains(*ready, parent) || parent.root != nil && parent.root.thrown != nil {
			continue
		}
		if parent.pending--; parent.pending == 0 {
			*ready = append(*ready, parent)
			if !parent.awaits {
				gatherReady(parent, ready)
			}
		}
	}
}

// rejected ends those that have waited for es too.
//
// ECMA-262 §16.2.1.5.3.5 AsyncModuleExecutionRejected.
func (r *Room) rejected(es *esModule, ex *goja.Exception) {
	if es.state == evaluated {
		return
	}
	es.state, es.thrown = evaluated, ex
	for _, parent := range es.parents {
		r.rejected(parent, ex)
	}
	r.settle(es, ex)
}

// runEntry runs es as the main module: below a promise job, as Node does, so that promise jobs come before
// ticks.
func (r *Room) runEntry(es *esModule) {
	r.entry = es
	r.later(func() {
		r.evaluate(es)
		r.whenEvaluated(es, func(thrown *goja.Exception) {
			r.entry = nil
			if thrown != nil {
				r.h.Process.Failed(thrown)
			}
		})
	})
}
