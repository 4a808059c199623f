-- name: TemplateInsert :exec
INSERT INTO template (clinic_id, template_id, owner_id, name, shortcut, subject, body, channels, made_by, created_at, updated_at)
VALUES (@clinic_id, @template_id, sqlc.narg(owner_id), @name, @shortcut, @subject, @body, @channels, @made_by, @created_at, @created_at);

-- name: TemplateUpdate :exec
UPDATE template
SET owner_id = sqlc.narg(owner_id), name = @name, shortcut = @shortcut, subject = @subject, body = @body, channels = @channels, updated_at = @updated_at
WHERE clinic_id = @clinic_id AND template_id = @template_id;

-- name: TemplateDelete :exec
DELETE FROM template WHERE clinic_id = @clinic_id AND template_id = @template_id;

-- name: TemplateGet :one
SELECT * FROM template WHERE clinic_id = @clinic_id AND template_id = @template_id;

-- name: TemplateLock :one
SELECT * FROM template WHERE clinic_id = @clinic_id AND template_id = @template_id FOR UPDATE;

-- name: TemplateList :many
-- Those of everybody and those of one person; their number is bounded.
SELECT * FROM template
WHERE clinic_id = @clinic_id AND (owner_id IS NULL OR owner_id = @viewer_id::uuid)
ORDER BY lower(name), template_id;

-- name: TemplateNeighbours :many
-- What a shortcut and the number of templates are checked against: all of the same owner.
SELECT template_id, shortcut FROM template
WHERE clinic_id = @clinic_id AND owner_id IS NOT DISTINCT FROM sqlc.narg(owner_id)::uuid;
