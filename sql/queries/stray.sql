-- name: StrayInsert :exec
INSERT INTO stray (clinic_id, stray_id, channel, address, sender, subject, body, body_html, carrier_id, automatic, received_at)
VALUES (@clinic_id, @stray_id, @channel, @address, @sender, @subject, @body, sqlc.narg(body_html), @carrier_id, @automatic, @received_at);

-- name: StrayLock :one
SELECT * FROM stray
WHERE clinic_id = @clinic_id AND stray_id = @stray_id
FOR UPDATE;

-- name: StraysWaiting :many
-- The newest first, each with the patients who have the address.
SELECT s.*,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.patient_id, 'name', p.name, 'birth_date', p.birth_date) ORDER BY p.name), '[]')
     FROM patient p WHERE p.clinic_id = s.clinic_id AND p.merged_into IS NULL AND (p.phone = s.address OR p.email_key = s.address))::jsonb AS candidates,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.attachment_id, 'filename', f.filename, 'media_type', f.media_type, 'size', f.size) ORDER BY f.place), '[]')
     FROM attachment f WHERE f.clinic_id = s.clinic_id AND f.stray_id = s.stray_id)::jsonb AS files
FROM stray s
WHERE s.clinic_id = @clinic_id AND s.settled_at IS NULL
  AND (sqlc.narg(before_at)::timestamptz IS NULL OR (s.received_at, s.stray_id) < (sqlc.narg(before_at), sqlc.narg(before_id)::uuid))
ORDER BY s.received_at DESC, s.stray_id DESC
LIMIT @max_rows;

-- name: StraysCount :one
SELECT count(*) FROM (SELECT FROM stray WHERE clinic_id = @clinic_id AND settled_at IS NULL LIMIT 100) s;

-- name: StraysFrom :many
-- All that waits from the address of another one, in the order in which it came.
SELECT s.stray_id FROM stray s
JOIN stray o ON o.clinic_id = s.clinic_id AND o.stray_id = @stray_id AND o.channel = s.channel AND o.address = s.address
WHERE s.clinic_id = @clinic_id AND s.settled_at IS NULL
ORDER BY s.received_at, s.stray_id
LIMIT 100;

-- name: StraySettle :exec
UPDATE stray SET settled_at = @now::timestamptz, settled_by = @settled_by::uuid, patient_id = sqlc.narg(patient_id)
WHERE clinic_id = @clinic_id AND stray_id = @stray_id;

-- name: StrayFiles :many
SELECT attachment_id FROM attachment
WHERE clinic_id = @clinic_id AND stray_id = @stray_id::uuid
ORDER BY place;

-- name: StrayHoldFiles :exec
UPDATE attachment SET stray_id = @stray_id::uuid, place = array_position(@attachment_ids::uuid[], attachment_id)
WHERE clinic_id = @clinic_id AND attachment_id = ANY (@attachment_ids::uuid[]);

-- name: AddressOwners :many
-- Who may have written from an address: whoever somebody has said it is, unless it is others
-- who have it by now; else who has it now; else who had it before.
SELECT x.patient_id, min(x.rank)::integer AS rank FROM (
    SELECT o.patient_id, 1 AS rank FROM address_owner o
    WHERE o.clinic_id = @clinic_id AND o.address = @address AND (NOT EXISTS (
            SELECT FROM patient p WHERE p.clinic_id = o.clinic_id AND p.merged_into IS NULL AND (p.phone = @address OR p.email_key = @address))
        OR EXISTS (
            SELECT FROM patient p WHERE p.clinic_id = o.clinic_id AND p.patient_id = o.patient_id AND (p.phone = @address OR p.email_key = @address)))
    UNION ALL
    SELECT p.patient_id, 2 FROM patient p
    WHERE p.clinic_id = @clinic_id AND p.merged_into IS NULL AND (p.phone = @address OR p.email_key = @address)
    UNION ALL
    SELECT a.patient_id, 3 FROM patient_address a JOIN patient p ON p.clinic_id = a.clinic_id AND p.patient_id = a.patient_id
    WHERE a.clinic_id = @clinic_id AND a.address = @address AND p.merged_into IS NULL
) x
GROUP BY x.patient_id
ORDER BY rank, x.patient_id;

-- name: AddressOwnerSet :exec
INSERT INTO address_owner (clinic_id, address, patient_id, user_id, created_at)
VALUES (@clinic_id, @address, @patient_id, @user_id, @now)
ON CONFLICT (clinic_id, address) DO UPDATE SET patient_id = @patient_id, user_id = @user_id, created_at = @now;

-- name: ReceivedBefore :one
-- Whether there is such a message already, or such a stray.
SELECT (EXISTS (SELECT FROM message m WHERE m.clinic_id = @clinic_id AND m.message_id = @message_id)
     OR EXISTS (SELECT FROM stray s WHERE s.clinic_id = @clinic_id AND s.stray_id = @message_id))::boolean;
