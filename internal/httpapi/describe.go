package httpapi

import "github.com/danielgtaylor/huma/v2"

// orNothing are the objects that may be null. huma has no word for it where a field refers
// to another schema.
var orNothing = map[string][]string{
	"Conversation":   {"patient", "doctor", "assignee", "last_message"},
	"Started":        {"patient", "doctor", "assignee", "last_message"},
	"Message":        {"delivery", "starred_by", "call"},
	"HistoryMessage": {"delivery", "starred_by", "call"},
	"Scheduled":      {"patient"},
	"Revision":       {"call"},
}

// describe completes the description that huma makes from the types.
func describe(api *huma.OpenAPI) {
	api.Paths[attachmentsPath].Post.RequestBody = uploadForm()
	schemas := api.Components.Schemas.Map()
	for name, fields := range orNothing {
		for _, field := range fields {
			if ref := schemas[name].Properties[field]; ref != nil && ref.Ref != "" {
				schemas[name].Properties[field] = &huma.Schema{
					OneOf: []*huma.Schema{{Ref: ref.Ref}, {Type: "null"}}, Description: ref.Description,
				}
			}
		}
	}
}
