// Values: no page, no film, no store.

const LIMIT = 3500; // characters that a state may have: SCORM 1.2 holds 4096, and adapters add their own

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** "1:05", or "1:01:05". */
function clock(seconds) {
  const whole = Math.floor(seconds + 1e-6);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Text as it is searched: without case and marks. Each character stays one, so that places stay. */
function folded(text) {
  return [...text].map((one) => one.normalize("NFD")[0].toLowerCase()[0] || one).join("");
}

/** Played stretches [start, end] in order; those that lie no more than `gap` apart are made one. */
function merged(stretches, gap = 0.25) {
  const found = [];
  for (const [start, end] of [...stretches].sort((one, two) => one[0] - two[0])) {
    const last = found[found.length - 1];
    if (last && start - last[1] <= gap) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
}

const total = (stretches) => stretches.reduce((sum, [start, end]) => sum + end - start, 0);

/** A number that changes with what a list says. */
function digest(texts) {
  let hash = 5381;
  for (const one of texts.join("\n")) hash = (hash * 33 + one.codePointAt(0)) % 4294967296;
  return hash.toString(36);
}

/** Stretches in tenths of seconds, each as its distance from the one before it and its length. */
function packedStretches(stretches) {
  let at = 0;
  return stretches
    .map(([start, end]) => {
      const [from, to] = [Math.round(start * 10), Math.round(end * 10)];
      const said = `${(from - at).toString(36)}.${(to - from).toString(36)}`;
      at = to;
      return said;
    })
    .join(",");
}

function unpackedStretches(text) {
  let at = 0;
  return (text ? text.split(",") : []).map((one) => {
    const [gap, length] = one.split(".").map((number) => parseInt(number, 36));
    const start = at + gap;
    at = start + length;
    if (!(gap >= 0 && length >= 0)) throw new Error("no stretches");
    return [start / 10, at / 10];
  });
}

/** Yes or no for each break, five to a character. */
function packedMarks(marks) {
  let said = "";
  for (let at = 0; at < marks.length; at += 5) {
    const five = marks.slice(at, at + 5).reduce((sum, one, bit) => sum + (one ? 1 << bit : 0), 0);
    said += five.toString(32);
  }
  return said;
}

const unpackedMarks = (text, count) =>
  Array.from({ length: count }, (_, at) => Boolean((parseInt(text[Math.floor(at / 5)], 32) >> (at % 5)) & 1));

/** A place as a state of at most LIMIT characters: where it is too long, small gaps are counted as played. */
function packed(place) {
  for (let gap = 0.25; ; gap *= 2) {
    const state = JSON.stringify({
      v: 1,
      at: Math.round(place.at * 100) / 100,
      open: place.open,
      done: place.complete ? 1 : 0,
      of: place.of,
      met: packedMarks(place.met),
      played: packedStretches(merged(place.played, gap)),
      spared: packedStretches(merged(place.spared, gap)),
    });
    if (state.length <= LIMIT || gap > 1e6) return state;
  }
}

/** What a state says; null where this player did not write it. Breaks of another cut are not known. */
function unpacked(state, of, count) {
  try {
    const said = JSON.parse(state);
    if (said.v !== 1 || typeof said.at !== "number") return null;
    const same = said.of === of;
    return {
      at: said.at,
      open: same && said.open >= 0 && said.open < count ? said.open : -1,
      complete: Boolean(said.done),
      met: same ? unpackedMarks(said.met, count) : Array(count).fill(false),
      played: unpackedStretches(said.played),
      spared: unpackedStretches(said.spared),
    };
  } catch {
    return null;
  }
}
