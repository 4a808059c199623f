package mail

import (
	"bytes"
	"regexp"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// invitation says in one line what a calendar's file asks: what, when and where. Times stand
// as they were written, with their zone, since nobody knows where the reader sits.
func invitation(content []byte, charset string) string {
	content = bytes.ReplaceAll(bytes.ReplaceAll([]byte(toText(content, charset)), []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	calendar, err := ical.NewDecoder(bytes.NewReader(content)).Decode()
	if err != nil {
		return ""
	}
	for _, part := range calendar.Children {
		if part.Name != ical.CompEvent {
			continue
		}
		line := kindOf(calendar) + plain(part, ical.PropSummary)
		if when := period(part); when != "" {
			line += ", " + when
		}
		if where := plain(part, ical.PropLocation); where != "" {
			line += ", " + where
		}
		return short(line, 500)
	}
	return ""
}

func kindOf(calendar *ical.Calendar) string {
	switch strings.ToUpper(plain(calendar.Component, ical.PropMethod)) {
	case "CANCEL":
		return "Cancelled: "
	case "REPLY":
		return "Answer to an invitation: "
	}
	return "Invitation: "
}

func plain(part *ical.Component, name string) string {
	prop := part.Props.Get(name)
	if prop == nil {
		return ""
	}
	text, err := prop.Text()
	if err != nil {
		text = prop.Value
	}
	return oneLine(text)
}

func period(part *ical.Component) string {
	from, day := moment(part.Props.Get(ical.PropDateTimeStart))
	if from == "" {
		return ""
	}
	to, _ := moment(part.Props.Get(ical.PropDateTimeEnd))
	zone := ""
	if prop := part.Props.Get(ical.PropDateTimeStart); strings.HasSuffix(prop.Value, "Z") {
		zone = " UTC"
	} else if id := prop.Params.Get(ical.ParamTimezoneID); id != "" {
		zone = " (" + oneLine(id) + ")"
	}
	switch {
	case day || to == "":
		return from + zone
	case len(to) > 11 && strings.HasPrefix(from, to[:11]):
		return from + " to " + to[11:] + zone
	}
	return from + " to " + to + zone
}

var dateTime = regexp.MustCompile(`^\d{8}(T\d{6}Z?)?$`)

// moment reads a date with or without its time; Windows names zones that no library knows,
// so none is looked up.
func moment(prop *ical.Prop) (text string, day bool) {
	if prop == nil || !dateTime.MatchString(prop.Value) {
		return "", false
	}
	if at, err := time.Parse("20060102T150405", strings.TrimSuffix(prop.Value, "Z")); err == nil {
		return at.Format("2006-01-02 15:04"), false
	}
	if at, err := time.Parse("20060102", prop.Value); err == nil {
		return at.Format("2006-01-02"), true
	}
	return "", false
}
