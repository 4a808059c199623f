package main

import (
	"regexp"
	"strconv"
)

// template is one that WhatsApp has approved.
type template struct {
	name, language, category string
	content                  string // Twilio's ContentSid
	body                     string
}

var templates = []template{
	{"appointment_reminder", "en_US", "UTILITY", "HX00000000000000000000000000000001", "Hello {{1}}, this is a reminder of your appointment at {{2}}."},
	{"appointment_reminder", "de", "UTILITY", "HX00000000000000000000000000000002", "Guten Tag {{1}}, wir erinnern Sie an Ihren Termin: {{2}}."},
	{"new_message", "en_US", "UTILITY", "HX00000000000000000000000000000003", "Hello {{1}}, you have a new message from your clinic. Answer here to read it."},
}

var variable = regexp.MustCompile(`\{\{(\d+)\}\}`)

// parameters is how many different ones the body has; they are numbered from 1.
func (t template) parameters() (most int) {
	for _, found := range variable.FindAllStringSubmatch(t.body, -1) {
		if n, err := strconv.Atoi(found[1]); err == nil {
			most = max(most, n)
		}
	}
	return most
}

// fill puts the values in, by their numbers.
func (t template) fill(values map[string]string) string {
	return variable.ReplaceAllStringFunc(t.body, func(mark string) string { return values[mark[2:len(mark)-2]] })
}

// findTemplate answers the first that fits.
func findTemplate(fits func(template) bool) (template, bool) {
	for _, t := range templates {
		if fits(t) {
			return t, true
		}
	}
	return template{}, false
}
