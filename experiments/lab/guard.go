package lab

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"

	"golang.org/x/time/rate"
)

// Bounds on what a client may ask for.
const (
	maxBody    = 64 << 10
	maxStreams = 64 // event streams at the same time
	askRate    = 200
	askBurst   = 400
	actRate    = 5 // requests per second that change something
	actBurst   = 20
)

// policy allows nothing but the page's own files: no inline script, no other host, no frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// A guard lets through only requests of the page itself. Another web page that the user's browser shows can send requests to a server on this
// machine too, directly or through a name that its owner makes point here: the Host and the Origin of a request show that. A server that other
// machines can reach also needs its token.
type guard struct {
	next     http.Handler
	loopback bool
	token    string // "" if none is needed
	cross    *http.CrossOriginProtection
	ask, act *rate.Limiter
}

// newGuard protects a handler that is served at an address.
func newGuard(next http.Handler, addr netip.Addr) *guard {
	g := &guard{next: next, loopback: addr.IsLoopback(), cross: http.NewCrossOriginProtection(),
		ask: rate.NewLimiter(askRate, askBurst), act: rate.NewLimiter(actRate, actBurst)}
	if !g.loopback {
		g.token = rand.Text()
	}
	return g
}

// cookieName is that of the cookie with the token. A browser keeps the cookies of all ports of a machine together.
func cookieName(r *http.Request) string {
	_, port, _ := net.SplitHostPort(r.Host)
	return "glorot-lab-" + port
}

// ServeHTTP checks a request and passes it on.
func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	limiter := g.ask
	if !reads {
		limiter = g.act
	}
	switch {
	case !g.named(r.Host):
		http.Error(w, "this server does not have the name "+r.Host, http.StatusMisdirectedRequest)
	case !reads && r.Method != http.MethodPost:
		http.Error(w, "allowed: GET and POST", http.StatusMethodNotAllowed)
	case !reads && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		http.Error(w, "allowed: application/json", http.StatusUnsupportedMediaType)
	case g.cross.Check(r) != nil || strings.HasPrefix(r.URL.Path, "/api/") && slices.Contains([]string{"cross-site", "same-site"}, r.Header.Get("Sec-Fetch-Site")):
		http.Error(w, "the request comes from another web page", http.StatusForbidden)
	case g.enters(w, r):
	case !g.knows(r):
		http.Error(w, "open the address that glorot lab has printed, with its token", http.StatusUnauthorized)
	case !limiter.Allow(): // last, so that nobody else can use up what the page may ask for
		h.Set("Retry-After", "1")
		http.Error(w, "too many requests", http.StatusTooManyRequests)
	default:
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		g.next.ServeHTTP(w, r)
	}
}

// named reports whether the server has the name that a request calls it by. A numeric address cannot be made to point elsewhere.
func (g *guard) named(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	own, _ := os.Hostname()
	addr, err := netip.ParseAddr(name)
	switch {
	case name == "localhost":
		return true
	case g.loopback:
		return err == nil && addr.IsLoopback()
	}
	return err == nil || own != "" && strings.EqualFold(name, own)
}

// enters answers a request whose address has the right token: the browser keeps it in a cookie, and opens the page without it.
func (g *guard) enters(w http.ResponseWriter, r *http.Request) bool {
	given := r.URL.Query().Get("token")
	if g.token == "" || r.Method != http.MethodGet || r.URL.Path != "/" || !g.right(given) {
		return false
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName(r), Value: given, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return true
}

func (g *guard) knows(r *http.Request) bool {
	if g.token == "" {
		return true
	}
	c, err := r.Cookie(cookieName(r))
	return err == nil && g.right(c.Value)
}

func (g *guard) right(token string) bool {
	return subtle.ConstantTimeCompare([]byte(token), []byte(g.token)) == 1
}
