package people

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Columns are what a column of a file may hold, besides nothing.
var Columns = []string{"name", "first_name", "last_name", "birth_date", "phone", "email", "language", "preferred_channel", "remarks", "external_id"}

// spellings are how headers are written, in small letters without accents, spaces or marks.
var spellings = map[string][]string{
	"name":              {"name", "fullname", "patient", "patientname", "nome", "nomecompleto", "nombre", "nomcomplet", "patientenname", "utente", "paciente", "displayname"},
	"first_name":        {"firstname", "givenname", "forename", "vorname", "prenom", "primeironome", "nombredepila"},
	"last_name":         {"lastname", "surname", "familyname", "nachname", "nom", "apelido", "apellido", "apellidos", "familienname"},
	"birth_date":        {"birthdate", "birthday", "dateofbirth", "dob", "born", "geburtsdatum", "geburtstag", "datadenascimento", "nascimento", "fechadenacimiento", "nacimiento", "datedenaissance", "naissance"},
	"phone":             {"phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "tel", "telephone", "telefon", "telefone", "telefono", "handy", "telemovel", "telefonnummer", "movil", "portable"},
	"email":             {"email", "emailaddress", "mail", "correo", "correoelectronico", "courriel", "emailadresse"},
	"language":          {"language", "lang", "sprache", "lingua", "idioma", "langue"},
	"preferred_channel": {"preferredchannel", "channel", "prefers", "contactpreference"},
	"remarks":           {"remarks", "notes", "note", "comment", "comments", "bemerkungen", "bemerkung", "notizen", "observacoes", "notas", "remarques"},
	"external_id":       {"externalid", "id", "patientid", "patientnumber", "number", "no", "patientennummer", "numero", "numerodeutente", "recordnumber", "mrn"},
}

// ColumnsOf guesses what each column holds, each thing once; "" is what is not read.
func ColumnsOf(header []string) []string {
	out := make([]string, len(header))
	for i, h := range header {
		word := headerKey(h)
		for _, c := range Columns {
			if slices.Contains(spellings[c], word) && !slices.Contains(out, c) {
				out[i] = c
			}
		}
	}
	return out
}

func headerKey(h string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), h)
	if err != nil {
		plain = h
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, plain)
}
