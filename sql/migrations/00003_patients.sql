-- +goose Up

-- A clinic's id and a fragment of text in one index.
CREATE EXTENSION IF NOT EXISTS btree_gin;

ALTER TABLE patient
    ADD COLUMN external_id text CHECK (char_length(external_id) BETWEEN 1 AND 100), -- in the clinic's other system
    ADD COLUMN name_key    text NOT NULL GENERATED ALWAYS AS (plain(name)) STORED, -- the directory's order
    ADD COLUMN email_key   text GENERATED ALWAYS AS (lower(email)) STORED, -- under row-level security an index on lower() would not be used
    -- What a fragment is looked for in; a phone number is its digits.
    ADD COLUMN search_key  text NOT NULL GENERATED ALWAYS AS (
        plain(name) || ' ' || lower(coalesce(email, '')) || ' ' || coalesce(substr(phone, 2), '') || ' ' || lower(coalesce(external_id, ''))) STORED;
CREATE UNIQUE INDEX patient_by_external_id ON patient (clinic_id, external_id) WHERE external_id IS NOT NULL AND merged_into IS NULL;
CREATE INDEX patient_directory ON patient (clinic_id, name_key COLLATE "C", patient_id) WHERE merged_into IS NULL;
CREATE INDEX patient_by_name_key ON patient (clinic_id, name_key);
CREATE INDEX patient_search ON patient USING gin (clinic_id, search_key gin_trgm_ops) WHERE merged_into IS NULL;
CREATE INDEX patient_by_phone ON patient (clinic_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX patient_by_email ON patient (clinic_id, email_key) WHERE email_key IS NOT NULL;
CREATE INDEX message_of_patient ON message (clinic_id, author_patient_id) WHERE author_patient_id IS NOT NULL;
DROP INDEX patient_by_name; -- patient_directory is in its place

-- What a person has said of being written to on a channel. It belongs to the address: all
-- patients with one phone number share its opt-outs. Lines are only ever added; the newest
-- one of a channel and an address counts, and patient.opted_out holds what comes of it.
CREATE TABLE consent (
    clinic_id   uuid        NOT NULL REFERENCES clinic,
    consent_id  uuid        NOT NULL,
    channel     text        NOT NULL CHECK (channel IN ('sms', 'email', 'whatsapp')),
    address     text        NOT NULL, -- E.164, or an email address in small letters
    given       boolean     NOT NULL, -- false: opted out
    source      text        NOT NULL CHECK (source IN ('by_hand', 'keyword', 'carrier', 'import')),
    reason      text        NOT NULL DEFAULT '' CHECK (char_length(reason) <= 500),
    user_id     uuid, -- who wrote it down, where it was by hand
    patient_id  uuid, -- whose record it was written down in
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, consent_id),
    FOREIGN KEY (clinic_id, user_id) REFERENCES clinic_user,
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient
);
CREATE INDEX consent_of_address ON consent (clinic_id, address, channel, created_at DESC, consent_id DESC);
SELECT hold_apart('consent');
REVOKE UPDATE, DELETE ON consent FROM frontdesk_app;

-- Where a patient was reached before: what comes from there is still theirs.
CREATE TABLE patient_address (
    clinic_id  uuid        NOT NULL REFERENCES clinic,
    address    text        NOT NULL, -- E.164, or an email address in small letters
    patient_id uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, address, patient_id),
    FOREIGN KEY (clinic_id, patient_id) REFERENCES patient
);
CREATE INDEX patient_address_of ON patient_address (clinic_id, patient_id);
SELECT hold_apart('patient_address');

-- Where a conversation has gone that was joined to another one: who still holds its id
-- writes there.
CREATE TABLE conversation_joined (
    clinic_id       uuid        NOT NULL REFERENCES clinic,
    conversation_id uuid        NOT NULL, -- is no more
    into_id         uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (clinic_id, conversation_id),
    FOREIGN KEY (clinic_id, into_id) REFERENCES conversation (clinic_id, conversation_id)
);
CREATE INDEX conversation_joined_into ON conversation_joined (clinic_id, into_id);
SELECT hold_apart('conversation_joined');

-- Fragments are looked up as the owner: LIKE is not leakproof, so under row-level security
-- no index would serve it. The clinic is the transaction's own, as everywhere.
-- +goose StatementBegin
CREATE FUNCTION patient_page(words text[], after_name text, after_id uuid, max_rows integer) RETURNS SETOF patient
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    own      uuid := current_setting('app.clinic')::uuid;
    patterns text[] := ARRAY(SELECT '%' || plain(w) || '%' FROM unnest(words) w);
    longest  text := (SELECT w FROM unnest(patterns) w ORDER BY char_length(w) DESC LIMIT 1);
BEGIN
    -- Three letters make a trigram; fewer are so frequent that the directory's own order
    -- finds a page of them soon.
    IF coalesce(char_length(longest), 0) < 3 + 2 THEN -- the two are the % around it
        RETURN QUERY SELECT p.* FROM patient p
        WHERE p.clinic_id = own AND p.merged_into IS NULL AND p.search_key LIKE ALL (patterns)
          AND (after_name IS NULL OR (p.name_key COLLATE "C", p.patient_id) > (after_name, after_id))
        ORDER BY p.name_key COLLATE "C", p.patient_id LIMIT max_rows;
    ELSE
        RETURN QUERY WITH found AS MATERIALIZED (
            SELECT f.* FROM patient f WHERE f.clinic_id = own AND f.merged_into IS NULL AND f.search_key LIKE longest
        )
        SELECT p.* FROM found p
        WHERE p.search_key LIKE ALL (patterns)
          AND (after_name IS NULL OR (p.name_key COLLATE "C", p.patient_id) > (after_name, after_id))
        ORDER BY p.name_key COLLATE "C", p.patient_id LIMIT max_rows;
    END IF;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION patient_page FROM PUBLIC;
GRANT EXECUTE ON FUNCTION patient_page TO frontdesk_app;

-- Gives another row what refers to one by a foreign key, in whatever table that is; what the
-- other has already is not kept twice. It works with the rights of whoever calls.
-- +goose StatementBegin
CREATE FUNCTION hand_over(what regclass, old_id uuid, new_id uuid, besides regclass[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    own  uuid := current_setting('app.clinic')::uuid;
    ref  record;
    line record;
BEGIN
    FOR ref IN
        SELECT c.conrelid::regclass AS holder, a.attname AS col
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname <> 'clinic_id'
        WHERE c.contype = 'f' AND c.confrelid = what AND c.conrelid <> ALL (besides)
            AND has_column_privilege(c.conrelid, a.attname, 'UPDATE') -- what is only ever added to stays as it was
        ORDER BY 1, 2
    LOOP
        FOR line IN EXECUTE format('SELECT ctid FROM %s WHERE clinic_id = $1 AND %I = $2', ref.holder, ref.col) USING own, old_id LOOP
            BEGIN
                EXECUTE format('UPDATE %s SET %I = $1 WHERE ctid = $2', ref.holder, ref.col) USING new_id, line.ctid;
            EXCEPTION WHEN unique_violation THEN
                EXECUTE format('DELETE FROM %s WHERE ctid = $1', ref.holder) USING line.ctid;
            END;
        END LOOP;
    END LOOP;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION hand_over FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hand_over TO frontdesk_app;

-- +goose Down
DROP FUNCTION hand_over, patient_page;
DROP TABLE conversation_joined, patient_address, consent;
DROP INDEX patient_by_name_key, message_of_patient, patient_by_email, patient_by_phone, patient_search, patient_directory, patient_by_external_id;
ALTER TABLE patient DROP COLUMN search_key, DROP COLUMN email_key, DROP COLUMN name_key, DROP COLUMN external_id;
CREATE INDEX patient_by_name ON patient (clinic_id, lower(name) text_pattern_ops, patient_id);
