package twilio

import "frontdesk/internal/rules"

// Failure says in plain words what Twilio's code means, and what is to be done. For a code
// that is not known, or 0, the HTTP status decides; a status of 0 says that the code came
// with a callback.
func Failure(code, status int) rules.Failure { panic("soon") }
