-- +goose Up

-- A letter that waits keeps its form, made safe; body is what it says.
ALTER TABLE scheduled_message ADD COLUMN body_html text;

-- +goose Down
ALTER TABLE scheduled_message DROP COLUMN body_html;
