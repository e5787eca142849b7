// Checks a bundle with the libraries of Go's own checksum database, golang.org/x/mod/sumdb:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run programs/verify.go DIR TRUSTFILE
//
// note reads the checkpoint, every witness line included; tlog authenticates each tile it reads, holds every entry
// against the tiles, and checks the proofs in proofs/ and consistency/.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const cosignature = 4 // the type of a witness's key (C2SP tlog-cosignature)

// refuse ends the program: what is not there or does not hold is never passed over.
func refuse(what string, err error) {
	if err != nil {
		fmt.Println("REFUSED", what+":", err)
		os.Exit(1)
	}
}

func text(path string) string {
	data, err := os.ReadFile(path)
	refuse(path, err)
	return string(data)
}

func hash(encoded string) (h tlog.Hash) {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err == nil && len(raw) != tlog.HashSize {
		err = fmt.Errorf("%d bytes are no hash", len(raw))
	}
	refuse("a hash", err)
	copy(h[:], raw)
	return
}

func hashes(lines []string) (all []tlog.Hash) {
	for _, line := range lines {
		all = append(all, hash(line))
	}
	return
}

// witness verifies what a witness signs: the moment it saw the note, and the note.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(message, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, message)
	return ed25519.Verify(w.key, []byte(signed), signature[8:])
}

func newWitness(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		refuse("trust file", fmt.Errorf("a witness has no key"))
	}
	id, err := strconv.ParseUint(parts[1], 16, 32)
	refuse("trust file", err)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	refuse("trust file", err)
	if len(key) != 1+ed25519.PublicKeySize || key[0] != cosignature {
		refuse("trust file", fmt.Errorf("the key of %s is not a witness's", parts[0]))
	}
	return witness{parts[0], uint32(id), key[1:]}
}

// trusted returns the keys that the trust file names, and how many of them are witnesses.
func trusted(path string) (logs, witnesses []note.Verifier) {
	for _, line := range strings.Split(text(path), "\n") {
		switch words := strings.Fields(line); {
		case len(words) >= 2 && words[0] == "log":
			verifier, err := note.NewVerifier(words[1])
			refuse("trust file", err)
			logs = append(logs, verifier)
		case len(words) >= 3 && words[0] == "witness":
			witnesses = append(witnesses, newWitness(words[2]))
		}
	}
	return
}

type tree struct {
	origin string
	tlog.Tree
	witnesses int
}

// checkpoint opens a signed note: the log named in its first line must have signed it.
func checkpoint(what, signed string, logs, witnesses []note.Verifier) tree {
	opened, err := note.Open([]byte(signed), note.VerifierList(append(append([]note.Verifier{}, logs...), witnesses...)...))
	refuse(what, err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		refuse(what, fmt.Errorf("not a checkpoint"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	refuse(what, err)
	found := tree{lines[0], tlog.Tree{N: size, Hash: hash(lines[2])}, 0}
	isSigned := false
	for _, signature := range opened.Sigs {
		isLog := false
		for _, log := range logs {
			isLog = isLog || (log.Name() == signature.Name && log.KeyHash() == signature.Hash)
		}
		isSigned = isSigned || (isLog && signature.Name == found.origin)
		if !isLog {
			found.witnesses++
		}
	}
	if !isSigned {
		refuse(what, fmt.Errorf("not signed by %s", found.origin))
	}
	return found
}

// files are the tiles of a bundle, whose paths leave out the height (C2SP tlog-tiles).
type files struct{ folder string }

func (f files) Height() int                     { return 8 }
func (f files) SaveTiles([]tlog.Tile, [][]byte) {}
func (f files) path(kind string, t tlog.Tile) string {
	return f.folder + "/tile/" + kind + strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/8/%d", t.L))
}
func (f files) ReadTiles(wanted []tlog.Tile) (all [][]byte, err error) {
	for _, t := range wanted {
		data, err := os.ReadFile(f.path(strconv.Itoa(t.L), t))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// entries returns every entry of the bundle in order: two bytes of length, then the entry.
func (f files) entries(size int64) (all [][]byte) {
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		path := f.path("entries", tlog.Tile{H: 8, L: 0, N: n, W: int(width)})
		rest := bytes.NewReader([]byte(text(path)))
		for ; width > 0; width-- {
			var length uint16
			refuse(path, binary.Read(rest, binary.BigEndian, &length))
			entry := make([]byte, length)
			refuse(path, binary.Read(rest, binary.BigEndian, entry))
			all = append(all, entry)
		}
		if rest.Len() != 0 {
			refuse(path, fmt.Errorf("more than its entries"))
		}
	}
	return
}

func main() {
	if len(os.Args) != 3 {
		fmt.Println("usage: verify.go DIR TRUSTFILE")
		os.Exit(2)
	}
	folder := os.Args[1]
	logs, witnesses := trusted(os.Args[2])
	newest := checkpoint("checkpoint", text(folder+"/checkpoint"), logs, witnesses)

	reader := tlog.TileHashReader(newest.Tree, files{folder}) // authenticates every tile against the root
	root, err := tlog.TreeHash(newest.N, reader)
	refuse("tiles", err)
	if root != newest.Hash {
		refuse("tiles", fmt.Errorf("they lead to another root"))
	}
	entries := files{folder}.entries(newest.N)
	for first := 0; first < len(entries); first += 256 {
		var wanted []int64
		for i := first; i < len(entries) && i < first+256; i++ {
			wanted = append(wanted, tlog.StoredHashIndex(0, int64(i)))
		}
		stored, err := reader.ReadHashes(wanted)
		refuse("tiles", err)
		for i, h := range stored {
			if tlog.RecordHash(entries[first+i]) != h {
				refuse(fmt.Sprint("entry ", first+i), fmt.Errorf("not the one that was logged"))
			}
		}
	}

	proofs, _ := filepath.Glob(folder + "/proofs/*.tlog-proof")
	for _, path := range proofs {
		head, signed, _ := strings.Cut(text(path), "\n\n")
		under := checkpoint(path, signed, logs, witnesses)
		lines := strings.Split(head, "\n")[1:] // after the name of the format
		if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
			lines = lines[1:]
		}
		if len(lines) == 0 {
			refuse(path, fmt.Errorf("no index"))
		}
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
		refuse(path, err)
		if index < 0 || index >= int64(len(entries)) {
			refuse(path, fmt.Errorf("no such entry"))
		}
		refuse(path, tlog.CheckRecord(hashes(lines[1:]), under.N, under.Hash, index, tlog.RecordHash(entries[index])))
	}

	extensions, _ := filepath.Glob(folder + "/consistency/*.txt")
	for _, path := range extensions {
		head, signed, _ := strings.Cut(text(path), "\n\n")
		later := checkpoint(path, signed, logs, witnesses)
		lines := strings.Split(head, "\n")
		name := folder + "/timestamps/" + strings.TrimPrefix(lines[0], "old ") + ".checkpoint"
		earlier := checkpoint(name, text(name), logs, witnesses)
		refuse(path, tlog.CheckTree(hashes(lines[1:]), later.N, later.Hash, earlier.N, earlier.Hash))
	}
	fmt.Printf("%s: %d entries, %d proofs, %d extensions, %d witnesses: they hold\n",
		newest.origin, len(entries), len(proofs), len(extensions), newest.witnesses)
}
