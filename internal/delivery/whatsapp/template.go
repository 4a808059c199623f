package whatsapp

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"frontdesk/internal/rules"
)

// TemplateInfo is a template of the business.
type TemplateInfo struct {
	Name       string
	Language   string
	Category   string // MARKETING, UTILITY or AUTHENTICATION
	Status     string // APPROVED, PENDING, REJECTED …; only the first can be sent
	Body       string
	Parameters int      // how many different ones Body has
	Names      []string // of them, in the order in which Template.Parameters fills them; empty where they are numbered
	Plain      bool     // nothing but Body wants to be filled in: others cannot be sent by Template
}

const maxPages = 50

// Templates lists those of the business, approved or not.
func (c Client) Templates(ctx context.Context) ([]TemplateInfo, error) {
	query := url.Values{"fields": {"name,language,category,status,parameter_format,components"}, "limit": {"50"}}
	var all []TemplateInfo
	for range maxPages {
		var page struct {
			Data   []template `json:"data"`
			Paging struct {
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
				Next string `json:"next"` // holds the token: it is not followed, only noticed
			} `json:"paging"`
		}
		if err := c.get(ctx, c.of(c.BusinessID)+"/message_templates?"+query.Encode(), &page); err != nil {
			return nil, err
		}
		for _, t := range page.Data {
			all = append(all, t.info())
		}
		after := page.Paging.Cursors.After
		if page.Paging.Next == "" || after == "" || after == query.Get("after") {
			return all, nil
		}
		query.Set("after", after)
	}
	return nil, &rules.Failure{Code: "too_many", Reason: "The clinic has more WhatsApp templates than can be listed. Ask an administrator to delete some at Meta."}
}

// template is how Meta writes one.
type template struct {
	Name       string `json:"name"`
	Language   string `json:"language"`
	Category   string `json:"category"`
	Status     string `json:"status"`
	Format     string `json:"parameter_format"`
	Components []struct {
		Type    string `json:"type"`
		Format  string `json:"format"` // of a header
		Text    string `json:"text"`
		Buttons []struct {
			Type string `json:"type"`
			URL  string `json:"url"`
		} `json:"buttons"`
	} `json:"components"`
}

var placeholder = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

func (t template) info() TemplateInfo {
	out := TemplateInfo{Name: clean(t.Name), Language: clean(t.Language), Category: clean(t.Category), Status: clean(t.Status), Plain: !strings.EqualFold(t.Category, "AUTHENTICATION")}
	for _, part := range t.Components {
		switch strings.ToUpper(part.Type) {
		case "BODY":
			out.Body = clean(part.Text)
			names := placeholders(out.Body)
			out.Parameters = len(names)
			if strings.EqualFold(t.Format, "NAMED") {
				out.Names = names
			}
		case "HEADER":
			text := part.Format == "" || strings.EqualFold(part.Format, "TEXT")
			out.Plain = out.Plain && text && !placeholder.MatchString(part.Text)
		case "BUTTONS":
			for _, button := range part.Buttons {
				kind := strings.ToUpper(button.Type)
				fixed := kind == "QUICK_REPLY" || kind == "PHONE_NUMBER" || kind == "URL" && !placeholder.MatchString(button.URL)
				out.Plain = out.Plain && fixed
			}
		case "FOOTER":
		default: // a carousel, an offer, or what comes next
			out.Plain = false
		}
	}
	return out
}

// placeholders are the different ones of a text, in the order in which they come.
func placeholders(text string) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	return names
}
