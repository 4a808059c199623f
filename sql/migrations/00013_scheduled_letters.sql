-- +goose Up

-- A letter that waits keeps its form, made safe; body is what it says.
ALTER TABLE scheduled_message ADD COLUMN body_html text;

-- What waits, as it is shown: with its files, and with what says who may see it.
CREATE VIEW scheduled_view WITH (security_invoker = true) AS
SELECT
    s.*,
    u.name AS author_name,
    c.kind, c.patient_id, c.doctor_id, c.assignee_id, c.first_id, c.second_id,
    coalesce(p.name, '') AS patient_name,
    (SELECT jsonb_agg(jsonb_build_object('id', f.attachment_id, 'filename', f.filename, 'media_type', f.media_type,
        'size', f.size, 'thumbnail', f.thumbnail_key IS NOT NULL, 'width', f.width, 'height', f.height) ORDER BY f.place)
    FROM attachment f WHERE f.clinic_id = s.clinic_id AND f.scheduled_id = s.message_id)::jsonb AS files
FROM scheduled_message s
JOIN conversation c ON c.clinic_id = s.clinic_id AND c.conversation_id = s.conversation_id
JOIN clinic_user u ON u.clinic_id = s.clinic_id AND u.user_id = s.author_id
LEFT JOIN patient p ON p.clinic_id = c.clinic_id AND p.patient_id = c.patient_id;

GRANT SELECT ON scheduled_view TO frontdesk_app;

-- +goose Down
DROP VIEW scheduled_view;
ALTER TABLE scheduled_message DROP COLUMN body_html;
