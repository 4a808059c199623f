package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gocloud.dev/blob"
)

type checkCommand struct{}

// Run tries everything that serving needs and says what to mend. It ends with an error where
// something does not work.
func (checkCommand) Run(e env) (err error) {
	d, err := openDatabases(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	c := checking{env: e}
	c.say("Postgres", "", nil)
	redis := d.connectRedis(e)
	c.say("Redis", "Start it, or correct REDIS_URL.", redis)
	c.say("Attachments", "Correct BLOB_URL, or who may write there.", tryBlobs(e, d.blobs))
	c.page()
	c.secret()
	if redis == nil {
		if err := c.carriers(d); err != nil {
			return err
		}
	}
	if c.broken > 0 {
		return fmt.Errorf("%d of these must be mended", c.broken)
	}
	return nil
}

// checking counts what does not work.
type checking struct {
	env
	broken int
}

func (c *checking) say(what, mend string, err error) {
	if err == nil {
		fmt.Fprintf(c.out, "%s: ok\n", what)
		return
	}
	c.broken++
	fmt.Fprintf(c.out, "%s: %s. %s\n", what, strings.TrimSuffix(err.Error(), "."), mend)
}

// page asks the public URL, as a browser would: whether a proxy leads to a server of ours.
func (c *checking) page() {
	if c.config.PublicURL == "" {
		fmt.Fprintln(c.out, "PUBLIC_URL: not set; links in letters lead to this machine, cookies are not marked as secure, and no carrier can call us")
		return
	}
	c.say("PUBLIC_URL", "It must be the scheme and host under which browsers and carriers reach a running server.", answers(c, c.config.Page()+"/healthz"))
}

func answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.New("nothing answers there")
	}
	defer res.Body.Close() //nolint:errcheck // nothing of it is read
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("what answers there is no server of ours (%d)", res.StatusCode)
	}
	return nil
}

func (c *checking) secret() {
	_, made, err := c.config.Secret()
	if err == nil && made {
		fmt.Fprintln(c.out, "SECRET_KEY: not set; the one in VAR_DIR is used, which is enough for one node")
		return
	}
	c.say("SECRET_KEY", "Set it to 32 characters or more, the same on every node.", err)
}

// carriers tries each clinic's channels.
func (c *checking) carriers(d *databases) error {
	s, err := assemble(c.env, d)
	if err != nil {
		return err
	}
	clinics, err := s.people.Clinics(c)
	if err != nil {
		return err
	}
	for _, clinic := range clinics {
		tried, err := s.post.TryAll(c, clinic.ID)
		if err != nil {
			return err
		}
		for _, t := range tried {
			var wrong error
			if t.Says != "" {
				wrong = errors.New(t.Says)
			}
			c.say(clinic.Name+", "+string(t.Channel), "", wrong)
		}
	}
	return nil
}

// tryBlobs writes, reads and removes a file where attachments are kept.
func tryBlobs(ctx context.Context, bucket *blob.Bucket) error {
	const key, content = "check", "frontdesk check"
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := bucket.WriteAll(ctx, key, []byte(content), nil); err != nil {
		return fmt.Errorf("cannot write: %w", err)
	}
	back, err := bucket.ReadAll(ctx, key)
	if err == nil && string(back) != content {
		err = errors.New("it reads otherwise than it was written")
	}
	return errors.Join(err, bucket.Delete(ctx, key))
}
