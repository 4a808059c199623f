-- +goose Up

-- What a clinic needs to speak with the carrier of one channel. Secrets are sealed with a
-- key that the database does not know.
CREATE TABLE channel_account (
    clinic_id    uuid        NOT NULL REFERENCES clinic,
    channel      text        NOT NULL CHECK (channel IN ('sms', 'email', 'whatsapp')),
    carrier      text        NOT NULL CHECK (carrier IN ('twilio', 'meta', 'mail')),
    settings     jsonb       NOT NULL,
    secrets      bytea       NOT NULL,
    routes       text[]      NOT NULL DEFAULT '{}', -- what a webhook names its account by
    enabled      boolean     NOT NULL DEFAULT true,
    trouble      text        NOT NULL DEFAULT '', -- what is wrong with its way out, in plain words; empty: nothing
    trouble_in   text        NOT NULL DEFAULT '', -- and with its way in
    trouble_at   timestamptz,
    read_epoch   bigint      NOT NULL DEFAULT 0, -- of a mailbox: its UIDVALIDITY
    read_upto    bigint      NOT NULL DEFAULT 0, -- and the last UID that was taken in
    read_since   timestamptz, -- when it was connected: what is older is left alone
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, channel)
);
CREATE INDEX channel_account_by_route ON channel_account USING gin (routes);
SELECT hold_apart('channel_account');

-- The channels with an account that is switched on: every conversation shows them.
ALTER TABLE clinic ADD COLUMN channels text[] NOT NULL DEFAULT '{}';

-- What becomes of an outbound message on a carrier's channel.
CREATE TABLE delivery (
    clinic_id   uuid        NOT NULL,
    message_id  uuid        NOT NULL,
    channel     text        NOT NULL,
    address     text        NOT NULL, -- bound when it was written
    state       text        NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'read', 'failed')),
    reason      text        NOT NULL DEFAULT '', -- of a failure, in plain words
    code        text        NOT NULL DEFAULT '', -- the carrier's own
    round       integer     NOT NULL DEFAULT 0, -- how often somebody asked to try again
    tries       integer     NOT NULL DEFAULT 0, -- in this round
    asked_at    timestamptz, -- the carrier was asked to take it, and its answer is not known
    carrier_ids text[]      NOT NULL DEFAULT '{}', -- the carrier's names for its parts, in order
    past_ids    text[]      NOT NULL DEFAULT '{}', -- and for those that failed, and were sent again
    template    jsonb, -- of WhatsApp: the approved template that it is made of
    automatic   boolean     NOT NULL DEFAULT false, -- nobody wrote it: it asks for no answer of a machine
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, message_id),
    FOREIGN KEY (clinic_id, message_id) REFERENCES message (clinic_id, message_id) ON DELETE CASCADE
);
CREATE INDEX delivery_by_carrier_id ON delivery USING gin (clinic_id, carrier_ids);
CREATE INDEX delivery_by_past_id ON delivery USING gin (clinic_id, past_ids);
CREATE INDEX delivery_waiting ON delivery (clinic_id, channel, created_at) WHERE state = 'queued';
CREATE INDEX delivery_silent ON delivery (clinic_id, channel, updated_at) WHERE state IN ('queued', 'sent');
CREATE INDEX delivery_to ON delivery (clinic_id, address, created_at DESC);
SELECT hold_apart('delivery');

-- What carriers have told us, as it came: kept before it is acknowledged, understood after.
CREATE TABLE webhook (
    clinic_id   uuid        NOT NULL REFERENCES clinic,
    webhook_id  uuid        NOT NULL,
    channel     text        NOT NULL,
    carrier     text        NOT NULL,
    digest      bytea       NOT NULL CHECK (octet_length(digest) = 32), -- SHA-256 of the body: the same again is nothing new
    body        bytea       NOT NULL,
    received_at timestamptz NOT NULL,
    done_at     timestamptz,
    trouble     text        NOT NULL DEFAULT '', -- why it could not be understood
    PRIMARY KEY (clinic_id, webhook_id),
    UNIQUE (clinic_id, digest)
);
CREATE INDEX webhook_done ON webhook (clinic_id, done_at) WHERE done_at IS NOT NULL;
SELECT hold_apart('webhook');

-- What an inbound message of a carrier is known by there, and where it came from.
CREATE TABLE received (
    clinic_id   uuid        NOT NULL,
    message_id  uuid        NOT NULL,
    channel     text        NOT NULL,
    address     text        NOT NULL,
    carrier_id  text        NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, message_id),
    FOREIGN KEY (clinic_id, message_id) REFERENCES message (clinic_id, message_id) ON DELETE CASCADE
);
CREATE INDEX received_from ON received (clinic_id, channel, address, received_at DESC);
SELECT hold_apart('received');

-- What came in from somebody whom the clinic does not know, or from a number that several
-- patients share: it waits for a person to say whose it is.
CREATE TABLE stray (
    clinic_id    uuid        NOT NULL REFERENCES clinic,
    stray_id     uuid        NOT NULL, -- the message's id, once it is one
    channel      text        NOT NULL,
    address      text        NOT NULL,
    sender       text        NOT NULL DEFAULT '', -- what they call themselves
    subject      text        NOT NULL DEFAULT '',
    body         text        NOT NULL,
    body_html    text,
    carrier_id   text        NOT NULL,
    automatic    boolean     NOT NULL DEFAULT false,
    received_at  timestamptz NOT NULL,
    settled_at   timestamptz,
    settled_by   uuid,
    patient_id   uuid, -- whose it turned out to be; none: dismissed
    PRIMARY KEY (clinic_id, stray_id),
    FOREIGN KEY (clinic_id, settled_by) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient (clinic_id, patient_id)
);
CREATE INDEX stray_waiting ON stray (clinic_id, received_at DESC) WHERE settled_at IS NULL;
CREATE INDEX stray_from ON stray (clinic_id, channel, address) WHERE settled_at IS NULL;
SELECT hold_apart('stray');

-- Whose an address is that several patients share, as somebody has said.
CREATE TABLE address_owner (
    clinic_id  uuid        NOT NULL REFERENCES clinic,
    address    text        NOT NULL, -- E.164, or an email address in small letters
    patient_id uuid        NOT NULL,
    user_id    uuid        NOT NULL, -- who said so
    created_at timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, address),
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient,
    FOREIGN KEY (clinic_id, user_id) REFERENCES clinic_user (clinic_id, user_id)
);
CREATE INDEX address_owner_of ON address_owner (clinic_id, patient_id);
SELECT hold_apart('address_owner');

-- What came from outside is uploaded by nobody, and waits with its stray.
ALTER TABLE attachment
    DROP CONSTRAINT attachment_check,
    ADD CONSTRAINT attachment_check CHECK (num_nonnulls(uploader_user_id, uploader_patient_id) <= 1),
    ADD COLUMN stray_id uuid,
    ADD FOREIGN KEY (clinic_id, stray_id) REFERENCES stray (clinic_id, stray_id);
CREATE INDEX attachment_of_stray ON attachment (clinic_id, stray_id) WHERE stray_id IS NOT NULL;

ALTER TABLE message
    ADD COLUMN body_html text, -- the whole letter as it came, made safe; body holds its new words
    ADD COLUMN automatic boolean NOT NULL DEFAULT false; -- a machine has made it

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
    ) END)::jsonb AS files,
    m.body_html,
    m.automatic,
    coalesce(o.state, '') AS delivery_state,
    coalesce(o.reason, '') AS delivery_reason,
    coalesce(o.address, '') AS delivery_address,
    coalesce(o.updated_at, m.created_at)::timestamptz AS delivery_at
FROM message m
JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
LEFT JOIN delivery o ON o.clinic_id = m.clinic_id AND o.message_id = m.message_id
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
    coalesce(z.name, '') AS snoozed_by_name,
    k.channels AS clinic_channels,
    coalesce(CASE WHEN 'whatsapp' = ANY (k.channels) AND p.phone IS NOT NULL THEN (
        SELECT max(r.received_at) FROM received r
        WHERE r.clinic_id = c.clinic_id AND r.channel = 'whatsapp' AND r.address = p.phone
    ) END, 'epoch')::timestamptz AS heard_at -- the epoch stands for never
FROM conversation c
JOIN clinic k ON k.clinic_id = c.clinic_id
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id
LEFT JOIN clinic_user d ON d.clinic_id = c.clinic_id AND d.user_id = c.doctor_id
LEFT JOIN clinic_user f ON f.clinic_id = c.clinic_id AND f.user_id = c.first_id
LEFT JOIN clinic_user s ON s.clinic_id = c.clinic_id AND s.user_id = c.second_id
LEFT JOIN clinic_user a ON a.clinic_id = c.clinic_id AND a.user_id = c.assignee_id
LEFT JOIN clinic_user z ON z.clinic_id = c.clinic_id AND z.user_id = c.snoozed_by;

GRANT SELECT ON message_view, conversation_view TO frontdesk_app;

-- Questions across clinics: whose account a webhook names, and which accounts there are.
-- Secrets stay sealed.
-- +goose StatementBegin
CREATE FUNCTION accounts_by_route(route text) RETURNS SETOF channel_account
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM channel_account a WHERE a.routes @> ARRAY[route] ORDER BY a.clinic_id, a.channel
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION accounts_of_carrier(named text) RETURNS SETOF channel_account
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM channel_account a WHERE a.carrier = named AND a.enabled
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION accounts_by_route, accounts_of_carrier FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounts_by_route, accounts_of_carrier TO frontdesk_app;

-- +goose Down
DROP FUNCTION accounts_of_carrier, accounts_by_route;
DROP VIEW conversation_view, message_view;
ALTER TABLE message DROP COLUMN automatic, DROP COLUMN body_html;
DROP INDEX attachment_of_stray;
DELETE FROM attachment WHERE num_nonnulls(uploader_user_id, uploader_patient_id) = 0;
ALTER TABLE attachment
    DROP COLUMN stray_id,
    DROP CONSTRAINT attachment_check,
    ADD CONSTRAINT attachment_check CHECK (num_nonnulls(uploader_user_id, uploader_patient_id) = 1);
DROP TABLE address_owner, stray, received, webhook, delivery;
ALTER TABLE clinic DROP COLUMN channels;
DROP TABLE channel_account;
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
