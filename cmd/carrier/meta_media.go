package main

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

func (c *carrier) metaUpload(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("id") != c.PhoneNumberID {
		noObject(w, r)
		return
	}
	upload, header, err := r.FormFile("file")
	if err != nil || r.FormValue("messaging_product") != "whatsapp" {
		metaError(w, http.StatusBadRequest, 100, "Invalid parameter", "messaging_product and file are required.")
		return
	}
	raw, err := io.ReadAll(upload)
	kind, _, _ := mime.ParseMediaType(cmp.Or(r.FormValue("type"), header.Header.Get("Content-Type")))
	limit := metaLimit(kind)
	switch {
	case err != nil:
		metaError(w, http.StatusBadRequest, 131053, "Media upload error", "The file broke off.")
	case limit == 0:
		metaError(w, http.StatusBadRequest, 100, "Param file must be a file with one of the supported types", "This one is "+kind+".")
	case len(raw) > limit:
		metaError(w, http.StatusBadRequest, 131053, "Media upload error", "The file is too large for its type.")
	default:
		kept := c.world.keep(metaID(), header.Filename, kind, raw)
		writeJSON(w, http.StatusOK, map[string]string{"id": kept.ID})
	}
}

// metaLimit is how large a file may be in bytes; 0: not at all.
func metaLimit(kind string) int {
	const mb = 1 << 20
	switch kind {
	case "image/jpeg", "image/png":
		return 5 * mb
	case "image/webp":
		return mb / 2
	case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "video/mp4", "video/3gpp":
		return 16 * mb
	case "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint":
		return 100 * mb
	}
	if strings.HasPrefix(kind, "application/vnd.openxmlformats-officedocument.") {
		return 100 * mb
	}
	return 0
}

// metaID is made as Meta's are, of digits.
func metaID() string {
	n, _ := strconv.ParseUint(newID("", 12), 16, 64) // 12 digits to base 16 are a number
	return fmt.Sprintf("9%015d", n)
}

// metaGet shows the number, or where a file is.
func (c *carrier) metaGet(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	switch id {
	case c.PhoneNumberID:
		c.metaNumber(w, r)
		return
	case c.BusinessID:
		writeJSON(w, http.StatusOK, map[string]any{"id": id, "name": "Harbour Street Clinic"})
		return
	}
	f, ok := c.world.file(id)
	if !ok {
		noObject(w, r)
		return
	}
	sum := sha256.Sum256(f.Bytes)
	writeJSON(w, http.StatusOK, map[string]any{
		"messaging_product": "whatsapp", "url": c.metaURL(id, time.Now().Add(urlLasts)), "mime_type": f.Type, "sha256": hex.EncodeToString(sum[:]),
		"file_size": f.Size, "id": id,
	})
}

func (c *carrier) metaNumber(w http.ResponseWriter, r *http.Request) {
	all := map[string]any{
		"id": c.PhoneNumberID, "verified_name": "Harbour Street Clinic", "display_phone_number": c.WhatsAppNumber, "code_verification_status": "VERIFIED",
		"quality_rating": "GREEN", "platform_type": "CLOUD_API", "throughput": map[string]string{"level": "STANDARD"}, "status": "CONNECTED",
	}
	if fields := r.URL.Query().Get("fields"); fields != "" {
		asked := map[string]any{"id": c.PhoneNumberID}
		for name := range strings.SplitSeq(fields, ",") {
			if value, ok := all[name]; ok {
				asked[name] = value
			}
		}
		all = asked
	}
	writeJSON(w, http.StatusOK, all)
}

// urlLasts is how long the address of a file serves.
const urlLasts = 5 * time.Minute

// metaURL says in itself until when it is good, under a seal.
func (c *carrier) metaURL(id string, until time.Time) string {
	expires := strconv.FormatInt(until.Unix(), 10)
	query := url.Values{"mid": {id}, "ext": {expires}, "hash": {c.seal(id, expires)}}
	return c.base + "/whatsapp_business/attachments/?" + query.Encode()
}

func (c *carrier) seal(id, expires string) string {
	mac := hmac.New(sha256.New, []byte(c.AppSecret))
	mac.Write([]byte("url " + id + " " + expires))
	return hex.EncodeToString(mac.Sum(nil))
}

func (c *carrier) metaDownload(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	expires, err := strconv.ParseInt(q.Get("ext"), 10, 64)
	f, ok := c.world.file(q.Get("mid"))
	if err != nil || !ok || !hmac.Equal([]byte(q.Get("hash")), []byte(c.seal(q.Get("mid"), q.Get("ext")))) || time.Now().Unix() > expires {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", f.Type)
	_, _ = w.Write(f.Bytes) // who has gone reads nothing
}

func (c *carrier) metaTemplates(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("id") != c.BusinessID {
		noObject(w, r)
		return
	}
	all := []any{}
	for i, t := range templates {
		if name := r.URL.Query().Get("name"); name != "" && name != t.name {
			continue
		}
		examples := make([]string, t.parameters())
		for n := range examples {
			examples[n] = "example " + strconv.Itoa(n+1)
		}
		all = append(all, map[string]any{
			"id": strconv.Itoa(300000000000001 + i), "name": t.name, "language": t.language, "status": "APPROVED", "category": t.category, "parameter_format": "POSITIONAL",
			"components": []any{map[string]any{"type": "BODY", "text": t.body, "example": map[string]any{"body_text": [][]string{examples}}}},
		})
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": all, "paging": map[string]any{"cursors": map[string]string{"before": "MAZDZD", "after": "MjQZD"}}})
}
