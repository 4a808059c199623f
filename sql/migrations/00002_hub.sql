-- +goose Up

-- Comparing what people type: small letters, no accents.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- unaccent() itself is only STABLE, as its dictionary could be replaced; ours is named and
-- is not, so that an index may stand on it.
-- +goose StatementBegin
CREATE FUNCTION plain(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, words))
$$;
-- +goose StatementEnd

-- What every table of a clinic gets: no row of another clinic is seen or written.
-- +goose StatementBegin
CREATE FUNCTION hold_apart(clinic_table regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', clinic_table);
    EXECUTE format('CREATE POLICY own_clinic ON %s USING (clinic_id = current_setting(''app.clinic'')::uuid)', clinic_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO frontdesk_app', clinic_table);
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION hold_apart FROM PUBLIC;

-- A change may also touch things beside conversations. It names them (users, labels,
-- patient:ID and the like); whoever shows them fetches them anew.
ALTER TABLE change
    ADD COLUMN topics     text[] NOT NULL DEFAULT '{}',
    ADD COLUMN person_ids uuid[] NOT NULL DEFAULT '{}'; -- whom the topics concern; none: all staff

-- Opening hours, automatic replies and the like, as clinic.Settings has them.
ALTER TABLE clinic ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';

ALTER TABLE clinic_user ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}'; -- of notifications

ALTER TABLE patient
    ADD COLUMN language          text        NOT NULL DEFAULT '', -- BCP 47, as pt or en-GB; empty: not known
    ADD COLUMN preferred_channel text        NOT NULL DEFAULT '' CHECK (preferred_channel IN ('', 'sms', 'email', 'portal', 'whatsapp')),
    ADD COLUMN opted_out         text[]      NOT NULL DEFAULT '{}', -- channels that the patient does not want, by now
    ADD COLUMN remarks           text        NOT NULL DEFAULT '' CHECK (char_length(remarks) <= 4000), -- only staff see them
    ADD COLUMN merged_into       uuid, -- this record is another one's double, and is shown no more
    ADD COLUMN updated_at        timestamptz NOT NULL DEFAULT now(),
    ADD FOREIGN KEY (clinic_id, merged_into) REFERENCES patient (clinic_id, patient_id);

-- Out of the way until a time, or until the patient answers; whichever comes first.
ALTER TABLE conversation
    ADD COLUMN snoozed       boolean NOT NULL DEFAULT false,
    ADD COLUMN snoozed_until timestamptz, -- null while snoozed: until the patient answers
    ADD COLUMN snoozed_by    uuid,
    ADD FOREIGN KEY (clinic_id, snoozed_by) REFERENCES clinic_user (clinic_id, user_id),
    ADD CHECK (snoozed OR num_nonnulls(snoozed_until, snoozed_by) = 0);

-- A logged call is a message of the channel call; its body is the summary.
ALTER TABLE message
    ADD COLUMN call_started_at timestamptz,
    ADD COLUMN call_seconds    integer CHECK (call_seconds BETWEEN 0 AND 86400),
    ADD COLUMN call_direction  text CHECK (call_direction IN ('inbound', 'outbound')),
    ADD COLUMN call_outcome    text CHECK (call_outcome IN ('reached', 'voicemail', 'no_answer')),
    ADD COLUMN edited_at       timestamptz,
    ADD COLUMN mentions        uuid[]   NOT NULL DEFAULT '{}', -- colleagues whom a note calls
    ADD COLUMN attachments     smallint NOT NULL DEFAULT 0 CHECK (attachments >= 0), -- how many
    ADD CHECK ((channel = 'call') = (num_nonnulls(call_started_at, call_seconds, call_direction, call_outcome) = 4)),
    ADD CHECK (channel = 'call' OR num_nonnulls(call_started_at, call_seconds, call_direction, call_outcome) = 0);

-- A file, first without a message, then with the one that names it.
CREATE TABLE attachment (
    clinic_id           uuid        NOT NULL REFERENCES clinic,
    attachment_id       uuid        NOT NULL,
    uploader_user_id    uuid,
    uploader_patient_id uuid,
    message_id          uuid, -- null: uploaded, and not sent yet
    place               smallint    NOT NULL DEFAULT 0, -- among the message's
    filename            text        NOT NULL CHECK (char_length(filename) BETWEEN 1 AND 255),
    media_type          text        NOT NULL, -- what the bytes say
    size                bigint      NOT NULL CHECK (size > 0), -- bytes
    sha256              bytea       NOT NULL CHECK (octet_length(sha256) = 32),
    blob_key            text        NOT NULL, -- random; where the bytes are
    thumbnail_key       text, -- null: none, or not yet
    width               integer, -- of an image, in pixels
    height              integer,
    created_at          timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, attachment_id),
    FOREIGN KEY (clinic_id, uploader_user_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, uploader_patient_id) REFERENCES patient (clinic_id, patient_id),
    FOREIGN KEY (clinic_id, message_id) REFERENCES message (clinic_id, message_id),
    CHECK (num_nonnulls(uploader_user_id, uploader_patient_id) = 1)
);
CREATE INDEX attachment_of_message ON attachment (clinic_id, message_id, place) WHERE message_id IS NOT NULL;
CREATE INDEX attachment_unsent ON attachment (clinic_id, created_at) WHERE message_id IS NULL;
SELECT hold_apart('attachment');

-- A link that lets somebody in once: an invitation, a sign-in without a password.
CREATE TABLE sign_in_link (
    clinic_id  uuid        NOT NULL REFERENCES clinic,
    token_hash bytea       NOT NULL CHECK (octet_length(token_hash) = 32), -- SHA-256; the token itself is nowhere
    purpose    text        NOT NULL CHECK (purpose IN ('invitation', 'sign_in')),
    user_id    uuid,
    patient_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (clinic_id, token_hash),
    FOREIGN KEY (clinic_id, user_id) REFERENCES clinic_user,
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient,
    CHECK (num_nonnulls(user_id, patient_id) = 1)
);
CREATE INDEX sign_in_link_of_user ON sign_in_link (clinic_id, user_id);
CREATE INDEX sign_in_link_of_patient ON sign_in_link (clinic_id, patient_id);
SELECT hold_apart('sign_in_link');

DROP VIEW message_view;
CREATE VIEW message_view WITH (security_invoker = true) AS
SELECT
    m.clinic_id, m.message_id, m.conversation_id, m.channel, m.side, m.author_user_id, m.author_patient_id,
    m.subject, m.body, m.status, m.read_at, m.reader_user_id, m.reader_patient_id, m.starred_at, m.starred_by,
    m.patient_starred_at, m.created_at,
    m.call_started_at, m.call_seconds, m.call_direction, m.call_outcome, m.edited_at, m.mentions,
    c.kind AS conversation_kind,
    c.archived,
    coalesce(au.name, ap.name, '') AS author_name,
    coalesce(ru.name, rp.name, '') AS reader_name,
    coalesce(su.name, '') AS starred_by_name,
    (CASE WHEN m.attachments > 0 THEN (
        SELECT jsonb_agg(jsonb_build_object('id', f.attachment_id, 'filename', f.filename, 'media_type', f.media_type,
            'size', f.size, 'thumbnail', f.thumbnail_key IS NOT NULL, 'width', f.width, 'height', f.height) ORDER BY f.place)
        FROM attachment f WHERE f.clinic_id = m.clinic_id AND f.message_id = m.message_id
    ) END)::jsonb AS files
FROM message m
JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
LEFT JOIN clinic_user au ON au.clinic_id = m.clinic_id AND au.user_id = m.author_user_id
LEFT JOIN patient ap ON ap.clinic_id = m.clinic_id AND ap.patient_id = m.author_patient_id
LEFT JOIN clinic_user ru ON ru.clinic_id = m.clinic_id AND ru.user_id = m.reader_user_id
LEFT JOIN patient rp ON rp.clinic_id = m.clinic_id AND rp.patient_id = m.reader_patient_id
LEFT JOIN clinic_user su ON su.clinic_id = m.clinic_id AND su.user_id = m.starred_by;

DROP VIEW conversation_view;
CREATE VIEW conversation_view WITH (security_invoker = true) AS
SELECT
    c.*,
    coalesce(p.name, '') AS patient_name,
    coalesce(p.portal_access, false) AS portal_access,
    coalesce(p.email, '') AS patient_email,
    coalesce(p.phone, '') AS patient_phone,
    coalesce(p.opted_out, '{}') AS opted_out,
    coalesce(d.name, '') AS doctor_name,
    coalesce(f.name, '') AS first_name,
    coalesce(s.name, '') AS second_name,
    coalesce(a.name, '') AS assignee_name,
    coalesce(z.name, '') AS snoozed_by_name
FROM conversation c
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id
LEFT JOIN clinic_user d ON d.clinic_id = c.clinic_id AND d.user_id = c.doctor_id
LEFT JOIN clinic_user f ON f.clinic_id = c.clinic_id AND f.user_id = c.first_id
LEFT JOIN clinic_user s ON s.clinic_id = c.clinic_id AND s.user_id = c.second_id
LEFT JOIN clinic_user a ON a.clinic_id = c.clinic_id AND a.user_id = c.assignee_id
LEFT JOIN clinic_user z ON z.clinic_id = c.clinic_id AND z.user_id = c.snoozed_by;

GRANT SELECT ON message_view, conversation_view TO frontdesk_app;
GRANT EXECUTE ON FUNCTION plain TO frontdesk_app;
