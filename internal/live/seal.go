package live

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// nodeID tells processes apart; it is new at each start.
type nodeID [8]byte

// What a message on the bus holds.
const (
	kindChange  byte = 1 + iota // a packet
	kindNumber                  // only the number of a change that is too large
	kindPassing                 // somebody is typing
	kindTable                   // who is on a node
)

const (
	nonceSize = 12
	headSize  = len(nodeID{}) + 1 + nonceSize // node, kind, nonce
)

// sealer keeps what goes over Redis from whoever can reach Redis: AES-256-GCM, bound to the
// channel and the sender.
type sealer struct {
	aead cipher.AEAD
	node nodeID
}

func newSealer(secret []byte) (*sealer, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "frontdesk bus", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of the bus: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	s := &sealer{aead: aead}
	rand.Read(s.node[:])
	return s, err
}

// seal answers node, kind and nonce in the clear, then the sealed text.
func (s *sealer) seal(channel string, kind byte, text []byte) []byte {
	out := make([]byte, headSize, headSize+len(text)+s.aead.Overhead())
	copy(out, s.node[:])
	out[len(s.node)] = kind
	nonce := out[len(s.node)+1 : headSize]
	rand.Read(nonce)
	return s.aead.Seal(out, nonce, text, s.bound(out, channel))
}

// isOwn recognises what this process sent itself, without opening it.
func (s *sealer) isOwn(sealed []byte) bool {
	return len(sealed) >= headSize && nodeID(sealed[:len(s.node)]) == s.node
}

var errSealed = errors.New("live: not sealed by this installation")

func (s *sealer) open(channel string, sealed []byte) (node nodeID, kind byte, text []byte, err error) {
	if len(sealed) < headSize {
		return node, 0, nil, errSealed
	}
	text, err = s.aead.Open(nil, sealed[len(node)+1:headSize], sealed[headSize:], s.bound(sealed, channel))
	if err != nil {
		return node, 0, nil, errSealed
	}
	return nodeID(sealed[:len(node)]), sealed[len(node)], text, nil
}

// bound is what cannot be changed without the seal breaking: the sender, the kind, the channel.
func (s *sealer) bound(sealed []byte, channel string) []byte {
	return append(append([]byte{}, sealed[:len(s.node)+1]...), channel...)
}
