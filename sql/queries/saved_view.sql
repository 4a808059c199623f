-- name: SavedViews :many
SELECT view_id, name, filter, place FROM saved_view
WHERE clinic_id = @clinic_id AND user_id = @user_id
ORDER BY place, view_id;

-- name: SavedViewInsert :exec
INSERT INTO saved_view (clinic_id, view_id, user_id, name, filter, place, created_at)
VALUES (@clinic_id, @view_id, @user_id, @name, @filter, @place, @created_at);

-- name: SavedViewUpdate :exec
UPDATE saved_view SET name = @name, filter = @filter, place = @place
WHERE clinic_id = @clinic_id AND user_id = @user_id AND view_id = @view_id;

-- name: SavedViewDelete :exec
DELETE FROM saved_view WHERE clinic_id = @clinic_id AND user_id = @user_id AND view_id = @view_id;
