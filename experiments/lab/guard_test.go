package lab

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/time/rate"
)

func request(g http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader("{}"))
	r.Host = "127.0.0.1:8010"
	for i := 0; i < len(header); i += 2 {
		if r.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

// Other pages that the user's browser shows get nothing, by whatever name they call the server, and start nothing.
func TestGuard(t *testing.T) {
	l := open(t)
	g := newGuard(l.routes(), netip.MustParseAddr("127.0.0.1"))
	const json = "application/json"
	for _, c := range []struct {
		method, path string
		header       []string
		want         int
	}{
		{"GET", "/", nil, 200},
		{"GET", "/api/bench", nil, 200},
		{"GET", "/", []string{"Host", "localhost:8010"}, 200},
		{"GET", "/", []string{"Host", "[::1]:8010"}, 200},
		{"GET", "/", []string{"Host", "evil.example:8010"}, 421},
		{"GET", "/", []string{"Host", "127.0.0.1.evil.example"}, 421},
		{"GET", "/", []string{"Host", "192.168.1.7:8010"}, 421},
		{"GET", "/", []string{"Host", ""}, 421},
		{"GET", "/api/bench", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "/api/bench", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"POST", "/api/pause", []string{"Content-Type", json}, 400},
		{"POST", "/api/pause", []string{"Content-Type", json, "Sec-Fetch-Site", "same-origin"}, 400},
		{"POST", "/api/pause", []string{"Content-Type", json, "Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/api/pause", []string{"Content-Type", json, "Sec-Fetch-Site", "same-site"}, 403},
		{"POST", "/api/pause", []string{"Content-Type", json, "Origin", "http://evil.example"}, 403},
		{"POST", "/api/pause", []string{"Content-Type", json, "Origin", "http://127.0.0.1:9999"}, 403},
		{"POST", "/api/pause", []string{"Content-Type", json, "Origin", "null"}, 403},
		{"POST", "/api/pause", []string{"Content-Type", json, "Origin", "http://127.0.0.1:8010"}, 400},
		{"POST", "/api/pause", []string{"Content-Type", "text/plain"}, 415},
		{"POST", "/api/pause", nil, 415},
		{"PUT", "/api/pause", []string{"Content-Type", json}, 405},
		{"GET", "/api/pause", nil, 404},
		{"GET", "/../lab.go", nil, 404},
		{"GET", "/page/app.js", nil, 404},
	} {
		w := request(g, c.method, c.path, c.header...)
		if w.Code != c.want && !(c.path == "/../lab.go" && w.Code/100 == 3) {
			t.Errorf("%s %s %q: %d, want %d: %s", c.method, c.path, c.header, w.Code, c.want, w.Body)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: the policy is %q", c.path, csp)
		}
	}
}

// A server that other machines reach answers only to who has its token, in the address once and then in a cookie that no other page can use.
func TestToken(t *testing.T) {
	l := open(t)
	g := newGuard(l.routes(), netip.MustParseAddr("192.168.1.7"))
	host := []string{"Host", "192.168.1.7:8010"}
	for path, want := range map[string]int{"/": 401, "/api/bench": 401, "/?token=": 401, "/?token=AAAAAAAAAAAAAAAAAAAAAAAAAA": 401, "/api/bench?token=" + g.token: 401, "/?token=" + g.token: 303} {
		if w := request(g, "GET", path, host...); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	c := request(g, "GET", "/?token="+g.token, host...).Result().Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || len(g.token) < 20 {
		t.Errorf("the cookie is %+v", c)
	}
	if w := request(g, "GET", "/api/bench", append(host, "Cookie", c.Name+"="+c.Value)...); w.Code != 200 {
		t.Errorf("with the cookie: %d", w.Code)
	}
	if w := request(g, "GET", "/api/bench", append(host, "Cookie", c.Name+"="+c.Value+"x")...); w.Code != 401 {
		t.Errorf("with a wrong cookie: %d", w.Code)
	}
	if w := request(g, "GET", "/", "Host", "evil.example", "Cookie", c.Name+"="+c.Value); w.Code != 421 {
		t.Errorf("with another name: %d", w.Code)
	}
	if other := newGuard(nil, netip.MustParseAddr("0.0.0.0")); other.token == g.token {
		t.Error("two servers have the same token")
	}
}

// Rates and sizes are bounded.
func TestBounds(t *testing.T) {
	l := open(t)
	g := newGuard(l.routes(), netip.MustParseAddr("127.0.0.1"))
	codes := map[int]int{}
	for range 3 * actBurst {
		codes[request(g, "POST", "/api/pause", "Content-Type", "application/json").Code]++
	}
	if codes[429] < actBurst || codes[400] < actBurst {
		t.Errorf("orders: %v", codes)
	}
	g.act = rate.NewLimiter(rate.Inf, 0)
	r := httptest.NewRequest("POST", "/api/start", strings.NewReader(`{"name":"`+strings.Repeat("x", maxBody)+`"}`))
	r.Host = "127.0.0.1"
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	if g.ServeHTTP(w, r); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a large order: %d %s", w.Code, w.Body)
	}
}

// No name leads out of the folder: not upwards, not by an absolute path, not through a link.
func TestPaths(t *testing.T) {
	l := open(t, "a", "deep/b")
	outside := filepath.Join(filepath.Dir(l.dir), "outside")
	made(t, outside, small(t))
	if err := os.Symlink(outside, filepath.Join(l.dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(l.dir, "deep"), filepath.Join(l.dir, "alias")); err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{
		"a": true, "deep/b": true, "deep": false, "": false, ".": false, "..": false, "../outside": false, "a/../../outside": false, "deep/../a": false, outside: false,
		"link": false, "alias/b": false, "a\x00": false, "a/": false, "./a": false, "//a": false, "a/lease": false, `..\outside`: false,
	} {
		if path, err := l.path(name); (err == nil) != ok {
			t.Errorf("%q: %s, %v", name, path, err)
		}
	}
}

// Whatever a client asks, the server answers, writes nothing outside of the folder, and has no error of its own.
func FuzzAsk(f *testing.F) {
	l := open(f, "a")
	outside := filepath.Dir(l.dir)
	g := newGuard(l.routes(), netip.MustParseAddr("127.0.0.1"))
	g.ask, g.act = rate.NewLimiter(rate.Inf, 0), rate.NewLimiter(rate.Inf, 0)
	for _, seed := range []string{"/api/history?run=a", "/api/history?run=../a", "/api/runs?where=status=done", "/api/histograms.csv?run=a&what=z", "/api/initial?set=model.hidden=[3]", "/api/initial?set=&set==",
		"/api/events?run=a&from=-1", "/api/events?run=a,b&from=9223372036854775807", "/%2e%2e/", "/api/", "/app.js"} {
		f.Add(seed, `{"run":"a"}`)
	}
	for _, seed := range []string{`{"run":"../a","tags":["x"]}`, `{"run":"a","name":"../b"}`, `{"run":".trash/x/a"}`, `{"set":["=","a"]}`, `[]`, `{"at":-1,"run":"a"}`, `{"updates":-5,"run":"a"}`} {
		for _, action := range []string{"tag", "rename", "restore", "start", "fork", "extend", "pause", "stop", "continue"} {
			f.Add("/api/"+action, seed)
		}
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || !strings.HasPrefix(path, "/") || strings.Contains(path, "/api/events") && strings.Contains(path, "run=a") || expensive(path) {
			return
		}
		for _, method := range []string{"GET", "POST"} {
			r := &http.Request{Method: method, URL: u, Host: "127.0.0.1", Header: http.Header{"Content-Type": {"application/json"}}, Body: http.NoBody}
			if method == "POST" {
				r = httptest.NewRequest("POST", "/", strings.NewReader(body))
				r.URL, r.Host = u, "127.0.0.1"
				r.Header.Set("Content-Type", "application/json")
			}
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
				t.Errorf("%s %q %q: %d %s", method, path, body, w.Code, w.Body)
			}
		}
		entries, err := os.ReadDir(outside)
		if err != nil || len(entries) != 1 {
			t.Fatalf("%q %q: %v beside the folder, %v", path, body, entries, err)
		}
	})
}

// expensive is a network that takes seconds to measure.
func expensive(path string) bool {
	return strings.Contains(path, "initial") && len(path) > 80 || strings.Count(path, "0") > 4
}
