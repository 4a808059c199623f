package live

import "github.com/prometheus/client_golang/prometheus"

// Metrics are the hub's figures.
type Metrics struct {
	sockets                                             prometheus.Gauge
	frames, bytes, slow, silent, filled, dropped, faked prometheus.Counter
}

// NewMetrics registers them.
func NewMetrics(r prometheus.Registerer) *Metrics {
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: "frontdesk_live_" + name, Help: help})
		r.MustRegister(c)
		return c
	}
	m := &Metrics{
		sockets: prometheus.NewGauge(prometheus.GaugeOpts{Name: "frontdesk_live_sockets", Help: "Open sockets."}),
		frames:  counter("frames_total", "Frames written to sockets."),
		bytes:   counter("bytes_total", "Bytes written to sockets."),
		slow:    counter("slow_total", "Sockets closed because they lagged too far behind."),
		silent:  counter("silent_total", "Sockets closed because nothing was heard of them."),
		filled:  counter("filled_total", "Changes read back from Postgres because they were not heard."),
		dropped: counter("unpublished_total", "Changes that were not published: Redis was away or too slow."),
		faked:   counter("unsealed_total", "Messages on the bus that this installation has not sealed."),
	}
	r.MustRegister(m.sockets)
	return m
}

func (m *Metrics) sent(frames, bytes int) {
	m.frames.Add(float64(frames))
	m.bytes.Add(float64(bytes))
}
