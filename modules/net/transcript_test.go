package net_test

import (
	"testing"

	"github.com/gonode/gonode/runtime/runtimetest"
)

func TestTranscripts(t *testing.T) { runtimetest.Transcripts(t, "testdata/transcripts.txt") }
