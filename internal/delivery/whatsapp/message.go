package whatsapp

// Message is what is to be sent: a template, a file or a text, in this order.
type Message struct {
	To       string // E.164
	Body     string // at most 4096 characters
	Media    *Media
	Template *Template
	ReplyTo  string // the id of the message that this one answers
	Callback string // comes back with each status
}

// Media is a file that was uploaded.
type Media struct {
	ID       string
	Type     string // image, document, audio or video: see Carries
	Filename string // shown with a document
	Caption  string // none with audio
}

// Template is one that Meta has approved, filled in.
type Template struct {
	Name       string
	Language   string   // as the template has it: en_US
	Parameters []string // for {{1}}, {{2}} … of its body
}

// TemplateInfo is a template of the business.
type TemplateInfo struct {
	Name       string
	Language   string
	Category   string // MARKETING, UTILITY or AUTHENTICATION
	Status     string // APPROVED, PENDING, REJECTED …; only the first can be sent
	Body       string
	Parameters int // how many different ones Body has
}
