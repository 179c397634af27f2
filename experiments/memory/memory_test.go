package memory

import (
	"errors"
	"runtime"
	"testing"
	"testing/fstest"
)

const meminfo = "MemTotal:       16384000 kB\nMemFree:         1000000 kB\nMemAvailable:    8000000 kB\n"

// The least of the machine's memory and what each control group above the process leaves counts, page cache not.
func TestAvailable(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  int64 // -1 for unknown
	}{
		"no such system":   {nil, -1},
		"machine":          {map[string]string{"proc/meminfo": meminfo}, 8000000 << 10},
		"group without":    {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n"}, 8000000 << 10},
		"group":            {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "5000\n", "sys/fs/cgroup/a/b/memory.current": "3000\n", "sys/fs/cgroup/a/b/memory.stat": "anon 1000\ninactive_file 500\n"}, 2500},
		"group above":      {map[string]string{"proc/meminfo": meminfo, "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "5000\n", "sys/fs/cgroup/a/memory.max": "4000\n"}, 4000},
		"namespace's root": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "4000\n"}, 4000},
		"version 1":        {map[string]string{"proc/self/cgroup": "5:cpu,memory:/x\n0::/\n", "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "7000\n", "sys/fs/cgroup/memory/x/memory.usage_in_bytes": "1000\n"}, 6000},
		"over its limit":   {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "4000\n", "sys/fs/cgroup/memory.current": "5000\n"}, 0},
	} {
		files := fstest.MapFS{}
		for path, content := range c.files {
			files[path] = &fstest.MapFile{Data: []byte(content)}
		}
		got, ok := available(files)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("%s: %d, %t; want %d", name, got, ok, c.want)
		}
	}
}

func TestCheck(t *testing.T) {
	if has, ok := Available(); runtime.GOOS == "linux" && (!ok || has < 1<<20) {
		t.Errorf("this machine has %d bytes, known %t", has, ok)
	}
	if err := Check(1); err != nil {
		t.Error(err)
	}
	err := Check(1 << 60)
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%v, want an *Error", err)
	}
	if got := (&Error{Need: 1e12, Available: -1}).Error(); got != "needs about 1000.0 GB of memory" {
		t.Error(got)
	}
	if got := (&Error{12_960_000_000, 7_900_000_000}).Error(); got != "needs about 13.0 GB of memory, available: 7.9 GB" {
		t.Error(got)
	}
}
