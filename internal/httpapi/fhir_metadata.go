package httpapi

import (
	"slices"
	"strings"
)

// described says what each search parameter is; the names are FHIR's own.
var described = map[string]string{
	"_id": "token", "identifier": "token", "name": "string", "phone": "token", "email": "token", "birthdate": "date",
	"subject": "reference", "patient": "reference", "sent": "date", "part-of": "reference",
}

type object = map[string]any

// capabilities is the CapabilityStatement: what is served, and how it is searched.
func capabilities(base string) object {
	return object{
		"resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-24", "kind": "instance", "fhirVersion": "4.0.1",
		"format": []string{"application/fhir+json"}, "publisher": "Frontdesk", "name": "Frontdesk",
		"software":       object{"name": "Frontdesk"},
		"implementation": object{"description": "Conversations with patients, to read. A conversation is a Communication without a payload; its messages are part of it. Dates without a zone are in UTC.", "url": base + fhirRoot},
		"rest": []object{{
			"mode": "server",
			"security": object{
				"cors": false, "description": "A session of a member of staff with the permission export_data (admins have it), as a cookie or a bearer token. Whoever asks gets what they may see.",
			},
			"resource": []object{resource("Patient", patientParams), resource("Communication", communicationParams)},
		}},
	}
}

func resource(name string, params []string) object {
	search := []object{}
	for _, p := range params {
		if kind := described[p]; kind != "" && !strings.Contains(p, ":") {
			search = append(search, object{"name": p, "type": kind})
		}
	}
	out := object{
		"type": name, "interaction": []object{{"code": "read"}, {"code": "search-type"}}, "versioning": "no-version", "readHistory": false,
		"searchParam": search,
	}
	if slices.Contains(params, "part-of") {
		out["documentation"] = "part-of:missing=true finds conversations, false messages; _sort=sent or -sent. Internal notes are never served."
	}
	return out
}
