-- name: LabelList :many
SELECT * FROM label
WHERE clinic_id = @clinic_id
ORDER BY position, plain(name);

-- name: LabelGet :one
SELECT * FROM label WHERE clinic_id = @clinic_id AND label_id = @label_id;

-- name: LabelsLock :many
-- The whole catalogue, held until the commit: whoever renames or removes one waits for those
-- who are putting labels on (LabelsNamed), and they for him. Both lock in the order of ids.
SELECT * FROM label
WHERE clinic_id = @clinic_id
ORDER BY label_id
FOR UPDATE;

-- name: LabelsNamed :many
-- Those of these names, whatever their case and accents. Held, so that none is renamed or
-- removed before this transaction has put it on.
SELECT n.asked::text AS asked, l.label_id, l.name
FROM unnest(@names::text[]) AS n (asked)
JOIN label l ON l.clinic_id = @clinic_id AND plain(l.name) = plain(n.asked)
ORDER BY l.label_id
FOR SHARE OF l;

-- name: LabelInsert :exec
INSERT INTO label (clinic_id, label_id, name, colour, position, created_at)
VALUES (@clinic_id, @label_id, @name, @colour, @position, @created_at);

-- name: LabelUpdate :exec
UPDATE label SET name = @name, colour = @colour, position = @position
WHERE clinic_id = @clinic_id AND label_id = @label_id;

-- name: LabelDelete :exec
DELETE FROM label WHERE clinic_id = @clinic_id AND label_id = @label_id;

-- name: LabelUse :one
-- On how many conversations a label is; reads the clinic's conversations, so it is asked only
-- before one is removed.
SELECT count(*)::integer FROM conversation
WHERE clinic_id = @clinic_id AND labels @> ARRAY[@name::text];

-- name: ConversationsRelabel :exec
UPDATE conversation SET labels = array_replace(labels, @before::text, @after::text)
WHERE clinic_id = @clinic_id AND labels @> ARRAY[@before::text];

-- name: ConversationsUnlabel :exec
UPDATE conversation SET labels = array_remove(labels, @name::text)
WHERE clinic_id = @clinic_id AND labels @> ARRAY[@name::text];
