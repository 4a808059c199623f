package wire

import "time"

// Time is RFC 3339 in UTC with always six decimals, so that comparing two as strings orders
// them: that is how a page sorts the messages of a conversation.
type Time time.Time

const layout = "2006-01-02T15:04:05.000000Z"

// MarshalText writes the one format.
func (t Time) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().AppendFormat(make([]byte, 0, len(layout)), layout), nil
}

// UnmarshalText reads any RFC 3339 time.
func (t *Time) UnmarshalText(text []byte) error {
	parsed, err := time.Parse(time.RFC3339Nano, string(text))
	*t = Time(parsed.UTC())
	return err
}
