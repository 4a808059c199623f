-- name: PatientInsert :exec
INSERT INTO patient (clinic_id, patient_id, name, birth_date, email, phone, portal_access, portal_email, password_hash,
    language, preferred_channel, remarks, external_id, opted_out, created_at, updated_at)
VALUES (@clinic_id, @patient_id, @name, @birth_date, @email, @phone, @portal_access, @portal_email, @password_hash,
    @language, @preferred_channel, @remarks, sqlc.narg(external_id), @opted_out::text[], @created_at, @created_at);

-- name: PatientGet :one
SELECT * FROM patient WHERE clinic_id = @clinic_id AND patient_id = @patient_id;

-- name: PatientLock :one
SELECT * FROM patient WHERE clinic_id = @clinic_id AND patient_id = @patient_id
FOR NO KEY UPDATE;

-- name: PatientSetPassword :exec
UPDATE patient SET password_hash = @password_hash WHERE clinic_id = @clinic_id AND patient_id = @patient_id;

-- name: PatientPage :many
-- By name, those with every fragment; a page starts after (after_name, after_id). The
-- clinic is the view's own.
SELECT p.patient_id, p.name, p.birth_date, p.email, p.phone, p.portal_access, p.language, p.preferred_channel,
    p.opted_out, p.remarks, p.external_id, p.merged_into, p.created_at, p.updated_at, p.name_key
FROM patient_page(@words::text[], sqlc.narg(after_name)::text, sqlc.narg(after_id)::uuid, @max_rows::integer) p;

-- name: PatientUpdate :exec
UPDATE patient
SET name = @name, birth_date = sqlc.narg(birth_date), email = sqlc.narg(email), phone = sqlc.narg(phone),
    language = @language, preferred_channel = @preferred_channel, remarks = @remarks, external_id = sqlc.narg(external_id),
    opted_out = @opted_out::text[], portal_email = sqlc.narg(portal_email), updated_at = @updated_at
WHERE clinic_id = @clinic_id AND patient_id = @patient_id;

-- name: PatientSetPortal :exec
UPDATE patient
SET portal_access = @portal_access, portal_email = sqlc.narg(portal_email), password_hash = sqlc.narg(password_hash), updated_at = @updated_at
WHERE clinic_id = @clinic_id AND patient_id = @patient_id;

-- name: PatientSetOptedOut :exec
UPDATE patient SET opted_out = @opted_out::text[], updated_at = @updated_at
WHERE clinic_id = @clinic_id AND patient_id = @patient_id;

-- name: PatientSetMerged :exec
-- The double keeps its row, so that whatever names it is still understood.
UPDATE patient
SET merged_into = @merged_into::uuid, portal_access = false, portal_email = NULL, password_hash = NULL, updated_at = @updated_at
WHERE clinic_id = @clinic_id AND patient_id = @patient_id;

-- name: PatientHandOver :exec
-- All that refers to the double, in whatever table, refers to the other one.
SELECT hand_over('patient', @double_id::uuid, @kept_id::uuid, ARRAY['session', 'sign_in_link', 'consent', 'patient_address', 'conversation']::regclass[]);

-- name: PatientByPortalEmail :one
SELECT patient_id, name FROM patient
WHERE clinic_id = @clinic_id AND portal_email = @portal_email::text;

-- name: PatientDoubles :many
-- Who is likely the same person: the same phone, email, or name and birth date.
SELECT * FROM patient
WHERE clinic_id = @clinic_id AND merged_into IS NULL AND patient_id <> @patient_id::uuid
  AND (phone = sqlc.narg(phone)::text OR email_key = (SELECT lower(sqlc.narg(email)::text))
       OR name_key = (SELECT plain(@name::text)) AND birth_date = sqlc.narg(birth_date)::date)
ORDER BY name_key, patient_id
LIMIT 5;

-- name: PatientsOfAddress :many
SELECT * FROM patient
WHERE clinic_id = @clinic_id AND merged_into IS NULL AND (phone = @address::text OR email_key = @address::text)
ORDER BY patient_id
FOR NO KEY UPDATE;

-- name: PatientConversations :many
SELECT conversation_id, patient_id FROM conversation
WHERE clinic_id = @clinic_id AND patient_id = ANY (@patient_ids::uuid[])
ORDER BY conversation_id;

-- name: PatientMessages :many
-- The newest messages that show the patient's name, whoever wrote them.
SELECT m.message_id FROM message m
WHERE m.clinic_id = @clinic_id AND m.conversation_id = @conversation_id
  AND (m.author_patient_id = @patient_id::uuid OR m.reader_patient_id = @patient_id::uuid)
ORDER BY m.created_at DESC
LIMIT 200;

-- name: ClinicCountry :one
-- Where numbers without a country code are from.
SELECT coalesce(settings ->> 'country', '')::text AS country, timezone FROM clinic WHERE clinic_id = @clinic_id;

-- name: ConsentInsert :exec
INSERT INTO consent (clinic_id, consent_id, channel, address, given, source, reason, user_id, patient_id, created_at)
VALUES (@clinic_id, @consent_id, @channel, @address, @given, @source, @reason, sqlc.narg(user_id), sqlc.narg(patient_id), @created_at);

-- name: ConsentStates :many
-- The newest word of each channel and address.
SELECT DISTINCT ON (address, channel) address, channel, given FROM consent
WHERE clinic_id = @clinic_id AND address = ANY (@addresses::text[])
ORDER BY address, channel, created_at DESC, consent_id DESC;

-- name: ConsentHistory :many
SELECT c.*, coalesce(u.name, '')::text AS user_name FROM consent c
LEFT JOIN clinic_user u ON u.clinic_id = c.clinic_id AND u.user_id = c.user_id
WHERE c.clinic_id = @clinic_id AND c.address = ANY (@addresses::text[])
ORDER BY c.created_at DESC, c.consent_id DESC
LIMIT 200;

-- name: AddressRemember :exec
INSERT INTO patient_address (clinic_id, address, patient_id, created_at)
VALUES (@clinic_id, @address, @patient_id, @created_at)
ON CONFLICT DO NOTHING;

-- name: AddressesOf :many
SELECT address FROM patient_address WHERE clinic_id = @clinic_id AND patient_id = @patient_id
ORDER BY address;

-- name: AddressesHandOver :exec
WITH gone AS (
    DELETE FROM patient_address a WHERE a.clinic_id = @clinic_id AND a.patient_id = @double_id RETURNING a.address, a.created_at
)
INSERT INTO patient_address (clinic_id, address, patient_id, created_at)
SELECT @clinic_id, gone.address, @kept_id, gone.created_at FROM gone
ON CONFLICT DO NOTHING;

-- name: SignInLinkDeleteOfPatient :exec
DELETE FROM sign_in_link WHERE clinic_id = @clinic_id AND patient_id = @patient_id::uuid;

-- name: PatientsImport :exec
-- One statement for a whole file. A row that an earlier try of the same import has written
-- is left as it is.
INSERT INTO patient (clinic_id, patient_id, name, birth_date, email, phone, language, preferred_channel, remarks, external_id, opted_out, created_at, updated_at)
SELECT @clinic_id, r.id, r.name, r.birth_date, r.email, r.phone, r.language, r.preferred_channel, r.remarks, r.external_id,
    ARRAY(SELECT s.channel FROM (
        SELECT DISTINCT ON (c.channel) c.channel, c.given FROM consent c
        WHERE c.clinic_id = @clinic_id AND c.address = CASE c.channel WHEN 'email' THEN lower(r.email) ELSE r.phone END
        ORDER BY c.channel, c.created_at DESC, c.consent_id DESC) s WHERE NOT s.given ORDER BY s.channel),
    @created_at, @created_at
FROM jsonb_to_recordset(@rows::jsonb) AS r(id uuid, name text, birth_date date, email text, phone text, language text,
    preferred_channel text, remarks text, external_id text)
ON CONFLICT (clinic_id, patient_id) DO NOTHING;

-- name: PatientsExisting :many
SELECT patient_id FROM patient WHERE clinic_id = @clinic_id AND patient_id = ANY (@patient_ids::uuid[]);

-- name: PatientsLikeRows :many
-- Whom the rows of a file are likely already, each with the row's place; by external id first.
WITH asked AS MATERIALIZED (
    SELECT r.place::integer AS place, plain(r.name::text) AS name_key, r.birth_date::date AS birth_date, r.email::text AS email, r.phone::text AS phone, r.external_id::text AS external_id
    FROM jsonb_to_recordset(@rows::jsonb) AS r(place integer, name text, birth_date date, email text, phone text, external_id text)
)
SELECT asked.place::integer AS place, p.patient_id, p.name,
    coalesce(p.external_id = asked.external_id, false)::boolean AS same_record
FROM asked
CROSS JOIN LATERAL (
    SELECT a.* FROM patient a WHERE a.clinic_id = @clinic_id AND a.merged_into IS NULL AND a.external_id = asked.external_id
    UNION ALL
    SELECT b.* FROM patient b WHERE b.clinic_id = @clinic_id AND b.merged_into IS NULL AND b.phone = asked.phone
    UNION ALL
    SELECT c.* FROM patient c WHERE c.clinic_id = @clinic_id AND c.merged_into IS NULL AND c.email_key = asked.email
    UNION ALL
    SELECT d.* FROM patient d WHERE d.clinic_id = @clinic_id AND d.merged_into IS NULL AND d.name_key = asked.name_key AND d.birth_date = asked.birth_date
    LIMIT 1
) p
ORDER BY asked.place;

-- name: PatientByExternalID :one
SELECT patient_id, name FROM patient
WHERE clinic_id = @clinic_id AND external_id = @external_id::text AND merged_into IS NULL;

-- name: PatientsByExternalID :many
SELECT * FROM patient
WHERE clinic_id = @clinic_id AND external_id = ANY (@external_ids::text[]) AND merged_into IS NULL
ORDER BY patient_id
FOR NO KEY UPDATE;
