// Checks a bundle with Sigstore's JavaScript client and a second library of RFC 9162. In an empty folder of yours:
//
//   npm install @sigstore/verify@3.1.1 @transmute/rfc9162@0.0.5
//   node DIR/programs/verify.cjs DIR TRUSTFILE
//
// @sigstore/verify reads the checkpoints and checks every proof in proofs/, @transmute/rfc9162 those and consistency/.
// Both are asked for modules they keep to themselves, so the versions are exact.
'use strict'
const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const installed = require('node:module').createRequire(path.join(process.cwd(), 'here'))
const { verifyCheckpoint } = installed('@sigstore/verify/dist/tlog/checkpoint.js')
const { verifyMerkleInclusion } = installed('@sigstore/verify/dist/tlog/merkle.js')
const RFC9162 = installed('@transmute/rfc9162').default

const ED25519 = 1
const SPKI = Buffer.from('302a300506032b6570032100', 'hex') // what goes before an Ed25519 key to make it a SubjectPublicKeyInfo

class Refused extends Error {}
const demand = (holds, what) => {
  if (!holds) throw new Refused(what)
}

const [folder, trustFile] = process.argv.slice(2)
if (!trustFile) {
  console.error('usage: node verify.cjs DIR TRUSTFILE')
  process.exit(2)
}
const text = (name) => fs.readFileSync(path.join(folder, name), 'utf8')
const names = (sub) => (fs.existsSync(path.join(folder, sub)) ? fs.readdirSync(path.join(folder, sub)).sort() : [])

// The logs of the trust file, as this client knows logs. It looks a key up by its first four bytes, and matches the name
// against the base URL as a pattern: so each checkpoint is shown the keys of its own origin only.
const logs = fs.readFileSync(trustFile, 'utf8').split('\n').flatMap((line) => {
  const [word, vkey] = line.split(' ')
  if (word !== 'log') return []
  const [name, , encoded] = vkey.split(/\+(.{8})\+/)
  const key = Buffer.from(encoded, 'base64')
  demand(key.length === 33 && key[0] === ED25519, 'the trust file names a log whose key is not Ed25519')
  return [{
    baseURL: name,
    logID: crypto.createHash('sha256').update(Buffer.concat([Buffer.from(name + '\n'), key])).digest(),
    publicKey: crypto.createPublicKey({ key: Buffer.concat([SPKI, key.subarray(1)]), format: 'der', type: 'spki' }),
  }]
})

const opened = (envelope) => {
  const origin = envelope.split('\n', 1)[0]
  return verifyCheckpoint({ inclusionProof: { checkpoint: { envelope } } }, logs.filter((log) => log.baseURL === origin))
}

const split = (name) => {
  const whole = text(name)
  const at = whole.indexOf('\n\n')
  demand(at > 0, name + ' has no checkpoint')
  return [whole.slice(0, at).split('\n'), whole.slice(at + 2)]
}
const hashes = (lines) => lines.map((line) => Buffer.from(line, 'base64'))

// The entry at `index`: two bytes of length, then the entry, 256 to a file (C2SP tlog-tiles).
const entry = (index, size) => {
  demand(index < size, 'the log has no entry ' + index)
  const tile = Math.floor(index / 256)
  const groups = String(tile).padStart(Math.ceil(String(tile).length / 3) * 3, '0').match(/.{3}/g)
  const width = Math.min(256, size - tile * 256)
  const name = groups.map((group, i) => (i < groups.length - 1 ? 'x' : '') + group).join('/')
  let rest = fs.readFileSync(path.join(folder, 'tile/entries', name + (width < 256 ? '.p/' + width : '')))
  for (let skip = index % 256; skip > 0; skip--) rest = rest.subarray(2 + rest.readUInt16BE(0))
  return rest.subarray(2, 2 + rest.readUInt16BE(0))
}

const main = async () => {
  const newest = opened(text('checkpoint'))
  const size = Number(newest.logSize)
  const proofs = names('proofs').filter((name) => name.endsWith('.tlog-proof'))
  demand(proofs.length, 'the bundle holds no proof file: ask for one of an entry you know')
  for (const name of proofs) {
    const [lines, envelope] = split('proofs/' + name)
    const under = opened(envelope)
    const at = lines.findIndex((line) => line.startsWith('index '))
    const index = Number(lines[at].slice('index '.length))
    const leaf = entry(index, size)
    const path = hashes(lines.slice(at + 1))
    verifyMerkleInclusion({ canonicalizedBody: leaf, inclusionProof: { logIndex: String(index), hashes: path } }, under)
    demand(await RFC9162.verifyInclusionProof(under.logHash, await RFC9162.leaf(leaf),
      { log_id: '', tree_size: Number(under.logSize), leaf_index: index, inclusion_path: path }), 'proofs/' + name)
  }
  const extensions = names('consistency')
  for (const name of extensions) {
    const [[first, ...lines], envelope] = split('consistency/' + name)
    const later = opened(envelope)
    const earlier = opened(text('timestamps/' + first.slice('old '.length) + '.checkpoint'))
    const old = Number(earlier.logSize)
    const path = hashes(lines)
    // The library leaves out step 2 of RFC 9162 §2.1.4.2: where the old size is a power of two the old root comes first.
    if ((old & (old - 1)) === 0) path.unshift(earlier.logHash)
    demand(await RFC9162.verifyConsistencyProof(earlier.logHash, later.logHash,
      { log_id: '', tree_size_1: old, tree_size_2: Number(later.logSize), consistency_path: path }), 'consistency/' + name)
  }
  console.log(`${newest.origin}: ${size} entries, ${proofs.length} proofs, ${extensions.length} extensions: they hold`)
}

main().catch((error) => {
  // What these libraries refuse is an error of theirs; any other is a fault of the bundle's form, or of this program.
  const isRefusal = error instanceof Refused || error.name === 'VerificationError' || error.constructor.name === 'VerificationError'
  console.log(isRefusal ? 'REFUSED' : 'FAILED', error.message)
  process.exit(isRefusal ? 1 : 2)
})
