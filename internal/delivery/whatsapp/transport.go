package whatsapp

import (
	"encoding/json"
	"net/http"

	"frontdesk/internal/outward"
	"frontdesk/internal/rules"
)

func (c Client) line() outward.Line {
	return outward.Line{HTTP: c.HTTP, Words: outward.Words{Away: away, Busy: busy, Unclear: unclear}, Refused: refused}
}

// call asks Meta something and reads the answer into a value.
func (c Client) call(request *http.Request, how outward.Manner, into any) error {
	request.Header.Set("Authorization", "Bearer "+c.AccessToken)
	return c.line().Call(request, how, into)
}

// noSuchThing is what Meta says beside code 100 of an id that the token cannot see.
const noSuchThing = 33

// refused reads what comes with a no. An answer that cannot be read is told by its status.
func refused(status int, body []byte) rules.Failure {
	var why struct {
		Error struct {
			Code    *number `json:"code"` // 0 is one of Meta's
			Subcode number  `json:"error_subcode"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &why)
	code := why.Error.Code
	if code == nil {
		return byStatus(status)
	}
	failure := Failure(int(*code), status)
	if *code == parameter && why.Error.Subcode == noSuchThing {
		failure.Reason, failure.Account = noNumber, true
	}
	return failure
}

func (c Client) unreadable(how outward.Manner) *rules.Failure { return c.line().Unreadable(how) }
