-- +goose Up

-- The application works as frontdesk_app: it owns nothing and cannot bypass row-level
-- security. The role belongs to the whole cluster, so it may be there already.
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'frontdesk_app') THEN
        CREATE ROLE frontdesk_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this cluster was migrated at the same moment
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'frontdesk_app', 'MEMBER') THEN
        EXECUTE format('GRANT frontdesk_app TO %I', current_user);
    END IF;
END $$;
-- +goose StatementEnd

CREATE TABLE clinic (
    clinic_id  uuid        PRIMARY KEY,
    name       text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    timezone   text        NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now()
);

-- The clinic's counter. It stands alone because every change updates it: no foreign key
-- points here, so that lock is never shared with the checks of other tables' keys.
CREATE TABLE history (
    clinic_id uuid   PRIMARY KEY REFERENCES clinic,
    seq       bigint NOT NULL DEFAULT 0,
    pruned_to bigint NOT NULL DEFAULT 0 -- changes up to this one are gone from the log
) WITH (fillfactor = 50);

-- "user" is a reserved word that silently means the database's role; hence clinic_user.
CREATE TABLE clinic_user (
    clinic_id     uuid        NOT NULL REFERENCES clinic,
    user_id       uuid        NOT NULL,
    role          text        NOT NULL CHECK (role IN ('receptionist', 'doctor', 'admin')),
    name          text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    email         text        NOT NULL CHECK (email = lower(email)),
    password_hash text        NOT NULL,
    permissions   text[]      NOT NULL DEFAULT '{}',
    active        boolean     NOT NULL DEFAULT true,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (clinic_id, user_id),
    UNIQUE (clinic_id, email)
);
CREATE INDEX clinic_user_by_email ON clinic_user (email); -- sign-in knows no clinic yet

CREATE TABLE patient (
    clinic_id     uuid        NOT NULL REFERENCES clinic,
    patient_id    uuid        NOT NULL,
    name          text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    birth_date    date,
    email         text,
    phone         text        CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'), -- E.164
    portal_access boolean     NOT NULL DEFAULT false,
    portal_email  text        CHECK (portal_email = lower(portal_email)), -- what the patient signs in with
    password_hash text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (clinic_id, patient_id),
    UNIQUE (clinic_id, portal_email)
);
CREATE INDEX patient_by_portal_email ON patient (portal_email);
CREATE INDEX patient_by_name ON patient (clinic_id, lower(name) text_pattern_ops, patient_id);

CREATE TABLE session (
    clinic_id  uuid        NOT NULL,
    token_hash bytea       NOT NULL CHECK (octet_length(token_hash) = 32), -- SHA-256; the token itself is nowhere
    session_id uuid        NOT NULL,
    user_id    uuid,
    patient_id uuid,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, token_hash),
    UNIQUE (clinic_id, session_id),
    FOREIGN KEY (clinic_id, user_id) REFERENCES clinic_user,
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient,
    CHECK (num_nonnulls(user_id, patient_id) = 1)
);
CREATE INDEX session_of_user ON session (clinic_id, user_id);
CREATE INDEX session_of_patient ON session (clinic_id, patient_id);

-- A conversation has two sides. Side 0 is the clinic, or first_id of a direct one; side 1 is
-- the patient, or second_id. Counts and summaries are kept with the messages, in the same
-- transaction, so that the inbox is read without looking at a message.
CREATE TABLE conversation (
    clinic_id       uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('front_desk', 'doctor', 'direct')),
    patient_id      uuid,
    doctor_id       uuid,
    first_id        uuid,
    second_id       uuid,
    assignee_id     uuid,
    labels          text[]      NOT NULL DEFAULT '{}',
    archived        boolean     NOT NULL DEFAULT false,
    unread_0        integer     NOT NULL DEFAULT 0 CHECK (unread_0 >= 0), -- what side 0 has not read
    unread_1        integer     NOT NULL DEFAULT 0 CHECK (unread_1 >= 0),
    stars           integer     NOT NULL DEFAULT 0 CHECK (stars >= 0), -- messages that staff have starred
    patient_stars   integer     NOT NULL DEFAULT 0 CHECK (patient_stars >= 0),
    last_word       smallint, -- the side that wrote last; a note is no word
    last_word_since timestamptz, -- that side has been the last to write since then
    last_id         uuid, -- the newest message
    last_at         timestamptz NOT NULL,
    shown_id        uuid, -- the newest message that the patient may see
    shown_at        timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, conversation_id),
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient,
    FOREIGN KEY (clinic_id, doctor_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, first_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, second_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, assignee_id) REFERENCES clinic_user (clinic_id, user_id),
    CHECK (CASE kind
        WHEN 'front_desk' THEN patient_id IS NOT NULL AND num_nonnulls(doctor_id, first_id, second_id) = 0
        WHEN 'doctor' THEN num_nulls(patient_id, doctor_id) = 0 AND num_nonnulls(first_id, second_id) = 0
        ELSE first_id < second_id AND num_nonnulls(patient_id, doctor_id) = 0
    END)
);
CREATE UNIQUE INDEX conversation_front_desk ON conversation (clinic_id, patient_id) WHERE kind = 'front_desk';
CREATE UNIQUE INDEX conversation_doctor ON conversation (clinic_id, patient_id, doctor_id) WHERE kind = 'doctor';
CREATE UNIQUE INDEX conversation_direct ON conversation (clinic_id, first_id, second_id) WHERE kind = 'direct';
-- The inbox's order, for everybody who sees much of it, and for each who sees only the own.
CREATE INDEX conversation_inbox ON conversation (clinic_id, archived, last_at DESC, conversation_id DESC);
CREATE INDEX conversation_of_doctor ON conversation (clinic_id, doctor_id, last_at DESC) WHERE doctor_id IS NOT NULL;
CREATE INDEX conversation_of_assignee ON conversation (clinic_id, assignee_id, last_at DESC) WHERE assignee_id IS NOT NULL;
CREATE INDEX conversation_of_second ON conversation (clinic_id, second_id) WHERE kind = 'direct';

CREATE TABLE message (
    clinic_id          uuid        NOT NULL,
    message_id         uuid        NOT NULL, -- made by the sender
    conversation_id    uuid        NOT NULL,
    channel            text        NOT NULL CHECK (channel IN ('sms', 'email', 'portal', 'whatsapp', 'call', 'note')),
    side               smallint    NOT NULL CHECK (side IN (0, 1)), -- the author's
    author_user_id     uuid,
    author_patient_id  uuid, -- neither: the system
    subject            text        CHECK (char_length(subject) <= 200),
    body               text        NOT NULL,
    status             text        NOT NULL CHECK (status IN ('unread', 'read', 'replied')), -- archived is the conversation's
    read_at            timestamptz,
    reader_user_id     uuid,
    reader_patient_id  uuid,
    starred_at         timestamptz,
    starred_by         uuid,
    patient_starred_at timestamptz,
    created_at         timestamptz NOT NULL, -- strictly increasing within a conversation
    PRIMARY KEY (clinic_id, message_id),
    FOREIGN KEY (clinic_id, conversation_id) REFERENCES conversation,
    FOREIGN KEY (clinic_id, author_user_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, author_patient_id) REFERENCES patient (clinic_id, patient_id),
    FOREIGN KEY (clinic_id, reader_user_id) REFERENCES clinic_user (clinic_id, user_id),
    FOREIGN KEY (clinic_id, reader_patient_id) REFERENCES patient (clinic_id, patient_id),
    FOREIGN KEY (clinic_id, starred_by) REFERENCES clinic_user (clinic_id, user_id)
);
CREATE UNIQUE INDEX message_thread ON message (clinic_id, conversation_id, created_at DESC);
CREATE INDEX message_unanswered ON message (clinic_id, conversation_id, side) WHERE status <> 'replied' AND channel <> 'note';

-- The log of changes: what was touched, and whom it concerns. No message text is here.
CREATE TABLE change (
    clinic_id       uuid        NOT NULL REFERENCES clinic,
    seq             bigint      NOT NULL,
    conversation_id uuid,
    message_ids     uuid[]      NOT NULL DEFAULT '{}',
    for_staff       boolean     NOT NULL,
    for_patient     boolean     NOT NULL,
    patient_id      uuid, -- the conversation's
    lost_ids        uuid[]      NOT NULL DEFAULT '{}', -- who has lost sight of the conversation
    account_ids     uuid[]      NOT NULL DEFAULT '{}', -- whose rights have changed
    session_ids     uuid[]      NOT NULL DEFAULT '{}', -- which sessions have ended
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, seq)
);
CREATE INDEX change_of_patient ON change (clinic_id, patient_id, seq) WHERE for_patient;

-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['clinic', 'history', 'clinic_user', 'patient', 'session', 'conversation', 'message', 'change'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        -- Without a clinic set this is an error, not an empty answer.
        EXECUTE format('CREATE POLICY own_clinic ON %I USING (clinic_id = current_setting(''app.clinic'')::uuid)', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO frontdesk_app', t);
    END LOOP;
END $$;
-- +goose StatementEnd

-- The questions that must be asked before, or across, clinics. Each runs as the owner and
-- answers no more than it says.
CREATE VIEW sign_in_account AS -- granted to nobody: it is read through the function
SELECT u.email AS address, u.clinic_id, 'user' AS kind, u.user_id AS person_id, u.password_hash
FROM clinic_user u WHERE u.active
UNION ALL
SELECT p.portal_email, p.clinic_id, 'patient', p.patient_id, p.password_hash
FROM patient p WHERE p.portal_access AND p.password_hash IS NOT NULL;

-- +goose StatementBegin
CREATE FUNCTION sign_in_accounts(email text) RETURNS SETOF sign_in_account
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM sign_in_account WHERE address = email
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION history_heads(clinics uuid[]) RETURNS SETOF history -- null: of all clinics
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM history h WHERE clinics IS NULL OR h.clinic_id = ANY (clinics)
$$;
-- +goose StatementEnd

-- The life of this history: another one after a restore into a new cluster or database, or
-- a recovery to an earlier point, which begins a new timeline.
-- +goose StatementBegin
CREATE FUNCTION history_epoch() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT hashtext(concat_ws('/',
        (SELECT system_identifier FROM pg_control_system()),
        (SELECT timeline_id FROM pg_control_checkpoint()),
        (SELECT oid FROM pg_database WHERE datname = current_database())))
$$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION sign_in_accounts, history_heads, history_epoch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sign_in_accounts, history_heads, history_epoch TO frontdesk_app;
GRANT USAGE ON SCHEMA public TO frontdesk_app;

-- What the API shows of a message and of a conversation, names included. Reading runs with
-- the rights of whoever asks.
CREATE VIEW message_view WITH (security_invoker = true) AS
SELECT
    m.*,
    c.kind AS conversation_kind,
    c.archived,
    coalesce(au.name, ap.name, '') AS author_name,
    coalesce(ru.name, rp.name, '') AS reader_name,
    coalesce(su.name, '') AS starred_by_name
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
    coalesce(d.name, '') AS doctor_name,
    coalesce(f.name, '') AS first_name,
    coalesce(s.name, '') AS second_name,
    coalesce(a.name, '') AS assignee_name
FROM conversation c
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id
LEFT JOIN clinic_user d ON d.clinic_id = c.clinic_id AND d.user_id = c.doctor_id
LEFT JOIN clinic_user f ON f.clinic_id = c.clinic_id AND f.user_id = c.first_id
LEFT JOIN clinic_user s ON s.clinic_id = c.clinic_id AND s.user_id = c.second_id
LEFT JOIN clinic_user a ON a.clinic_id = c.clinic_id AND a.user_id = c.assignee_id;

GRANT SELECT ON message_view, conversation_view TO frontdesk_app;

-- +goose Down
DROP VIEW conversation_view, message_view;
DROP FUNCTION history_epoch, history_heads, sign_in_accounts;
DROP VIEW sign_in_account;
DROP TABLE change, message, conversation, session, patient, clinic_user, history, clinic;
