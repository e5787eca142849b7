// Judges whether an entry stands in a signed log, from its bytes, its proof file and a trust file, and from nothing else.
// It asks no server and knows no page, so that whoever doubts the log can read in one sitting what the judgement rests on:
// RFC 9162 2.1.3.2, C2SP tlog-proof, tlog-checkpoint, signed-note, tlog-cosignature and tlog-policy, each in its one spelling.
"use strict";
const Proof = (() => {
  const HEADER = "c2sp.org/tlog-proof@v1";
  const ED25519 = 1, COSIGNATURE = 4, MAX_NOTE = 1 << 20, MAX_TIME = (1n << 63n) - 1n;
  const encoder = new TextEncoder();

  class Refusal extends Error {}
  const demand = (holds, why) => {
    if (!holds) throw new Refusal(why);
  };
  const hex = (raw) => Array.from(raw, (one) => one.toString(16).padStart(2, "0")).join("");
  const base64 = (raw) => btoa(Array.from(raw, (one) => String.fromCharCode(one)).join(""));
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

  // Of all spellings that a decoder lets pass, only the one that it would write itself.
  function unbase64(text, why) {
    let raw = null;
    try {
      raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    } catch { /* refused below */ }
    demand(raw !== null && base64(raw) === text, why);
    return raw;
  }
  function number(text, why) {
    demand(/^(0|[1-9][0-9]{0,17})$/.test(text), why);
    return BigInt(text);
  }
  function cut(text, mark, last = false) {
    const at = last ? text.lastIndexOf(mark) : text.indexOf(mark);
    return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + mark.length)];
  }
  const isName = (name) => name !== "" && !/[\s+\u0000-\u001f\u0085]/u.test(name);

  function parseProof(text) {
    const [head, note] = cut(text, "\n\n");
    const lines = head.split("\n");
    demand(note !== null && lines.shift() === HEADER, "it is no tlog-proof");
    if (lines[0]?.startsWith("extra ")) unbase64(lines.shift().slice(6), "its extra is not base64 in its one form");
    demand(lines[0]?.startsWith("index "), "it states no index");
    const index = number(lines.shift().slice(6), "its index is not a plain number");
    const hashes = lines.map((line) => unbase64(line, "one of its hashes is not base64 in its one form"));
    demand(hashes.length < 64 && hashes.every((one) => one.length === 32), "one of its hashes is none");
    return { index, hashes, ...parseNote(note) };
  }

  function parseNote(note) {
    demand(encoder.encode(note).length <= MAX_NOTE && !/[\u0000-\u0009\u000b-\u001f]/.test(note), "its checkpoint holds control characters");
    const [above, block] = cut(note, "\n\n", true);
    demand(block?.endsWith("\n"), "its checkpoint has no signatures");
    const signatures = block.slice(0, -1).split("\n").map((line) => {
      const [dash, rest] = cut(line, " ");
      const [name, encoded] = cut(rest ?? "", " ");
      const blob = unbase64(encoded ?? "", "a signature line is not base64 in its one form");
      demand(dash === "\u2014" && isName(name) && blob.length > 4, "a line under its checkpoint is no signature line");
      return { name, id: hex(blob.slice(0, 4)), blob: blob.slice(4) };
    });
    const text = `${above}\n`, lines = text.split("\n");
    demand(lines.length === 4 && lines.slice(0, 3).every(Boolean), "its checkpoint has not three lines: origin, size, root");
    const size = number(lines[1], "the size of its checkpoint is not a plain number");
    const root = unbase64(lines[2], "the root of its checkpoint is not base64 in its one form");
    demand(root.length === 32, "the root of its checkpoint is no SHA-256");
    return { text, origin: lines[0], size, root, signatures };
  }

  async function parseKey(text, kind, others) {
    const [name, rest] = cut(text, "+");
    const [id, encoded] = cut(rest ?? "", "+");
    const raw = unbase64(encoded ?? "", "a verifier key is name+id+base64");
    demand(isName(name) && raw.length === 33 && raw[0] === kind, "a key is not of its kind: a log's signs, a witness's cosigns");
    const made = hex((await sha256(encoder.encode(`${name}\n`), raw)).slice(0, 4));
    demand(made === id, "the id of a verifier key does not belong to it");
    demand(!others.some((other) => same(other.public, raw.slice(1))), "a key stands in it twice");
    return { name, id, kind, public: raw.slice(1) };
  }

  // A verifier key alone is taken as the trust file that names it and demands no witness.
  async function parseTrust(text) {
    const only = text.trim();
    const trust = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
    const grouped = new Set();
    const known = (name) => trust.witnesses.has(name) || trust.groups.has(name);
    const fresh = (name) => demand(name !== "none" && !known(name), "a name in it is used twice");
    demand(!/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text), "it holds control characters");
    for (const line of (/^\S+\+\S+$/.test(only) ? `log ${only}\nquorum none` : text).split("\n")) {
      const words = line.split(/[\t ]/).filter(Boolean);
      const [word, name, more] = words;
      if (!word || word.startsWith("#")) continue;
      if (word === "log" && (words.length === 2 || words.length === 3)) {
        trust.logs.push(await parseKey(name, ED25519, trust.logs));
      } else if (word === "witness" && (words.length === 3 || words.length === 4)) {
        fresh(name);
        trust.witnesses.set(name, await parseKey(more, COSIGNATURE, [...trust.witnesses.values()]));
      } else if (word === "group" && words.length > 3) {
        const members = words.slice(3);
        fresh(name);
        for (const member of members) {
          demand(known(member), "it refers to a name before it is defined");
          demand(!grouped.has(member), "a witness or group is a member of two groups");
          grouped.add(member);
        }
        const needed = { any: "1", all: String(members.length) }[more] ?? more;
        const threshold = /^[0-9]+$/.test(needed) ? Number(needed) : 0;
        demand(threshold >= 1 && threshold <= members.length, "the threshold of a group is any, all, or a number of its members");
        trust.groups.set(name, { threshold, members });
      } else if (word === "quorum" && words.length === 2) {
        demand(trust.quorum === null, "it has two quorum lines");
        demand(name === "none" || known(name), "it refers to a name before it is defined");
        trust.quorum = name;
      } else {
        demand(false, "a line of it is none of log, witness, group, quorum");
      }
    }
    demand(trust.quorum !== null, "it has no quorum line");
    demand(trust.logs.length, "it names no log");
    return trust;
  }

  // From the entry's own bytes upwards (RFC 9162 2.1.3.2): each hash, on which side it stands, and what both make.
  async function climb(leaf, { index, size, hashes }) {
    const path = [{ side: null, makes: await sha256([0], leaf) }];
    demand(index < size, `the index is ${index}, and the tree has ${size} entries only`);
    let at = index, last = size - 1n;
    for (const sibling of hashes) {
      const here = path.at(-1).makes;
      demand(last !== 0n, "it has more hashes than lead from that index to the root of a tree of that size");
      const isLeft = (at & 1n) === 1n || at === last;
      path.push({ side: isLeft ? "left" : "right", sibling, makes: await (isLeft ? sha256([1], sibling, here) : sha256([1], here, sibling)) });
      if (isLeft) for (; at !== 0n && (at & 1n) === 0n; last >>= 1n) at >>= 1n;
      at >>= 1n;
      last >>= 1n;
    }
    demand(last === 0n, "it has fewer hashes than lead from that index to the root of a tree of that size");
    return path;
  }

  async function signs(key, blob, message) {
    try {
      const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", imported, blob, message);
    } catch {
      return false;
    }
  }
  // The first example of RFC 8032, 7.1: a browser that does not know Ed25519, or answers it wrongly, is not asked further.
  const EXAMPLE = [
    "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==",
  ].map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const knowsEd25519 = async () => await signs(...EXAMPLE, new Uint8Array(0)) && !await signs(...EXAMPLE, new Uint8Array(1));

  function holds(key, text, blob) {
    if (key.kind === ED25519) return signs(key.public, blob, encoder.encode(text));
    const seconds = blob.slice(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return seconds <= MAX_TIME && signs(key.public, blob.slice(8), encoder.encode(`cosignature/v1\ntime ${seconds}\n${text}`));
  }
  // Keys nobody knows are passed over; a signature under a known name and id that does not hold refuses the note.
  async function signedBy(keys, { text, signatures }) {
    const signed = new Set();
    for (const { name, id, blob } of signatures) {
      const key = keys.find((one) => one.name === name && one.id === id);
      if (!key) continue;
      demand(await holds(key, text, blob), `the signature of ${name} does not hold`);
      signed.add(key);
    }
    return signed;
  }
  function vouched(name, trust, signed) {
    if (name === "none") return true;
    if (trust.witnesses.has(name)) return signed.has(trust.witnesses.get(name));
    const { threshold, members } = trust.groups.get(name);
    return members.filter((member) => vouched(member, trust, signed)).length >= threshold;
  }

  // Returns {verdict, checks, path, proof}. The verdict is `proved` only where everything held under a trust file,
  // `unproven` where all is consistent and nobody known vouches for it, `refused` where anything at all did not hold.
  async function judge(leaf, proofText, trustText) {
    const checks = [];
    const check = async (part, done, does) => {
      try {
        const found = await does();
        checks.push({ part, state: "holds", says: done(found) });
        return found;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        checks.push({ part, state: "fails", says: error.message });
        return null;
      }
    };
    const open = (part, says) => checks.push({ part, state: "open", says });
    const proof = await check("Proof file", () => "It is a tlog-proof, in its one spelling.", async () => parseProof(proofText));
    const path = proof && await check("Path", (steps) => `${steps.length - 1} hashes, as many as entry #${proof.index} of ${proof.size} needs.`, () => climb(leaf, proof));
    if (path) {
      await check("Entry", () => "Its bytes, at this index, lead to the root of the checkpoint.", async () => demand(
        same(path.at(-1).makes, proof.root),
        `it does not lead to the root of the checkpoint, but to ${hex(path.at(-1).makes)}: the entry, the index, a hash or the root was changed`,
      ));
    }
    const trust = trustText.trim() === "" ? null : await check("Trust file", (given) => `It can be read. Logs: ${given.logs.length}, witnesses: ${given.witnesses.size}.`, () => parseTrust(trustText));
    if (trustText.trim() === "") open("Signature", "nobody known has vouched for the root: there is no trust file.");
    else if (proof && trust && !await knowsEd25519()) open("Signature", "this browser cannot check Ed25519 signatures, so nothing is claimed about who signed the root.");
    else if (proof && trust) {
      await check("Signature", () => `The log ${proof.origin} has signed this checkpoint with a key of your trust file.`, async () => {
        const keys = trust.logs.filter((key) => key.name === proof.origin);
        demand(keys.length, `your trust file knows no log called ${proof.origin}`);
        demand((await signedBy(keys, proof)).size, `no key that your trust file names for ${proof.origin} has signed the checkpoint`);
      });
      await check("Witnesses", (count) => trust.quorum === "none" ? "Your trust file demands none." : `${count} of yours have cosigned it, as many as your trust file demands.`, async () => {
        const signed = await signedBy([...trust.witnesses.values()], proof);
        demand(vouched(trust.quorum, trust, signed), "fewer witnesses have cosigned the checkpoint than your trust file demands");
        return signed.size;
      });
    }
    const states = checks.map((one) => one.state);
    const verdict = states.includes("fails") ? "refused" : states.includes("open") ? "unproven" : "proved";
    return { verdict, checks, path: path ?? [], proof };
  }
  return { judge, hex };
})();
