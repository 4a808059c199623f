package twilio

import "net/url"

// Signed tells whether Twilio has signed a form that was posted to address, which is the
// whole public URL as Twilio called it. signature is the header X-Twilio-Signature.
func Signed(token, address string, form url.Values, signature string) bool { panic("soon") }

// SignedJSON does the same for a body that is no form; address holds its bodySHA256.
func SignedJSON(token, address string, body []byte, signature string) bool { panic("soon") }
