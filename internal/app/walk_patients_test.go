package app

import (
	"testing"

	"github.com/google/uuid"
)

func asking(method, path string, body any) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, _ *world) {
		t.Helper()
		p.must(t, method, "/api/v1/patients"+path, body)
	}
}

func writingTo(patient, words string) func(testing.TB, person, *world) {
	return func(t testing.TB, p person, _ *world) {
		t.Helper()
		p.must(t, "POST", "/api/v1/conversations", map[string]any{"patient_id": patient, "message": draft("portal", words)})
	}
}

// patientSteps keep the directory; what is shown of patients in conversations goes with it.
func patientSteps(w *world) []step {
	ana, offline := w.clinic.Ana.ID.String(), w.clinic.Offline.ID.String()
	double := uuid.Must(uuid.NewV7()).String()
	of := func(ids ...string) []string {
		out := []string{"patients"}
		for _, id := range ids {
			out = append(out, "patient:"+id)
		}
		return out
	}
	return []step{
		{name: "a patient is added", operation: "add-patient", by: "doctor", topics: of(double), do: asking("POST", "", map[string]any{
			"id": double, "name": "Anna Silva", "email": w.clinic.Email("anna"), "phone": "912 345 678",
		})},
		{name: "a patient is renamed", operation: "edit-patient", by: "reception", topics: of(ana), do: asking("PATCH", "/"+ana, map[string]any{"name": "Ana Silva Costa"})},
		{name: "a number is changed", operation: "edit-patient", by: "reception2", topics: of(ana), do: asking("PATCH", "/"+ana, map[string]any{"phone": "+351 912 345 679"})},
		{name: "a patient opts out", operation: "set-consent", by: "reception", topics: of(ana), do: asking("PUT", "/"+ana+"/consents/sms", map[string]any{"given": false, "reason": "asked on the phone"})},
		{name: "a patient is invited", operation: "invite-patient", by: "reception", topics: of(offline), do: asking("POST", "/"+offline+"/invitation", nil)},
		{name: "portal access is taken away", operation: "close-portal", by: "admin", topics: of(offline), do: asking("DELETE", "/"+offline+"/portal", nil)},
		{name: "patients are imported", operation: "import-patients", by: "reception", topics: of(), do: asking("POST", "/import", map[string]any{
			"id": uuid.Must(uuid.NewV7()), "rows": []map[string]string{{"name": "Imma Imported", "external_id": "7"}, {"name": "Ivo Imported", "phone": "+351912345670"}},
		})},
		{name: "an import brings up to date", operation: "import-patients", by: "admin", topics: of(), do: asking("POST", "/import", map[string]any{
			"id": uuid.Must(uuid.NewV7()), "rows": []map[string]string{{"name": "Imma Renamed", "external_id": "7"}},
		})},
		{name: "the double is invited", operation: "invite-patient", by: "reception", topics: of(double), do: asking("POST", "/"+double+"/invitation", nil)},
		{name: "reception writes to the double", operation: "start-conversation", by: "reception", do: writingTo(double, "to the double")},
		{name: "a doctor writes to the double", operation: "start-conversation", by: "doctor", do: writingTo(double, "from the doctor")},
		{name: "another doctor writes to the double", operation: "start-conversation", by: "doctor2", do: writingTo(double, "from another doctor")},
		{name: "the two are merged", operation: "merge-patients", by: "reception2", topics: of(ana, double), do: asking("POST", "/"+ana+"/merge", map[string]any{"double_id": double, "take": []string{"phone"}})},
	}
}
