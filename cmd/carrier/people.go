package main

import (
	"fmt"
	"strings"
)

// person is somebody outside the clinic. Slug is the name in the page's address: /#/ana.
type person struct {
	Slug  string `json:"slug"`
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"` // E.164
	Email string `json:"email,omitempty"`
}

// The patients of the demo clinic. Whoever else the clinic writes to appears by itself.
const names = `Ana Silva,Ben Weber,Chloé Martin,David Okafor,Elena Rossi,Frank Hoffmann,Greta Meyer,Hugo Almeida,Inês Carvalho,Jakob Nilsson,` +
	`Karin Schulz,Luis Fernández,Mona Haddad,Nikos Papadakis,Olivia Brown,Pedro Gomes,Quentin Dubois,Rosa Lopes,Samir Khan,Tereza Nováková,` +
	`Ulrike Braun,Victor Petrov,Wanda Kowalska,Xavier Moreau,Yara Mendes,Zoe Fischer,Amir Rahimi,Beatriz Sousa,Carl Johansson,Dalia Cohen,` +
	`Emil Larsen,Fátima Ribeiro,George Murphy,Hanna Virtanen,Ivan Horvat,Julia Wagner,Kofi Mensah,Lena Vogel,Marco Bianchi,Nadia Aziz`

func demoPatients() []*person {
	var all []*person
	for i, name := range strings.Split(names, ",") {
		first, _, _ := strings.Cut(strings.ToLower(name), " ")
		slug := strings.NewReplacer("é", "e", "ê", "e", "á", "a").Replace(first)
		all = append(all, &person{Slug: slug, Name: name, Phone: fmt.Sprintf("+3519100%05d", 10007+i*131), Email: slug + "@demo.test"})
	}
	return all
}

// whose finds the person behind a number or an address, or makes one. The world is locked.
func (w *world) whose(address string) *person {
	address = strings.ToLower(address)
	for _, p := range w.people {
		if address == p.Phone || address == strings.ToLower(p.Email) {
			return p
		}
	}
	p := &person{Slug: strings.TrimPrefix(address, "+"), Name: address}
	if strings.Contains(address, "@") {
		p.Email = address
	} else {
		p.Phone = address
	}
	w.people = append(w.people, p)
	w.tell("person", p)
	return p
}

// knows says whether somebody has this address without making one.
func (w *world) knows(address string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.people {
		if strings.EqualFold(address, p.Email) || address == p.Phone {
			return true
		}
	}
	return false
}

// named finds a person by the name in the page's address.
func (w *world) named(slug string) (person, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.people {
		if p.Slug == slug {
			return *p, true
		}
	}
	return person{}, false
}

// person answers whoever has a number or an address, and makes one.
func (w *world) person(address string) person {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *w.whose(address)
}

func (w *world) everybody() []person {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([]person, len(w.people))
	for i, p := range w.people {
		all[i] = *p
	}
	return all
}
