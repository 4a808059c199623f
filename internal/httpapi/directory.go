package httpapi

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
