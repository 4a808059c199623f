package delivery

import (
	"bytes"
	"context"
	"slices"
	"time"

	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
)

// byMeta is the way of WhatsApp's Cloud API.
type byMeta struct {
	client  whatsapp.Client
	account Account
	post    *Post
}

func (p *Post) meta(a Account) byMeta {
	return byMeta{whatsapp.Client{
		BaseURL: a.Settings.BaseURL, PhoneNumberID: a.Settings.PhoneNumberID, BusinessID: a.Settings.BusinessID,
		AccessToken: a.Secrets.AccessToken, HTTP: p.http,
	}, a, p}
}

func (w byMeta) send(ctx context.Context, p parcel) (receipt, error) {
	file, text := p.next()
	m := whatsapp.Message{To: p.address, Body: text, Callback: p.mark(w.account).String()}
	if file != nil {
		kind, refused := whatsapp.Carries(file.MediaType, file.Size)
		if refused != "" {
			return receipt{}, &rules.Failure{Reason: refused}
		}
		content, err := w.post.Files.Read(ctx, *file)
		if err != nil {
			return receipt{}, err
		}
		id, err := w.client.Upload(ctx, file.Filename, file.MediaType, bytes.NewReader(content))
		if err != nil {
			return receipt{}, passing(err) // nothing was sent yet
		}
		m.Media = &whatsapp.Media{ID: id, Type: kind, Filename: file.Filename, Caption: text}
	}
	if t := p.template; t != nil {
		names, err := w.names(ctx, t.Name, t.Language)
		if err != nil {
			return receipt{}, passing(err) // nothing was sent yet
		}
		m.Template = &whatsapp.Template{Name: t.Name, Language: t.Language, Parameters: t.Parameters, Names: names}
	}
	id, err := w.client.Send(ctx, m)
	return receipt{id, rules.Queued}, err
}

// names are what a template calls its fields; most number them.
func (w byMeta) names(ctx context.Context, name, language string) ([]string, error) {
	if w.account.Settings.BusinessID == "" {
		return nil, nil // nobody can be asked
	}
	all, err := w.client.Templates(ctx)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(t whatsapp.TemplateInfo) bool { return t.Name == name && t.Language == language })
	if at < 0 {
		return nil, nil // it is refused with the reason
	}
	return all[at].Names, nil
}

// metaTells is by when Meta has told of what it took, in times of Pace.Settle: it has no
// list to look into, but each of its callbacks names our message.
const metaTells = 6

// find waits for such a callback: when it comes, there is nothing left to be handed over.
func (w byMeta) find(_ context.Context, p parcel) (receipt, bool, error) {
	if early := metaTells*w.post.Pace.Settle - time.Since(p.askedBefore); early > 0 {
		return receipt{}, false, jobs.Later(early)
	}
	return receipt{}, false, nil
}

func (byMeta) patience(pace Pace) time.Duration { return pace.Call }

func (w byMeta) check(ctx context.Context) error { return w.client.Check(ctx) }

// passing is a failure before anything was sent: another try can do no harm.
func passing(err error) error {
	if f, ok := err.(*rules.Failure); ok && f.Kind == rules.Unclear { //nolint:errorlint // the client returns nothing else
		again := *f
		again.Kind = rules.Passing
		return &again
	}
	return err
}
