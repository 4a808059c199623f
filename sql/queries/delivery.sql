-- name: DeliveryInsert :exec
INSERT INTO delivery (clinic_id, message_id, channel, address, state, template, automatic, created_at, updated_at)
VALUES (@clinic_id, @message_id, @channel, @address, 'queued', sqlc.narg(template), @automatic, @now, @now);

-- name: DeliveryTake :one
-- Says before a try that one is being made, so that whoever comes after a crash asks the
-- carrier first; and answers what is to be sent. asked_before is the try whose outcome nobody knows.
WITH taken AS (
    SELECT d.message_id, d.asked_at FROM delivery d
    WHERE d.clinic_id = @clinic_id AND d.message_id = @message_id AND d.round = @round AND d.state = 'queued'
    FOR UPDATE
)
UPDATE delivery d SET asked_at = coalesce(taken.asked_at, @now::timestamptz),
    tries = d.tries + CASE WHEN taken.asked_at > @too_early::timestamptz THEN 0 ELSE 1 END -- to wait is no try
FROM taken, message m
JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
JOIN clinic k ON k.clinic_id = m.clinic_id
JOIN patient p ON p.clinic_id = m.clinic_id AND p.patient_id = c.patient_id
WHERE d.clinic_id = @clinic_id AND d.message_id = taken.message_id AND m.clinic_id = d.clinic_id AND m.message_id = d.message_id
RETURNING d.message_id, d.channel, d.address, d.tries, d.carrier_ids, d.template, d.automatic, d.created_at,
    coalesce((SELECT NOT s.given FROM consent s WHERE s.clinic_id = d.clinic_id AND s.address = d.address AND s.channel = d.channel
        ORDER BY s.created_at DESC, s.consent_id DESC LIMIT 1), false)::boolean AS opted_out,
    coalesce(taken.asked_at, 'epoch')::timestamptz AS asked_before,
    m.conversation_id, m.subject, m.body, m.body_html, m.attachments, m.author_user_id, p.name AS patient_name, p.patient_id, p.portal_access, k.name AS clinic_name;

-- name: DeliveryPut :exec
-- Which parts the carrier has. Where it is about to be asked for the next one, that is noted;
-- else nothing is unknown any more. What a callback has told meanwhile stays.
UPDATE delivery SET asked_at = sqlc.narg(asked_at)::timestamptz,
    carrier_ids = CASE WHEN cardinality(carrier_ids) > cardinality(@carrier_ids::text[]) THEN carrier_ids ELSE @carrier_ids END
WHERE clinic_id = @clinic_id AND message_id = @message_id AND round = @round AND state = 'queued';

-- name: DeliveryPart :exec
-- A callback names a part whose answer was lost.
UPDATE delivery SET asked_at = NULL, carrier_ids = carrier_ids || @carrier_id::text
WHERE clinic_id = @clinic_id AND message_id = @message_id AND round = @round AND state = 'queued' AND cardinality(carrier_ids) = @part::integer;

-- name: DeliveryLock :one
SELECT * FROM delivery
WHERE clinic_id = @clinic_id AND message_id = @message_id
FOR UPDATE;

-- name: DeliveryGet :one
SELECT d.*, m.conversation_id FROM delivery d
JOIN message m ON m.clinic_id = d.clinic_id AND m.message_id = d.message_id
WHERE d.clinic_id = @clinic_id AND d.message_id = @message_id;

-- name: DeliveryMove :exec
UPDATE delivery
SET state = @state, reason = @reason, code = @code, carrier_ids = @carrier_ids::text[], past_ids = past_ids || @past_ids::text[],
    asked_at = CASE WHEN @keep_asked::boolean THEN asked_at END, updated_at = @now
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: DeliveryAgain :exec
UPDATE delivery
SET state = 'queued', reason = '', code = '', round = round + 1, tries = 0, updated_at = @now
WHERE clinic_id = @clinic_id AND message_id = @message_id;

-- name: DeliveryByCarrierID :one
SELECT message_id FROM delivery
WHERE clinic_id = @clinic_id AND (carrier_ids @> ARRAY[@carrier_id::text] OR past_ids @> ARRAY[@carrier_id])
LIMIT 1;

-- name: DeliveryClaimed :many
-- Of a carrier's names, those that are known to be of some message.
SELECT d.message_id, unnest(d.carrier_ids || d.past_ids)::text AS carrier_id FROM delivery d
WHERE d.clinic_id = @clinic_id AND (d.carrier_ids && @carrier_ids::text[] OR d.past_ids && @carrier_ids);

-- name: DeliveryLastTo :one
-- Where the clinic last wrote to an address: an answer belongs there.
SELECT m.conversation_id FROM delivery d
JOIN message m ON m.clinic_id = d.clinic_id AND m.message_id = d.message_id
JOIN conversation c ON c.clinic_id = m.clinic_id AND c.conversation_id = m.conversation_id
WHERE d.clinic_id = @clinic_id AND d.address = @address AND d.channel = @channel AND d.created_at > @since AND c.patient_id = @patient_id::uuid
ORDER BY d.created_at DESC
LIMIT 1;

-- name: ReceivedInsert :exec
INSERT INTO received (clinic_id, message_id, channel, address, carrier_id, received_at)
VALUES (@clinic_id, @message_id, @channel, @address, @carrier_id, @received_at);

-- name: ReceivedLetters :many
-- The letters of a conversation that an answer refers to, the newest first.
SELECT r.carrier_id, r.message_id, m.subject, r.received_at AS at FROM received r
JOIN message m ON m.clinic_id = r.clinic_id AND m.message_id = r.message_id
WHERE r.clinic_id = @clinic_id AND m.conversation_id = @conversation_id AND r.channel = 'email'
ORDER BY r.received_at DESC
LIMIT 10;

-- name: ReceivedUnmarked :many
-- The carrier's names for messages that staff have opened just now.
SELECT r.channel, r.carrier_id, r.message_id FROM received r
WHERE r.clinic_id = @clinic_id AND r.message_id = ANY (@message_ids::uuid[]) AND r.channel = 'whatsapp'
ORDER BY r.received_at DESC
LIMIT 1;

-- name: WebhookInsert :exec
INSERT INTO webhook (clinic_id, webhook_id, channel, carrier, digest, body, received_at)
VALUES (@clinic_id, @webhook_id, @channel, @carrier, @digest, @body, @received_at);

-- name: WebhookKnown :one
SELECT EXISTS (SELECT FROM webhook WHERE clinic_id = @clinic_id AND digest = @digest)::boolean;

-- name: WebhookGet :one
SELECT * FROM webhook WHERE clinic_id = @clinic_id AND webhook_id = @webhook_id;

-- name: WebhookDone :exec
UPDATE webhook SET done_at = @now::timestamptz, trouble = @trouble
WHERE clinic_id = @clinic_id AND webhook_id = @webhook_id;

-- name: WebhooksPrune :exec
-- What was understood is kept for a while, to look into; what was not stays.
DELETE FROM webhook
WHERE clinic_id = @clinic_id AND done_at < @before AND trouble = '';

-- name: AccountGet :one
SELECT * FROM channel_account WHERE clinic_id = @clinic_id AND channel = @channel;

-- name: AccountLock :one
SELECT * FROM channel_account WHERE clinic_id = @clinic_id AND channel = @channel FOR UPDATE;

-- name: AccountsOf :many
SELECT * FROM channel_account WHERE clinic_id = @clinic_id ORDER BY channel;

-- name: AccountPut :exec
INSERT INTO channel_account (clinic_id, channel, carrier, settings, secrets, routes, enabled, updated_at)
VALUES (@clinic_id, @channel, @carrier, @settings, @secrets, @routes::text[], @enabled, @now)
ON CONFLICT (clinic_id, channel) DO UPDATE
SET carrier = @carrier, settings = @settings, secrets = @secrets, routes = @routes::text[], enabled = @enabled,
    trouble = '', trouble_in = '', trouble_at = NULL, updated_at = @now,
    read_epoch = CASE WHEN @same_mailbox::boolean THEN channel_account.read_epoch ELSE 0 END,
    read_since = CASE WHEN @same_mailbox THEN channel_account.read_since END;

-- name: AccountDelete :exec
DELETE FROM channel_account WHERE clinic_id = @clinic_id AND channel = @channel;

-- name: AccountTrouble :exec
UPDATE channel_account SET trouble = @trouble, trouble_in = @trouble_in, trouble_at = sqlc.narg(trouble_at)
WHERE clinic_id = @clinic_id AND channel = @channel;

-- name: AccountReadUpto :exec
-- Only by whoever reads the mailbox that is set up now.
UPDATE channel_account SET read_epoch = @read_epoch, read_upto = @read_upto, read_since = coalesce(read_since, @now::timestamptz)
WHERE clinic_id = @clinic_id AND channel = 'email' AND settings ->> 'imap_host' = @imap_host::text AND settings ->> 'username' = @username::text
  AND coalesce(settings ->> 'mailbox', '') = @mailbox::text;

-- name: AccountsByRoute :many
SELECT * FROM accounts_by_route(@route::text);

-- name: AccountsOfCarrier :many
-- Of all clinics.
SELECT * FROM accounts_of_carrier(@carrier::text);

-- name: ClinicSetChannels :exec
UPDATE clinic SET channels = ARRAY(
    SELECT a.channel FROM channel_account a WHERE a.clinic_id = @clinic_id AND a.enabled ORDER BY a.channel)
WHERE clinic_id = @clinic_id;

-- name: ClinicReach :one
-- What the clinic has a carrier for, and when a number was last heard on WhatsApp; the epoch stands for never.
SELECT k.channels, coalesce((SELECT max(r.received_at) FROM received r
    WHERE r.clinic_id = k.clinic_id AND r.channel = 'whatsapp' AND r.address = @phone::text), 'epoch')::timestamptz AS heard_at
FROM clinic k WHERE k.clinic_id = @clinic_id;

-- name: DeliveriesSilent :many
-- What a carrier has taken, and has told nothing of for a while.
SELECT message_id, carrier_ids[cardinality(carrier_ids)]::text AS carrier_id FROM delivery
WHERE clinic_id = @clinic_id AND channel = @channel AND state IN ('queued', 'sent') AND carrier_ids <> '{}'
  AND updated_at < @quiet_since AND updated_at > @newer_than
ORDER BY updated_at
LIMIT @max_rows;
